// Signing on every backend: what one makes, each takes.
import { describe, expect, it } from 'vitest'
import type { AsyncP256, P256, P256Signer, P256Verifier } from '../../src/crypto/p256.ts'
import { nobleP256 } from '../../src/crypto/p256-noble.ts'
import { nodeP256 } from '../../src/crypto/p256-node.ts'
import { webP256 } from '../../src/crypto/p256-web.ts'
import { derFromRaw, rawFromDer } from '../../src/encoding/der.ts'

const NODE = nodeP256()!
const BACKENDS: Readonly<Record<string, P256 | AsyncP256>> = {
  node: NODE,
  webcrypto: webP256()!,
  noble: nobleP256,
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))

/** RFC 6979, A.2.5: the key, and its deterministic signatures with SHA-256. */
const RFC_6979 = {
  privateKey: 'c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721',
  x: '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
  y: '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  signatures: {
    sample:
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
    test:
      'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367' +
      '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083',
  },
}

const POINT = bytesOf(`04${RFC_6979.x}${RFC_6979.y}`)

const PRIVATE_KEYS = {
  one: '0000000000000000000000000000000000000000000000000000000000000001',
  two: '0000000000000000000000000000000000000000000000000000000000000002',
  'a small number': '00000000000000000000000000000000000000000000000000000000075bcd15',
  'n - 1': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550',
  'that of RFC 6979': RFC_6979.privateKey,
}
const MESSAGES = [
  '',
  'sample',
  'AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n…'.replace('…', '\xff'),
  'a'.repeat(1000),
]

describe('RFC 6979', () => {
  it('gives the public key on node and noble', () => {
    for (const backend of [NODE, nobleP256])
      expect(backend.derivePublicKey(bytesOf(RFC_6979.privateKey))).toEqual(POINT)
  })

  for (const [message, signature] of Object.entries(RFC_6979.signatures)) {
    it(`gives noble's signature of "${message}", with s as it comes: not brought below n / 2`, () => {
      const signer = nobleP256.importPrivateKey(bytesOf(RFC_6979.privateKey))
      expect(hexOf(rawFromDer(signer.sign(ascii(message)))!)).toBe(signature)
    })
  }

  it('has a signature with a high s, which every backend takes', async () => {
    const raw = bytesOf(RFC_6979.signatures.sample)
    expect(raw[32]).toBe(0xf7)
    for (const [name, backend] of Object.entries(BACKENDS)) {
      const key = backend.importPublicKey(POINT) as P256Verifier
      expect(await key.verify(ascii('sample'), derFromRaw(raw)), name).toBe(true)
    }
  })
})

describe('every backend', () => {
  for (const [name, privateKey] of Object.entries(PRIVATE_KEYS)) {
    it(`derives the same public key of ${name}`, () => {
      const points = [NODE, nobleP256].map((backend) => hexOf(backend.derivePublicKey(bytesOf(privateKey))))
      expect(points[0]).toBe(points[1])
      expect(points[0]).toMatch(/^04[\da-f]{128}$/)
    })

    for (const [signing, signer] of Object.entries(BACKENDS)) {
      it(`takes what ${signing} signs with ${name}, and nothing else`, async () => {
        const point = NODE.derivePublicKey(bytesOf(privateKey))
        const key = signer.importPrivateKey(bytesOf(privateKey), () => point) as P256Signer
        for (const message of MESSAGES.map(ascii)) {
          const signature = await key.sign(message)
          const raw = rawFromDer(signature)!
          expect(raw).toHaveLength(64)
          const bent = derFromRaw(raw.map((byte, i) => (i === 63 ? byte ^ 1 : byte)))
          const answers = await Promise.all(
            Object.values(BACKENDS).map(async (backend) => {
              const publicKey = backend.importPublicKey(point) as P256Verifier
              return [
                await publicKey.verify(message, signature),
                await publicKey.verify(Uint8Array.from([...message, 0]), signature),
                await publicKey.verify(message, bent),
              ]
            }),
          )
          expect(answers).toEqual(Object.keys(BACKENDS).map(() => [true, false, false]))
        }
      })
    }
  }

  it('makes signatures with a high s as often as with a low one', async () => {
    for (const [name, backend] of Object.entries(BACKENDS)) {
      const key = backend.importPrivateKey(bytesOf(RFC_6979.privateKey), () => POINT) as P256Signer
      const signatures = await Promise.all(
        Array.from({ length: 40 }, (_, i) => key.sign(ascii(`message ${i}`))),
      )
      const high = signatures.filter((signature) => rawFromDer(signature)![32]! >= 0x80).length
      // Of 40 throws of a coin, one in 10^11 times none or all fall on one side.
      expect([high > 0, high < 40], name).toEqual([true, true])
    }
  })
})
