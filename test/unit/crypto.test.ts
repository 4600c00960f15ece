// SHA-256 and HMAC, over each backend and the same known answers.
import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { HmacSha256 } from '../../src/crypto/hmac.ts'
import { incrementalSha256 } from '../../src/crypto/incremental.ts'
import { nobleSha256 } from '../../src/crypto/noble.ts'
import { nodeSha256 } from '../../src/crypto/node.ts'
import { importWithoutNative } from '../support/without-native.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** FIPS 180-4 examples (NIST "SHA256.pdf"), and the empty message. */
const SHA256_ANSWERS: readonly (readonly [message: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
]

for (const [name, backend] of [
  ['node:crypto', nodeSha256()!],
  ['noble', nobleSha256],
] as const) {
  describe(`SHA-256 over ${name}`, () => {
    for (const [message, digest] of SHA256_ANSWERS) {
      it(`hashes ${JSON.stringify(message.slice(0, 12))} (${message.length})`, () => {
        expect(backend.hashHex(message)).toBe(digest)
        expect(backend.hashHex(new TextEncoder().encode(message))).toBe(digest)
        expect(hex(backend.hash(new TextEncoder().encode(message)))).toBe(digest)
      })
    }

    it('hashes the UTF-8 of text', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (text) => {
          expect(backend.hashHex(text)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'))
        }),
      )
    })

    it('agrees with a third implementation on arbitrary bytes', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
          expect(backend.hashHex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
        }),
      )
    })
  })
}

/** RFC 4231, test cases 1, 2, 3, 6 and 7. */
const HMAC_ANSWERS: readonly (readonly [key: string, message: string, mac: string])[] = [
  ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [
    '4a656665',
    '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  [
    'aa'.repeat(131),
    Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
    '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  ],
  [
    'aa'.repeat(131),
    Buffer.from(
      'This is a test using a larger than block-size key and a larger than block-size data. ' +
        'The key needs to be hashed before being used by the HMAC algorithm.',
    ).toString('hex'),
    '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
  ],
]

describe('HMAC-SHA256', () => {
  afterEach(() => vi.unstubAllGlobals())

  const check = (Hmac: typeof HmacSha256): void => {
    for (const [key, message, mac] of HMAC_ANSWERS) {
      const bytes = Buffer.from(message, 'hex')
      const hmac = new Hmac(Buffer.from(key, 'hex'))
      expect(hex(hmac.digest(bytes))).toBe(mac)
      expect(hmac.digestHex(bytes)).toBe(mac)
      if (bytes.every((byte) => byte < 0x80)) expect(hmac.digestHex(bytes.toString('latin1'))).toBe(mac)
    }
  }

  it('gives the answers of RFC 4231 over node:crypto', () => check(HmacSha256))

  it('gives the answers of RFC 4231 over noble', async () => {
    const module = await importWithoutNative(() => import('../../src/crypto/hmac.ts'))
    const { isNative } = await import('../../src/crypto/backend.ts')
    expect(isNative()).toBe(false)
    check(module.HmacSha256)
  })

  it('signs many messages of any length with one key', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.uint8Array({ maxLength: 1000 })),
        (key, messages) => {
          const hmac = new HmacSha256(key)
          for (const message of messages) {
            expect(hmac.digestHex(message)).toBe(createHmac('sha256', key).update(message).digest('hex'))
          }
        },
      ),
    )
  })
})

describe('incremental SHA-256', () => {
  afterEach(() => vi.unstubAllGlobals())

  const check = (create: typeof incrementalSha256): void => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        const state = create()
        for (const piece of pieces) state.update(piece)
        expect(state.digestHex()).toBe(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'))
      }),
    )
  }

  it('does not depend on how the bytes are cut, over node:crypto', () => check(incrementalSha256))

  it('does not depend on how the bytes are cut, over noble', async () => {
    const module = await importWithoutNative(() => import('../../src/crypto/incremental.ts'))
    check(module.incrementalSha256)
  })
})
