import { HmacSha256 } from '../crypto/hmac.ts'
import { equalConstantTime } from '../encoding/equal.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { formatCredentialScope, SCOPE_PART } from '../fields/credential.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'
import type { SigningScope } from '../types.ts'
import type { SigningAlgorithm, SigningKeyCache, StringSigner, StringVerifier } from './algorithm.ts'
import { deriveSigningKey } from './signing-key.ts'

/** One signing key: it signs, and checks by signing again. */
class HmacKey implements StringSigner, StringVerifier {
  readonly #hmac: HmacSha256

  constructor(signingKey: Uint8Array) {
    this.#hmac = new HmacSha256(signingKey)
  }

  sign(stringToSign: string): string {
    return this.#hmac.digestHex(stringToSign)
  }

  verify(stringToSign: string, signatureProvided: string): boolean {
    return equalConstantTime(this.sign(stringToSign), signatureProvided)
  }
}

const formatScope = ({ scopeDate, region, service }: SigningScope): string =>
  formatCredentialScope(scopeDate, region, service)

const cachedKey = (secretAccessKey: string, scope: SigningScope, cache: SigningKeyCache): HmacKey =>
  cache.getOrDerive(
    secretAccessKey,
    formatScope(scope),
    () => new HmacKey(deriveSigningKey({ secretAccessKey, ...scope })),
  )

/** AWS Signature Version 4: HMAC-SHA256 with a key for one day, region and service. */
export const sigv4: SigningAlgorithm = {
  name: AWS4_HMAC_SHA256,
  scopeParts: 4,
  formatScope,
  formatRegion(region) {
    const [one, ...others] = typeof region === 'string' ? [region] : region
    if (!one || others.length > 0 || !SCOPE_PART.test(one)) {
      throw invalidArgValue('region', 'must be one region such as us-east-1: SigV4 signs for no set of regions')
    }
    return one
  },
  signaturePattern: /^[\da-f]{64}$/,
  createSigner: (key, scope, cache) => cachedKey(key.secretAccessKey, scope, cache),
  createVerifier(_accessKeyId, key, scope, cache) {
    if ('secretAccessKey' in key) {
      // An empty one is an unset variable, and would prove anybody who guesses so.
      if (typeof key.secretAccessKey !== 'string' || key.secretAccessKey === '') {
        throw invalidArgType('the secretAccessKey from getKeys', 'a string that is not empty', key.secretAccessKey)
      }
      return cachedKey(key.secretAccessKey, scope, cache)
    }
    if ('signingKey' in key) {
      if (!(key.signingKey instanceof Uint8Array && key.signingKey.length === 32)) {
        throw invalidArgType('the signingKey from getKeys', 'a Uint8Array of 32 bytes', key.signingKey)
      }
      return new HmacKey(key.signingKey)
    }
    return undefined
  },
}
