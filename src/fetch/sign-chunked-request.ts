import { checkObject, invalidArgType, invalidArgValue } from '../errors.ts'
import { AWS_CHUNKED, X_AMZ_DECODED_CONTENT_LENGTH, X_AMZ_TRAILER } from '../fields/aws-chunked.ts'
import { X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { type ChunkingOptions, chunkedLength, createChunkEncoder, resolveChunking } from '../sign/chunked.ts'
import { fixBody } from './body.ts'
import { buildRequest, prepareRequest, type SignRequestOptions, signPrepared } from './sign-request.ts'

/** How to sign a request with a body in chunks. */
export interface SignChunkedRequestOptions extends Omit<SignRequestOptions, 'payload'>, ChunkingOptions {
  /** Bytes of the body. Needed where it is a stream; known for all other bodies. */
  readonly decodedContentLength?: number | undefined
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

const CONTENT_LENGTH = 'content-length'
const CONTENT_ENCODING = 'content-encoding'

async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** The body in pieces, and its length where that is known. */
async function chunksOf(body: unknown): Promise<{ chunks: Chunks; length: number | undefined }> {
  if (body instanceof Blob) return { chunks: readStream(body.stream()), length: body.size }
  const fixed = await fixBody(body)
  if (!fixed.isStream) {
    const bytes = typeof fixed.body === 'string' ? new TextEncoder().encode(fixed.body) : fixed.body
    return { chunks: bytes ? [bytes as Uint8Array] : [], length: bytes ? (bytes as Uint8Array).length : 0 }
  }
  const isWebStream = typeof (body as ReadableStream).getReader === 'function'
  return { chunks: isWebStream ? readStream(body as ReadableStream) : (body as Chunks), length: undefined }
}

function checkLength(length: number | undefined, declared: number | undefined): number {
  const known = length ?? declared
  if (known === undefined || !(Number.isSafeInteger(known) && known >= 0)) {
    throw invalidArgValue('decodedContentLength', 'is needed: the number of bytes in the stream')
  }
  if (declared !== undefined && declared !== known) {
    throw invalidArgValue('decodedContentLength', `must be that of the body, which is ${known}`)
  }
  return known
}

/**
 * Signs a request whose body is sent in chunks (`aws-chunked`): the head at once, each chunk as it is sent, so that
 * a body of any size is signed without being read twice or held in memory.
 *
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the body itself
 *   fails where it is not as long as was said.
 * @see "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
 */
export async function signChunkedRequest(
  input: Request | string | URL,
  options: SignChunkedRequestOptions,
): Promise<Request> {
  checkObject('options', options)
  const chunking = resolveChunking(options)
  const {
    decodedContentLength: declared,
    chunkBytes,
    checksum,
    trailers,
    chunkSignatures,
    ...signing
  } = options
  const prepared = prepareRequest(input, signing)
  const { init = {} } = options
  const { chunks, length } = await chunksOf(init.body ?? prepared.request?.body)
  const decodedContentLength = checkLength(length, declared)

  const { headers } = prepared
  const coding = headers.get(CONTENT_ENCODING)
  headers.set(CONTENT_ENCODING, coding ? `${coding},${AWS_CHUNKED}` : AWS_CHUNKED)
  headers.set(X_AMZ_CONTENT_SHA256, chunking.mode.contentSha256)
  headers.set(X_AMZ_DECODED_CONTENT_LENGTH, String(decodedContentLength))
  if (chunking.trailerNames.length > 0) headers.set(X_AMZ_TRAILER, chunking.trailerNames.join(','))
  // Browsers keep this header to themselves: signed and not sent, it would break the signature.
  if (keepsContentLength()) headers.set(CONTENT_LENGTH, String(chunkedLength(chunking, decodedContentLength)))
  else headers.delete(CONTENT_LENGTH)

  const { draft, signature } = await signPrepared(prepared, null)
  const encoder = createChunkEncoder(chunking, draft.signing, signature)
  const body = encodeStream(chunks, encoder, decodedContentLength)
  const sent = { ...init, method: prepared.method, headers, body, duplex: 'half' as const }
  return buildRequest(prepared.request, prepared.url, sent)
}

function keepsContentLength(): boolean {
  const { headers } = new Request('https://a.example/', { headers: { [CONTENT_LENGTH]: '0' } })
  return headers.has(CONTENT_LENGTH)
}

/** The encoded body, made as it is asked for. */
function encodeStream(
  chunks: Chunks,
  encoder: ReturnType<typeof createChunkEncoder>,
  decodedContentLength: number,
): ReadableStream<Uint8Array> {
  let left = decodedContentLength
  async function* encode(): AsyncGenerator<Uint8Array> {
    const frames: Uint8Array[] = []
    const emit = (frame: Uint8Array) => void frames.push(frame)
    for await (const bytes of chunks) {
      if (!(bytes instanceof Uint8Array)) throw invalidArgType('a chunk of the body', 'a Uint8Array', bytes)
      left -= bytes.length
      if (left < 0)
        throw invalidArgValue('the body', `is longer than the ${decodedContentLength} bytes that were said`)
      await encoder.push(bytes, emit)
      yield* frames.splice(0)
    }
    if (left > 0) throw invalidArgValue('the body', `is ${left} bytes shorter than was said`)
    await encoder.finish(emit)
    yield* frames
  }
  const frames = encode()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await frames.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
