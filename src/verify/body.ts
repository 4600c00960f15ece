import { sha256 } from '../crypto/backend.ts'
import { incrementalSha256 } from '../crypto/incremental.ts'
import { equalConstantTime } from '../encoding/equal.ts'
import { invalidArgType } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import type { ReceivedBodySource } from './received.ts'

async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  let done = false
  try {
    while (true) {
      const result = await reader.read()
      done = result.done
      if (result.done) return
      yield result.value
    }
  } finally {
    if (!done) await reader.cancel().catch(() => undefined)
  }
}

async function* readOnce(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function chunksOf(source: NonNullable<ReceivedBodySource>): AsyncIterable<Uint8Array> {
  if (source instanceof Uint8Array) return readOnce(source)
  if (typeof source !== 'object')
    throw invalidArgType('body', 'bytes, a ReadableStream or an async iterable of bytes', source)
  if (typeof (source as ReadableStream).getReader === 'function') return readStream(source as ReadableStream)
  // A Node stream that is left early is destroyed, and with it the socket that the refusal should go out on.
  const { iterator } = source as { iterator?(options: { destroyOnReturn: false }): AsyncIterable<Uint8Array> }
  if (typeof iterator === 'function') return iterator.call(source, { destroyOnReturn: false })
  if (typeof (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator] === 'function')
    return source as AsyncIterable<Uint8Array>
  throw invalidArgType('body', 'bytes, a ReadableStream or an async iterable of bytes', source)
}

/** A body that arrived and is not checked yet. Read at most once, and never beyond the limit. */
export class ReceivedBody {
  readonly #source: ReceivedBodySource
  readonly #maxBytes: number
  #buffered: Promise<Uint8Array> | undefined

  constructor(source: ReceivedBodySource | undefined, maxBytes: number, declaredLength: string | undefined) {
    this.#source = source ?? null
    this.#maxBytes = maxBytes
    if (declaredLength !== undefined && Number(declaredLength) > maxBytes) throw this.#tooLarge()
  }

  #tooLarge(): SignatureError {
    return new SignatureError('body-too-large', `The body is larger than ${this.#maxBytes} bytes`, {
      details: { maxBodyBytes: this.#maxBytes },
    })
  }

  /** Whether a body came at all. */
  get isPresent(): boolean {
    return this.#source !== null
  }

  /** The body as it comes, within the limit. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.#source === null) return
    let total = 0
    for await (const chunk of chunksOf(this.#source)) {
      if (!(chunk instanceof Uint8Array)) throw invalidArgType('a chunk of the body', 'a Uint8Array', chunk)
      total += chunk.length
      if (total > this.#maxBytes) throw this.#tooLarge()
      if (chunk.length > 0) yield chunk
    }
  }

  /** The whole body. */
  bytes(): Promise<Uint8Array> {
    this.#buffered ??= this.#buffer()
    return this.#buffered
  }

  async #buffer(): Promise<Uint8Array> {
    const source = this.#source
    if (source instanceof Uint8Array) {
      if (source.length > this.#maxBytes) throw this.#tooLarge()
      return source
    }
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of this.chunks()) {
      chunks.push(chunk)
      length += chunk.length
    }
    if (chunks.length === 1) return chunks[0]!
    const bytes = new Uint8Array(length)
    let at = 0
    for (const chunk of chunks) {
      bytes.set(chunk, at)
      at += chunk.length
    }
    return bytes
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
   * where it does not.
   */
  checkedStream(
    contentSha256: string | undefined,
    onError: (error: unknown) => unknown,
  ): ReadableStream<Uint8Array> {
    const chunks = this.#buffered === undefined ? this.chunks() : this.#replay()
    const hash = incrementalSha256()
    let heldBack: Uint8Array | undefined
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            while (true) {
              const { done, value } = await chunks.next()
              if (done) {
                if (contentSha256 !== undefined) checkHash(contentSha256, hash.digestHex())
                if (heldBack) controller.enqueue(heldBack)
                controller.close()
                return
              }
              if (contentSha256 !== undefined) hash.update(value)
              const ready = heldBack
              heldBack = value
              if (ready) {
                controller.enqueue(ready)
                return
              }
            }
          } catch (error) {
            heldBack = undefined
            controller.error(onError(error))
          }
        },
        async cancel() {
          await chunks.return(undefined)
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

function checkHash(contentSha256: string, received: string): void {
  if (equalConstantTime(contentSha256, received)) return
  throw new SignatureError('payload-mismatch', 'The body is not the one that was signed', {
    details: { contentSha256Claimed: contentSha256, contentSha256Received: received },
  })
}
