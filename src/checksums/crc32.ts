import type { Checksum } from './checksum.ts'

const SLICES = 8

/** Slicing-by-8: table n holds what a byte does to the remainder n bytes further on. */
function buildTables(reflectedPolynomial: number): Uint32Array[] {
  const tables = Array.from({ length: SLICES }, () => new Uint32Array(256))
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = remainder & 1 ? (remainder >>> 1) ^ reflectedPolynomial : remainder >>> 1
    }
    tables[0]![byte] = remainder
  }
  for (let slice = 1; slice < SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[slice - 1]![byte]!
      tables[slice]![byte] = (before >>> 8) ^ tables[0]![before & 0xff]!
    }
  }
  return tables
}

function updateCrc(
  [t0, t1, t2, t3, t4, t5, t6, t7]: Uint32Array[],
  start: number,
  bytes: Uint8Array,
): number {
  let crc = start
  let i = 0
  for (const end = bytes.length - 7; i < end; i += 8) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
    crc =
      t7![crc & 0xff]! ^
      t6![(crc >>> 8) & 0xff]! ^
      t5![(crc >>> 16) & 0xff]! ^
      t4![crc >>> 24]! ^
      t3![bytes[i + 4]!]! ^
      t2![bytes[i + 5]!]! ^
      t1![bytes[i + 6]!]! ^
      t0![bytes[i + 7]!]!
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0![(crc ^ bytes[i]!) & 0xff]!
  return crc
}

const tablesOf = new Map<number, Uint32Array[]>()

/** A CRC of 32 bits, reflected, as AWS's checksums have it: starts at all ones, ends inverted, big-endian. */
export function createCrc32(reflectedPolynomial: number): Checksum {
  const tables = tablesOf.get(reflectedPolynomial) ?? buildTables(reflectedPolynomial)
  tablesOf.set(reflectedPolynomial, tables)
  let crc = 0xffffffff
  return {
    update(bytes) {
      crc = updateCrc(tables, crc, bytes)
    },
    digest() {
      const digest = new Uint8Array(4)
      new DataView(digest.buffer).setUint32(0, ~crc)
      return digest
    },
  }
}
