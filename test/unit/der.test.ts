import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derFromRaw, rawFromDer } from '../../src/encoding/der.ts'
import { holds } from '../support/arbitrary-runs.ts'

const hexOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const ONE = '01'.padStart(64, '0')
const ONES = 'ff'.repeat(32)

/** Numbers of any size: leading zeros, and each value of the first byte that counts. */
const anyPart = fc
  .tuple(
    fc.integer({ min: 0, max: 32 }),
    fc.constantFrom(0x00, 0x01, 0x7f, 0x80, 0xff),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
  )
  .map(([zeros, first, bytes]) => bytes.map((byte, i) => (i < zeros ? 0 : i === zeros ? first : byte)))
const anyRaw = fc.tuple(anyPart, anyPart).map(([r, s]) => Uint8Array.from([...r, ...s]))

/** What is almost DER: tags, lengths and integers, some of them right. */
const anyInteger = fc
  .tuple(
    fc.constantFrom(0x02, 0x02, 0x02, 0x03),
    fc.uint8Array({ maxLength: 34 }),
    fc.constantFrom(0, 0, 0, 1, -1),
  )
  .map(([tag, bytes, error]) => [tag, Math.max(0, bytes.length + error), ...bytes])
const anyNearlyDer = fc
  .tuple(fc.array(anyInteger, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 0, 0, 1, -1))
  .map(([integers, error]) => {
    const body = integers.flat()
    return Uint8Array.from([0x30, Math.max(0, body.length + error), ...body])
  })
const changedDer = fc
  .tuple(anyRaw, fc.nat(), fc.integer({ min: 1, max: 255 }))
  .map(([raw, at, change]) =>
    derFromRaw(raw).map((byte, i, all) => (i === at % all.length ? byte ^ change : byte)),
  )

describe('DER', () => {
  const known: [what: string, raw: string, der: string][] = [
    ['the smallest numbers', ONE + ONE, '3006020101020101'],
    ['zeros', '00'.repeat(64), '3006020100020100'],
    ['a number that needs no pad', '7f'.padStart(64, '0') + ONE, '300602017f020101'],
    ['a number that needs a pad', '80'.padStart(64, '0') + ONE, '300702020080020101'],
    ['the largest numbers', ONES + ONES, `3046022100${ONES}022100${ONES}`],
    ['a small r and a large s', ONE + ONES, `3026020101022100${ONES}`],
    ['zeros inside a number', `${ONE.slice(4)}0000${ONE}`, '3008020301000002' + '0101'],
  ]
  for (const [what, raw, der] of known) {
    it(`of ${what} is written and read`, () => {
      expect(hexOf(derFromRaw(bytesOf(raw)))).toBe(der)
      expect(hexOf(rawFromDer(bytesOf(der)))).toBe(raw)
    })
  }

  it('is 8 to 72 bytes long', () => {
    expect([derFromRaw(bytesOf(ONE + ONE)).length, derFromRaw(bytesOf(ONES + ONES)).length]).toEqual([8, 72])
  })

  it('law: reading what was written gives it back', () =>
    holds(
      fc.asyncProperty(anyRaw, async (raw) => {
        expect(hexOf(rawFromDer(derFromRaw(raw)))).toBe(hexOf(raw))
      }),
      2000,
    ))

  it('law: of no number there are two forms: what can be read is written the same again', async () => {
    let read = 0
    const law = fc.asyncProperty(
      fc.oneof(anyNearlyDer, changedDer, fc.uint8Array({ maxLength: 80 })),
      async (der) => {
        const raw = rawFromDer(der)
        if (!raw) return
        read++
        expect(hexOf(derFromRaw(raw))).toBe(hexOf(der))
      },
    )
    await holds(law, 5000)
    // Else the law has said nothing.
    expect(read).toBeGreaterThan(500)
  })

  it('law: a byte more or less at either end is not read', () =>
    holds(
      fc.asyncProperty(anyRaw, fc.integer({ min: 0, max: 255 }), async (raw, byte) => {
        const der = derFromRaw(raw)
        const others = [
          der.slice(1),
          der.slice(0, -1),
          Uint8Array.from([byte, ...der]),
          Uint8Array.from([...der, byte]),
        ]
        expect(others.map(rawFromDer)).toEqual(others.map(() => undefined))
      }),
      500,
    ))

  it('is not read where it is cut off anywhere', () => {
    const der = derFromRaw(bytesOf(ONES + ONES))
    for (let length = 0; length < der.length; length++)
      expect(rawFromDer(der.slice(0, length)), `${length}`).toBeUndefined()
  })

  it('leaves alone what it reads, and shares no memory with it', () => {
    const der = Buffer.from(`3046022100${ONES}022100${ONES}`, 'hex')
    const raw = rawFromDer(der)!
    der.fill(0)
    expect(hexOf(raw)).toBe(ONES + ONES)
  })
})
