import { p256 } from '@noble/curves/nist.js'
import type { P256 } from './p256.ts'

// AWS's signers do not bring s below n / 2, and noble would refuse the half of their signatures.
const OPTIONS = { lowS: false, prehash: true, format: 'der' } as const

/** Pure JavaScript: there is always this one. Nonces are those of RFC 6979. */
export const nobleP256: P256 = {
  importPrivateKey: (privateKey) => ({ sign: (message) => p256.sign(message, privateKey, OPTIONS) }),
  importPublicKey(point) {
    if (!p256.utils.isValidPublicKey(point, false)) return undefined
    return {
      verify(message, signature) {
        try {
          return p256.verify(signature, message, point, OPTIONS)
        } catch {
          // r or s is zero, or not below the order: no signature of any key.
          return false
        }
      },
    }
  },
  derivePublicKey: (privateKey) => p256.getPublicKey(privateKey, false),
}
