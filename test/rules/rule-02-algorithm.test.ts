import { describe, expect, it } from 'vitest'
import { type SigningAlgorithm, sigv4, Verifier } from '../../src/index.ts'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import { bothForms, judge, KEY } from '../support/attack-world.ts'

const UNSUPPORTED = 'unsupported-algorithm IncompleteSignature 400'

/** SigV4 under another name: an algorithm that a verifier may enable or not. */
const renamed: SigningAlgorithm = { ...sigv4, name: 'AWS4-HMAC-OTHER' }

describe('rule 2: the algorithm is enabled', () => {
  it('takes AWS4-HMAC-SHA256 by default', async () => {
    for (const [, wire] of bothForms()) expect(await judge(wire)).toBe('accepted')
  })

  it('takes what algorithms lists, and nothing else', async () => {
    for (const forge of [forgeHeader, forgePresigned]) {
      const other = forge({ algorithm: 'AWS4-HMAC-OTHER' })
      expect(await judge(other)).toBe(UNSUPPORTED)
      expect(await judge(other, { algorithms: [renamed] })).toBe('accepted')
      expect(await judge(other, { algorithms: [sigv4, renamed] })).toBe('accepted')
      expect(await judge(forge(), { algorithms: [renamed] })).toBe(UNSUPPORTED)
      expect(await judge(forge(), { algorithms: [sigv4, renamed] })).toBe('accepted')
    }
  })

  it('does not let a signature of one pass for the other', async () => {
    for (const [, wire] of bothForms()) {
      const swap = (text: string): string => text.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-OTHER')
      const swapped = {
        ...wire,
        target: swap(wire.target),
        headers: wire.headers.map(([name, value]): [string, string] => [name, swap(value)]),
      }
      expect(await judge(swapped, { algorithms: [sigv4, renamed] })).toBe(
        'signature-mismatch SignatureDoesNotMatch 403',
      )
    }
  })

  it('asks for no key where the algorithm is not enabled', async () => {
    let asked = 0
    const getKeys = () => {
      asked++
      return KEY
    }
    await judge(forgeHeader({ algorithm: 'OTHER' }), { getKeys })
    expect(asked).toBe(0)
  })

  it.each([[[]], ['AWS4-HMAC-SHA256'], [null]])('refuses the option algorithms: %j', (algorithms) => {
    const options = {
      getKeys: () => KEY,
      service: 's3',
      region: 'us-east-1',
      algorithms: algorithms as never,
    }
    expect(() => new Verifier(options)).toThrow(/^algorithms /)
  })
})
