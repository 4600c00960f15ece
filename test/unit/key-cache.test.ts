import { describe, expect, it } from 'vitest'
import { createKeyCache, type SigningOptions, signHeaders } from '../../src/index.ts'

const OPTIONS: SigningOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'one secret' },
  service: 'iam',
  region: 'us-east-1',
  signingDate: 0,
}
const sign = (options: Partial<SigningOptions>) =>
  signHeaders({ url: 'https://a.example/' }, { ...OPTIONS, ...options }).trace.signature

describe('the key cache', () => {
  it('derives once for one secret and scope', () => {
    const cache = createKeyCache()
    let derivations = 0
    const derive = () => ({ n: ++derivations })
    expect(cache.getOrDerive('secret', 'scope', derive)).toBe(cache.getOrDerive('secret', 'scope', derive))
    expect(derivations).toBe(1)
  })

  it('never gives one secret the key of another, though the access key id and scope are the same', () => {
    const keyCache = createKeyCache()
    const one = sign({ keyCache })
    const other = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'other secret' }
    expect(sign({ keyCache, credentials: other })).not.toBe(one)
    expect(sign({ keyCache, credentials: other })).toBe(
      sign({ credentials: other, keyCache: createKeyCache() }),
    )
    expect(sign({ keyCache })).toBe(one)
  })

  it('tells apart texts that would read the same one after the other', () => {
    const cache = createKeyCache()
    const a = cache.getOrDerive('b', 'a', () => ({}))
    for (const [secret, scope] of [
      ['a', 'b'],
      ['', 'a\nb'],
      ['a\nb', ''],
    ] as const) {
      expect(cache.getOrDerive(secret, scope, () => ({}))).not.toBe(a)
    }
  })

  it('holds no more than it is told, and drops what was used longest ago', () => {
    const cache = createKeyCache({ maxEntries: 2 })
    const derived: string[] = []
    const get = (scope: string) => cache.getOrDerive('secret', scope, () => ({ scope: derived.push(scope) }))
    for (const scope of ['a', 'b', 'a', 'c', 'a', 'b', 'c']) get(scope)
    // b went when c came, for a had been used after it; then c went when b came back.
    expect(derived).toEqual(['a', 'b', 'c', 'b', 'c'])
  })

  it('refuses a size that is none', () => {
    for (const maxEntries of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => createKeyCache({ maxEntries })).toThrow(
        expect.objectContaining({
          code: 'ERR_INVALID_ARG_VALUE',
          message: `maxEntries must be a whole number from 1 to 9007199254740991; it is "${maxEntries}"`,
        }),
      )
    }
    expect(() => createKeyCache({ maxEntries: '3' as unknown as number })).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: 'maxEntries must be a whole number; it is string',
      }),
    )
  })

  it('refuses an option that it does not know, and options that are none', () => {
    expect(() => createKeyCache({ max: 3 } as object)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_VALUE',
        message: '"max" is not an option of createKeyCache, which has maxEntries',
      }),
    )
    expect(() => createKeyCache(3 as unknown as object)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: 'the options of createKeyCache must be an object; it is number',
      }),
    )
  })
})
