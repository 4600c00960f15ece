// Signatures that are DER, of numbers that no signer has made.
import { hashNumber, hex32, invert, N, P, sign } from './arithmetic.mjs'
import { D, invalid, MESSAGE, UNPADDED } from './base.mjs'

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

export const wrongNumbers = () => [...specialPairs(), ...modified()]
