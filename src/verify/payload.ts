import { type PayloadMode, parseContentSha256 } from '../fields/content-sha256.ts'
import { AWS4_HMAC_SHA256, EMPTY_SHA256, UNSIGNED_PAYLOAD } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import type { ReceivedBody } from './body.ts'
import { type Claim, headerValue } from './claim.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedHead } from './received.ts'
import { chunkedModeOf } from './streaming-body.ts'

/** One reading of what was signed of the body. */
export interface PayloadReading {
  readonly mode: PayloadMode
  /** The last line of the canonical request; undefined: the hash of the body that came. */
  readonly hashedPayload: string | undefined
}

const notAllowed = (message: string): SignatureError => new SignatureError('payload-not-allowed', message)

/** Chunks are signed with the algorithm of the request, or not at all. */
function checkStreaming(contentSha256: string, { algorithm }: Claim): void {
  const mode = chunkedModeOf(contentSha256)
  // Event streams are defined for SigV4 alone.
  const signedWith = mode ? mode.algorithm : AWS4_HMAC_SHA256
  if (signedWith !== undefined && signedWith !== algorithm.name) {
    throw new SignatureError(
      'malformed-content-sha256',
      `${contentSha256} does not go with ${algorithm.name}`,
    )
  }
}

/**
 * Rule 9, first half: what the request says was signed of its body. Where it says so in a signed place, there is
 * one reading. Where it does not, signers differ: the hash of the body, or `UNSIGNED-PAYLOAD`. The signature
 * decides between the two.
 *
 * @throws {SignatureError} `missing-content-sha256`, `malformed-content-sha256`, `payload-not-allowed`
 */
export function readPayload(claim: Claim, profile: ServiceProfile, policy: VerifierPolicy): PayloadReading[] {
  const { contentSha256, carrier } = claim
  if (contentSha256 !== undefined) {
    const mode = parseContentSha256(contentSha256)
    if (mode !== 'unsigned' && !policy.payloads.has(mode))
      throw notAllowed(`${contentSha256} is not taken here`)
    if (mode !== 'signed' && mode !== 'unsigned') checkStreaming(contentSha256, claim)
    return [{ mode, hashedPayload: contentSha256 }]
  }
  if (profile.errorCodes === 's3' && carrier === 'header') {
    throw new SignatureError('missing-content-sha256', 'A signed x-amz-content-sha256 header is needed')
  }
  const signed: PayloadReading = { mode: 'signed', hashedPayload: undefined }
  const unsigned: PayloadReading = { mode: 'unsigned', hashedPayload: UNSIGNED_PAYLOAD }
  if (carrier === 'header' || profile.presignedPayload !== 'unsigned') return [signed, unsigned]
  // A body that streams is not read for the sake of a guess: it may be large, and the signature just wrong.
  return [unsigned, policy.body === 'stream' ? { ...signed, hashedPayload: EMPTY_SHA256 } : signed]
}

/**
 * Rule 9, second half: the mode that was proved must be allowed. A payload that nobody signed is fine where
 * there is no body.
 *
 * @throws {SignatureError} `payload-not-allowed`
 */
export async function checkPayloadAllowed(
  mode: PayloadMode,
  body: ReceivedBody,
  { headers }: ReceivedHead,
  policy: VerifierPolicy,
): Promise<void> {
  if (policy.payloads.has(mode)) return
  // A body that is announced, and not there, was read by somebody else: it must not pass for none.
  const isAnnounced =
    headers.has('transfer-encoding') || Number(headerValue(headers, 'content-length') ?? 0) !== 0
  if (body.isPresent ? await body.isEmpty() : !isAnnounced) return
  throw notAllowed(`The body is not signed, and ${mode} payloads are not taken here`)
}
