import { checkOptions } from '../errors.ts'
import type { CredentialProvider } from '../types.ts'
import { absent, failed } from './credentials-error.ts'
import { PROVIDER_OPTIONS, type ProviderOptions, surroundingsOf } from './surroundings.ts'
import { parseInstant } from './temporary-credentials.ts'

const SOURCE = 'fromEnv'

/**
 * Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and
 * `AWS_CREDENTIAL_EXPIRATION`, read at each call.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError where there are none.
 * @see "AWS SDKs and Tools Reference Guide", Environment variables
 *
 * @example
 * ```js
 * import { fromEnv } from 'countersign/credentials'
 *
 * const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'EXAMPLEKEY' }
 * console.log((await fromEnv({ env })()).accessKeyId) // AKIDEXAMPLE
 * ```
 */
export function fromEnv(options: ProviderOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, PROVIDER_OPTIONS)
  return async () => {
    const { env } = surroundingsOf(options)
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION } = env
    if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
      throw absent(SOURCE, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set')
    }
    const expiration = parseInstant(AWS_CREDENTIAL_EXPIRATION)
    if (AWS_CREDENTIAL_EXPIRATION && !expiration) {
      throw failed(SOURCE, 'AWS_CREDENTIAL_EXPIRATION is not a date')
    }
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
      ...(expiration && { expiration }),
    }
  }
}
