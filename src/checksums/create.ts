import { newSha1, newSha256 } from '../crypto/noble-streams.ts'
import { nodeCrypto, nodeZlib } from '../crypto/node.ts'
import type { Checksum } from './checksum.ts'
import { CRC32_POLYNOMIAL, CRC32C_POLYNOMIAL, createCrc32, createNativeCrc32 } from './crc32.ts'
import { createCrc64Nvme } from './crc64.ts'

function createHash(name: string, fallback?: () => { update(b: Uint8Array): unknown; digest(): Uint8Array }) {
  const state = nodeCrypto()?.createHash(name) ?? fallback?.()
  return state && { update: (bytes: Uint8Array) => void state.update(bytes), digest: () => state.digest() }
}

const CREATE: Readonly<Record<string, () => Checksum | undefined>> = {
  crc32: () => createNativeCrc32(nodeZlib()?.crc32) ?? createCrc32(CRC32_POLYNOMIAL),
  crc32c: () => createCrc32(CRC32C_POLYNOMIAL),
  crc64nvme: createCrc64Nvme,
  sha1: () => createHash('sha1', newSha1),
  sha256: () => createHash('sha256', newSha256),
  // Only some servers take these; they are checked where the runtime has them.
  sha512: () => createHash('sha512'),
  md5: () => createHash('md5'),
}

/** A fresh checksum; undefined where this runtime has none of that name. */
export function createChecksum(name: string): Checksum | undefined {
  return Object.hasOwn(CREATE, name) ? CREATE[name]!() : undefined
}
