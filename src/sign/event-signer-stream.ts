import { checkOptions, checkText, invalidArgType, invalidArgValue, type OptionNames } from '../errors.ts'
import { EVENT_SIGNATURE, EventSigner, type EventSigningOptions } from './event.ts'

/** Whose key signs a stream of events, and what it follows. */
export interface EventSignerStreamOptions extends EventSigningOptions {
  /** The signature of the request, as `seedSignatureOf` reads it. 64 lower-case hex digits. */
  readonly seedSignature: string
  /** Milliseconds since the epoch, asked for each event. Default: the clock. */
  readonly now?: (() => number) | undefined
}

const EVENT_SIGNER_STREAM_OPTIONS: OptionNames<EventSignerStreamOptions> = {
  credentials: true,
  service: true,
  region: true,
  algorithm: true,
  signHeaders: true,
  excludeHeaders: true,
  profile: true,
  keyCache: true,
  seedSignature: true,
  now: true,
}

/** Events that follow one another: each is signed over the signature of the one before. */
class EventChain {
  readonly #signer: EventSigner
  readonly #now: () => number
  #priorSignature: string
  #latestMilliseconds: number

  constructor({ seedSignature, now = Date.now, ...signing }: EventSignerStreamOptions) {
    checkText('seedSignature', seedSignature, EVENT_SIGNATURE)
    if (typeof now !== 'function') throw invalidArgType('now', 'a function', now)
    this.#now = now
    this.#priorSignature = seedSignature
    this.#latestMilliseconds = now()
    this.#signer = new EventSigner(signing, this.#latestMilliseconds)
  }

  /** The next event, as it goes on the wire. */
  sign(payload: Uint8Array): Uint8Array {
    // Verifiers refuse an event that is older than the one before it: a clock that is set back stands still.
    this.#latestMilliseconds = Math.max(this.#latestMilliseconds, this.#now())
    const event = this.#signer.sign(payload, this.#priorSignature, this.#latestMilliseconds)
    this.#priorSignature = event.signature
    return event.message
  }
}

/**
 * Signs messages as they come, each chained to the one before. A chunk that is written is one message, as
 * `encodeMessage` gives it. At the end it sends the empty event that closes the stream. SigV4 only.
 *
 * @example
 * ```ts
 * import { EventSignerStream, encodeMessage } from 'countersign/event-stream'
 *
 * const events = new EventSignerStream({
 *   seedSignature: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *   service: 'transcribe',
 *   region: 'us-east-1',
 * })
 * const message = encodeMessage({ headers: {}, body: new TextEncoder().encode('Hello') })
 * const body = new Blob([message]).stream().pipeThrough(events)
 * console.log((await new Response(body).arrayBuffer()).byteLength) // 187
 * ```
 */
export class EventSignerStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; what is
   *   written ends the stream with the same where it is no message.
   */
  constructor(options: EventSignerStreamOptions) {
    checkOptions('EventSignerStream', options, EVENT_SIGNER_STREAM_OPTIONS)
    const chain = new EventChain(options)
    super({
      transform(message, controller) {
        if (message?.length === 0)
          throw invalidArgValue('a message', 'must not be empty: that closes the stream')
        controller.enqueue(chain.sign(message))
      },
      flush(controller) {
        controller.enqueue(chain.sign(new Uint8Array(0)))
      },
    })
  }
}
