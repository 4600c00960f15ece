// Signatures that are DER: valid ones of every shape, and invalid ones that only arithmetic finds out.
import { G, hashNumber, hex32, invert, keyFor, mod, multiply, N, P, pointAt, sign } from './arithmetic.mjs'
import { encode, rawOf } from './der.mjs'

export const D = 0x7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259cn
export const KEY = multiply(D)
export const MESSAGE =
  'AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n' +
  'bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63'

const FIRST_OF_TOP_BIT = 1n << 255n
const hasTopBit = (value) => value >= FIRST_OF_TOP_BIT
export const withHighS = ({ r, s }) => ({ r, s: N - s })

/** The first nonce from `from` on whose signature is as it is wanted. */
export function signWhere(wanted, from = 1_000_003n) {
  for (let k = from; ; k++) {
    const signature = sign(MESSAGE, D, k)
    if (wanted(signature)) return signature
  }
}

/** A signature with two integers of 33 bytes, and one with two of 32. */
export const PADDED = signWhere(({ r, s }) => hasTopBit(r) && hasTopBit(s))
export const UNPADDED = signWhere(({ r, s }) => !hasTopBit(r) && !hasTopBit(s))

const build =
  (expected) =>
  (kind, name, comment, signature, { message = MESSAGE, key = KEY } = {}) => ({
    name,
    kind,
    comment,
    key,
    message,
    signature: encode(signature),
    raw: rawOf(signature),
    expected,
  })
const valid = build('valid')
const invalid = build('invalid')

/** The first x from here on, upwards or downwards, that is on the curve. */
function pointNear(x, step = 1n) {
  for (let at = x; ; at += step) {
    const point = pointAt(at)
    if (point) return point
  }
}

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

const SPECIAL = [
  ['zero', 0n],
  ['one', 1n],
  ['minus-one', -1n],
  ['n', N],
  ['n-minus-one', N - 1n],
  ['n-plus-one', N + 1n],
  ['p', P],
  ['2-256', 1n << 256n],
]

const specialPairs = () =>
  SPECIAL.flatMap(([rName, r]) =>
    SPECIAL.map(([sName, s]) => invalid('range', `r-${rName}-s-${sName}`, 'two special values', { r, s })),
  )

const changes = (value) => [
  ...SPECIAL.map(([name, special]) => [name, special]),
  ['plus-n', value + N],
  ['minus-n', value - N],
  ['negated', -value],
  ['plus-one', value + 1n],
  ['minus-one-from-it', value - 1n],
  ['doubled', 2n * value],
  ['plus-2-256', value + (1n << 256n)],
  ['plus-2-320', value + (1n << 320n)],
  ['top-bit-flipped', value ^ (1n << 255n)],
]

function modified() {
  const { r, s } = UNPADDED
  return [
    ...changes(r).map(([name, value]) => invalid('modified', `r-${name}`, 'another r', { r: value, s })),
    ...changes(s).map(([name, value]) => invalid('modified', `s-${name}`, 'another s', { r, s: value })),
    invalid('modified', 'r-n-minus-r', 'another r', { r: N - r, s }),
    invalid('modified', 'r-p-minus-r', 'another r', { r: P - r, s }),
    invalid('modified', 's-inverse', 'another s', { r, s: invert(s, N) }),
    invalid('modified', 'swapped', 'r and s exchanged', { r: s, s: r }),
    invalid('modified', 'r-twice', 's is r', { r, s: r }),
    invalid('modified', 's-twice', 'r is s', { r: s, s }),
    invalid('modified', 'other-message', 'the signature of another message', sign(`${MESSAGE}\n`, D, 31n)),
    invalid(
      'modified',
      'hash-of-the-hash',
      'the hash was signed as if it were the message',
      sign(hex32(hashNumber(MESSAGE)), D, 31n),
    ),
    invalid('modified', 'other-key', 'the signature of another key', sign(MESSAGE, D + 1n, 31n)),
    invalid('modified', 'opposite-key', 'the signature of the negated key', sign(MESSAGE, N - D, 31n)),
  ]
}

export const wellFormed = () => [
  ...[shapes(), messages(), hashes(), smallR(), smallS(), aroundTheOrder(), sums()].flat(),
  ...[specialPairs(), modified()].flat(),
]
