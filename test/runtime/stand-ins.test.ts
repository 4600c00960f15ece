// The stand-ins that docs/runtimes.md gives to engines without Web APIs, beside the real ones.
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const text = readFileSync(new URL('../../docs/runtimes.md', import.meta.url), 'utf8')
const code = /^```mjs\n(.*?)^```$/ms.exec(text)![1]!

interface Engine {
  TextEncoder: typeof TextEncoder
  TextDecoder: typeof TextDecoder
}

/** What the code makes of an engine that has nothing but the language. */
function engineOf(globals: object = {}): Engine {
  const engine = { ...globals } as Engine
  runInNewContext(code, engine)
  return engine
}

const { TextEncoder: Encoder, TextDecoder: Decoder } = engineOf()
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  // Lone surrogates among them.
  fc.array(fc.integer({ min: 0xd7fe, max: 0xe001 })).map((units) => String.fromCharCode(...units)),
)

describe('the stand-ins', () => {
  it('are not the real ones', () => {
    expect([Encoder === TextEncoder, Decoder === TextDecoder]).toEqual([false, false])
  })

  it('law: encode as TextEncoder does', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect([...new Encoder().encode(value)]).toEqual([...new TextEncoder().encode(value)])
      }),
    )
    expect([...new Encoder().encode('\ud800a\udc00💩')]).toEqual([
      ...new TextEncoder().encode('\ud800a\udc00💩'),
    ])
    expect(new Encoder().encode()).toHaveLength(0)
  })

  it('law: decode as a fatal TextDecoder does, and throw where it throws', () => {
    const outcome = (decode: () => string): string => {
      try {
        return decode()
      } catch {
        return 'thrown'
      }
    }
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      anyText.map((value) => new TextEncoder().encode(value)),
      // Almost UTF-8: a leading byte, and what may follow it.
      fc
        .tuple(
          fc.constantFrom(0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5),
          fc.array(fc.integer({ min: 0x7f, max: 0xc0 }), { maxLength: 3 }),
        )
        .map(([first, rest]) => Uint8Array.from([first, ...rest])),
    )
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const real = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        expect(outcome(() => new Decoder().decode(bytes))).toBe(outcome(() => real.decode(bytes)))
      }),
      { numRuns: 1000 },
    )
  })

  it('leave alone what an engine has', () => {
    const engine = engineOf({ TextEncoder, TextDecoder })
    expect(engine.TextEncoder).toBe(TextEncoder)
    expect(engine.TextDecoder).toBe(TextDecoder)
  })
})
