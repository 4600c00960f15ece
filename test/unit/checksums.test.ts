// Checksums against published check values, and native against table-driven.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Checksum } from '../../src/checksums/checksum.ts'
import { createCrc32, createNativeCrc32 } from '../../src/checksums/crc32.ts'
import { createChecksum } from '../../src/checksums/create.ts'
import { nodeZlib } from '../../src/crypto/node.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const of = (checksum: Checksum, ...pieces: Uint8Array[]): string => {
  for (const piece of pieces) checksum.update(piece)
  return hex(checksum.digest())
}

/** Of "123456789": the Catalogue of parametrised CRC algorithms; FIPS 180-4 for the hashes. */
const CHECK_VALUES: Readonly<Record<string, string>> = {
  crc32: 'cbf43926',
  crc32c: 'e3069283',
  crc64nvme: 'ae8b14860a799888',
  sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
  sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
}

describe('checksums', () => {
  for (const [name, value] of Object.entries(CHECK_VALUES)) {
    it(`${name} has its check value`, () => {
      expect(of(createChecksum(name)!, Buffer.from('123456789'))).toBe(value)
    })

    it(`${name} does not depend on how the bytes are cut`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
          const parts = of(createChecksum(name)!, bytes.subarray(0, cut), bytes.subarray(cut))
          expect(parts).toBe(of(createChecksum(name)!, bytes))
        }),
      )
    })
  }

  it('of CRC-32, the native one and the table give the same', () => {
    const IEEE = 0xedb88320
    expect(nodeZlib()?.crc32).toBeTypeOf('function')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(of(createCrc32(IEEE), bytes)).toBe(of(createNativeCrc32(nodeZlib()?.crc32)!, bytes))
      }),
    )
    expect(createNativeCrc32(undefined)).toBeUndefined()
  })

  it('are undefined where the name is none', () => {
    for (const name of ['xxhash64', '', 'toString', '__proto__']) expect(createChecksum(name)).toBeUndefined()
  })
})
