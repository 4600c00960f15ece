import type { Checksum } from './checksum.ts'

/** The reflected polynomials of CRC-32, and of CRC-32C (Castagnoli). */
export const CRC32_POLYNOMIAL = 0xedb88320
export const CRC32C_POLYNOMIAL = 0x82f63b78

const SLICES = 8

/** Slicing-by-8 in one array: entry `256 n + byte` is what a byte does to the remainder n bytes further on. */
function buildTable(reflectedPolynomial: number): Int32Array {
  const table = new Int32Array(256 * SLICES)
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ reflectedPolynomial : remainder >>> 1
    }
    table[byte] = remainder
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!
    table[i] = (before >>> 8) ^ table[before & 0xff]!
  }
  return table
}

function updateCrc(t: Int32Array, start: number, bytes: Uint8Array): number {
  let crc = start
  let i = 0
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    crc =
      t[1792 + (crc & 0xff)]! ^
      t[1536 + ((crc >>> 8) & 0xff)]! ^
      t[1280 + ((crc >>> 16) & 0xff)]! ^
      t[1024 + (crc >>> 24)]! ^
      t[768 + bytes[i + 4]!]! ^
      t[512 + bytes[i + 5]!]! ^
      t[256 + bytes[i + 6]!]! ^
      t[bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t[(crc ^ bytes[i]!) & 0xff]!
  return crc
}

const tables = new Map<number, Int32Array>()

/** A CRC of 32 bits, reflected, as AWS's checksums have it: starts at all ones, ends inverted, big-endian. */
export function createCrc32(reflectedPolynomial: number): Checksum {
  const table = tables.get(reflectedPolynomial) ?? buildTable(reflectedPolynomial)
  tables.set(reflectedPolynomial, table)
  let crc = -1
  return {
    update(bytes) {
      crc = updateCrc(table, crc, bytes)
    },
    digest: () => bigEndian(~crc),
  }
}

function bigEndian(value: number): Uint8Array {
  const digest = new Uint8Array(4)
  new DataView(digest.buffer).setInt32(0, value)
  return digest
}

type NativeCrc32 = (data: Uint8Array, start: number) => number

/** CRC-32 by `node:zlib`, where that has it: Node from 20.15 on. */
export function createNativeCrc32(crc32: NativeCrc32 | undefined): Checksum | undefined {
  if (typeof crc32 !== 'function') return undefined
  let crc = 0
  return {
    update(bytes) {
      crc = crc32(bytes, crc)
    },
    digest: () => bigEndian(crc | 0),
  }
}
