// The SigV4A keys of vectors/sigv4a-keys.json: each step of their derivation, on every backend.
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { deriveSigv4aPrivateKey } from '../../src/algorithms/sigv4a-key.ts'
import { HmacSha256 } from '../../src/crypto/hmac.ts'
import { deriveSigv4aKey } from '../../src/sigv4a/index.ts'
import { BACKENDS, importAfresh, pretend, stopPretending } from '../support/p256-backends.ts'

interface KeyCase {
  name: string
  input: { accessKeyId: string; secretAccessKey: string }
  tries: { counter: number; fixedInput: string; hmac: string; accepted: boolean }[]
  expected: { privateKey: string; publicKey: { x: string; y: string } }
}
const { cases }: { cases: KeyCase[] } = JSON.parse(
  readFileSync(new URL('../../vectors/sigv4a-keys.json', import.meta.url), 'utf8'),
)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

afterEach(stopPretending)

describe('SigV4A keys', () => {
  it('are fifteen, and one of them needs a second try', () => {
    expect(cases).toHaveLength(15)
    expect(cases.filter(({ tries }) => tries.length > 1).map(({ name }) => name)).toEqual(['second-try'])
  })

  for (const { name, input, tries, expected } of cases) {
    it(`${name}: private and public key`, () => {
      const { privateKey, publicKey } = deriveSigv4aKey(input)
      expect(hex(privateKey)).toBe(expected.privateKey)
      expect(publicKey).toEqual(expected.publicKey)
    })

    it(`${name}: fixed input and HMAC of each try`, () => {
      const hmac = new HmacSha256(Buffer.from(`AWS4A${input.secretAccessKey}`, 'utf8'))
      const seen: { fixedInput: string; hmac: string }[] = []
      deriveSigv4aPrivateKey(input, {
        digest(message) {
          const digest = hmac.digest(message)
          seen.push({ fixedInput: hex(message), hmac: hex(digest) })
          return digest
        },
      })
      expect(seen).toEqual(tries.map(({ fixedInput, hmac }) => ({ fixedInput, hmac })))
    })
  }

  for (const backend of BACKENDS) {
    it(`are the same on ${backend}`, async () => {
      pretend(backend)
      const copy = await importAfresh()
      for (const { name, input, expected } of cases) {
        const { privateKey, publicKey } = copy.deriveSigv4aKey(input)
        expect({ privateKey: hex(privateKey), publicKey }, name).toEqual(expected)
      }
    })
  }
})
