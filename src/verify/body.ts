import { sha256 } from '../crypto/backend.ts'
import { incrementalSha256 } from '../crypto/incremental.ts'
import { concatBytes } from '../encoding/concat.ts'
import { equalConstantTime } from '../encoding/equal.ts'
import { invalidArgType } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedBodySource } from './received.ts'

async function* readStream(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  let done = false
  try {
    while (true) {
      const result = await reader.read()
      done = result.done
      if (result.done) return
      yield result.value
    }
  } finally {
    // Not waited for: a refusal must not hang on a source that takes its time.
    if (!done) reader.cancel().catch(() => undefined)
  }
}

async function* readOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function chunksOf(source: Exclude<ReceivedBodySource, ReadableStream | null>): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) return readOnce(source)
  if (typeof source !== 'object')
    throw invalidArgType('body', 'bytes, a ReadableStream or an async iterable of bytes', source)
  // A Node stream that is left early is destroyed, and with it the socket that the refusal should go out on.
  const { iterator } = source as { iterator?(options: { destroyOnReturn: false }): AsyncIterable<Uint8Array> }
  if (typeof iterator === 'function') return iterator.call(source, { destroyOnReturn: false })
  if (typeof (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator] === 'function')
    return source as AsyncIterable<Uint8Array>
  throw invalidArgType('body', 'bytes, a ReadableStream or an async iterable of bytes', source)
}

/** What is held in memory of a body that streams, and has to be hashed before its signature can be checked. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

/** The limits of a body that the policy sets. */
export function bodyLimits(policy: VerifierPolicy): { maxBytes: number; maxBufferedBytes: number } {
  const { body, maxBodyBytes } = policy
  return { maxBytes: maxBodyBytes, maxBufferedBytes: body === 'stream' ? MAX_BUFFERED_BYTES : maxBodyBytes }
}

/** A body that arrived and is not checked yet. Read at most once, and never beyond the limit. */
export class ReceivedBody {
  readonly #source: ReceivedBodySource
  readonly #maxBytes: number
  readonly #maxBufferedBytes: number
  readonly #upstream: ReceivedBody | undefined
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  #buffered: Promise<Uint8Array> | undefined

  /**
   * @param limits.maxBufferedBytes As much is held in memory at once.
   * @param upstream What the decoder that is `source` reads from: cancelled with it.
   */
  constructor(
    source: ReceivedBodySource | undefined,
    limits: { readonly maxBytes: number; readonly maxBufferedBytes: number },
    declaredLength?: string,
    upstream?: ReceivedBody,
  ) {
    this.#source = source ?? null
    this.#maxBytes = limits.maxBytes
    this.#maxBufferedBytes = Math.min(limits.maxBytes, limits.maxBufferedBytes)
    this.#upstream = upstream
    if (declaredLength !== undefined && Number(declaredLength) > this.#maxBytes)
      throw tooLarge(this.#maxBytes)
  }

  #open(): AsyncIterable<Uint8Array> {
    const source = this.#source!
    if (typeof (source as ReadableStream).getReader !== 'function') {
      return chunksOf(source as Exclude<ReceivedBodySource, ReadableStream | null>)
    }
    this.#reader = (source as ReadableStream<Uint8Array>).getReader()
    return readStream(this.#reader)
  }

  /** Stops reading, even in the middle of a read that is waiting for its source. */
  #cancel(): void {
    if (this.#upstream) this.#upstream.#cancel()
    this.#reader?.cancel().catch(() => undefined)
  }

  /** Whether a body came at all. */
  get isPresent(): boolean {
    return this.#source !== null
  }

  /** The body as it comes, within the limit. */
  async *chunks(maxBytes: number = this.#maxBytes): AsyncGenerator<Uint8Array> {
    if (this.#source === null) return
    let total = 0
    for await (const chunk of this.#open()) {
      if (!(chunk instanceof Uint8Array)) throw invalidArgType('a chunk of the body', 'a Uint8Array', chunk)
      total += chunk.length
      if (total > maxBytes) throw tooLarge(maxBytes)
      if (chunk.length > 0) yield chunk
    }
  }

  /** Whether no byte came. If one did, the body cannot be read any more, unless it is in memory. */
  async isEmpty(): Promise<boolean> {
    if (this.#buffered) return (await this.#buffered).length === 0
    for await (const _ of this.chunks()) return false
    this.#buffered = Promise.resolve(new Uint8Array(0))
    return true
  }

  /** The whole body. */
  bytes(): Promise<Uint8Array> {
    this.#buffered ??= this.#buffer()
    return this.#buffered
  }

  async #buffer(): Promise<Uint8Array> {
    const source = this.#source
    if (source instanceof Uint8Array) {
      if (source.length > this.#maxBytes) throw tooLarge(this.#maxBytes)
      return source
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of this.chunks(this.#maxBufferedBytes)) {
      // A copy: the source may use its buffer again.
      chunks.push(new Uint8Array(chunk))
    }
    return chunks.length === 1 ? chunks[0]! : concatBytes(chunks)
  }

  async hashHex(): Promise<string> {
    return sha256().hashHex(await this.bytes())
  }

  /**
   * Rule 11, buffered: the body is checked before anybody sees it.
   *
   * @param contentSha256 The hash it must have; undefined where there is none to check.
   * @returns null where no body came.
   * @throws {SignatureError} `payload-mismatch`, `body-too-large`
   */
  async checkedBytes(contentSha256: string | undefined): Promise<Uint8Array | null> {
    if (contentSha256 !== undefined) checkHash(contentSha256, await this.hashHex())
    return this.isPresent ? this.bytes() : null
  }

  /**
   * Rule 11, streaming: the last bytes are held back until the hash holds, and an error comes in their place
   * where it does not. Where there is no hash, the decoder that is the source has proved what comes.
   */
  checkedStream(
    contentSha256: string | undefined,
    onError: (error: unknown) => unknown,
  ): ReadableStream<Uint8Array> {
    const unchecked = this.#buffered === undefined ? this.chunks() : this.#replay()
    const chunks = contentSha256 === undefined ? unchecked : holdBack(unchecked, contentSha256)
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const { done, value } = await chunks.next()
            if (done) controller.close()
            else controller.enqueue(value)
          } catch (error) {
            controller.error(onError(error))
          }
        },
        cancel: () => {
          this.#cancel()
          chunks.return(undefined).catch(() => undefined)
        },
      },
      { highWaterMark: 0 },
    )
  }

  async *#replay(): AsyncGenerator<Uint8Array> {
    const bytes = await this.bytes()
    if (bytes.length > 0) yield bytes
  }
}

/** Each chunk comes when the next is there, and the last when the hash holds. */
async function* holdBack(
  chunks: AsyncIterable<Uint8Array>,
  contentSha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = incrementalSha256()
  let heldBack: Uint8Array | undefined
  for await (const chunk of chunks) {
    hash.update(chunk)
    const ready = heldBack
    // A copy: the source may use its buffer again.
    heldBack = new Uint8Array(chunk)
    if (ready) yield ready
  }
  checkHash(contentSha256, hash.digestHex())
  if (heldBack) yield heldBack
}

export function tooLarge(maxBodyBytes: number): SignatureError {
  return new SignatureError('body-too-large', `The body is larger than ${maxBodyBytes} bytes`, {
    details: { maxBodyBytes },
  })
}

function checkHash(contentSha256: string, received: string): void {
  if (equalConstantTime(contentSha256, received)) return
  throw new SignatureError('payload-mismatch', 'The body is not the one that was signed', {
    details: { contentSha256Claimed: contentSha256, contentSha256Received: received },
  })
}
