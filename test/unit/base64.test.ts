import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../src/encoding/base64.ts'

/** RFC 4648, 10. */
const KNOWN = {
  '': '',
  f: 'Zg==',
  fo: 'Zm8=',
  foo: 'Zm9v',
  foob: 'Zm9vYg==',
  fooba: 'Zm9vYmE=',
  foobar: 'Zm9vYmFy',
}

describe('base64', () => {
  for (const [text, base64] of Object.entries(KNOWN)) {
    it(`of ${JSON.stringify(text)} is that of RFC 4648`, () => {
      expect(encodeBase64(Buffer.from(text))).toBe(base64)
      expect(Buffer.from(decodeBase64(base64)!).toString()).toBe(text)
    })
  }

  it('law: it is what Node writes, and is read again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64')
        expect(encodeBase64(bytes)).toBe(text)
        expect(decodeBase64(text)).toEqual(bytes)
      }),
    )
  })

  it('has every digit', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    expect(encodeBase64(bytes)).toBe(bytes.toString('base64'))
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    expect(encodeBase64(decodeBase64(digits)!)).toBe(digits)
  })

  it.each([
    'A',
    'AB',
    'ABC',
    'AB=',
    'A===',
    '====',
    'AB==CDEF',
    'ABCD\n',
    'AB-_',
    ' ABCD',
    'ABCDé==',
    'ABC==',
  ])('is not read from %j', (text) => expect(decodeBase64(text)).toBeUndefined())
})
