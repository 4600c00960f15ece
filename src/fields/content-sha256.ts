import { quote } from '../errors.ts'
import { AWS4_HMAC_SHA256, UNSIGNED_PAYLOAD } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import { CHUNKED_MODES, type ChunkedMode } from './aws-chunked.ts'

/** What a request claims of its body. */
export type PayloadMode = 'signed' | 'unsigned' | 'streaming' | 'streaming-unsigned-trailer'

/** What `x-amz-content-sha256` says of a body. */
export interface PayloadClaim {
  readonly mode: PayloadMode
  /** Where the body comes in chunks: how. */
  readonly chunks: ChunkedMode | undefined
  /** The algorithm that signs its chunks or events; undefined where no part is signed by itself. */
  readonly signedWith: string | undefined
}

const EVENTS = 'STREAMING-AWS4-HMAC-SHA256-EVENTS'

/** The chunked mode that a payload claim names; undefined where it names none. */
export function chunkedModeOf(contentSha256: string): ChunkedMode | undefined {
  return CHUNKED_MODES.find((mode) => mode.contentSha256 === contentSha256)
}

/**
 * Reads `x-amz-content-sha256`: 64 lower-case hex digits, or one of AWS's sentinels.
 *
 * @throws {SignatureError} `malformed-content-sha256`
 */
export function parseContentSha256(text: string): PayloadClaim {
  if (/^[\da-f]{64}$/.test(text)) return { mode: 'signed', chunks: undefined, signedWith: undefined }
  if (text === UNSIGNED_PAYLOAD) return { mode: 'unsigned', chunks: undefined, signedWith: undefined }
  if (text === EVENTS) return { mode: 'streaming', chunks: undefined, signedWith: AWS4_HMAC_SHA256 }
  const chunks = chunkedModeOf(text)
  if (chunks) {
    const signedWith = chunks.algorithm
    return { mode: signedWith ? 'streaming' : 'streaming-unsigned-trailer', chunks, signedWith }
  }
  throw new SignatureError(
    'malformed-content-sha256',
    `x-amz-content-sha256 must be 64 lower-case hex digits, ${UNSIGNED_PAYLOAD} or a STREAMING-… value; it is ${quote(text)}`,
  )
}
