import type { Checksum } from './checksum.ts'

/** CRC-64/NVME, reflected polynomial, in two halves: JavaScript has no fast integers of 64 bits. */
const POLYNOMIAL_HIGH = 0x9a6c9329
const POLYNOMIAL_LOW = 0xac4bc9b5
const SLICES = 8

interface Tables {
  readonly high: Int32Array
  readonly low: Int32Array
}

/** Slicing-by-8 in one array each: entry `256 n + byte` is what a byte does n bytes further on. */
function buildTables(): Tables {
  const high = new Int32Array(256 * SLICES)
  const low = new Int32Array(256 * SLICES)
  for (let byte = 0; byte < 256; byte++) {
    let h = 0
    let l = byte
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (carry) {
        h ^= POLYNOMIAL_HIGH
        l ^= POLYNOMIAL_LOW
      }
    }
    high[byte] = h
    low[byte] = l
  }
  for (let i = 256; i < high.length; i++) {
    const h = high[i - 256]!
    const l = low[i - 256]!
    high[i] = (h >>> 8) ^ high[l & 0xff]!
    low[i] = ((l >>> 8) | (h << 24)) ^ low[l & 0xff]!
  }
  return { high, low }
}

let built: Tables | undefined

/** CRC-64/NVME as AWS's checksums have it: starts at all ones, ends inverted, big-endian. */
export function createCrc64Nvme(): Checksum {
  built ??= buildTables()
  const { high, low } = built
  let h = -1
  let l = -1
  return {
    update(bytes) {
      let i = 0
      for (const end = bytes.length - 7; i < end; i += 8) {
        const a = l ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
        const b = h ^ (bytes[i + 4]! | (bytes[i + 5]! << 8) | (bytes[i + 6]! << 16) | (bytes[i + 7]! << 24))
        const i7 = 1792 + (a & 0xff)
        const i6 = 1536 + ((a >>> 8) & 0xff)
        const i5 = 1280 + ((a >>> 16) & 0xff)
        const i4 = 1024 + (a >>> 24)
        const i3 = 768 + (b & 0xff)
        const i2 = 512 + ((b >>> 8) & 0xff)
        const i1 = 256 + ((b >>> 16) & 0xff)
        const i0 = b >>> 24
        h = high[i7]! ^ high[i6]! ^ high[i5]! ^ high[i4]! ^ high[i3]! ^ high[i2]! ^ high[i1]! ^ high[i0]!
        l = low[i7]! ^ low[i6]! ^ low[i5]! ^ low[i4]! ^ low[i3]! ^ low[i2]! ^ low[i1]! ^ low[i0]!
      }
      for (; i < bytes.length; i++) {
        const at = (l ^ bytes[i]!) & 0xff
        l = ((l >>> 8) | (h << 24)) ^ low[at]!
        h = (h >>> 8) ^ high[at]!
      }
    },
    digest() {
      const digest = new Uint8Array(8)
      const view = new DataView(digest.buffer)
      view.setInt32(0, ~h)
      view.setInt32(4, ~l)
      return digest
    },
  }
}
