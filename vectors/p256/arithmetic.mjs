// P-256 in BigInt, from the textbook: slow, not constant in time, and independent of every library.
// See FIPS 186-4 D.1.2.3 for the curve, and 6.4 for the signatures.
import { createHash } from 'node:crypto'

export const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn
export const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
export const A = P - 3n
export const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn
export const G = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
}

export const mod = (value, modulus) => ((value % modulus) + modulus) % modulus

export function power(base, exponent, modulus) {
  let result = 1n
  for (let square = mod(base, modulus), rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** By Euclid: many times faster than by Fermat. */
export function invert(value, modulus) {
  let [one, other] = [modulus, mod(value, modulus)]
  let [a, b] = [0n, 1n]
  while (other > 0n) {
    const quotient = one / other
    ;[one, other] = [other, one - quotient * other]
    ;[a, b] = [b, a - quotient * b]
  }
  return mod(a, modulus)
}

const cubic = (x, b) => mod(x * x * x + A * x + b, P)

/** The even and the odd square root, or undefined: p leaves 3 when divided by 4. */
export function squareRoots(square) {
  const root = power(square, (P + 1n) / 4n, P)
  if (mod(root * root - square, P) !== 0n) return undefined
  return root % 2n === 0n ? [root, P - root] : [P - root, root]
}

/** A point with this x and an even y; undefined where the curve has none. */
export function pointAt(x, b = B) {
  const roots = squareRoots(cubic(x, b))
  return roots && { x, y: roots[0] }
}

export const isOnCurve = ({ x, y }) =>
  x >= 0n && x < P && y >= 0n && y < P && mod(y * y - cubic(x, B), P) === 0n

export const negate = (point) => point && { x: point.x, y: mod(-point.y, P) }

/** undefined is the point at infinity. */
export function add(one, other) {
  if (!one) return other
  if (!other) return one
  if (one.x === other.x && mod(one.y + other.y, P) === 0n) return undefined
  const slope =
    one.x === other.x
      ? (3n * one.x * one.x + A) * invert(2n * one.y, P)
      : (other.y - one.y) * invert(mod(other.x - one.x, P), P)
  const x = mod(slope * slope - one.x - other.x, P)
  return { x, y: mod(slope * (one.x - x) - one.y, P) }
}

export function multiply(scalar, point = G) {
  let sum
  for (let double = point, rest = mod(scalar, N); rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, double)
    double = add(double, double)
  }
  return sum
}

/** The hash of a message, one character a byte, as a number. */
export const hashNumber = (message) =>
  BigInt(`0x${createHash('sha256').update(message, 'latin1').digest('hex')}`)

export function sign(message, d, k) {
  const r = mod(multiply(k).x, N)
  return { r, s: mod(invert(k, N) * (hashNumber(message) + r * d), N) }
}

export function verify(message, { r, s }, publicKey) {
  if (r < 1n || r >= N || s < 1n || s >= N) return false
  const w = invert(s, N)
  const sum = add(multiply(hashNumber(message) * w), multiply(r * w, publicKey))
  return sum !== undefined && mod(sum.x, N) === r
}

/** The key under which (r, s) is a signature of the message, with the even-y point of x = r (or of `x`). */
export function keyFor(message, { r, s }, point) {
  const inverse = invert(r, N)
  return add(multiply(s * inverse, point), multiply(-hashNumber(message) * inverse))
}

// --- a point with a given y: the root of a cubic, found where it has exactly one ---------------------------

const trim = (poly) => {
  while (poly.length > 0 && poly.at(-1) === 0n) poly.pop()
  return poly
}

/** Remainder of polynomials over the field, lowest coefficient first. */
function remainder(dividend, divisor) {
  const rest = trim(dividend.map((one) => mod(one, P)))
  const lead = invert(divisor.at(-1), P)
  while (rest.length >= divisor.length) {
    const factor = rest.at(-1) * lead
    const shift = rest.length - divisor.length
    for (const [i, one] of divisor.entries()) rest[i + shift] = mod(rest[i + shift] - factor * one, P)
    trim(rest)
  }
  return rest
}

function product(one, other) {
  const result = new Array(one.length + other.length - 1).fill(0n)
  for (const [i, a] of one.entries()) for (const [j, b] of other.entries()) result[i + j] += a * b
  return result
}

/** The point with this y, where just one x belongs to it; else undefined. */
export function pointWithY(y) {
  const f = [mod(B - y * y, P), A, 0n, 1n]
  let powerOfX = [1n]
  for (const bit of P.toString(2)) {
    powerOfX = remainder(product(powerOfX, powerOfX), f)
    if (bit === '1') powerOfX = remainder(product(powerOfX, [0n, 1n]), f)
  }
  // x^p - x is the product of all (x - root): what it shares with f is the roots of f.
  const [zero = 0n, one = 0n, two = 0n] = powerOfX
  let a = f
  let b = trim([zero, mod(one - 1n, P), two])
  while (b.length > 0) [a, b] = [b, remainder(a, b)]
  return a.length === 2 ? { x: mod(-a[0] * invert(a[1], P), P), y } : undefined
}

export const hex32 = (value) => value.toString(16).padStart(64, '0')
export const coordinates = ({ x, y }) => ({ x: hex32(x), y: hex32(y) })
