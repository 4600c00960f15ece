import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { checkText, type TextRule } from '../errors.ts'
import { checkCredentials } from '../sign/credentials.ts'
import type { Credentials, SigningScope } from '../types.ts'

/** May be empty: the peers sign for a host that they do not know, with no service in the scope. */
const SERVICE: TextRule = { pattern: /^[\w.:-]*$/, rule: 'must be a signing name, such as "s3"' }
const REGION: TextRule = { pattern: /^[\w.:-]*$/, rule: 'must be one region, such as "us-east-1"' }
const SCOPE_DATE: TextRule = { pattern: /^\d{8}$/, rule: 'must begin with a date in the form YYYYMMDD' }

/**
 * The SigV4 signature of a string to sign that is there already.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function signString(stringToSign: string, credentials: Credentials, scope: SigningScope): string {
  checkCredentials(credentials)
  checkText('service', scope.service, SERVICE)
  checkText('region', scope.region, REGION)
  checkText('the signing date', scope.scopeDate, SCOPE_DATE)
  return sigv4.deriveKey(credentials, scope, sharedKeyCache()).sign(stringToSign)
}
