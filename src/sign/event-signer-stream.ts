import { checkObject, invalidArgType, invalidArgValue } from '../errors.ts'
import { checkPriorSignature, EventSigner, type EventSigningOptions } from './event.ts'

/** Whose key signs a stream of events, and what it follows. */
export interface EventSignerStreamOptions extends EventSigningOptions {
  /** The signature of the request, from its Authorization header or its presigned URL. */
  readonly seedSignature: string
  /** Milliseconds since the epoch, asked for each event. Default: the clock. */
  readonly now?: (() => number) | undefined
}

/**
 * Signs messages as they come, each chained to the one before. A chunk that is written is one message, as
 * `encodeMessage` gives it. At the end it sends the empty event that closes the stream.
 */
export class EventSignerStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: EventSignerStreamOptions) {
    checkObject('options', options)
    const { seedSignature, now = Date.now, ...signing } = options
    checkPriorSignature('seedSignature', seedSignature)
    if (typeof now !== 'function') throw invalidArgType('now', 'a function', now)
    let latest = now()
    const signer = new EventSigner(signing, latest)
    let priorSignature = seedSignature
    const sign = (payload: Uint8Array): Uint8Array => {
      // Verifiers refuse an event that is older than the one before it: a clock that is set back stands still.
      latest = Math.max(latest, now())
      const { message, signature } = signer.sign(payload, priorSignature, latest)
      priorSignature = signature
      return message
    }
    super({
      transform(payload, controller) {
        if (payload?.length === 0)
          throw invalidArgValue('a message', 'must not be empty: that closes the stream')
        controller.enqueue(sign(payload))
      },
      flush(controller) {
        controller.enqueue(sign(new Uint8Array(0)))
      },
    })
  }
}
