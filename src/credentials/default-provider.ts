import { checkOptions } from '../errors.ts'
import type { CredentialProvider } from '../types.ts'
import { chain } from './chain.ts'
import { absent } from './credentials-error.ts'
import { fromContainer } from './from-container.ts'
import { fromEnv } from './from-env.ts'
import { fromIni, type IniOptions } from './from-ini.ts'
import { fromInstanceMetadata } from './from-instance-metadata.ts'
import { fromProcess } from './from-process.ts'
import { fromWebIdentity } from './from-web-identity.ts'
import { memoize } from './memoize.ts'
import { SHARED_FILES_OPTIONS } from './shared-files.ts'
import { surroundingsOf } from './surroundings.ts'

const SOURCE = 'defaultProvider'

/**
 * Credentials from wherever AWS's tools look for them, in the order of AWS SDK for JavaScript v3: the environment
 * (unless a profile is named, here or in `AWS_PROFILE`), the profile, a web identity, then the container's endpoint
 * where one is set up, else the instance metadata service. What is found is kept until shortly before it expires.
 *
 * A profile that does not exist is passed over. A source that is set up and fails ends the search.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError that names each source that was tried.
 * @see "AWS SDKs and Tools Reference Guide", Credential provider chain
 *
 * @example
 * ```js
 * import { Signer } from 'countersign'
 * import { defaultProvider } from 'countersign/credentials'
 *
 * const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'EXAMPLEKEY' }
 * const signer = new Signer({ credentials: defaultProvider({ env }) })
 * const { trace } = await signer.signHeaders({ url: 'https://sqs.eu-west-1.amazonaws.com/' })
 * console.log(trace.credentialScope.slice(9)) // eu-west-1/sqs/aws4_request
 * ```
 */
export function defaultProvider(options: IniOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, { ...SHARED_FILES_OPTIONS, mfaCodeProvider: true })
  const { env, readFile, fetch, now, profile, filepath, configFilepath } = options
  const parts = { env, readFile, fetch, now }
  const files = { ...parts, profile, filepath, configFilepath }
  const keys = fromEnv(parts)
  const container = fromContainer(parts)
  const instance = fromInstanceMetadata(files)
  const links = chain(
    async () => {
      if (profile || surroundingsOf(options).env.AWS_PROFILE) {
        throw absent('fromEnv', 'a profile is named, which goes first')
      }
      return keys()
    },
    fromIni(options),
    fromProcess(files),
    fromWebIdentity(parts),
    async () => {
      const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } =
        surroundingsOf(options).env
      const isContainer = AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || AWS_CONTAINER_CREDENTIALS_FULL_URI
      return (isContainer ? container : instance)()
    },
  )
  return memoize(links, { now })
}
