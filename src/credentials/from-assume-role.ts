import { checkOptions, checkText, checkWholeNumber, invalidArgType, type OptionNames } from '../errors.ts'
import { signHeaders } from '../sign/headers.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { stsRegion } from './aws-endpoint.ts'
import { ARN, callSts, defaultSessionName, SESSION_NAME, type StsCall } from './sts.ts'
import { PROVIDER_OPTIONS, type ProviderOptions, surroundingsOf } from './surroundings.ts'

/** Which role to take on, and with whose credentials. */
export interface AssumeRoleOptions extends ProviderOptions {
  /** To sign the call with: an object or a provider. */
  readonly credentials: Credentials | CredentialProvider
  readonly roleArn: string
  /** 2 to 64 characters. Default `countersign-` and the time. */
  readonly roleSessionName?: string | undefined
  readonly externalId?: string | undefined
  /** 900 to 43,200. Default: as STS has it, 3,600. */
  readonly durationSeconds?: number | undefined
  /** The Region of the STS endpoint. Default `AWS_REGION`, then that of the profile in use, then `us-east-1`. */
  readonly region?: string | undefined
  /** Serial number or ARN of the device for multi-factor authentication. */
  readonly mfaSerial?: string | undefined
  /** Resolves to the code that the device shows. */
  readonly mfaCodeProvider?: ((mfaSerial: string) => Promise<string>) | undefined
}

const SOURCE = 'fromAssumeRole'
const ASSUME_ROLE_OPTIONS: OptionNames<AssumeRoleOptions> = {
  ...PROVIDER_OPTIONS,
  credentials: true,
  roleArn: true,
  roleSessionName: true,
  externalId: true,
  durationSeconds: true,
  region: true,
  mfaSerial: true,
  mfaCodeProvider: true,
}

function checkAssumeRole(options: AssumeRoleOptions): void {
  checkOptions(SOURCE, options, ASSUME_ROLE_OPTIONS)
  const { credentials, roleArn, roleSessionName, externalId, durationSeconds } = options
  if (typeof credentials !== 'function' && (credentials === null || typeof credentials !== 'object')) {
    throw invalidArgType('credentials', 'an object or a function that resolves to one', credentials)
  }
  checkText('roleArn', roleArn, ARN)
  if (roleSessionName !== undefined) checkText('roleSessionName', roleSessionName, SESSION_NAME)
  if (externalId !== undefined)
    checkText('externalId', externalId, { pattern: /./, rule: 'must not be empty' })
  if (options.mfaSerial !== undefined && typeof options.mfaCodeProvider !== 'function') {
    throw invalidArgType('mfaCodeProvider', 'a function where mfaSerial is given', options.mfaCodeProvider)
  }
  if (durationSeconds !== undefined) {
    checkWholeNumber('durationSeconds', durationSeconds, { min: 900, max: 43_200 })
  }
}

/**
 * Credentials of a role, from STS `AssumeRole`, signed with other credentials.
 *
 * `AWS_ENDPOINT_URL_STS` says where STS is. Up to three attempts where that may help.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError, or with what `credentials` rejects with.
 * @see "AWS Security Token Service API Reference", AssumeRole
 *
 * @example
 * ```js
 * import { fromAssumeRole, fromEnv, memoize } from 'countersign/credentials'
 *
 * const roleArn = 'arn:aws:iam::123456789012:role/reader'
 * const provider = memoize(fromAssumeRole({ credentials: fromEnv(), roleArn, region: 'eu-west-1' }))
 * console.log(typeof provider) // function
 * ```
 */
export function fromAssumeRole(options: AssumeRoleOptions): CredentialProvider {
  checkAssumeRole(options)
  const { credentials, roleArn, roleSessionName, externalId, durationSeconds, mfaSerial, mfaCodeProvider } =
    options
  return async (request) => {
    const at = surroundingsOf(options)
    const form = {
      RoleSessionName: roleSessionName ?? defaultSessionName(at.now()),
      ExternalId: externalId,
      DurationSeconds: durationSeconds?.toString(),
      SerialNumber: mfaSerial,
      TokenCode: mfaSerial && (await mfaCodeProvider?.(mfaSerial)),
    }
    const source = typeof credentials === 'function' ? await credentials(request) : credentials
    const region = options.region ?? (await stsRegion({}, at))
    const signing = { credentials: source, service: 'sts', region }
    const sign: StsCall['sign'] = (parts) => signHeaders(parts, { ...signing, signingDate: at.now() }).headers
    return callSts(
      { source: SOURCE, action: 'AssumeRole', region, roleArn, form: async () => form, sign },
      at,
    )
  }
}
