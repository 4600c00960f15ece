import { HmacSha256 } from '../crypto/hmac.ts'
import { equalConstantTime } from '../encoding/equal.ts'
import { invalidArgValue } from '../errors.ts'
import { formatCredentialScope, SCOPE_PART } from '../fields/credential.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'
import type { SigningScope } from '../types.ts'
import type { SigningAlgorithm, StringKey } from './algorithm.ts'
import { deriveSigningKey } from './signing-key.ts'

/** One signing key: it signs, and checks by signing again. */
class HmacKey implements StringKey {
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

/** AWS Signature Version 4: HMAC-SHA256 with a key for one day, region and service. */
export const sigv4: SigningAlgorithm = {
  name: AWS4_HMAC_SHA256,
  scopeParts: 4,
  formatScope,
  formatRegion(region) {
    const one = Array.isArray(region) && region.length === 1 ? region[0] : region
    if (typeof one === 'string' && SCOPE_PART.test(one)) return one
    throw invalidArgValue('region', 'must be one region, such as "us-east-1"; more need algorithm: sigv4a')
  },
  signaturePattern: /^[\da-f]{64}$/,
  deriveKey: ({ secretAccessKey }, scope, cache) =>
    cache.getOrDerive(
      secretAccessKey,
      formatScope(scope),
      () => new HmacKey(deriveSigningKey({ secretAccessKey, ...scope })),
    ),
  importSigningKey: (signingKey) => new HmacKey(signingKey),
}
