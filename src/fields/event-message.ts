import { CRC32_POLYNOMIAL, createCrc32 } from '../checksums/crc32.ts'
import { checkObject, invalidArgType, invalidArgValue } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import { decodeEventHeaders } from './event-header-decoder.ts'
import { encodeEventHeaders } from './event-header-encoder.ts'
import type { EventHeaders } from './event-headers.ts'

/** A message of an event stream. */
export interface EventMessage {
  /** At most 128 KiB as they are encoded. */
  readonly headers: EventHeaders
  /** At most 24 MiB. */
  readonly body: Uint8Array
}

/** What a message begins with: its length, the length of its headers, and the CRC-32 of the two. */
export const EVENT_PRELUDE_BYTES = 12
const CRC_BYTES = 4
/** The prelude, and the CRC-32 at the end. */
const OVERHEAD_BYTES = 16

const MAX_HEADERS_BYTES = 128 * 1024
const MAX_BODY_BYTES = 24 * 1024 * 1024

const malformed = (message: string): SignatureError => new SignatureError('malformed-event', message)

function crc32(bytes: Uint8Array): Uint8Array {
  const checksum = createCrc32(CRC32_POLYNOMIAL)
  checksum.update(bytes)
  return checksum.digest()
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at)

/** Whether the CRC that stands there is that of the bytes before it. */
const holdsCrc = (bytes: Uint8Array, at: number): boolean =>
  uint32(bytes, at) === uint32(crc32(bytes.subarray(0, at)), 0)

/**
 * Reads the lengths that a prelude announces. They are good to make room for the message.
 *
 * @throws {SignatureError} `malformed-event`
 */
export function readEventPrelude(bytes: Uint8Array): { totalBytes: number; headersBytes: number } {
  if (bytes.length < EVENT_PRELUDE_BYTES) throw malformed('The message ends before its prelude does')
  if (!holdsCrc(bytes, EVENT_PRELUDE_BYTES - CRC_BYTES)) throw malformed('The CRC of the prelude is wrong')
  const totalBytes = uint32(bytes, 0)
  const headersBytes = uint32(bytes, 4)
  const bodyBytes = totalBytes - headersBytes - OVERHEAD_BYTES
  if (bodyBytes < 0) throw malformed('The headers of the message are longer than the message')
  if (headersBytes > MAX_HEADERS_BYTES)
    throw malformed(`A message may have ${MAX_HEADERS_BYTES} bytes of headers`)
  if (bodyBytes > MAX_BODY_BYTES) throw malformed(`A message may have a body of ${MAX_BODY_BYTES} bytes`)
  return { totalBytes, headersBytes }
}

/**
 * Takes a message apart whose headers are not read yet. Both parts are views of it.
 *
 * @throws {SignatureError} `malformed-event`
 */
export function splitMessage(bytes: Uint8Array): { headers: Uint8Array; body: Uint8Array } {
  const { totalBytes, headersBytes } = readEventPrelude(bytes)
  if (bytes.length !== totalBytes) {
    throw malformed(`The message has ${bytes.length} bytes, and says that it has ${totalBytes}`)
  }
  const bodyEnd = totalBytes - CRC_BYTES
  if (!holdsCrc(bytes, bodyEnd)) throw malformed('The CRC of the message is wrong')
  const bodyStart = EVENT_PRELUDE_BYTES + headersBytes
  return { headers: bytes.subarray(EVENT_PRELUDE_BYTES, bodyStart), body: bytes.subarray(bodyStart, bodyEnd) }
}

/**
 * Puts a message together whose headers are written already.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function joinMessage(headers: Uint8Array, body: Uint8Array): Uint8Array {
  if (headers.length > MAX_HEADERS_BYTES) {
    throw invalidArgValue('headers', `must be at most ${MAX_HEADERS_BYTES} bytes when encoded`)
  }
  if (body.length > MAX_BODY_BYTES)
    throw invalidArgValue('the body', `must be at most ${MAX_BODY_BYTES} bytes`)
  const bodyStart = EVENT_PRELUDE_BYTES + headers.length
  const bodyEnd = bodyStart + body.length
  const bytes = new Uint8Array(bodyEnd + CRC_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, bytes.length)
  view.setUint32(4, headers.length)
  bytes.set(crc32(bytes.subarray(0, 8)), 8)
  bytes.set(headers, EVENT_PRELUDE_BYTES)
  bytes.set(body, bodyStart)
  bytes.set(crc32(bytes.subarray(0, bodyEnd)), bodyEnd)
  return bytes
}

/**
 * Encodes a message of an event stream (`application/vnd.amazon.eventstream`), big-endian:
 *
 *     <u32 total length><u32 headers length><u32 CRC-32><headers><body><u32 CRC-32>
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see Smithy, "Amazon Event Stream Specification"
 * @example
 * ```ts
 * import { encodeMessage } from 'countersign/event-stream'
 *
 * const body = new TextEncoder().encode('{}')
 * console.log(encodeMessage({ headers: { ':event-type': { type: 'string', value: 'Ping' } }, body }).length) // 37
 * ```
 */
export function encodeMessage(message: EventMessage): Uint8Array {
  checkObject('the message', message)
  const { headers, body } = message
  if (!(body instanceof Uint8Array)) throw invalidArgType('the body', 'a Uint8Array', body)
  return joinMessage(encodeEventHeaders(headers), body)
}

/**
 * Decodes one whole message.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @throws {SignatureError} `malformed-event`: cut off, followed by more, over a limit, a CRC that is wrong, or
 *   headers that cannot be read in one way only.
 * @example
 * ```ts
 * import { decodeMessage, encodeMessage } from 'countersign/event-stream'
 *
 * const bytes = encodeMessage({ headers: { ':event-type': { type: 'string', value: 'Ping' } }, body: new Uint8Array(0) })
 * console.log(decodeMessage(bytes).headers[':event-type']?.value) // Ping
 * ```
 */
export function decodeMessage(bytes: Uint8Array): EventMessage {
  if (!(bytes instanceof Uint8Array)) throw invalidArgType('the message', 'a Uint8Array', bytes)
  const { headers, body } = splitMessage(bytes)
  return { headers: decodeEventHeaders(headers), body: body.slice() }
}
