import type { SigningKeyCache, VerificationKey } from '../../algorithms/algorithm.ts'
import { sharedKeyCache } from '../../algorithms/key-cache.ts'
import { sigv4 } from '../../algorithms/sigv4.ts'
import { checkObject, checkText, checkWholeNumber, invalidArgType, invalidArgValue } from '../../errors.ts'
import { parseCredential } from '../../fields/credential.ts'
import { AWS4_REQUEST } from '../../names.ts'
import { dayVerifiers, importKey, type KeyUse } from '../key-import.ts'
import { EventDecoder } from './event-decoder.ts'

/** What is known from the verified head of a request whose events are to be verified. */
export interface EventVerifierStreamOptions {
  /** The signature of the request. */
  readonly seedSignature: string
  /** `<accessKeyId>/<scope>`, of the request. */
  readonly credential: string
  /** A secret, or a signing key: that is good for the day of the request alone. */
  readonly key: VerificationKey
  /** Of one signed event as it is on the wire. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
}

const DEFAULT_MAX_MESSAGE_BYTES = 16 * 1024 * 1024

/**
 * Verifies a stream of signed events. Written are bytes as they arrive, cut anywhere; read are the messages inside,
 * one a chunk, and none before its signature holds. The stream fails with a `SignatureError` at the first event
 * that is not proved in its place, and at an end without the event that closes it.
 *
 * Each event says its own date, which decides the day of its key. The first is of the request's day or the next.
 * None is older than the one before it, and none more than a day younger: so no key of an earlier day signs
 * anything, and one of a later day nothing that is not due.
 *
 * @see "Setting up a streaming transcription", Event stream encoding (Amazon Transcribe Developer Guide)
 * @example
 * ```ts
 * import { decodeMessage, EventSignerStream, EventVerifierStream, encodeMessage } from 'countersign/event-stream'
 *
 * const seedSignature = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 * const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const now = () => Date.UTC(2026, 0, 1)
 * const signer = new EventSignerStream({ credentials: key, service: 'a', region: 'us-east-1', seedSignature, now })
 * const verifier = new EventVerifierStream({
 *   credential: 'AKIDEXAMPLE/20260101/us-east-1/a/aws4_request',
 *   key,
 *   seedSignature,
 * })
 * const message = encodeMessage({ headers: {}, body: new TextEncoder().encode('Hello') })
 * const messages = new Blob([message]).stream().pipeThrough(signer).pipeThrough(verifier)
 * for await (const proved of messages) console.log(new TextDecoder().decode(decodeMessage(proved).body)) // Hello
 * ```
 */
export class EventVerifierStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @throws {SignatureError} `malformed-authorization`
   */
  constructor(options: EventVerifierStreamOptions) {
    checkObject('options', options)
    const { seedSignature, credential, key, keyCache = sharedKeyCache() } = options
    const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options
    checkText('seedSignature', seedSignature, {
      pattern: sigv4.signaturePattern,
      rule: 'must be 64 lower-case hex digits',
    })
    if (typeof credential !== 'string') throw invalidArgType('credential', 'a string', credential)
    const parsed = parseCredential(credential, sigv4.scopeParts)
    if (parsed.terminator !== AWS4_REQUEST) throw invalidArgValue('credential', `must end in ${AWS4_REQUEST}`)
    checkObject('key', key)
    checkWholeNumber('maxMessageBytes', maxMessageBytes, { min: 1, max: Number.MAX_SAFE_INTEGER })
    const use: KeyUse = { algorithm: sigv4, credential: parsed, keyCache }
    const verifier = importKey(key, use)
    if (!verifier) throw invalidArgValue('key', `is not one for ${sigv4.name}`)
    const decoder = new EventDecoder({
      seedSignature,
      credential: parsed,
      verifier,
      verifierOfDay: dayVerifiers(key, use),
      maxMessageBytes,
    })
    super({
      transform(bytes, controller) {
        if (!(bytes instanceof Uint8Array)) throw invalidArgType('what is written', 'a Uint8Array', bytes)
        return decoder.push(bytes, (payload) => controller.enqueue(payload))
      },
      flush: () => decoder.finish(),
    })
  }
}
