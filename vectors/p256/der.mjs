// DER, and what is not DER: every part can be written wrongly.
const byte = (value) => value.toString(16).padStart(2, '0')
export const sizeOf = (hex) => hex.length / 2

/** @param length Hex of the length as it is to stand there; default: the right one. */
export const tlv = (tag, content, length = byte(sizeOf(content))) => tag + length + content

/** The shortest two's complement of a number. */
export function integerBytes(value) {
  let size = 1
  while (value < -(1n << BigInt(8 * size - 1)) || value >= 1n << BigInt(8 * size - 1)) size++
  return BigInt.asUintN(8 * size, value)
    .toString(16)
    .padStart(2 * size, '0')
}

/** A number without the zero byte that keeps it positive. */
export const unsignedBytes = (value) => {
  const hex = value.toString(16)
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

export const integer = (value) => tlv('02', integerBytes(value))
export const sequence = (...parts) => tlv('30', parts.join(''))
export const encode = ({ r, s }) => sequence(integer(r), integer(s))

const FITS = 1n << 256n
/** `r || s`, where both are of use to an implementation at all: 0 to 2^256 - 1. */
export const rawOf = ({ r, s }) =>
  [r, s].every((one) => one >= 0n && one < FITS)
    ? [r, s].map((one) => one.toString(16).padStart(64, '0')).join('')
    : null
