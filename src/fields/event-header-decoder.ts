import { encodeHex } from '../encoding/hex.ts'
import { quote } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import {
  EVENT_HEADER_TYPES,
  type EventHeader,
  type EventHeaders,
  MAX_EVENT_VALUE_BYTES,
} from './event-headers.ts'

const malformed = (message: string): SignatureError => new SignatureError('malformed-event', message)

let utf8: TextDecoder | undefined

function decodeText(bytes: Uint8Array): string {
  utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return utf8.decode(bytes)
  } catch {
    throw malformed('A header of an event has text that is not UTF-8')
  }
}

function formatUuid(bytes: Uint8Array): string {
  return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** Reads bytes in order, and never beyond the last. */
class HeaderReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  #skip(length: number): number {
    const from = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) throw malformed('The headers of an event end within one of them')
    return from
  }

  take(length: number): Uint8Array {
    const from = this.#skip(length)
    return this.#bytes.subarray(from, from + length)
  }

  takeUint8(): number {
    return this.#view.getUint8(this.#skip(1))
  }

  takeInt64(): bigint {
    return this.#view.getBigInt64(this.#skip(8))
  }

  takeVariable(): Uint8Array {
    const length = this.#view.getUint16(this.#skip(2))
    if (length <= MAX_EVENT_VALUE_BYTES) return this.take(length)
    throw malformed(`A header of an event may have ${MAX_EVENT_VALUE_BYTES} bytes`)
  }

  takeHeader(): EventHeader {
    const number = this.takeUint8()
    const type = EVENT_HEADER_TYPES[number]
    switch (type) {
      case 'boolean':
        return { type, value: number === 0 }
      case 'byte':
        return { type, value: this.#view.getInt8(this.#skip(1)) }
      case 'short':
        return { type, value: this.#view.getInt16(this.#skip(2)) }
      case 'integer':
        return { type, value: this.#view.getInt32(this.#skip(4)) }
      case 'long':
        return { type, value: this.takeInt64() }
      case 'binary':
        return { type, value: this.takeVariable().slice() }
      case 'string':
        return { type, value: decodeText(this.takeVariable()) }
      case 'timestamp': {
        const value = new Date(Number(this.takeInt64()))
        if (Number.isNaN(value.getTime())) throw malformed('A header of an event has a time that is no date')
        return { type, value }
      }
      case 'uuid':
        return { type, value: formatUuid(this.take(16)) }
      default:
        throw malformed(`A header of an event has the type ${number}, which there is not`)
    }
  }
}

/**
 * Reads the headers of a message.
 *
 * @throws {SignatureError} `malformed-event`
 */
export function decodeEventHeaders(bytes: Uint8Array): EventHeaders {
  const reader = new HeaderReader(bytes)
  const headers = new Map<string, EventHeader>()
  while (!reader.isAtEnd) {
    const name = decodeText(reader.take(reader.takeUint8()))
    if (name === '') throw malformed('A header of an event has no name')
    if (headers.has(name)) throw malformed(`An event has the header ${quote(name)} twice`)
    headers.set(name, reader.takeHeader())
  }
  return Object.fromEntries(headers)
}
