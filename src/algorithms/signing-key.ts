import { HmacSha256 } from '../crypto/hmac.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { checkObject, checkText, invalidArgType } from '../errors.ts'
import { SCOPE_PART } from '../fields/credential.ts'
import { AWS4_REQUEST } from '../names.ts'
import type { SigningScope } from '../types.ts'

const hmac = (key: Uint8Array, text: string): Uint8Array => new HmacSha256(key).digest(text)

/** The four stages, for a scope that was checked before. */
export function deriveInStages(secretAccessKey: string, scope: SigningScope): Uint8Array {
  const dateKey = hmac(encodeUtf8(`AWS4${secretAccessKey}`), scope.scopeDate)
  const dateRegionKey = hmac(dateKey, scope.region)
  const dateRegionServiceKey = hmac(dateRegionKey, scope.service)
  return hmac(dateRegionServiceKey, AWS4_REQUEST)
}

/**
 * Derives the SigV4 signing key in AWS's four stages. It is good for one day, region and service, and does not
 * give away the secret.
 *
 * @param input.secretAccessKey Any text: HMAC has a key for the empty one too.
 * @param input.scopeDate `YYYYMMDD`, in UTC.
 * @returns 32 bytes.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see "Create a signed AWS API request", step 4, Derive a signing key
 * @example
 * ```ts
 * import { deriveSigningKey } from 'countersign/canonical'
 *
 * const scope = { scopeDate: '20150830', region: 'us-east-1', service: 'iam' }
 * const key = deriveSigningKey({ secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', ...scope })
 * console.log(key.length, key[0]) // 32 196
 * ```
 */
export function deriveSigningKey(input: SigningScope & { readonly secretAccessKey: string }): Uint8Array {
  checkObject('the input of deriveSigningKey', input)
  const { secretAccessKey, scopeDate, region, service } = input
  if (typeof secretAccessKey !== 'string')
    throw invalidArgType('secretAccessKey', 'a string', secretAccessKey)
  checkText('scopeDate', scopeDate, { pattern: /^\d{8}$/, rule: 'must be a date in the form YYYYMMDD' })
  checkText('region', region, { pattern: SCOPE_PART, rule: 'must be one region, such as "us-east-1"' })
  checkText('service', service, { pattern: SCOPE_PART, rule: 'must be a signing name, such as "s3"' })
  return deriveInStages(secretAccessKey, { scopeDate, region, service })
}
