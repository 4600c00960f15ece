import { HmacSha256 } from '../crypto/hmac.ts'
import { p256 } from '../crypto/p256.ts'
import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { checkObject, checkText, invalidArgValue } from '../errors.ts'
import { AWS4_ECDSA_P256_SHA256 } from '../names.ts'
import type { SecretKey } from './algorithm.ts'

/** The order of P-256 less two, big-endian. */
const N_MINUS_2 = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f'
const LAST_COUNTER = 254

/** `candidate > N_MINUS_2`, in a time that does not depend on the candidate. */
function isTooLarge(candidate: Uint8Array): boolean {
  let larger = 0
  let equal = 1
  for (let i = 0; i < candidate.length; i++) {
    const a = candidate[i]!
    const b = Number.parseInt(N_MINUS_2.slice(2 * i, 2 * i + 2), 16)
    larger |= ((b - a) >>> 31) & equal
    equal &= ((a ^ b) - 1) >>> 31
  }
  return larger === 1
}

/** Adds one to a big-endian number that is not the largest of its length. */
function addOne(bytes: Uint8Array): void {
  let carry = 1
  for (let i = bytes.length - 1; i >= 0; i--) {
    carry += bytes[i]!
    bytes[i] = carry
    carry >>= 8
  }
}

/**
 * The fixed input of one try:
 *
 *     00000001 "AWS4-ECDSA-P256-SHA256" 00 <access key id> <counter, 1 byte> 00000100
 */
function fixedInput(accessKeyId: string, counter: number): Uint8Array {
  const label = encodeUtf8(AWS4_ECDSA_P256_SHA256)
  return Uint8Array.from([0, 0, 0, 1, ...label, 0, ...encodeUtf8(accessKeyId), counter, 0, 0, 1, 0])
}

/**
 * Derives the private key of SigV4A from an access key. It depends on neither date nor region.
 *
 * Of 2^32 keys one needs a second try: each try has a fixed input of its own, with the next counter.
 *
 * @param hmac HMAC-SHA256 keyed by `"AWS4A" || secret`; given by tests that need rare outcomes.
 * @returns 32 bytes, from 1 to n - 1.
 * @see NIST SP 800-108, 5.1, KDF in counter mode; NIST SP 800-186; aws-c-auth, key_derivation.c
 */
export function deriveSigv4aPrivateKey(
  { accessKeyId, secretAccessKey }: SecretKey,
  hmac: { digest(message: Uint8Array): Uint8Array } = new HmacSha256(encodeUtf8(`AWS4A${secretAccessKey}`)),
): Uint8Array {
  for (let counter = 1; counter <= LAST_COUNTER; counter++) {
    const candidate = Uint8Array.from(hmac.digest(fixedInput(accessKeyId, counter)))
    if (!isTooLarge(candidate)) {
      addOne(candidate)
      return candidate
    }
  }
  throw invalidArgValue('the credentials', `give no SigV4A key in ${LAST_COUNTER} tries`)
}

/** What SigV4A signs and verifies with. */
export interface Sigv4aKeyPair {
  /** 32 bytes, from 1 to n - 1, big-endian. */
  readonly privateKey: Uint8Array
  /** 64 lower-case hex digits each: a `publicKey` for a verifier's `getKeys`. */
  readonly publicKey: { readonly x: string; readonly y: string }
}

/**
 * Derives the key pair that SigV4A signs with. The public key is all that a verifier needs.
 *
 * @param credentials `accessKeyId` and `secretAccessKey`, neither of them empty.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see NIST SP 800-108, 5.1, KDF in counter mode
 * @example
 * ```ts
 * import { deriveSigv4aKey } from 'countersign/sigv4a'
 *
 * const { publicKey } = deriveSigv4aKey({
 *   accessKeyId: 'AKIDEXAMPLE',
 *   secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
 * })
 * console.log(publicKey.x) // b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1
 * ```
 */
export function deriveSigv4aKey(credentials: SecretKey): Sigv4aKeyPair {
  checkObject('credentials', credentials)
  checkText('credentials.accessKeyId', credentials.accessKeyId, {
    pattern: /./s,
    rule: 'must not be empty',
  })
  checkText('credentials.secretAccessKey', credentials.secretAccessKey, {
    pattern: /./s,
    rule: 'must not be empty',
    isSecret: true,
  })
  const privateKey = deriveSigv4aPrivateKey(credentials)
  const point = encodeHex(p256().derivePublicKey(privateKey))
  return { privateKey, publicKey: { x: point.slice(2, 66), y: point.slice(66) } }
}
