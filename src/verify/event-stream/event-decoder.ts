import type { StringVerifier } from '../../algorithms/algorithm.ts'
import { buildEventStringToSign } from '../../canonical/event-string-to-sign.ts'
import { invalidArgValue } from '../../errors.ts'
import { formatAmzDate, parseAmzDate } from '../../fields/amz-date.ts'
import { type Credential, formatCredentialScope } from '../../fields/credential.ts'
import { encodeEventDate, parseSignedEvent } from '../../fields/signed-event.ts'
import type { SignatureErrorDetails } from '../../refusal-details.ts'
import { SignatureError } from '../../signature-error.ts'
import { EventFrames } from './event-frames.ts'

/** What a stream of events is held to. */
export interface EventDecoderOptions {
  readonly seedSignature: string
  /** Of the request. */
  readonly credential: Credential
  /** For the day of the request. */
  readonly verifier: StringVerifier
  /** For a further day; undefined where the key is good for its own day alone. */
  readonly verifierOfDay: ((scopeDate: string) => StringVerifier | undefined) | undefined
  readonly maxMessageBytes: number
}

const DAY = 86_400_000

const unproved = (message: string, details: SignatureErrorDetails = {}): SignatureError =>
  new SignatureError('chunk-signature-mismatch', message, { details })

/** Takes a stream of signed events apart. No message is given away before its signature holds. */
export class EventDecoder {
  readonly #options: EventDecoderOptions
  readonly #frames: EventFrames
  #priorSignature: string
  /** Between which moments the next event lies. */
  #earliest: number
  #latest: number
  #scopeDate: string
  #verifier: StringVerifier
  #isClosed = false

  constructor(options: EventDecoderOptions) {
    const { seedSignature, credential, maxMessageBytes } = options
    this.#options = options
    this.#frames = new EventFrames(maxMessageBytes)
    this.#priorSignature = seedSignature
    const midnight = parseAmzDate(`${credential.scopeDate}T000000Z`)
    if (midnight === undefined) throw invalidArgValue('credential', 'must have a real date in its scope')
    this.#earliest = midnight
    // Of the request only the day is known: a day more than its end.
    this.#latest = midnight + 2 * DAY - 1
    this.#scopeDate = credential.scopeDate
    this.#verifier = options.verifier
  }

  /** Takes bytes off the wire, and hands over the messages that they prove. */
  async push(bytes: Uint8Array, emit: (payload: Uint8Array) => void): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#isClosed) {
        throw new SignatureError('malformed-event', 'There is data after the event that closes the stream')
      }
      const { taken, message } = this.#frames.take(bytes, at)
      at += taken
      if (!message) continue
      const payload = await this.#prove(message)
      if (payload.length === 0) this.#isClosed = true
      else emit(payload)
    }
  }

  /** The end of the wire. */
  finish(): void {
    if (this.#isClosed) return
    const problem = this.#frames.isWithin ? 'within an event' : 'without the event that closes it'
    throw new SignatureError('incomplete-body', `The stream ends ${problem}`)
  }

  /** Checks the date of an event, and gets the key of its day. */
  #enterDay(milliseconds: number, scopeDate: string): void {
    if (!(milliseconds >= this.#earliest && milliseconds <= this.#latest)) {
      const isOld = milliseconds < this.#earliest
      throw unproved(isOld ? 'An event is older than what it follows' : 'An event is more than a day ahead')
    }
    this.#earliest = milliseconds
    this.#latest = milliseconds + DAY
    if (scopeDate === this.#scopeDate) return
    const verifier = this.#options.verifierOfDay?.(scopeDate)
    if (!verifier)
      throw unproved(`The signing key is good for ${this.#scopeDate}, and an event is of ${scopeDate}`)
    this.#verifier = verifier
    this.#scopeDate = scopeDate
  }

  async #prove(message: Uint8Array): Promise<Uint8Array> {
    const { milliseconds, signature, payload } = parseSignedEvent(message)
    const amzDate = formatAmzDate(milliseconds)
    const scopeDate = amzDate.slice(0, 8)
    this.#enterDay(milliseconds, scopeDate)
    const { region, service } = this.#options.credential
    const stringToSign = buildEventStringToSign({
      amzDate,
      credentialScope: formatCredentialScope(scopeDate, region!, service),
      priorSignature: this.#priorSignature,
      headers: encodeEventDate(milliseconds),
      payload,
    })
    if (!(await this.#verifier.verify(stringToSign, signature))) {
      throw unproved('The signature of an event is not that of its data, or not that of its place', {
        stringToSign,
        signatureProvided: signature,
      })
    }
    this.#priorSignature = signature
    return payload
  }
}
