import type { HeaderLines } from '../../canonical/headers.ts'
import { sha256 } from '../../crypto/backend.ts'
import { invalidArgType } from '../../errors.ts'
import { andThen, type MaybePromise } from '../../maybe-promise.ts'
import { SignatureError } from '../../signature-error.ts'
import { headerValue } from '../context.ts'
import type { ReceivedBodySource } from '../received.ts'
import type { VerifierSettings } from '../settings.ts'
import { CollectedBytes } from './collected-bytes.ts'
import { type OpenSource, openSource, unreadSource } from './source.ts'

/** What is held in memory of a body that streams, and has to be hashed before its signature can be checked. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024

/** How much of a body is taken. */
export interface BodyLimits {
  readonly maxBytes: number
  /** As much is held in memory at once. */
  readonly maxBufferedBytes: number
}

export const UNLIMITED: BodyLimits = {
  maxBytes: Number.POSITIVE_INFINITY,
  maxBufferedBytes: Number.POSITIVE_INFINITY,
}

export function bodyLimits({ body, maxBodyBytes }: VerifierSettings): BodyLimits {
  return {
    maxBytes: maxBodyBytes,
    maxBufferedBytes: body === 'stream' ? Math.min(MAX_BUFFERED_BYTES, maxBodyBytes) : maxBodyBytes,
  }
}

export function tooLarge(maxBodyBytes: number): SignatureError {
  return new SignatureError('body-too-large', `The body is larger than ${maxBodyBytes} bytes`, {
    details: { maxBodyBytes },
  })
}

/** What the head of a request says of the length of its body. */
interface Announced {
  readonly isAnnounced: boolean
  /** NaN where it is not said, or not in digits. */
  readonly bytes: number
}

function readAnnounced(headers: HeaderLines): Announced {
  const text = headerValue(headers, 'content-length')
  const bytes = text === undefined ? Number.NaN : Number(text)
  return { bytes, isAnnounced: headers.has('transfer-encoding') || (text !== undefined && bytes !== 0) }
}

const NOT_ANNOUNCED: Announced = { isAnnounced: false, bytes: Number.NaN }

/** A body that arrived and is not checked yet. Read at most once, and never beyond the limit. */
export class ReceivedBody {
  readonly #source: ReceivedBodySource
  readonly #limits: BodyLimits
  readonly #announced: Announced
  #open: OpenSource | undefined
  #buffered: MaybePromise<Uint8Array> | undefined

  private constructor(source: ReceivedBodySource, limits: BodyLimits, announced: Announced) {
    this.#source = source
    this.#limits = limits
    this.#announced = announced
  }

  /**
   * The body on the wire.
   *
   * @throws {SignatureError} `body-too-large`, `body-already-read`, `incomplete-body`
   */
  static arrived(
    source: ReceivedBodySource | undefined,
    headers: HeaderLines,
    limits: BodyLimits,
  ): ReceivedBody {
    const announced = readAnnounced(headers)
    if (announced.bytes > limits.maxBytes) throw tooLarge(limits.maxBytes)
    const body = new ReceivedBody(unreadSource(source), limits, announced)
    if (!body.isPresent) body.#checkArrived(0)
    return body
  }

  /** What a decoder makes of a body; it cancels that body if it is cancelled itself. */
  static decoded(pieces: AsyncIterable<Uint8Array>, from: ReceivedBody, limits: BodyLimits): ReceivedBody {
    const body = new ReceivedBody(pieces, limits, NOT_ANNOUNCED)
    body.#open = { pieces, cancel: () => from.cancel() }
    return body
  }

  /** A body that was announced, and is not there, was read by somebody else: it must not pass for none. */
  #checkArrived(total: number): void {
    const { isAnnounced, bytes } = this.#announced
    if (!isAnnounced || (total > 0 && !(total < bytes))) return
    const arrived = total === 0 ? 'none of it arrived' : `only ${total} of ${bytes} bytes arrived`
    throw new SignatureError(
      'incomplete-body',
      `The request announces a body, and ${arrived}: give the verifier the unread body, before any body parser`,
    )
  }

  /** Whether a body came at all. */
  get isPresent(): boolean {
    return this.#source !== null
  }

  /** Stops reading, even in the middle of a read that is waiting for its source. */
  cancel(): void {
    this.#open?.cancel()
  }

  /** The body as it comes, within the limit. */
  async *pieces(maxBytes: number = this.#limits.maxBytes): AsyncGenerator<Uint8Array> {
    if (this.#buffered) {
      const bytes = await this.#buffered
      if (bytes.length > 0) yield bytes
      return
    }
    if (this.#source === null) return
    this.#open ??= openSource(this.#source)
    let total = 0
    for await (const piece of this.#open.pieces) {
      if (!(piece instanceof Uint8Array)) throw invalidArgType('a chunk of the body', 'a Uint8Array', piece)
      total += piece.length
      if (total > maxBytes) throw tooLarge(maxBytes)
      if (piece.length > 0) yield piece
    }
    this.#checkArrived(total)
  }

  /** Whether no byte came. If one did, the body cannot be read any more, unless it is in memory. */
  isEmpty(): MaybePromise<boolean> {
    const source = this.#source
    if (source === null) return true
    return source instanceof Uint8Array ? source.length === 0 : this.#hasNoPiece()
  }

  async #hasNoPiece(): Promise<boolean> {
    for await (const _ of this.pieces()) return false
    this.#buffered ??= new Uint8Array(0)
    return true
  }

  /** The whole body: at once where it is there at once. */
  bytes(): MaybePromise<Uint8Array> {
    this.#buffered ??= this.#source instanceof Uint8Array ? this.#checked(this.#source) : this.#buffer()
    return this.#buffered
  }

  #checked(bytes: Uint8Array): Uint8Array {
    if (bytes.length > this.#limits.maxBytes) throw tooLarge(this.#limits.maxBytes)
    this.#checkArrived(bytes.length)
    return bytes
  }

  async #buffer(): Promise<Uint8Array> {
    const collected = new CollectedBytes()
    for await (const piece of this.pieces(this.#limits.maxBufferedBytes)) collected.add(piece)
    return collected.bytes()
  }

  /** Of the whole body, in lower-case hex. */
  hashHex(): MaybePromise<string> {
    return andThen(this.bytes(), (bytes) => sha256().hashHex(bytes))
  }
}
