import { type PayloadMode, parseContentSha256 } from '../../fields/content-sha256.ts'
import { andThen, type MaybePromise } from '../../maybe-promise.ts'
import { EMPTY_SHA256, UNSIGNED_PAYLOAD } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedBody } from '../body/received-body.ts'
import type { Context } from '../context.ts'

/** One reading of what was signed of the body. */
export interface PayloadReading {
  readonly mode: PayloadMode
  /** The last line of the canonical request; undefined: the hash of the body that came. */
  readonly hashedPayload: string | undefined
}

const HASH_OF_BODY: PayloadReading = { mode: 'signed', hashedPayload: undefined }
const HASH_OF_NOTHING: PayloadReading = { mode: 'signed', hashedPayload: EMPTY_SHA256 }
const UNSIGNED: PayloadReading = { mode: 'unsigned', hashedPayload: UNSIGNED_PAYLOAD }

const notAllowed = (message: string): SignatureError => new SignatureError('payload-not-allowed', message)

/** Where a signed place says what was signed. */
function claimedReading(contentSha256: string, { claim, settings }: Context): PayloadReading {
  const { mode, signedWith } = parseContentSha256(contentSha256)
  if (mode !== 'unsigned' && !settings.payloads.has(mode)) {
    throw notAllowed(`${contentSha256} is not taken here: payloads would have to hold '${mode}'`)
  }
  // Chunks and events are signed with the algorithm of the request, or not at all.
  if (signedWith !== undefined && signedWith !== claim.algorithm.name) {
    throw new SignatureError(
      'malformed-content-sha256',
      `${contentSha256} does not go with ${claim.algorithm.name}`,
    )
  }
  return { mode, hashedPayload: contentSha256 }
}

/**
 * Rule 9: what the request says was signed of its body. Where it says so in a signed place, there is one reading, and
 * it must be allowed. Where it does not, signers differ: the hash of the body, or `UNSIGNED-PAYLOAD`. The signature
 * decides between the two.
 *
 * @throws {SignatureError} `missing-content-sha256`, `malformed-content-sha256`, `payload-not-allowed`
 */
export function readPayload(context: Context): readonly PayloadReading[] {
  const { claim, profile, settings } = context
  if (claim.contentSha256 !== undefined) return [claimedReading(claim.contentSha256, context)]
  if (claim.carrier === 'header') {
    if (profile.contentSha256 !== 'required') return [HASH_OF_BODY, UNSIGNED]
    throw new SignatureError('missing-content-sha256', 'A signed x-amz-content-sha256 header is needed')
  }
  if (profile.presignedPayload !== 'unsigned') return [HASH_OF_BODY, UNSIGNED]
  // A body that streams is not read for the sake of a guess: it may be large, and the signature just wrong.
  return [UNSIGNED, settings.body === 'stream' ? HASH_OF_NOTHING : HASH_OF_BODY]
}

/**
 * Rule 9, once rule 10 has shown which reading was signed: it must be allowed, save where there is no body, which
 * nobody needs to sign.
 *
 * @throws {SignatureError} `payload-not-allowed`
 */
export function checkPayloadAllowed(
  { mode }: PayloadReading,
  body: ReceivedBody,
  { settings }: Context,
): MaybePromise<void> {
  if (settings.payloads.has(mode)) return
  return andThen(body.isEmpty(), (isEmpty) => {
    if (!isEmpty) throw notTaken(mode)
  })
}

function notTaken(mode: PayloadMode): SignatureError {
  const problem = mode === 'unsigned' ? 'The body is not signed' : 'Signed bodies are not taken here'
  return notAllowed(`${problem}: payloads would have to hold '${mode}'`)
}
