import { invalidArgType } from '../../errors.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedBodySource } from '../received.ts'

/** What we look at of a Node stream, and of an incoming message among them. */
interface NodeStream extends AsyncIterable<Uint8Array> {
  readonly readableDidRead?: boolean
  readonly readableEnded?: boolean
  readonly httpVersionMajor?: number
  readonly headers?: Readonly<Record<string, unknown>>
  iterator?(options: { destroyOnReturn: false }): AsyncIterable<Uint8Array>
}

const RAW_BODY = 'raw bytes, a ReadableStream or an async iterable of bytes'

const isWebStream = (source: object): source is ReadableStream<Uint8Array> =>
  typeof (source as ReadableStream).getReader === 'function'

/** An HTTP/1.1 message without these headers has no body (RFC 9112, 6.3): nothing needs to be waited for. */
function hasNoBody({ httpVersionMajor, headers }: NodeStream): boolean {
  return (
    httpVersionMajor === 1 &&
    headers !== undefined &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  )
}

/**
 * Somebody read the body before: what is signed of it cannot be checked, and what the application reads elsewhere
 * must not pass for proved.
 */
export function alreadyRead(): SignatureError {
  return new SignatureError(
    'body-already-read',
    'The body was read before it was verified: give the verifier the request before any body parser or other middleware reads it',
  )
}

/**
 * The source of a body, if there is one, and unread.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @throws {SignatureError} `body-already-read`
 */
export function unreadSource(source: ReceivedBodySource | undefined): ReceivedBodySource {
  if (source === undefined || source === null) return null
  if (typeof source !== 'object') {
    throw invalidArgType('body', RAW_BODY, source)
  }
  if (source instanceof Uint8Array) return source
  if (isWebStream(source)) {
    if (source.locked) throw alreadyRead()
    return source
  }
  const node = source as NodeStream
  if (hasNoBody(node)) return null
  if (node.readableDidRead || node.readableEnded) throw alreadyRead()
  if (typeof node[Symbol.asyncIterator] === 'function') return source
  throw invalidArgType('body', RAW_BODY, source)
}

/** A source that is being read. */
export interface OpenSource {
  readonly pieces: AsyncIterable<Uint8Array>
  /** Stops reading, even in the middle of a read that waits for the source. */
  cancel(): void
}

async function* readWebStream(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isDone = false
  try {
    while (true) {
      const result = await reader.read()
      isDone = result.done
      if (result.done) return
      yield result.value
    }
  } finally {
    // Not waited for: a refusal must not hang on a source that takes its time.
    if (!isDone) reader.cancel().catch(() => undefined)
  }
}

async function* readOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const nothing = (): void => undefined

/** Begins to read. */
export function openSource(source: Exclude<ReceivedBodySource, null>): OpenSource {
  if (source instanceof Uint8Array) return { pieces: readOnce(source), cancel: nothing }
  if (isWebStream(source)) {
    const reader = source.getReader()
    return { pieces: readWebStream(reader), cancel: () => void reader.cancel().catch(nothing) }
  }
  const node = source as NodeStream
  // A Node stream that is left early is destroyed, and with it the socket that the refusal should go out on.
  const pieces = typeof node.iterator === 'function' ? node.iterator({ destroyOnReturn: false }) : node
  return { pieces, cancel: nothing }
}
