import { describe, expect, it } from 'vitest'
import { createCrc32 } from '../../src/checksums/crc32.ts'
import { decodeMessage, type EventHeaders, encodeMessage } from '../../src/event-stream/index.ts'
import { concat, EMPTY, hexOf, ofHex, rawMessage, textHeader, utf8 } from '../support/event-world.ts'

const UUID = '01234567-89ab-cdef-0123-456789abcdef'
const ALL: EventHeaders = {
  yes: { type: 'boolean', value: true },
  no: { type: 'boolean', value: false },
  a: { type: 'byte', value: -128 },
  b: { type: 'short', value: -2 },
  c: { type: 'integer', value: 0x01020304 },
  d: { type: 'long', value: -(2n ** 63n) },
  e: { type: 'binary', value: Uint8Array.of(1, 2, 255) },
  f: { type: 'string', value: 'é' },
  g: { type: 'timestamp', value: new Date(10_001) },
  h: { type: 'uuid', value: UUID },
}
const ALL_HEX = [
  ['03796573', '00'],
  ['026e6f', '01'],
  ['0161', '02', '80'],
  ['0162', '03', 'fffe'],
  ['0163', '04', '01020304'],
  ['0164', '05', '8000000000000000'],
  ['0165', '06', '0003', '0102ff'],
  ['0166', '07', '0002', 'c3a9'],
  ['0167', '08', '0000000000002711'],
  ['0168', '09', '0123456789abcdef0123456789abcdef'],
]
  .flat()
  .join('')

const malformed = expect.objectContaining({ name: 'SignatureError', reason: 'malformed-event' })

describe('CRC-32', () => {
  it('has its published check value', () => {
    const checksum = createCrc32(0xedb88320)
    checksum.update(utf8('123456789'))
    expect(hexOf(checksum.digest())).toBe('cbf43926')
  })
})

describe('encodeMessage', () => {
  it('writes each of the ten types', () => {
    const message = encodeMessage({ headers: ALL, body: utf8('body') })
    expect(hexOf(message)).toBe(hexOf(rawMessage(ofHex(ALL_HEX), utf8('body'))))
  })

  it('writes a message of nothing', () => {
    expect(hexOf(encodeMessage({ headers: {}, body: EMPTY }))).toBe('000000100000000005c248eb7d98c8ff')
  })

  it('takes a uuid in upper case', () => {
    const upper = encodeMessage({ headers: { h: { type: 'uuid', value: UUID.toUpperCase() } }, body: EMPTY })
    expect(upper).toEqual(encodeMessage({ headers: { h: { type: 'uuid', value: UUID } }, body: EMPTY }))
  })

  const TYPE = 'ERR_INVALID_ARG_TYPE'
  const VALUE = 'ERR_INVALID_ARG_VALUE'
  const long = 'x'.repeat(32_768)
  const header = (type: string, value: unknown, name = 'a') => ({ headers: { [name]: { type, value } } })
  const refused: [what: string, message: unknown, code: string][] = [
    ['no message', undefined, TYPE],
    ['no headers', {}, TYPE],
    ['no body', { headers: {}, body: undefined }, TYPE],
    ['a body of text', { headers: {}, body: 'text' }, TYPE],
    ['a body that is too long', { headers: {}, body: new Uint8Array(24 * 1024 * 1024 + 1) }, VALUE],
    ['a header without a name', header('boolean', true, ''), VALUE],
    ['a name that is too long', header('boolean', true, 'é'.repeat(128)), VALUE],
    ['a name with half a pair', header('boolean', true, '\ud800'), VALUE],
    ['a header that is a string', { headers: { a: 'b' } }, TYPE],
    ['a header without a type', { headers: { a: { value: 'b' } } }, VALUE],
    ['an unknown type', header('float', 1), VALUE],
    ['a boolean of another type', header('boolean', 0), TYPE],
    ['a byte of another type', header('byte', '1'), TYPE],
    ['a byte too high', header('byte', 128), VALUE],
    ['a byte too low', header('byte', -129), VALUE],
    ['a short too high', header('short', 32_768), VALUE],
    ['an integer too high', header('integer', 2 ** 31), VALUE],
    ['an integer too low', header('integer', -(2 ** 31) - 1), VALUE],
    ['a fraction', header('integer', 1.5), VALUE],
    ['a long that is a number', header('long', 1), TYPE],
    ['a long too high', header('long', 2n ** 63n), VALUE],
    ['bytes of another type', header('binary', [1]), TYPE],
    ['bytes that are too long', header('binary', new Uint8Array(32_768)), VALUE],
    ['a string of another type', header('string', 1), TYPE],
    ['a string that is too long', header('string', long), VALUE],
    ['a string with half a pair', header('string', 'a\udc00'), VALUE],
    ['a time of another type', header('timestamp', 0), TYPE],
    ['a time that is none', header('timestamp', new Date(Number.NaN)), VALUE],
    ['a uuid of another type', header('uuid', new Uint8Array(16)), TYPE],
    ['a uuid of another form', header('uuid', UUID.slice(1)), VALUE],
    [
      'headers that are too long together',
      {
        headers: Object.fromEntries(
          [0, 1, 2, 3, 4].map((i) => [i, { type: 'string', value: long.slice(1) }]),
        ),
      },
      VALUE,
    ],
  ]
  for (const [what, message, code] of refused) {
    it(`refuses ${what}`, () => {
      const input = message && { body: EMPTY, ...(message as object) }
      expect(() => encodeMessage(input as never)).toThrow(expect.objectContaining({ code }))
    })
  }

  it('takes what is just within the limits', () => {
    const headers = {
      ['n'.repeat(255)]: { type: 'string', value: long.slice(1) },
      b: { type: 'binary', value: new Uint8Array(32_767) },
    } as const
    const message = { headers, body: new Uint8Array(24 * 1024 * 1024) }
    const decoded = decodeMessage(encodeMessage(message))
    expect(decoded.headers).toEqual(headers)
    expect(decoded.body.length).toBe(message.body.length)
  })
})

describe('decodeMessage', () => {
  it('reads each of the ten types', () => {
    const decoded = decodeMessage(rawMessage(ofHex(ALL_HEX), utf8('body')))
    expect(decoded).toEqual({ headers: ALL, body: utf8('body') })
  })

  it('reads from the middle of a larger buffer, and shares nothing with it', () => {
    const message = encodeMessage({ headers: ALL, body: utf8('body') })
    const larger = concat([Uint8Array.of(9, 9, 9), message, Uint8Array.of(9)])
    const decoded = decodeMessage(larger.subarray(3, 3 + message.length))
    larger.fill(0)
    expect(decoded).toEqual({ headers: ALL, body: utf8('body') })
  })

  it('keeps a byte order mark, and a name that objects have of their own', () => {
    const headers: EventHeaders = Object.fromEntries(
      ['__proto__', 'constructor', '1', ':a'].map((name) => [
        name,
        { type: 'string', value: '\ufeffa' } as const,
      ]),
    )
    const decoded = decodeMessage(encodeMessage({ headers, body: EMPTY }))
    expect(Object.entries(decoded.headers)).toEqual(Object.entries(headers))
  })

  it('refuses what is no Uint8Array', () => {
    for (const bytes of [undefined, null, 'text', [0], new ArrayBuffer(16)]) {
      expect(() => decodeMessage(bytes as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      )
    }
  })

  const good = rawMessage(ofHex(ALL_HEX), utf8('body'))

  it('refuses a message that is cut off anywhere', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeMessage(good.subarray(0, length))).toThrow(malformed)
    }
  })

  it('refuses a message with one bit changed anywhere', () => {
    for (let i = 0; i < good.length * 8; i++) {
      const changed = good.slice()
      changed[i >> 3]! ^= 1 << (i & 7)
      expect(() => decodeMessage(changed)).toThrow(malformed)
    }
  })

  it('says which CRC is wrong', () => {
    const changed = (at: number): Uint8Array => good.map((byte, i) => (i === at ? byte ^ 1 : byte))
    expect(() => decodeMessage(changed(9))).toThrow('The CRC of the prelude is wrong')
    expect(() => decodeMessage(changed(good.length - 1))).toThrow('The CRC of the message is wrong')
    expect(() => decodeMessage(changed(good.length - 5))).toThrow('The CRC of the message is wrong')
  })

  const named = (...rest: number[]): Uint8Array => Uint8Array.of(1, 0x61, ...rest)
  const twice = concat([textHeader('a', 'b'), textHeader('a', 'b')])
  const refused: [what: string, bytes: Uint8Array, says: RegExp][] = [
    ['bytes after the message', concat([good, Uint8Array.of(0)]), /says that it has/],
    ['two messages', concat([good, good]), /says that it has/],
    [
      'a length below its headers',
      rawMessage(ofHex(ALL_HEX), EMPTY, { total: 20 }),
      /longer than the message/,
    ],
    ['a length below all else', rawMessage(EMPTY, EMPTY, { total: 15 }), /longer than the message/],
    ['headers up to its last byte', rawMessage(EMPTY, EMPTY, { headers: 1 }), /longer than the message/],
    ['too many headers', rawMessage(new Uint8Array(131_073), EMPTY), /131072 bytes of headers/],
    ['too long a body', rawMessage(EMPTY, EMPTY, { total: 17 + 24 * 1024 * 1024 }), /body of 25165824/],
    ['an unknown type', rawMessage(named(10), EMPTY), /type 10/],
    ['a header without a name', rawMessage(Uint8Array.of(0, 0), EMPTY), /no name/],
    ['a header without a type', rawMessage(named(), EMPTY), /end within/],
    ['a name that goes on', rawMessage(Uint8Array.of(5, 0x61), EMPTY), /end within/],
    ['a name that is not UTF-8', rawMessage(Uint8Array.of(1, 0xff, 0), EMPTY), /not UTF-8/],
    ['a string that is not UTF-8', rawMessage(named(7, 0, 1, 0xc3), EMPTY), /not UTF-8/],
    ['a string that goes on', rawMessage(named(7, 0, 2, 0x61), EMPTY), /end within/],
    ['bytes that go on', rawMessage(named(6, 0, 2, 0), EMPTY), /end within/],
    ['a length that ends early', rawMessage(named(7, 0), EMPTY), /end within/],
    ['an integer that ends early', rawMessage(named(4, 0, 0, 0), EMPTY), /end within/],
    ['a long that ends early', rawMessage(named(5, 0, 0, 0, 0, 0, 0, 0), EMPTY), /end within/],
    ['a uuid that ends early', rawMessage(named(9, ...new Uint8Array(15)), EMPTY), /end within/],
    ['a time beyond all dates', rawMessage(named(8, 127, 0, 0, 0, 0, 0, 0, 0), EMPTY), /no date/],
    [
      'a string over the limit',
      rawMessage(concat([named(7, 0x80, 0), new Uint8Array(32_768)]), EMPTY),
      /32767/,
    ],
    ['a name that stands there twice', rawMessage(twice, EMPTY), /"a" twice/],
  ]
  for (const [what, bytes, says] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => decodeMessage(bytes)).toThrow(malformed)
      expect(() => decodeMessage(bytes)).toThrow(says)
    })
  }
})
