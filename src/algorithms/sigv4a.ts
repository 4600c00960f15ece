import { asyncP256, type P256Signer, type P256Verifier, p256 } from '../crypto/p256.ts'
import { rawFromDer } from '../encoding/der.ts'
import { decodeHex, encodeHex } from '../encoding/hex.ts'
import { pointFromSpki } from '../encoding/p256-keys.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { invalidArgValue } from '../errors.ts'
import { formatRegionSet } from '../fields/region-set.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { AWS4_ECDSA_P256_SHA256, AWS4_REQUEST, X_AMZ_REGION_SET } from '../names.ts'
import type { PublicKeyInput, SigningAlgorithm, StringKey, StringVerifier } from './algorithm.ts'
import { deriveSigv4aPrivateKey } from './sigv4a-key.ts'

const invalidPublicKey = (): Error =>
  invalidArgValue(
    'the publicKey from getKeys',
    'must be a point on P-256: { x, y } in hex, SPKI, or 65 bytes 04 x y',
  )

/** Checks signatures with a public key; by WebCrypto where nothing native answers at once. */
class PublicKey implements StringVerifier {
  readonly #verifier: P256Verifier
  readonly #async: { verify(message: Uint8Array, signature: Uint8Array): Promise<boolean> } | undefined

  constructor(point: Uint8Array) {
    const verifier = p256().importPublicKey(point)
    if (!verifier) throw invalidPublicKey()
    this.#verifier = verifier
    this.#async = asyncP256()?.importPublicKey(point)
  }

  verify(stringToSign: string, signatureProvided: string): MaybePromise<boolean> {
    const der = decodeHex(signatureProvided)
    // Backends differ in what DER they take: here there is one form of each signature.
    if (!der || !rawFromDer(der)) return false
    return (this.#async ?? this.#verifier).verify(encodeLatin1(stringToSign), der)
  }
}

/** A private key: it signs, and checks with its public half. */
class PrivateKey implements StringKey {
  readonly #privateKey: Uint8Array
  readonly #signer: P256Signer
  readonly signAsync?: (stringToSign: string) => Promise<string>
  #publicKey: PublicKey | undefined

  constructor(privateKey: Uint8Array) {
    this.#privateKey = privateKey
    this.#signer = p256().importPrivateKey(privateKey)
    const web = asyncP256()?.importPrivateKey(privateKey, () => p256().derivePublicKey(privateKey))
    if (web) this.signAsync = async (text) => encodeHex(await web.sign(encodeLatin1(text)))
  }

  sign(stringToSign: string): string {
    return encodeHex(this.#signer.sign(encodeLatin1(stringToSign)))
  }

  verify(stringToSign: string, signatureProvided: string): MaybePromise<boolean> {
    this.#publicKey ??= new PublicKey(p256().derivePublicKey(this.#privateKey))
    return this.#publicKey.verify(stringToSign, signatureProvided)
  }
}

/** The 65 bytes of a public key, in whichever form it came. */
function pointOf(publicKey: PublicKeyInput): Uint8Array {
  if (publicKey instanceof Uint8Array) {
    const point =
      publicKey.length === 65 && publicKey[0] === 4 ? Uint8Array.from(publicKey) : pointFromSpki(publicKey)
    if (point) return point
  } else if (/^[\da-f]{64}$/i.test(publicKey?.x) && /^[\da-f]{64}$/i.test(publicKey?.y)) {
    return decodeHex(`04${publicKey.x}${publicKey.y}`.toLowerCase())!
  }
  throw invalidPublicKey()
}

/**
 * AWS Signature Version 4A: ECDSA over P-256, good for a set of regions. Give it as `algorithm` to sign, and in
 * `algorithms` to verify.
 *
 * @see "AWS Signature Version 4 for API requests", SigV4A
 * @example
 * ```ts
 * import { signHeaders } from 'countersign'
 * import { sigv4a } from 'countersign/sigv4a'
 *
 * const { headers } = signHeaders(
 *   { url: 'https://orders.example.com/' },
 *   {
 *     credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a shared secret' },
 *     service: 'orders',
 *     region: ['us-east-1', 'eu-*'],
 *     algorithm: sigv4a,
 *   },
 * )
 * console.log(headers['x-amz-region-set']) // us-east-1,eu-*
 * ```
 */
export const sigv4a: SigningAlgorithm = {
  name: AWS4_ECDSA_P256_SHA256,
  scopeParts: 3,
  regionSetName: X_AMZ_REGION_SET,
  formatScope: ({ scopeDate, service }) => `${scopeDate}/${service}/${AWS4_REQUEST}`,
  formatRegion: formatRegionSet,
  // DER in hex: 8 to 72 bytes.
  signaturePattern: /^30(?:[\da-f]{2}){7,71}$/,
  deriveKey: (key, _scope, cache) =>
    // The key depends on the access key id too: its length keeps the two apart.
    cache.getOrDerive(
      key.secretAccessKey,
      `AWS4A/${key.accessKeyId.length}/${key.accessKeyId}`,
      () => new PrivateKey(deriveSigv4aPrivateKey(key)),
    ),
  importPublicKey(publicKey, cache) {
    const point = pointOf(publicKey)
    return cache.getOrDerive(encodeHex(point), 'AWS4A', () => new PublicKey(point))
  },
}
