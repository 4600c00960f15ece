// Signatures at the edges of what is valid: their shapes, their numbers, and the sums behind them.
import { G, hashNumber, hex32, invert, keyFor, mod, multiply, N, P, pointAt, sign } from './arithmetic.mjs'
import { D, hasTopBit, invalid, MESSAGE, PADDED, signWhere, UNPADDED, valid } from './base.mjs'

/** The first x from here on, upwards or downwards, that is on the curve. */
function pointNear(x, step = 1n) {
  for (let at = x; ; at += step) {
    const point = pointAt(at)
    if (point) return point
  }
}

const withHighS = ({ r, s }) => ({ r, s: N - s })

const shapes = () =>
  [
    ['padded-r-padded-s', PADDED],
    ['plain-r-plain-s', UNPADDED],
    ['padded-r-plain-s', signWhere(({ r, s }) => hasTopBit(r) && !hasTopBit(s))],
    ['plain-r-padded-s', signWhere(({ r, s }) => !hasTopBit(r) && hasTopBit(s))],
  ].flatMap(([name, signature]) => [
    valid('shape', name, `s is ${signature.s > N / 2n ? 'high' : 'low'}`, signature),
    valid('shape', `${name}-other-s`, 'the same with n - s: as good', withHighS(signature)),
  ])

const messages = () =>
  [
    ['empty', '', 'no bytes'],
    ['one-byte', '\0', 'one zero byte'],
    ['latin1', '\u00e9\u00ff\u0080', 'bytes above 7f, one character each'],
    ['long', 'a'.repeat(10_000), 'many blocks'],
  ].map(([name, message, comment]) =>
    valid('message', `message-${name}`, comment, sign(message, D, 7n), { message }),
  )

/** Messages whose hash is at an end of its range. */
function hashes() {
  const search = (wanted) => {
    for (let i = 0; ; i++) if (wanted(hex32(hashNumber(`message ${i}`)))) return `message ${i}`
  }
  return [
    ['hash-begins-with-zeros', search((hash) => hash.startsWith('0000'))],
    ['hash-begins-with-ones', search((hash) => hash.startsWith('ffff'))],
    ['hash-ends-with-zeros', search((hash) => hash.endsWith('0000'))],
  ].map(([name, message]) =>
    valid('hash', name, hex32(hashNumber(message)), sign(message, D, 11n), { message }),
  )
}

/** r small or with leading zeros: the point is chosen, and the key follows from it. */
const smallR = () =>
  [5n, 0x7fn, 0x80n, 0x100n, 1n << 64n, 1n << 128n, 1n << 239n, 1n << 247n, 1n << 248n].map((from) => {
    const point = pointNear(from)
    const signature = { r: point.x, s: 0x1234567890abcdefn }
    return valid(
      'small-r',
      `r-from-${from.toString(16)}`,
      `r has ${point.x.toString(2).length} bits`,
      signature,
      {
        key: keyFor(MESSAGE, signature, point),
      },
    )
  })

const smallS = () =>
  [
    ...[
      1n,
      2n,
      0x7fn,
      0x80n,
      0xffn,
      0x100n,
      1n << 64n,
      1n << 239n,
      (1n << 247n) - 1n,
      1n << 247n,
      1n << 248n,
    ],
    ...[(N - 1n) / 2n, (N + 1n) / 2n, N - 2n, N - 1n],
  ].map((s) => {
    const point = multiply(5n)
    const signature = { r: mod(point.x, N), s }
    return valid('special-s', `s-${s.toString(16)}`, `s has ${s.toString(2).length} bits`, signature, {
      key: keyFor(MESSAGE, signature, point),
    })
  })

/** Between n and p there are x that are not their own r. */
function aroundTheOrder() {
  const above = pointNear(N)
  const highest = pointNear(P - 1n, -1n)
  const below = pointNear(N - 1n, -1n)
  const s = 0xfedcba9876543210n
  return [
    ['x-above-n', above, 'r is x - n'],
    ['x-below-p', highest, 'r is x - n, for the largest x there is'],
    ['x-below-n', below, 'the largest r with a point'],
  ].flatMap(([name, point, comment]) => {
    const signature = { r: mod(point.x, N), s }
    const options = { key: keyFor(MESSAGE, signature, point) }
    const cases = [valid('order', name, comment, signature, options)]
    if (point.x >= N)
      cases.push(invalid('order', `${name}-as-r`, 'r is x itself, not below n', { r: point.x, s }, options))
    return cases
  })
}

/** Keys and nonces that lead the sum of the two products through doublings and along the generator. */
function sums() {
  const e = mod(hashNumber(MESSAGE), N)
  const cases = []
  for (const [name, d] of [
    ['generator', 1n],
    ['double-generator', 2n],
    ['minus-generator', N - 1n],
    ['minus-double-generator', N - 2n],
    ['half-generator', invert(2n, N)],
  ]) {
    cases.push(
      valid('sum', `key-is-${name}`, `private key ${hex32(d)}`, sign(MESSAGE, d, 13n), { key: multiply(d) }),
    )
  }
  for (const [name, k] of [
    ['generator', 1n],
    ['minus-generator', N - 1n],
    ['key', D],
    ['minus-key', N - D],
  ]) {
    cases.push(valid('sum', `sum-is-${name}`, `the sum is the ${name} itself`, sign(MESSAGE, D, k)))
  }
  const k = 17n
  const r = mod(multiply(k).x, N)
  const fromS = (s) => ({ signature: { r, s }, key: multiply((s * k - e) * invert(r, N)) })
  for (const [name, comment, { signature, key }] of [
    ['u1-is-one', 'u1 = 1', fromS(e)],
    ['u1-is-minus-one', 'u1 = n - 1', fromS(N - e)],
    ['u2-is-one', 'u2 = 1', fromS(r)],
    ['u2-is-minus-one', 'u2 = n - 1', fromS(N - r)],
    ['sum-doubles', 'both products are the same point', fromS(2n * e * invert(k, N))],
  ]) {
    cases.push(valid('sum', name, comment, { r, s: mod(signature.s, N) }, { key }))
  }
  const opposite = { key: multiply(mod(-e, N) * invert(r, N)) }
  cases.push(
    invalid('sum', 'infinity', 'the products cancel out', { r, s: 19n }, opposite),
    invalid('sum', 'infinity-high-s', 'the products cancel out', { r, s: N - 19n }, opposite),
    invalid(
      'sum',
      'infinity-of-generator',
      'u1 = n - u2 under the generator',
      { r: N - e, s: 23n },
      { key: G },
    ),
    invalid(
      'sum',
      'infinity-of-minus-generator',
      'u1 = u2 under its negative',
      { r: e, s: 23n },
      { key: multiply(N - 1n) },
    ),
    invalid('sum', 'doubling-of-generator', 'u1 = u2 under the generator', { r: e, s: 29n }, { key: G }),
  )
  return cases
}

export const wellFormed = () =>
  [shapes(), messages(), hashes(), smallR(), smallS(), aroundTheOrder(), sums()].flat()
