/*
 * ECDSA signatures over P-256 in their two forms:
 *
 *     DER  30 <length> 02 <length> <r> 02 <length> <s>     8 to 72 bytes
 *     raw  <r, 32 bytes> <s, 32 bytes>
 *
 * See RFC 3279, 2.2.3, and X.690, 8.3 and 10.1.
 */

const PART_BYTES = 32

/** Writes one DER integer: shortest form, a zero in front where it would read as negative. Returns its end. */
function writeInteger(der: Uint8Array, at: number, part: Uint8Array): number {
  let first = 0
  while (first < PART_BYTES - 1 && part[first] === 0) first++
  const padding = part[first]! >= 0x80 ? 1 : 0
  const length = PART_BYTES - first + padding
  der[at] = 0x02
  der[at + 1] = length
  der.set(part.subarray(first), at + 2 + padding)
  return at + 2 + length
}

/** `r || s` as DER. */
export function derFromRaw(raw: Uint8Array): Uint8Array {
  const der = new Uint8Array(72)
  const s = writeInteger(der, 2, raw.subarray(0, PART_BYTES))
  const end = writeInteger(der, s, raw.subarray(PART_BYTES))
  der[0] = 0x30
  der[1] = end - 2
  return der.subarray(0, end)
}

/**
 * DER as `r || s`: undefined where it is not the one DER form of two positive integers of at most 256 bits.
 * Whether they lie below the order of the curve is not looked at.
 */
export function rawFromDer(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined
  const raw = new Uint8Array(2 * PART_BYTES)
  let at = 2
  for (const end of [PART_BYTES, 2 * PART_BYTES]) {
    const length = der[at + 1] ?? 0
    const bytes = der.subarray(at + 2, at + 2 + length)
    if (der[at] !== 0x02 || bytes.length === 0) return undefined
    // A leading zero stands only where the next bit would make the number negative.
    const padded = bytes[0] === 0 && length > 1
    if (bytes[0]! >= 0x80 || (padded && bytes[1]! < 0x80) || length - Number(padded) > PART_BYTES)
      return undefined
    raw.set(padded ? bytes.subarray(1) : bytes, end - length + Number(padded))
    at += 2 + length
  }
  return at === der.length ? raw : undefined
}
