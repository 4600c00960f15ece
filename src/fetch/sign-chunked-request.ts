import { invalidArgType, invalidArgValue, type OptionNames } from '../errors.ts'
import { AWS_CHUNKED, X_AMZ_DECODED_CONTENT_LENGTH, X_AMZ_TRAILER } from '../fields/aws-chunked.ts'
import { CONTENT_LENGTH, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { type ChunkingOptions, chunkedLength, createChunkEncoder, resolveChunking } from '../sign/chunked.ts'
import { untilAborted } from './abort.ts'
import { fixBody } from './body.ts'
import { buildRequest, readOutgoing, signalOf } from './outgoing.ts'
import { checkFetchOptions, type SignRequestOptions, signOutgoing } from './sign-request.ts'
import { sendsStreamLength } from './stream-support.ts'

/** How to sign a request with a body in chunks. */
export interface SignChunkedRequestOptions extends Omit<SignRequestOptions, 'payload'>, ChunkingOptions {
  /** Bytes of the body. Needed where it is a stream; known for all other bodies. */
  readonly decodedContentLength?: number | undefined
}

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

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

const SIGN_CHUNKED_REQUEST_OPTIONS: OptionNames<SignChunkedRequestOptions> = {
  credentials: true,
  service: true,
  region: true,
  algorithm: true,
  signingDate: true,
  signHeaders: true,
  excludeHeaders: true,
  profile: true,
  keyCache: true,
  init: true,
  chunkBytes: true,
  checksum: true,
  trailers: true,
  chunkSignatures: true,
  decodedContentLength: true,
}

/**
 * Signs a request whose body is sent in chunks (`aws-chunked`): the head at once, each chunk as it is sent, so that
 * a body of any size is signed without being read twice or held in memory.
 *
 * `content-length` is signed where fetch sends it with a stream, which Node does. Give a signal to fetch once more when
 * you send, `fetch(request, { signal })`: see {@link signRequest}.
 *
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, also where this
 *   runtime's fetch cannot send a stream; the body itself fails where it is not as long as was said. With the signal's
 *   reason once that aborts, and with what a credential provider rejects with.
 * @see "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
 * @example
 * ```ts
 * import { signChunkedRequest } from 'countersign/chunked'
 *
 * const request = await signChunkedRequest('https://photos.s3.eu-west-1.amazonaws.com/cat.jpg', {
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
 *   service: 's3',
 *   region: 'eu-west-1',
 *   checksum: 'crc32',
 *   decodedContentLength: 3,
 *   init: { method: 'PUT', body: new Blob(['cat']).stream() },
 * })
 * console.log(request.headers.get('content-length'))
 * ```
 */
export async function signChunkedRequest(
  input: Request | string | URL,
  options: SignChunkedRequestOptions,
): Promise<Request> {
  checkFetchOptions('signChunkedRequest', options, SIGN_CHUNKED_REQUEST_OPTIONS)
  const { init = {} } = options
  return untilAborted(signalOf(input, init), () => signChunks(input, init, options))
}

async function signChunks(
  input: Request | string | URL,
  init: RequestInit,
  options: SignChunkedRequestOptions,
): Promise<Request> {
  const chunking = resolveChunking(options)
  const outgoing = readOutgoing(input, init, sendsStreamLength() ? options : withoutLength(options))
  const { chunks, length } = await chunksOf(init.body ?? outgoing.source?.body)
  const decodedContentLength = checkLength(length, options.decodedContentLength)

  const { headers } = outgoing
  const coding = headers.get(CONTENT_ENCODING)
  const encodedLength = chunkedLength(chunking, decodedContentLength)
  headers.set(CONTENT_ENCODING, coding ? `${coding},${AWS_CHUNKED}` : AWS_CHUNKED)
  headers.set(CONTENT_LENGTH, String(encodedLength))
  headers.set(X_AMZ_CONTENT_SHA256, chunking.mode.contentSha256)
  headers.set(X_AMZ_DECODED_CONTENT_LENGTH, String(decodedContentLength))
  if (chunking.trailerNames.length > 0) headers.set(X_AMZ_TRAILER, chunking.trailerNames.join(','))

  const { signing, signature } = await signOutgoing(outgoing, undefined)
  const encoder = createChunkEncoder(chunking, signing, signature)
  const body = withLength(encodeStream(chunks, encoder, decodedContentLength), encodedLength)
  return buildRequest(outgoing, { body, isStream: true })
}

const withoutLength = (options: SignChunkedRequestOptions): SignChunkedRequestOptions => ({
  ...options,
  excludeHeaders: [...(options.excludeHeaders ?? []), CONTENT_LENGTH],
})

/** A stream that the runtime sends with its length, where it has such streams: workerd knows lengths by no header. */
function withLength(stream: ReadableStream<Uint8Array>, length: number): ReadableStream<Uint8Array> {
  const { FixedLengthStream } = globalThis as {
    FixedLengthStream?: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>
  }
  return FixedLengthStream ? stream.pipeThrough(new FixedLengthStream(length)) : stream
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
