import { EVENT_PRELUDE_BYTES, readEventPrelude } from '../../fields/event-message.ts'
import { SIGNED_EVENT_HEADERS_BYTES } from '../../fields/signed-event.ts'
import { SignatureError } from '../../signature-error.ts'

const malformed = (message: string): SignatureError => new SignatureError('malformed-event', message)

/** Puts signed events together from bytes that come in pieces. Holds one at most. */
export class EventFrames {
  readonly #maxMessageBytes: number
  /** The prelude, then the whole message. */
  #frame: Uint8Array = new Uint8Array(EVENT_PRELUDE_BYTES)
  #filled = 0

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes
  }

  /** Whether a message has begun, and not ended. */
  get isWithin(): boolean {
    return this.#filled > 0
  }

  /**
   * @returns How many bytes were taken, and the message once it is whole.
   * @throws {SignatureError} `malformed-event`
   */
  take(bytes: Uint8Array, from: number): { taken: number; message: Uint8Array | undefined } {
    const frame = this.#frame
    const piece = bytes.subarray(from, from + frame.length - this.#filled)
    frame.set(piece, this.#filled)
    this.#filled += piece.length
    if (this.#filled < frame.length) return { taken: piece.length, message: undefined }
    if (frame.length === EVENT_PRELUDE_BYTES) {
      this.#makeRoom(frame)
      return { taken: piece.length, message: undefined }
    }
    this.#frame = new Uint8Array(EVENT_PRELUDE_BYTES)
    this.#filled = 0
    return { taken: piece.length, message: frame }
  }

  /** For the rest of the message; before that, what its prelude tells of it is held to the limits. */
  #makeRoom(prelude: Uint8Array): void {
    const { totalBytes, headersBytes } = readEventPrelude(prelude)
    if (headersBytes !== SIGNED_EVENT_HEADERS_BYTES) {
      throw malformed('A signed event must have a date and a signature, and no other header')
    }
    if (totalBytes > this.#maxMessageBytes)
      throw malformed(`A message may have ${this.#maxMessageBytes} bytes`)
    this.#frame = new Uint8Array(totalBytes)
    this.#frame.set(prelude)
  }
}
