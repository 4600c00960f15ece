// Public keys in every form, right and wrong.
import {
  A,
  B,
  coordinates,
  G,
  hex32,
  isOnCurve,
  mod,
  multiply,
  N,
  P,
  pointAt,
  pointWithY,
  squareRoots,
} from './arithmetic.mjs'
import { KEY } from './base.mjs'
import { sequence, sizeOf, tlv } from './der.mjs'

const GENERATOR_OF_K1 =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' +
  '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'

const make = (expected) => (form, name, comment, value) => ({ name, form, comment, value, expected })
const valid = make('valid')
const invalid = make('invalid')

const uncompressed = ({ x, y }) => `04${hex32(x)}${hex32(y)}`
const POINT = uncompressed(KEY)

function firstFrom(start, find) {
  for (let at = start; ; at++) {
    const found = find(at)
    if (found) return found
  }
}

/** On y² = x³ - 3x - b: -1 is no square, so that this is the quadratic twist. */
const twist = firstFrom(1n, (x) => pointAt(x, P - B))
/** Of the curve with another b, which the formulas for sums never look at. */
const otherCurve = { x: KEY.x, y: mod(KEY.y + 1n, P) }
const atZero = { x: 0n, y: squareRoots(B)[0] }
const smallX = firstFrom(1n, (x) => pointAt(x))
const smallY = firstFrom(1n, pointWithY)

/** The two points that are special for what they are, and a wrong twin of each. */
const points = () => [
  valid('point', 'key', 'as an uncompressed point', POINT),
  valid('point', 'generator', 'the private key is 1', uncompressed(G)),
  valid('point', 'minus-generator', 'the private key is n - 1', uncompressed(multiply(N - 1n))),
  valid('point', 'x-zero', 'there is a point with x = 0', uncompressed(atZero)),
  valid('point', 'x-small', 'x has many leading zeros', uncompressed(smallX)),
  valid('point', 'y-small', 'y has many leading zeros', uncompressed(smallY)),
  invalid('point', 'x-zero-as-p', 'x is p, which is 0', uncompressed({ ...atZero, x: P })),
  invalid('point', 'x-small-plus-p', 'x is not below p', uncompressed({ ...smallX, x: smallX.x + P })),
  invalid('point', 'y-small-plus-p', 'y is not below p', uncompressed({ ...smallY, y: smallY.y + P })),
  invalid('point', 'all-ones', 'x and y are 2^256 - 1', `04${'ff'.repeat(64)}`),
  invalid('point', 'zeros', 'x and y are 0', `04${'00'.repeat(64)}`),
  invalid('point', 'y-zero', 'no point has y = 0', `04${hex32(KEY.x)}${hex32(0n)}`),
  invalid('point', 'off-the-curve-y', 'y is larger by one', uncompressed(otherCurve)),
  invalid('point', 'off-the-curve-x', 'x is larger by one', uncompressed({ x: KEY.x + 1n, y: KEY.y })),
  invalid('point', 'swapped', 'y before x', uncompressed({ x: KEY.y, y: KEY.x })),
  invalid('point', 'one-bit-flipped', 'in y', uncompressed({ x: KEY.x, y: KEY.y ^ 1n })),
  invalid('point', 'twist', 'on the quadratic twist', uncompressed(twist)),
  invalid('point', 'generator-of-k1', 'the generator of secp256k1', `04${GENERATOR_OF_K1}`),
]
const bytes = () => [
  ...['00', '01', '02', '03', '05', '08', '30', '84', 'ff'].map((prefix) =>
    invalid('point', `prefix-${prefix}`, 'not 04', prefix + POINT.slice(2)),
  ),
  ...['06', '07'].map((prefix) =>
    invalid('point', `prefix-${prefix}`, 'the hybrid form', prefix + POINT.slice(2)),
  ),
  invalid(
    'point',
    'compressed',
    'x alone, and the sign of y',
    (KEY.y % 2n === 0n ? '02' : '03') + hex32(KEY.x),
  ),
  invalid('point', 'compressed-padded', 'the same, 65 bytes long', `02${hex32(KEY.x)}${'00'.repeat(32)}`),
  invalid('point', 'infinity', 'one zero byte', '00'),
  invalid('point', 'empty', 'no bytes', ''),
  invalid('point', 'without-prefix', '64 bytes', POINT.slice(2)),
  invalid('point', 'one-byte-short', '64 bytes', POINT.slice(0, -2)),
  invalid('point', 'one-byte-long', '66 bytes', `${POINT}00`),
  invalid('point', 'x-alone', '33 bytes', POINT.slice(0, 66)),
]

const EC = '06072a8648ce3d0201'
const P256 = '06082a8648ce3d030107'
const bits = (hex, unused = '00') => tlv('03', unused + hex)
const spki = (algorithm, key) => sequence(algorithm, key)
const GOOD = spki(sequence(EC, P256), bits(POINT))

/** The same curve, spelled out instead of named. */
function explicitParameters() {
  const number = (value) => tlv('02', value >= 1n << 255n ? `00${hex32(value)}` : hex32(value))
  const field = sequence('06072a8648ce3d0101', number(P))
  const curve = sequence(tlv('04', hex32(A)), tlv('04', hex32(B)))
  const parameters = ['020101', field, curve, tlv('04', uncompressed(G)), number(N), '020101'].join('')
  const algorithm = EC + tlv('30', parameters, `81${sizeOf(parameters).toString(16)}`)
  const body = tlv('30', algorithm, `82${sizeOf(algorithm).toString(16).padStart(4, '0')}`) + bits(POINT)
  return tlv('30', body, `82${sizeOf(body).toString(16).padStart(4, '0')}`)
}

const spkis = () => [
  valid('spki', 'spki', 'as node:crypto and OpenSSL export it', GOOD),
  ...[
    ['spki-off-the-curve', 'y is larger by one', spki(sequence(EC, P256), bits(uncompressed(otherCurve)))],
    ['spki-twist', 'on the quadratic twist', spki(sequence(EC, P256), bits(uncompressed(twist)))],
    ['spki-zeros', 'x and y are 0', spki(sequence(EC, P256), bits(`04${'00'.repeat(64)}`))],
    ['spki-infinity', 'one zero byte', spki(sequence(EC, P256), bits('00'))],
    ['spki-compressed', 'x alone', spki(sequence(EC, P256), bits(`03${hex32(KEY.x)}`))],
    ['spki-hybrid-even', 'the hybrid form', spki(sequence(EC, P256), bits(`06${POINT.slice(2)}`))],
    ['spki-hybrid-odd', 'the hybrid form', spki(sequence(EC, P256), bits(`07${POINT.slice(2)}`))],
    ['spki-prefix-00', 'not 04', spki(sequence(EC, P256), bits(`00${POINT.slice(2)}`))],
    ['spki-unused-bits', 'four bits of the key are not used', spki(sequence(EC, P256), bits(POINT, '04'))],
    ['spki-of-k1', 'secp256k1', spki(sequence(EC, '06052b8104000a'), bits(`04${GENERATOR_OF_K1}`))],
    ['spki-of-k1-with-our-point', 'secp256k1', spki(sequence(EC, '06052b8104000a'), bits(POINT))],
    ['spki-of-p192', 'P-192 by name', spki(sequence(EC, '06082a8648ce3d030101'), bits(POINT))],
    ['spki-of-p384', 'P-384 by name', spki(sequence(EC, '06052b81040022'), bits(POINT))],
    ['spki-ecdh', 'for key agreement alone', spki(sequence('06052b8104010c', P256), bits(POINT))],
    ['spki-rsa', 'RSA by name', spki(sequence('06092a864886f70d010101', '0500'), bits(POINT))],
    ['spki-explicit', 'the parameters of the curve instead of its name', explicitParameters()],
    ['spki-without-curve', 'no parameters', spki(sequence(EC), bits(POINT))],
    ['spki-null-curve', 'null for parameters', spki(sequence(EC, '0500'), bits(POINT))],
    ['spki-octets', 'an octet string for the key', spki(sequence(EC, P256), tlv('04', POINT))],
    ['spki-trailing-byte', 'a byte behind', `${GOOD}00`],
    ['spki-truncated', 'a byte is missing', GOOD.slice(0, -2)],
    ['spki-long-form', 'BER: the length in two bytes', `3081${GOOD.slice(2)}`],
    ['spki-extra-element', 'null behind the key', sequence(sequence(EC, P256), bits(POINT), '0500')],
    ['pkcs8', 'a private key', `3041020100${sequence(EC, P256)}042730250201010420${'11'.repeat(32)}`],
  ].map(([name, comment, value]) => invalid('spki', name, comment, value)),
]

function pairs() {
  const { x, y } = coordinates(KEY)
  return [
    valid('pair', 'lower-case', '64 hex digits each', { x, y }),
    valid('pair', 'upper-case', '64 hex digits each', { x: x.toUpperCase(), y: y.toUpperCase() }),
    valid('pair', 'mixed-case', '64 hex digits each', { x: x.toUpperCase(), y }),
    ...[
      ['pair-swapped', 'y before x', { x: y, y: x }],
      ['pair-off-the-curve', 'y is larger by one', coordinates(otherCurve)],
      ['pair-twist', 'on the quadratic twist', coordinates(twist)],
      ['pair-x-plus-p', 'x is not below p', { x: hex32(smallX.x + P), y: hex32(smallX.y) }],
      ['pair-zeros', 'x and y are 0', { x: '0'.repeat(64), y: '0'.repeat(64) }],
      ['pair-x-short', '63 digits', { x: x.slice(1), y }],
      ['pair-y-short', '62 digits', { x, y: y.slice(2) }],
      ['pair-x-long', 'two zeros in front', { x: `00${x}`, y }],
      ['pair-y-long', '66 digits', { x, y: `${y}00` }],
      ['pair-prefix', '0x in front', { x: `0x${x}`, y: `0x${y}` }],
      ['pair-not-hex', 'a g', { x: `g${x.slice(1)}`, y }],
      ['pair-space', 'a space behind', { x: `${x} `, y }],
      ['pair-newline', 'a line break behind', { x: `${x}\n`, y }],
      ['pair-base64url', 'as in a JWK', { x: base64url(x), y: base64url(y) }],
      ['pair-x-empty', 'no digits', { x: '', y }],
    ].map(([name, comment, value]) => invalid('pair', name, comment, value)),
  ]
}
const base64url = (hex) => Buffer.from(hex, 'hex').toString('base64url')

/** What is a point is checked against the equation of the curve. */
export function publicKeys() {
  for (const point of [KEY, G, atZero, smallX, smallY])
    if (!isOnCurve(point)) throw new Error(`not on the curve: ${uncompressed(point)}`)
  for (const point of [twist, otherCurve])
    if (isOnCurve(point)) throw new Error(`on the curve: ${uncompressed(point)}`)
  return [...points(), ...bytes(), ...spkis(), ...pairs()]
}
