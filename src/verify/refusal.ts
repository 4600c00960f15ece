import { type Carrier, SignatureError } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import type { Claim } from './claim.ts'
import type { VerifierPolicy } from './options.ts'

/** What is known of a request when it is refused. */
export interface RefusedRequest {
  readonly method: string
  readonly carrier: Carrier
  readonly claim: Claim | undefined
}

/** The rules of the service that the request claims, if the verifier serves it. */
export function claimedProfile({ services, profiles }: VerifierPolicy, claim?: Claim): ServiceProfile {
  return profiles.get(claim?.credential.service ?? '') ?? profiles.get(services[0]!)!
}

/** Gives a refusal the codes of its service, and reports it. Other errors pass through. */
export function refuse(error: unknown, policy: VerifierPolicy, request: RefusedRequest): unknown {
  // Of this very class: what another throws under its name is passed on.
  if (!(error instanceof SignatureError)) return error
  const { method, carrier, claim } = request
  const refusal = new SignatureError(error.reason, error.message, {
    details: {
      ...(claim && { accessKeyId: claim.credential.accessKeyId, credentialScope: claim.credentialScope }),
      ...error.details,
    },
    errorCodes: claimedProfile(policy, claim).errorCodes,
    carrier,
  })
  const { reason, message, awsCode, status } = refusal
  const accessKeyId = claim?.credential.accessKeyId
  policy.onRejected?.({ method, reason, message, awsCode, status, accessKeyId })
  return refusal
}
