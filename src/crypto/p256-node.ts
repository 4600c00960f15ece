import { pkcs8FromKeyPair, spkiFromPoint } from '../encoding/p256-keys.ts'
import { nodeCrypto } from './node.ts'
import type { P256 } from './p256.ts'

interface KeyInput {
  key: Uint8Array
  format: 'der'
  type: 'pkcs8' | 'spki'
}
/**
 * What we use of `node:crypto` for ECDSA. Keys are given bare, and signatures left in DER: workerd takes no
 * `{ key, dsaEncoding }` around a key object.
 */
interface NodeEcdsa {
  createPrivateKey(input: KeyInput): object
  createPublicKey(input: KeyInput): object
  createECDH(curve: string): { setPrivateKey(key: Uint8Array): void; getPublicKey(): Uint8Array }
  sign(algorithm: string, data: Uint8Array, key: object): Uint8Array
  verify(algorithm: string, data: Uint8Array, key: object, signature: Uint8Array): boolean
}

/** Whether a key signs, and its public half takes that: some runtimes have the functions and not what they do. */
function works({ importPrivateKey, importPublicKey, derivePublicKey }: P256): boolean {
  const privateKey = new Uint8Array(32).fill(1)
  try {
    const signature = importPrivateKey(privateKey).sign(privateKey)
    return importPublicKey(derivePublicKey(privateKey))!.verify(privateKey, signature)
  } catch {
    return false
  }
}

/** `node:crypto`, where its ECDSA works. Key objects are made once a key. */
export function nodeP256(): P256 | undefined {
  const crypto = nodeCrypto() as unknown as NodeEcdsa | undefined
  if (!crypto) return undefined
  const derivePublicKey = (privateKey: Uint8Array): Uint8Array => {
    const ecdh = crypto.createECDH('prime256v1')
    ecdh.setPrivateKey(privateKey)
    return Uint8Array.from(ecdh.getPublicKey())
  }
  const backend: P256 = {
    importPrivateKey(privateKey) {
      const der = pkcs8FromKeyPair(privateKey, derivePublicKey(privateKey))
      const key = crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      return { sign: (message) => crypto.sign('sha256', message, key) }
    },
    importPublicKey(point) {
      let key: object
      try {
        key = crypto.createPublicKey({ key: spkiFromPoint(point), format: 'der', type: 'spki' })
      } catch {
        return undefined
      }
      return { verify: (message, signature) => crypto.verify('sha256', message, key, signature) }
    },
    derivePublicKey,
  }
  return works(backend) ? backend : undefined
}
