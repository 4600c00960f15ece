import { invalidArgType, invalidArgValue } from '../errors.ts'

/** A body as it will go on the wire. */
export interface WireBody {
  /** Undefined for no body; a stream is not read. */
  readonly body: string | Uint8Array | ReadableStream | undefined
  readonly isStream: boolean
  /** The type that fetch would add by itself; for FormData it names the boundary. */
  readonly contentType: string | undefined
}

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

const isAsyncIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/**
 * Fixes a body's bytes before they are hashed: what is signed and what is sent are the same, FormData's
 * boundary included.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` for what fetch would turn into `[object Object]`.
 */
export async function fixBody(body: unknown): Promise<WireBody> {
  if (body === undefined || body === null) return { body: undefined, isStream: false, contentType: undefined }
  if (typeof body === 'string') return { body, isStream: false, contentType: 'text/plain;charset=UTF-8' }
  if (body instanceof ArrayBuffer) {
    return { body: new Uint8Array(body), isStream: false, contentType: undefined }
  }
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body
    return { body: new Uint8Array(buffer, byteOffset, byteLength), isStream: false, contentType: undefined }
  }
  const tag = tagOf(body)
  if (tag === 'ReadableStream' || isAsyncIterable(body)) {
    return { body: body as ReadableStream, isStream: true, contentType: undefined }
  }
  if (tag === 'FormData' || tag === 'Blob' || tag === 'File' || tag === 'URLSearchParams') {
    const response = new Response(body as BodyInit)
    const contentType = response.headers.get('content-type') ?? undefined
    return { body: new Uint8Array(await response.arrayBuffer()), isStream: false, contentType }
  }
  throw invalidArgType(
    'body',
    'a string, bytes, Blob, FormData, URLSearchParams or ReadableStream (an object is not turned into JSON)',
    body,
  )
}

/** A stream's hash is not known before it is sent: the caller must say what to sign in its place. */
export function refuseUnhashedStream(): never {
  throw invalidArgValue(
    'body',
    "is a stream, whose hash is not known before it is sent. Say payload: 'unsigned', or give the hash of its bytes in an x-amz-content-sha256 header",
  )
}
