import { UNSIGNED_PAYLOAD } from '../names.ts'
import { SignatureError } from '../signature-error.ts'

/** What a request claims of its body. */
export type PayloadMode = 'signed' | 'unsigned' | 'streaming' | 'streaming-unsigned-trailer'

const STREAMING: Readonly<Record<string, PayloadMode>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': 'streaming',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': 'streaming',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD': 'streaming',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER': 'streaming',
  'STREAMING-AWS4-HMAC-SHA256-EVENTS': 'streaming',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': 'streaming-unsigned-trailer',
}

/**
 * Reads `x-amz-content-sha256`: 64 lower-case hex digits, or one of AWS's sentinels.
 *
 * @throws {SignatureError} `malformed-content-sha256`
 */
export function parseContentSha256(text: string): PayloadMode {
  if (/^[\da-f]{64}$/.test(text)) return 'signed'
  if (text === UNSIGNED_PAYLOAD) return 'unsigned'
  if (Object.hasOwn(STREAMING, text)) return STREAMING[text]!
  throw new SignatureError(
    'malformed-content-sha256',
    `x-amz-content-sha256 must be 64 lower-case hex digits, ${UNSIGNED_PAYLOAD} or a STREAMING-… value`,
  )
}
