import { canonicalHeaderLines, type HeaderLines } from '../canonical/headers.ts'
import { sha256 } from '../crypto/backend.ts'
import { invalidArgType } from '../errors.ts'
import { EMPTY_SHA256, UNSIGNED_PAYLOAD, X_AMZ_CONTENT_SHA256 } from '../names.ts'

/**
 * The hash of a body that is there as a whole.
 *
 * @param body Text (its UTF-8 is hashed), bytes, or nothing.
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function hashBody(body: unknown): string {
  if (body === undefined || body === null || body === '') return EMPTY_SHA256
  if (typeof body === 'string') return sha256().hashHex(body)
  if (body instanceof Uint8Array) return sha256().hashHex(body)
  if (body instanceof ArrayBuffer) return sha256().hashHex(new Uint8Array(body))
  if (ArrayBuffer.isView(body)) {
    return sha256().hashHex(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
  }
  throw invalidArgType(
    'body',
    "a string, Uint8Array or ArrayBuffer. To sign a stream, say payload: 'unsigned', or give its hash in an x-amz-content-sha256 header",
    body,
  )
}

/**
 * The last line of the canonical request: the caller's own `x-amz-content-sha256`, the sentinel
 * `UNSIGNED-PAYLOAD`, or the hash of the body.
 */
export function hashPayload(
  headers: HeaderLines,
  body: unknown,
  payload: 'signed' | 'unsigned',
  hash: (body: unknown) => string,
): string {
  const own = headers.get(X_AMZ_CONTENT_SHA256)
  if (own) return canonicalHeaderLines(own)
  return payload === 'unsigned' ? UNSIGNED_PAYLOAD : hash(body)
}
