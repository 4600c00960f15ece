// Engines without Web APIs: no TextEncoder, or a stand-in that has `encode` alone.
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SigningOptions } from '../../src/index.ts'

const OPTIONS: SigningOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'iam',
  region: 'us-east-1',
  signingDate: 0,
}
const Native = globalThis.TextEncoder

async function importInto(globals: Record<string, unknown>) {
  vi.resetModules()
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  return { ...(await import('../../src/index.ts')), ...(await import('../../src/encoding/utf8.ts')) }
}

afterEach(() => vi.unstubAllGlobals())

describe('without TextEncoder', () => {
  it('the package is imported, and the first signature says what is missing', async () => {
    const { signHeaders } = await importInto({ TextEncoder: undefined })
    expect(() => signHeaders({ url: 'https://a.example/' }, OPTIONS)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_INVALID_ARG_TYPE',
        message: 'globalThis.TextEncoder must be a class, as in docs/runtimes.md; it is undefined',
      }),
    )
  })

  it('one that is put in place after the import is found', async () => {
    const { signHeaders } = await importInto({ TextEncoder: undefined })
    vi.stubGlobal('TextEncoder', Native)
    expect(signHeaders({ url: 'https://a.example/' }, OPTIONS).trace.signature).toMatch(/^[\da-f]{64}$/)
  })
})

describe('encodeUtf8Into', () => {
  /** A stand-in with one method. */
  class EncodeOnly {
    encode(text: string): Uint8Array {
      return new Native().encode(text)
    }
  }

  for (const [what, TextEncoder] of [
    ['TextEncoder', Native],
    ['a stand-in without encodeInto', EncodeOnly],
  ] as const) {
    it(`writes by ${what} the bytes of encodeUtf8, from the place's beginning`, async () => {
      const { encodeUtf8, encodeUtf8Into } = await importInto({ TextEncoder })
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (text) => {
          const place = new Uint8Array(text.length * 3 + 1).fill(0xaa)
          const length = encodeUtf8Into(text, place)
          expect(Buffer.from(place.subarray(0, length))).toEqual(Buffer.from(encodeUtf8(text)))
          expect(place.subarray(length).every((byte) => byte === 0xaa)).toBe(true)
        }),
      )
    })
  }
})
