import { checkOptions, checkText, type OptionNames, quote } from '../errors.ts'
import type { CredentialProvider } from '../types.ts'
import { stsRegion } from './aws-endpoint.ts'
import { absent, failed } from './credentials-error.ts'
import { ARN, callSts, defaultSessionName, SESSION_NAME } from './sts.ts'
import { PROVIDER_OPTIONS, type ProviderOptions, surroundingsOf, whyUnread } from './surroundings.ts'

/** Which role to take on, and where the token is. */
export interface WebIdentityOptions extends ProviderOptions {
  /** Default `AWS_ROLE_ARN`. */
  readonly roleArn?: string | undefined
  /** File that holds the token. Default `AWS_WEB_IDENTITY_TOKEN_FILE`. */
  readonly tokenFile?: string | undefined
  /** 2 to 64 characters. Default `AWS_ROLE_SESSION_NAME`, then `countersign-` and the time. */
  readonly roleSessionName?: string | undefined
  /** The Region of the STS endpoint. Default `AWS_REGION`, then that of the profile in use, then `us-east-1`. */
  readonly region?: string | undefined
}

const SOURCE = 'fromWebIdentity'
const WEB_IDENTITY_OPTIONS: OptionNames<WebIdentityOptions> = {
  ...PROVIDER_OPTIONS,
  roleArn: true,
  tokenFile: true,
  roleSessionName: true,
  region: true,
}

/**
 * Credentials of a role, from STS `AssumeRoleWithWebIdentity`: EKS service accounts, and workloads of other clouds
 * with an OpenID Connect token in a file. The file is read anew for each attempt.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "AWS Security Token Service API Reference", AssumeRoleWithWebIdentity
 *
 * @example
 * ```js
 * import { fromWebIdentity } from 'countersign/credentials'
 *
 * const provider = fromWebIdentity({ env: {} })
 * await provider().catch(({ attempts }) => console.log(attempts[0].source)) // fromWebIdentity
 * ```
 */
export function fromWebIdentity(options: WebIdentityOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, WEB_IDENTITY_OPTIONS)
  if (options.roleArn !== undefined) checkText('roleArn', options.roleArn, ARN)
  if (options.roleSessionName !== undefined)
    checkText('roleSessionName', options.roleSessionName, SESSION_NAME)
  return async () => {
    const at = surroundingsOf(options)
    const { AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_SESSION_NAME } = at.env
    const roleArn = options.roleArn ?? AWS_ROLE_ARN
    const tokenFile = options.tokenFile ?? AWS_WEB_IDENTITY_TOKEN_FILE
    if (!roleArn || !tokenFile)
      throw absent(SOURCE, 'AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are not both set')
    if (!ARN.pattern.test(roleArn)) throw failed(SOURCE, `AWS_ROLE_ARN ${ARN.rule}`)
    const roleSessionName = options.roleSessionName ?? AWS_ROLE_SESSION_NAME ?? defaultSessionName(at.now())
    const form = async (): Promise<Record<string, string>> => {
      const token = await at.readFile(tokenFile).catch((error) => {
        throw failed(SOURCE, `the token file cannot be read: ${quote(whyUnread(error))}`)
      })
      return { RoleSessionName: roleSessionName, WebIdentityToken: token.trim() }
    }
    const region = options.region ?? (await stsRegion({}, at))
    // A token may be refused that the identity provider is just replacing.
    const retriedCodes = /^InvalidIdentityToken$/
    return callSts(
      { source: SOURCE, action: 'AssumeRoleWithWebIdentity', region, roleArn, form, retriedCodes },
      at,
    )
  }
}
