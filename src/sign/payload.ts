import { canonicalHeaderLines } from '../canonical/headers.ts'
import { sha256 } from '../crypto/backend.ts'
import { invalidArgType } from '../errors.ts'
import { EMPTY_SHA256, UNSIGNED_PAYLOAD, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import type { CheckedParts } from './request-parts.ts'

/**
 * A body that is there as a whole: text (which stands for its UTF-8), or bytes.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function wholeBody(body: unknown): string | Uint8Array {
  if (body === undefined || body === null) return ''
  if (typeof body === 'string') return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  throw invalidArgType(
    'body',
    "text or bytes; for a stream say payload: 'unsigned' or send an x-amz-content-sha256 header",
    body,
  )
}

/**
 * The hash of a body that is there as a whole.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function hashBody(body: unknown): string {
  const whole = wholeBody(body)
  return whole.length === 0 ? EMPTY_SHA256 : sha256().hashHex(whole)
}

/**
 * The last line of the canonical request: the caller's own `x-amz-content-sha256`, the sentinel
 * `UNSIGNED-PAYLOAD`, or the hash of the body.
 */
export function hashPayload(
  { headers, body }: Pick<CheckedParts, 'headers' | 'body'>,
  payload: 'signed' | 'unsigned',
  hash: (body: unknown) => string,
): string {
  const own = headers.get(X_AMZ_CONTENT_SHA256)
  if (own) return canonicalHeaderLines(own)
  return payload === 'unsigned' ? UNSIGNED_PAYLOAD : hash(body)
}
