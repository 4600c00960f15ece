import { pkcs8FromKeyPair, spkiFromPoint } from '../encoding/p256-keys.ts'
import { nodeCrypto } from './node.ts'
import type { P256 } from './p256.ts'

interface KeyInput {
  key: Uint8Array
  format: 'der'
  type: 'pkcs8' | 'spki'
}
interface KeyWithEncoding {
  key: object
  dsaEncoding: 'ieee-p1363'
}
/** What we use of `node:crypto` for ECDSA. */
interface NodeEcdsa {
  createPrivateKey(input: KeyInput): object
  createPublicKey(input: KeyInput): object
  createECDH(curve: string): { setPrivateKey(key: Uint8Array): void; getPublicKey(): Uint8Array }
  sign(algorithm: string, data: Uint8Array, key: KeyWithEncoding): Uint8Array
  verify(algorithm: string, data: Uint8Array, key: KeyWithEncoding, signature: Uint8Array): boolean
}

/** `node:crypto`: key objects are made once a key. */
export function nodeP256(): P256 | undefined {
  const crypto = nodeCrypto() as unknown as NodeEcdsa | undefined
  if (typeof crypto?.createECDH !== 'function') return undefined
  const withEncoding = (key: object): KeyWithEncoding => ({ key, dsaEncoding: 'ieee-p1363' })
  const derivePublicKey = (privateKey: Uint8Array): Uint8Array => {
    const ecdh = crypto.createECDH('prime256v1')
    ecdh.setPrivateKey(privateKey)
    return Uint8Array.from(ecdh.getPublicKey())
  }
  return {
    importPrivateKey(privateKey) {
      const der = pkcs8FromKeyPair(privateKey, derivePublicKey(privateKey))
      const key = withEncoding(crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
      return { sign: (message) => crypto.sign('sha256', message, key) }
    },
    importPublicKey(point) {
      let key: KeyWithEncoding
      try {
        key = withEncoding(crypto.createPublicKey({ key: spkiFromPoint(point), format: 'der', type: 'spki' }))
      } catch {
        return undefined
      }
      return { verify: (message, signature) => crypto.verify('sha256', message, key, signature) }
    },
    derivePublicKey,
  }
}
