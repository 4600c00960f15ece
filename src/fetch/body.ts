import { isNative } from '../crypto/backend.ts'
import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { hashBody, wholeBody } from '../sign/payload.ts'

/** A body as it will go on the wire. */
export interface WireBody {
  readonly body: string | Uint8Array | ReadableStream | undefined
  /** A stream is passed on unread. */
  readonly isStream: boolean
  /** The type that fetch would add by itself; for FormData it names the boundary. */
  readonly contentType?: string | null
}

/**
 * Fixes a body's bytes before they are hashed: what is signed and what is sent are the same, FormData's
 * boundary included.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` for what fetch would turn into `[object Object]`.
 */
export async function fixBody(body: unknown): Promise<WireBody> {
  if (body === undefined || body === null) return { body: undefined, isStream: false }
  const tag: string = Object.prototype.toString.call(body)
  if (/FormData|Blob|File|URLSearchParams/.test(tag)) {
    const response = new Response(body as BodyInit)
    return {
      body: new Uint8Array(await response.arrayBuffer()),
      isStream: false,
      contentType: response.headers.get('content-type'),
    }
  }
  if (tag === '[object ReadableStream]' || Symbol.asyncIterator in Object(body)) {
    return { body: body as ReadableStream, isStream: true }
  }
  return {
    body: wholeBody(body),
    isStream: false,
    contentType: typeof body === 'string' ? 'text/plain;charset=UTF-8' : null,
  }
}

/** From here on WebCrypto, which hashes asynchronously, beats hashing in JavaScript. */
const WEBCRYPTO_FROM_BYTES = 65_536

/** How to hash this body: a large one, where nothing native does it at once, is hashed by WebCrypto beforehand. */
export async function bodyHasher(body: unknown): Promise<(body: unknown) => string> {
  const subtle = isNative() ? undefined : globalThis.crypto?.subtle
  const bytes = subtle && typeof body === 'string' ? encodeUtf8(body) : body
  if (!subtle || !(bytes instanceof Uint8Array) || bytes.length < WEBCRYPTO_FROM_BYTES) return hashBody
  const hex = encodeHex(new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
  return () => hex
}
