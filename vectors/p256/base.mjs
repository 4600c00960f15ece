// The key and the message of most cases, and how a case is made.
import { multiply, sign } from './arithmetic.mjs'
import { encode, rawOf } from './der.mjs'

export const D = 0x7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259cn
export const KEY = multiply(D)
export const MESSAGE =
  'AWS4-ECDSA-P256-SHA256\n20150830T123600Z\n20150830/service/aws4_request\n' +
  'bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63'

const FIRST_OF_TOP_BIT = 1n << 255n
export const hasTopBit = (value) => value >= FIRST_OF_TOP_BIT

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

/** One case; its raw form follows from its numbers. */
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
export const valid = build('valid')
export const invalid = build('invalid')
