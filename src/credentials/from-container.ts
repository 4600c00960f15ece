import { checkOptions, quote } from '../errors.ts'
import type { CredentialProvider } from '../types.ts'
import { absent } from './credentials-error.ts'
import { callEndpoint, callWithRetries, parseAnswer } from './endpoint-call.ts'
import {
  PROVIDER_OPTIONS,
  type ProviderOptions,
  type Surroundings,
  surroundingsOf,
  whyUnread,
} from './surroundings.ts'
import { checkedCredentials } from './temporary-credentials.ts'

const SOURCE = 'fromContainer'
const ECS = 'http://169.254.170.2'

/** Where plain http may go: this machine, and the agents of ECS and EKS. */
const HTTP_HOSTS = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/

/** Where the endpoint is. The relative variable goes before the full one, as in all SDKs now. */
function endpointUrl({ env }: Surroundings): string {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = env
  if (!relative && !full) {
    throw absent(SOURCE, 'neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor …_FULL_URI is set')
  }
  let url: URL
  try {
    url = new URL(relative ? `${ECS}${relative}` : full!)
  } catch {
    throw absent(SOURCE, 'AWS_CONTAINER_CREDENTIALS_FULL_URI is not a URL')
  }
  // "@other.example/" would make a user name of the address.
  if (url.username || url.password || (relative && url.origin !== ECS)) {
    throw absent(SOURCE, 'the URI must hold no user name, and a relative one must begin with "/"')
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && HTTP_HOSTS.test(url.hostname))) {
    const allowed = 'this machine, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23]'
    throw absent(SOURCE, `plain http may go to ${allowed} alone; the host is ${quote(url.hostname)}`)
  }
  return url.href
}

/** The token is sent as it is. A file is read anew for each request: its content changes. */
async function authorization(at: Surroundings): Promise<Record<string, string>> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path, AWS_CONTAINER_AUTHORIZATION_TOKEN } = at.env
  const read = (file: string): Promise<string> =>
    at.readFile(file).catch((error) => {
      throw absent(SOURCE, `the token file cannot be read: ${quote(whyUnread(error))}`)
    })
  const token = path ? await read(path) : AWS_CONTAINER_AUTHORIZATION_TOKEN
  if (!token) return {}
  if (/[^\t -~\xa0-\xff]/.test(token))
    throw absent(SOURCE, 'the authorization token must be one line of printable text')
  return { authorization: token }
}

/**
 * Credentials of a container's role: Amazon ECS, EKS Pod Identity, Greengrass, and whatever serves
 * `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
 *
 * Plain http is spoken with this machine and the agents' addresses alone. `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` goes
 * before `AWS_CONTAINER_AUTHORIZATION_TOKEN`. Three attempts, each of a second.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "AWS SDKs and Tools Reference Guide", Container credential provider
 *
 * @example
 * ```js
 * import { fromContainer } from 'countersign/credentials'
 *
 * const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://agent.example/' }
 * await fromContainer({ env })().catch(({ name }) => console.log(name)) // CredentialsError
 * ```
 */
export function fromContainer(options: ProviderOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, PROVIDER_OPTIONS)
  return async () => {
    const at = surroundingsOf(options)
    const url = endpointUrl(at)
    const outcome = await callWithRetries(3, async () => {
      const headers = await authorization(at)
      return callEndpoint(at.fetch, { url, headers, timeoutMilliseconds: 1000 })
    })
    const { AccessKeyId, SecretAccessKey, Token, Expiration } = parseAnswer(SOURCE, outcome)
    return checkedCredentials(
      {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: Token,
        expiration: Expiration,
      },
      { source: SOURCE, now: at.now(), kind: 'temporary' },
    )
  }
}
