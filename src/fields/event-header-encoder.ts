import { concatBytes } from '../encoding/concat.ts'
import { decodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { checkObject, checkText, invalidArgType, invalidArgValue, quote } from '../errors.ts'
import {
  EVENT_HEADER_TYPES,
  type EventHeader,
  type EventHeaders,
  MAX_EVENT_VALUE_BYTES,
} from './event-headers.ts'

const INTEGER_BYTES = { byte: 1, short: 2, integer: 4 } as const
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

function encodeText(option: string, text: unknown, maxBytes: number): Uint8Array {
  if (typeof text !== 'string') throw invalidArgType(option, 'a string', text)
  // TextEncoder would put another character in its place.
  if (/\p{Surrogate}/u.test(text)) throw invalidArgValue(option, 'must not have half a surrogate pair')
  const bytes = encodeUtf8(text)
  if (bytes.length > maxBytes) throw invalidArgValue(option, `must be at most ${maxBytes} bytes of UTF-8`)
  return bytes
}

function encodeInt64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, value)
  return bytes
}

function encodeInteger(option: string, value: unknown, length: 1 | 2 | 4): Uint8Array {
  if (typeof value !== 'number') throw invalidArgType(option, 'a number', value)
  const limit = 2 ** (8 * length - 1)
  if (!(Number.isInteger(value) && value >= -limit && value < limit)) {
    throw invalidArgValue(option, `must be a whole number from ${-limit} to ${limit - 1}`)
  }
  return encodeInt64(BigInt(value)).subarray(8 - length)
}

function encodeLong(option: string, value: unknown): Uint8Array {
  if (typeof value !== 'bigint') throw invalidArgType(option, 'a bigint', value)
  if (BigInt.asIntN(64, value) !== value)
    throw invalidArgValue(option, 'must fit into 64 bits, with its sign')
  return encodeInt64(value)
}

function encodeTimestamp(option: string, value: unknown): Uint8Array {
  if (!(value instanceof Date)) throw invalidArgType(option, 'a Date', value)
  if (Number.isNaN(value.getTime())) throw invalidArgValue(option, 'must be a valid date')
  return encodeInt64(BigInt(value.getTime()))
}

function encodeBinary(option: string, value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw invalidArgType(option, 'a Uint8Array', value)
  if (value.length <= MAX_EVENT_VALUE_BYTES) return value
  throw invalidArgValue(option, `must be at most ${MAX_EVENT_VALUE_BYTES} bytes`)
}

function encodeUuid(option: string, value: unknown): Uint8Array {
  checkText(option, value, { pattern: UUID, rule: 'must be written 01234567-89ab-cdef-0123-456789abcdef' })
  return decodeHex((value as string).toLowerCase().replaceAll('-', ''))!
}

/** The value behind the number of its type; where its length varies, that comes first. */
function encodeValue(option: string, { type, value }: EventHeader): Uint8Array {
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw invalidArgType(option, 'a boolean', value)
      return new Uint8Array(0)
    case 'byte':
    case 'short':
    case 'integer':
      return encodeInteger(option, value, INTEGER_BYTES[type])
    case 'long':
      return encodeLong(option, value)
    case 'timestamp':
      return encodeTimestamp(option, value)
    case 'uuid':
      return encodeUuid(option, value)
    case 'binary':
      return withLength(encodeBinary(option, value))
    case 'string':
      return withLength(encodeText(option, value, MAX_EVENT_VALUE_BYTES))
    default:
      throw invalidArgValue(option, `must have one of the types ${EVENT_HEADER_TYPES.slice(1).join(', ')}`)
  }
}

const withLength = (bytes: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes])

/**
 * Writes the headers of a message, each as
 *
 *     <u8 length><name><u8 type><value>
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function encodeEventHeaders(headers: EventHeaders): Uint8Array {
  checkObject('headers', headers)
  return concatBytes(
    Object.entries(headers).flatMap(([name, header]) => {
      const option = `header ${quote(name)}`
      const nameBytes = encodeText(`the name of ${option}`, name, 255)
      if (name === '') throw invalidArgValue('a header name', 'must not be empty')
      checkObject(option, header)
      const value = encodeValue(option, header)
      const number = EVENT_HEADER_TYPES.indexOf(header.type) + (header.value === false ? 1 : 0)
      return [Uint8Array.of(nameBytes.length), nameBytes, Uint8Array.of(number), value]
    }),
  )
}
