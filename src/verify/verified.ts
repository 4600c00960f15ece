import { normalizePath } from '../canonical/uri.ts'
import { decodePercent } from '../encoding/percent.ts'
import type { PayloadMode } from '../fields/content-sha256.ts'
import { HOST } from '../names.ts'
import type { Carrier } from '../refusal-answers.ts'
import type { Context } from './context.ts'
import type { BodyMode } from './options.ts'
import type { Proof } from './rules/10-signature.ts'

/** What was proved of a request. */
export interface Verified<Principal = unknown> {
  /** What `getKeys` gave with the key that proved it. */
  readonly principal: Principal
  /** Whose key proved it. */
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly credentialScope: string
  /** Lower-case, sorted. Headers that are not among them are the client's word alone. */
  readonly signedHeaders: readonly string[]
  /** When it was signed, in whole seconds. */
  readonly signingDate: Date
  /** Where the signature travelled. */
  readonly carrier: Carrier
  /** What was signed of the body. */
  readonly payload: PayloadMode
  /**
   * The path to route on: canonical, and decoded once, as the service reads it. For services other than S3 `.`, `..`
   * and repeated slashes are resolved. Do not decode it again. Without the path of `externalUrl`.
   */
  readonly path: string
  /**
   * The URL as the client addressed it: the host that was proved, the path of `externalUrl`, the target as it came.
   * Its scheme is not signed.
   */
  readonly url: string
}

/** A proved request, with its checked body. */
export interface VerifiedRequest<Principal = unknown> extends Verified<Principal> {
  /** To hand on: its body is checked, decoded where it came in chunks, and its URL is the one that was proved. */
  readonly request: Request
}

/** The body as it is handed over: null where none came. */
export type VerifiedBody<Mode extends BodyMode> = Mode extends 'stream'
  ? ReadableStream<Uint8Array> | null
  : Uint8Array | null

/** A proved request, with its checked body: bytes, or a stream with `body: 'stream'`; null if none came. */
export interface VerifiedReceived<Principal = unknown, Mode extends BodyMode = BodyMode>
  extends Verified<Principal> {
  /** Checked, and decoded where it came in chunks. */
  readonly body: VerifiedBody<Mode>
}

/** The result, field by field: a spread would cost more than all the rest of it. */
export function verifiedReceived(
  { head, claim, profile, signedAt }: Context,
  { key, reading, address }: Proof,
  body: Uint8Array | ReadableStream<Uint8Array> | null,
): VerifiedReceived {
  const isNormalized = profile.pathNormalization === 'normalize'
  return {
    principal: key.principal,
    accessKeyId: claim.credential.accessKeyId,
    credentialScope: claim.credentialScope,
    signedHeaders: claim.signedHeaders,
    signingDate: new Date(signedAt.milliseconds),
    carrier: claim.carrier,
    payload: reading.mode,
    path: decodePercent(isNormalized ? normalizePath(head.path) : head.path),
    url: address
      ? `${address.scheme}://${address.host}${address.pathPrefix}${head.target}`
      : `${head.scheme}://${head.headers.get(HOST)![0]!.trim()}${head.target}`,
    body,
  }
}
