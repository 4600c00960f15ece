import { decodeHex, encodeHex } from '../encoding/hex.ts'
import { SignatureError } from '../signature-error.ts'
import { decodeEventHeaders } from './event-header-decoder.ts'
import { encodeEventHeaders } from './event-header-encoder.ts'
import { joinMessage, splitMessage } from './event-message.ts'

/** A signed event, taken apart and not yet believed. */
export interface SignedEventParts {
  readonly milliseconds: number
  /** 64 lower-case hex digits. */
  readonly signature: string
  /** The message inside; empty in the event that closes the stream. */
  readonly payload: Uint8Array
}

const DATE = ':date'
const CHUNK_SIGNATURE = ':chunk-signature'
const SIGNATURE_BYTES = 32

/** Bytes of its two headers: there is room for no third. */
export const SIGNED_EVENT_HEADERS_BYTES = 67

const malformed = (message: string): SignatureError => new SignatureError('malformed-event', message)

const dateHeader = (milliseconds: number) =>
  ({ [DATE]: { type: 'timestamp', value: new Date(milliseconds) } }) as const

/** The headers that are signed: the date alone, 15 bytes. */
export function encodeEventDate(milliseconds: number): Uint8Array {
  return encodeEventHeaders(dateHeader(milliseconds))
}

/**
 * Writes a signed event: a message whose headers are
 *
 *     :date             timestamp
 *     :chunk-signature  binary, the 32 bytes of the signature
 */
export function formatSignedEvent({ milliseconds, signature, payload }: SignedEventParts): Uint8Array {
  const headers = encodeEventHeaders({
    ...dateHeader(milliseconds),
    [CHUNK_SIGNATURE]: { type: 'binary', value: decodeHex(signature)! },
  })
  return joinMessage(headers, payload)
}

/**
 * Reads a signed event. The two headers may stand in either order: clients differ. Nothing else may stand beside
 * them, for it would not be signed.
 *
 * @returns The payload is a view of the message.
 * @throws {SignatureError} `malformed-event`
 */
export function parseSignedEvent(message: Uint8Array): SignedEventParts {
  const { headers, body } = splitMessage(message)
  const decoded = decodeEventHeaders(headers)
  const date = decoded[DATE]
  const signature = decoded[CHUNK_SIGNATURE]
  if (
    headers.length !== SIGNED_EVENT_HEADERS_BYTES ||
    date?.type !== 'timestamp' ||
    signature?.type !== 'binary'
  ) {
    throw malformed(`A signed event must have the headers ${DATE} and ${CHUNK_SIGNATURE}, and no other`)
  }
  if (signature.value.length !== SIGNATURE_BYTES) {
    throw malformed(`${CHUNK_SIGNATURE} must have ${SIGNATURE_BYTES} bytes`)
  }
  return { milliseconds: date.value.getTime(), signature: encodeHex(signature.value), payload: body }
}
