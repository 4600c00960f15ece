// Signatures and public keys in the style of Project Wycheproof: every backend gives every one the same answer.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PublicKeyInput } from '../../src/algorithms/algorithm.ts'
import type { AsyncP256, P256, P256Verifier } from '../../src/crypto/p256.ts'
import { nobleP256 } from '../../src/crypto/p256-noble.ts'
import { nodeP256 } from '../../src/crypto/p256-node.ts'
import { webP256 } from '../../src/crypto/p256-web.ts'
import { rawFromDer } from '../../src/encoding/der.ts'
import {
  BACKENDS,
  type Backend,
  importAfresh,
  type Package,
  pretend,
  stopPretending,
} from '../support/p256-backends.ts'

type Outcome = 'valid' | 'invalid'
interface SignatureCase {
  name: string
  kind: string
  comment: string
  message: string
  signature: string
  raw: string | null
  expected: Outcome
  publicKey: { x: string; y: string }
}
type PublicKeyCase = { name: string; comment: string; expected: Outcome } & (
  | { form: 'point' | 'spki'; value: string }
  | { form: 'pair'; value: { x: string; y: string } }
)
const { signatures, publicKeys }: { signatures: SignatureCase[]; publicKeys: PublicKeyCase[] } = JSON.parse(
  readFileSync(new URL('../../vectors/p256-verify.json', import.meta.url), 'utf8'),
)

const MODULES: Readonly<Record<Backend, P256 | AsyncP256>> = {
  node: nodeP256()!,
  webcrypto: webP256()!,
  noble: nobleP256,
}
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array | undefined): string | null =>
  bytes ? Buffer.from(bytes).toString('hex') : null
const outcome = (holds: boolean | undefined): Outcome => (holds ? 'valid' : 'invalid')
const onAll = (value: Outcome): Record<Backend, Outcome> => ({ node: value, webcrypto: value, noble: value })

async function ofEach(
  ask: (backend: Backend) => Promise<Outcome> | Outcome,
): Promise<Record<Backend, Outcome>> {
  const answers = onAll('invalid')
  for (const backend of BACKENDS) answers[backend] = await ask(backend)
  return answers
}

/** One copy of the package for each backend. */
const copies = {} as Record<Backend, Package>
const SOME_KEY = publicKeys.find(({ name }) => name === 'generator')!.value as string

beforeAll(async () => {
  for (const backend of BACKENDS) {
    pretend(backend)
    copies[backend] = await importAfresh()
    // The first key decides which backend it is.
    copies[backend].sigv4a.importPublicKey!(bytesOf(SOME_KEY), copies[backend].createKeyCache())
    stopPretending()
  }
})
afterAll(stopPretending)

/** Calls a copy in the runtime that it was made for: a key asks for WebCrypto when it is imported. */
async function importKey(backend: Backend, publicKey: PublicKeyInput) {
  pretend(backend)
  try {
    return copies[backend].sigv4a.importPublicKey!(publicKey, copies[backend].createKeyCache())
  } finally {
    stopPretending()
  }
}

describe('the vectors', () => {
  it('are many, of both outcomes', () => {
    const count = (list: readonly { expected: Outcome }[], wanted: Outcome): number =>
      list.filter(({ expected }) => expected === wanted).length
    expect([count(signatures, 'valid'), count(signatures, 'invalid')]).toEqual([56, 241])
    expect([count(publicKeys, 'valid'), count(publicKeys, 'invalid')]).toEqual([10, 70])
  })

  it('hold one message under both of its signatures, with a high and with a low s', () => {
    const pairs = signatures.filter(({ name }) =>
      signatures.some((other) => other.name === `${name}-other-s`),
    )
    expect(pairs).toHaveLength(4)
  })
})

describe('the copies of the package', () => {
  it('answer with the backend that they are named for', async () => {
    const { message, signature, publicKey } = signatures[0]!
    const native = vi.spyOn(process.getBuiltinModule('node:crypto'), 'verify')
    const web = vi.spyOn(globalThis.crypto.subtle, 'verify')
    const calls: Record<string, number[]> = {}
    for (const backend of BACKENDS) {
      const key = await importKey(backend, publicKey)
      const before = [native.mock.calls.length, web.mock.calls.length]
      expect(await key.verify(message, signature)).toBe(true)
      calls[backend] = [native.mock.calls.length - before[0]!, web.mock.calls.length - before[1]!]
    }
    vi.restoreAllMocks()
    expect(calls).toEqual({ node: [1, 0], webcrypto: [0, 1], noble: [0, 0] })
  })
})

describe('signatures', () => {
  for (const { name, kind, comment, message, signature, raw, expected, publicKey } of signatures) {
    it(`${kind} ${name} (${comment}): ${expected}`, async () => {
      const read = rawFromDer(bytesOf(signature))
      expect(hexOf(read)).toBe(raw)
      const text = Uint8Array.from(Buffer.from(message, 'latin1'))
      const point = bytesOf(`04${publicKey.x}${publicKey.y}`)
      const byModule = await ofEach(async (backend) => {
        const key = MODULES[backend].importPublicKey(point) as P256Verifier
        return outcome(read && (await key.verify(text, bytesOf(signature))))
      })
      expect(byModule).toEqual(onAll(expected))
      const byAlgorithm = await ofEach(async (backend) => {
        const key = await importKey(backend, publicKey)
        return outcome(await key.verify(message, signature))
      })
      expect(byAlgorithm).toEqual(onAll(expected))
    })
  }
})

describe('public keys', () => {
  const MISUSE = { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' }

  for (const vector of publicKeys) {
    const { name, form, comment, expected } = vector
    const value = vector.form === 'pair' ? vector.value : bytesOf(vector.value)

    it(`${form} ${name} (${comment}): ${expected}`, async () => {
      for (const backend of BACKENDS) {
        const importing = importKey(backend, value)
        if (expected === 'invalid') await expect(importing, backend).rejects.toMatchObject(MISUSE)
        else expect(await (await importing).verify('text', '3006020101020101'), backend).toBe(false)
      }
    })

    if (vector.form !== 'point' || !/^04.{128}$/.test(vector.value)) continue
    it(`${form} ${name}: ${expected} to the modules`, async () => {
      const point = bytesOf(vector.value)
      const answers = await ofEach(async (backend) => {
        const key = MODULES[backend].importPublicKey(point)
        try {
          await key?.verify(bytesOf('00'), bytesOf('3006020101020101'))
          return outcome(key !== undefined)
        } catch {
          // WebCrypto imports at the first use.
          return 'invalid'
        }
      })
      expect(answers).toEqual(onAll(expected))
    })
  }
})
