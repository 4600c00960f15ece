import type { PayloadMode } from '../fields/content-sha256.ts'
import type { Carrier, SignatureErrorReason } from '../refusal-answers.ts'
import { answerFor, SignatureError } from '../signature-error.ts'
import { type Claim, claimedProfile } from './context.ts'
import type { VerifierSettings } from './settings.ts'

/** A request that was proved. */
export interface VerifiedEvent {
  /** Such as `GET`. */
  readonly method: string
  /** Whose key proved it. */
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly credentialScope: string
  /** Where the signature travelled. */
  readonly carrier: Carrier
  /** What was signed of the body. */
  readonly payload: PayloadMode
}

/** A request that was refused. What it says of itself (`method`, `accessKeyId`) is not proved. */
export interface RejectedEvent {
  /** As it came; `''` where it cannot be read. */
  readonly method: string
  /** Stable: to be counted. */
  readonly reason: SignatureErrorReason
  /** For people: without line breaks, and without secrets. */
  readonly message: string
  /** What the client is told, such as `SignatureDoesNotMatch`. */
  readonly awsCode: string
  /** HTTP status. */
  readonly status: number
  /** Undefined where the request was refused before it was read so far. */
  readonly accessKeyId?: string | undefined
  /** Where `getKeys` gave what is no key: what is wrong with it. */
  readonly cause?: unknown
}

/** What is known of a request when it is refused. */
export interface RefusedRequest {
  readonly method: string
  readonly carrier: Carrier
  readonly claim: Claim | undefined
}

/** Gives a refusal the codes of its service, and reports it. Other errors pass through. */
export function refuse(error: unknown, settings: VerifierSettings, request: RefusedRequest): unknown {
  // Of this very class: what another throws under its name is passed on.
  if (!(error instanceof SignatureError)) return error
  const { method, carrier, claim } = request
  const accessKeyId = claim?.credential.accessKeyId
  answerFor(error, {
    errorCodes: claimedProfile(settings, claim).errorCodes,
    carrier,
    details: claim
      ? { accessKeyId: claim.credential.accessKeyId, credentialScope: claim.credentialScope }
      : {},
  })
  const { reason, message, awsCode, status, cause } = error
  settings.onRejected?.({
    method,
    reason,
    message,
    awsCode,
    status,
    accessKeyId,
    ...(cause !== undefined && { cause }),
  })
  return error
}
