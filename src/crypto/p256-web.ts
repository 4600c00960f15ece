import { derFromRaw, rawFromDer } from '../encoding/der.ts'
import { pkcs8FromKeyPair } from '../encoding/p256-keys.ts'
import type { AsyncP256 } from './p256.ts'

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
const ECDSA = { name: 'ECDSA', hash: 'SHA-256' }

type Bytes = Uint8Array<ArrayBuffer>

/** Imports a key at its first use, and again if that failed. */
function once(importKey: () => Promise<CryptoKey>): () => Promise<CryptoKey> {
  let key: Promise<CryptoKey> | undefined
  return () => {
    key ??= importKey().catch((error: unknown) => {
      key = undefined
      throw error
    })
    return key
  }
}

/** WebCrypto, where the context has it. Keys are imported once, and cannot be exported. Its signatures are `r || s`. */
export function webP256(): AsyncP256 | undefined {
  const subtle = globalThis.crypto?.subtle
  if (!subtle) return undefined
  return {
    importPrivateKey(privateKey, derivePoint) {
      // PKCS#8 imports everywhere; a JWK for signing cannot be made in every runtime.
      const key = once(() =>
        subtle.importKey('pkcs8', pkcs8FromKeyPair(privateKey, derivePoint()), CURVE, false, ['sign']),
      )
      return {
        sign: async (message) =>
          derFromRaw(new Uint8Array(await subtle.sign(ECDSA, await key(), message as Bytes))),
      }
    },
    importPublicKey(point) {
      const key = once(() => subtle.importKey('raw', point as Bytes, CURVE, false, ['verify']))
      return {
        async verify(message, signature) {
          const raw = rawFromDer(signature)
          return raw !== undefined && subtle.verify(ECDSA, await key(), raw as Bytes, message as Bytes)
        },
      }
    },
  }
}
