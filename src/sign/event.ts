import { buildEventStringToSign } from '../canonical/event-string-to-sign.ts'
import {
  checkOptions,
  checkText,
  invalidArgType,
  invalidArgValue,
  type OptionNames,
  type TextRule,
} from '../errors.ts'
import { formatAmzDate } from '../fields/amz-date.ts'
import type { EventHeaders } from '../fields/event-headers.ts'
import { encodeMessage } from '../fields/event-message.ts'
import { encodeEventDate, formatSignedEvent } from '../fields/signed-event.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'
import { resolveSigning, SIGNING_OPTIONS, type Signing, type SigningOptions } from './options.ts'

/** Whose key signs the events of a stream: the options of the request. Those that choose its headers have no effect. */
export interface EventSigningOptions extends Omit<SigningOptions, 'payload' | 'signingDate'> {}

/** What to sign, and how. */
export interface SignEventOptions extends EventSigningOptions {
  /** The message inside, as `encodeMessage` gives it. Empty: the event that closes the stream. */
  readonly payload: Uint8Array
  /** Makes of the payload the body of a message with these headers. Default: it is a message already. */
  readonly headers?: EventHeaders | undefined
  /** Of the event before; of the request for the first. 64 lower-case hex digits. */
  readonly priorSignature: string
  /** A date, or milliseconds since the epoch. Fractions of a second are dropped. */
  readonly signingDate: Date | number
}

const SIGN_EVENT_OPTIONS: OptionNames<SignEventOptions> = /* @__PURE__ */ Object.assign(
  { headers: true, priorSignature: true } as const,
  SIGNING_OPTIONS,
)

/** A signed event, as it goes on the wire. */
export interface SignedEvent {
  /** The message with the date and the signature in its headers and the payload inside. */
  readonly message: Uint8Array
  /** 64 lower-case hex digits: the `priorSignature` of the next event. */
  readonly signature: string
  /** What was signed, to compare with what the other side computed. */
  readonly stringToSign: string
}

const SECOND = 1000
const dayOf = (date: Date | number): number => Math.floor(Number(date) / 86_400_000)

export const EVENT_SIGNATURE: TextRule = {
  pattern: /^[\da-f]{64}$/,
  rule: 'must be 64 lower-case hex digits',
}

/** Signs events; derives a key for each day on which there are some. */
export class EventSigner {
  readonly #options: EventSigningOptions
  #signing: Signing

  constructor(options: EventSigningOptions, signingDate: Date | number) {
    this.#options = options
    this.#signing = this.#resolve(signingDate)
    if (this.#signing.algorithm.name !== AWS4_HMAC_SHA256) {
      throw invalidArgValue('algorithm', 'must be sigv4: event streams are not defined for SigV4A')
    }
  }

  #resolve(signingDate: Date | number): Signing {
    if (signingDate === undefined) {
      throw invalidArgType('signingDate', 'a Date or milliseconds since the epoch', signingDate)
    }
    return resolveSigning({ ...this.#options, payload: 'signed', signingDate })
  }

  sign(payload: Uint8Array, priorSignature: string, signingDate: Date | number): SignedEvent {
    if (!(payload instanceof Uint8Array)) throw invalidArgType('payload', 'a Uint8Array', payload)
    let signing = this.#signing
    // The scope has the day of the event, which need not be that of the request.
    if (dayOf(signingDate) !== dayOf(signing.signedAtMilliseconds)) {
      signing = this.#signing = this.#resolve(signingDate)
    }
    // Else the header would say another moment than the string to sign, which has no fractions.
    const milliseconds = Math.floor(Number(signingDate) / SECOND) * SECOND
    const stringToSign = buildEventStringToSign({
      amzDate: formatAmzDate(milliseconds),
      credentialScope: signing.credentialScope,
      priorSignature,
      headers: encodeEventDate(milliseconds),
      payload,
    })
    const signature = signing.signer.sign(stringToSign)
    return { message: formatSignedEvent({ milliseconds, signature, payload }), signature, stringToSign }
  }
}

/**
 * Signs one event of a stream, and wraps it into the message that carries its signature. Synchronous; SigV4 only.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
 * @see "Setting up a streaming transcription", Event stream encoding (Amazon Transcribe Developer Guide)
 * @example
 * ```ts
 * import { encodeMessage, signEvent } from 'countersign/event-stream'
 *
 * const { message, signature } = signEvent({
 *   payload: encodeMessage({ headers: {}, body: new TextEncoder().encode('Hello') }),
 *   priorSignature: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
 *   signingDate: new Date('2026-01-01T00:00:00Z'),
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *   service: 'transcribe',
 *   region: 'us-east-1',
 * })
 * console.log(message.length, signature.length) // 104 64
 * ```
 */
export function signEvent(options: SignEventOptions): SignedEvent {
  checkOptions('signEvent', options, SIGN_EVENT_OPTIONS)
  const { payload, headers, priorSignature, signingDate, ...signing } = options
  checkText('priorSignature', priorSignature, EVENT_SIGNATURE)
  const inner = headers === undefined ? payload : encodeMessage({ headers, body: payload })
  return new EventSigner(signing, signingDate).sign(inner, priorSignature, signingDate)
}
