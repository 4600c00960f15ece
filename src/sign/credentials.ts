import { checkObject, checkText, invalidArgType, type TextRule } from '../errors.ts'
import type { Credentials } from '../types.ts'
import { checkInstant } from './instant.ts'

// None of the three is shown: whoever mixes them up would else print the secret.
const ACCESS_KEY_ID: TextRule = {
  pattern: /^[!-+\--~]+$/,
  rule: 'must be printable ASCII without spaces and commas',
  isSecret: true,
}
const SECRET_ACCESS_KEY: TextRule = {
  pattern: /^\S(?:.*\S)?$/s,
  rule: 'must not be empty or have white space at an end',
  isSecret: true,
}
const SESSION_TOKEN: TextRule = {
  pattern: /^[!-~]*$/,
  rule: 'must be printable ASCII without spaces',
  isSecret: true,
}

/**
 * Members that are not known are no mistake: AWS SDKs add some of their own.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkCredentials(credentials: Credentials): void {
  if (typeof credentials === 'function') {
    throw invalidArgType('credentials', 'an object: give a provider to Signer or signRequest', credentials)
  }
  checkObject('credentials', credentials)
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  checkText('credentials.accessKeyId', accessKeyId, ACCESS_KEY_ID)
  checkText('credentials.secretAccessKey', secretAccessKey, SECRET_ACCESS_KEY)
  checkText('credentials.sessionToken', sessionToken ?? '', SESSION_TOKEN)
  if (expiration !== undefined) checkInstant('credentials.expiration', expiration)
}
