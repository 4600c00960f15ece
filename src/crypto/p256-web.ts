import { pkcs8FromKeyPair } from '../encoding/p256-keys.ts'
import type { AsyncP256 } from './p256.ts'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' }

type Bytes = Uint8Array<ArrayBuffer>

/** WebCrypto, where the context has it. Keys are imported once, at their first use, and cannot be exported. */
export function webP256(): AsyncP256 | undefined {
  const subtle = globalThis.crypto?.subtle
  if (!subtle) return undefined
  return {
    importPrivateKey(privateKey, derivePoint) {
      // PKCS#8 imports everywhere; a JWK for signing cannot be made in every runtime.
      const importKey = () =>
        subtle.importKey('pkcs8', pkcs8FromKeyPair(privateKey, derivePoint()), CURVE, false, ['sign'])
      let key: Promise<CryptoKey> | undefined
      return {
        async sign(message) {
          key ??= importKey()
          return new Uint8Array(await subtle.sign(ECDSA, await key, message as Bytes))
        },
      }
    },
    importPublicKey(point) {
      let key: Promise<CryptoKey> | undefined
      return {
        async verify(message, signature) {
          key ??= subtle.importKey('raw', point as Bytes, CURVE, false, ['verify'])
          return subtle.verify(ECDSA, await key, signature as Bytes, message as Bytes)
        },
      }
    },
  }
}
