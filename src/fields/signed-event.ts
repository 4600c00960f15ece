import { concatBytes } from '../encoding/concat.ts'
import { decodeHex, encodeHex } from '../encoding/hex.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { SignatureError } from '../signature-error.ts'
import { joinMessage, splitMessage } from './event-message.ts'

/** A signed event, taken apart and not yet believed. */
export interface SignedEventParts {
  readonly milliseconds: number
  /** 64 lower-case hex digits. */
  readonly signature: string
  /** The message inside; empty in the event that closes the stream. */
  readonly payload: Uint8Array
}

/** A name behind its length, and the number of its type; of bytes, their length. */
const DATE_PREFIX = '\x05:date\x08'
const SIGNATURE_PREFIX = '\x10:chunk-signature\x06\x00\x20'
const DATE_BYTES = 15
const SIGNATURE_BYTES = 52

/** Bytes of its two headers: there is room for no third. */
export const SIGNED_EVENT_HEADERS_BYTES: number = DATE_BYTES + SIGNATURE_BYTES

const malformed = (message: string): SignatureError => new SignatureError('malformed-event', message)

/** The headers that are signed: the date alone, 15 bytes. */
export function encodeEventDate(milliseconds: number): Uint8Array {
  const header = new Uint8Array(DATE_BYTES)
  header.set(encodeLatin1(DATE_PREFIX))
  new DataView(header.buffer).setBigInt64(DATE_PREFIX.length, BigInt(milliseconds))
  return header
}

/**
 * Writes a signed event: a message whose headers are
 *
 *     :date             timestamp
 *     :chunk-signature  binary, the 32 bytes of the signature
 */
export function formatSignedEvent({ milliseconds, signature, payload }: SignedEventParts): Uint8Array {
  const headers = [encodeEventDate(milliseconds), encodeLatin1(SIGNATURE_PREFIX), decodeHex(signature)!]
  return joinMessage(concatBytes(headers), payload)
}

const startsWith = (bytes: Uint8Array, at: number, prefix: string): boolean =>
  encodeLatin1(prefix).every((byte, i) => bytes[at + i] === byte)

/**
 * Reads a signed event. The two headers may stand in either order: clients differ. Nothing else may stand beside
 * them, for it would not be signed.
 *
 * @returns The payload is a view of the message.
 * @throws {SignatureError} `malformed-event`
 */
export function parseSignedEvent(message: Uint8Array): SignedEventParts {
  const { headers, body } = splitMessage(message)
  const dateAt = startsWith(headers, 0, DATE_PREFIX) ? 0 : SIGNATURE_BYTES
  const signatureAt = dateAt === 0 ? DATE_BYTES : 0
  if (
    headers.length !== SIGNED_EVENT_HEADERS_BYTES ||
    !startsWith(headers, dateAt, DATE_PREFIX) ||
    !startsWith(headers, signatureAt, SIGNATURE_PREFIX)
  ) {
    throw malformed('A signed event must have a :date, a :chunk-signature of 32 bytes, and no other header')
  }
  const view = new DataView(headers.buffer, headers.byteOffset, headers.length)
  const milliseconds = Number(view.getBigInt64(dateAt + DATE_PREFIX.length))
  if (Number.isNaN(new Date(milliseconds).getTime())) throw malformed('An event has a time that is no date')
  const from = signatureAt + SIGNATURE_PREFIX.length
  return { milliseconds, signature: encodeHex(headers.subarray(from, from + 32)), payload: body }
}
