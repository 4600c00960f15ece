import { checkOptions, checkText, checkWholeNumber, invalidArgType, type OptionNames } from '../errors.ts'
import { signHeaders } from '../sign/headers.ts'
import type { CredentialProvider } from '../types.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { callEndpoint, callWithRetries, type EndpointRequest, parseAnswer } from './endpoint-call.ts'
import { ARN, SESSION_NAME } from './sts.ts'
import { PROVIDER_OPTIONS, type ProviderOptions, type Surroundings, surroundingsOf } from './surroundings.ts'
import { checkedCredentials } from './temporary-credentials.ts'
import { type KeyMaterial, x509Signing } from './x509-signing.ts'

/** Whose certificate opens a session, and for which role. */
export interface RolesAnywhereOptions extends ProviderOptions {
  /** PEM or DER. Further certificates in the same PEM, from the issuer upward, are sent as its chain. */
  readonly certificate: KeyMaterial
  /** ECDSA or RSA: PEM, or PKCS #8 as DER. Not encrypted. */
  readonly privateKey: KeyMaterial
  readonly trustAnchorArn: string
  readonly profileArn: string
  readonly roleArn: string
  readonly region: string
  /** 900 to 43,200. Default 3,600. */
  readonly durationSeconds?: number | undefined
  /** 2 to 64 characters; the profile must allow it. Default: as the service names it, by the serial number. */
  readonly roleSessionName?: string | undefined
}

const SOURCE = 'fromRolesAnywhere'
const ROLES_ANYWHERE_OPTIONS: OptionNames<RolesAnywhereOptions> = {
  ...PROVIDER_OPTIONS,
  certificate: true,
  privateKey: true,
  trustAnchorArn: true,
  profileArn: true,
  roleArn: true,
  region: true,
  durationSeconds: true,
  roleSessionName: true,
}
const TIMEOUT_MILLISECONDS = 10_000

function checkRolesAnywhere(options: RolesAnywhereOptions): void {
  checkOptions(SOURCE, options, ROLES_ANYWHERE_OPTIONS)
  for (const name of ['certificate', 'privateKey'] as const) {
    const value: unknown = options[name]
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
      throw invalidArgType(name, 'PEM text or DER bytes', value)
    }
  }
  for (const name of ['trustAnchorArn', 'profileArn', 'roleArn'] as const) checkText(name, options[name], ARN)
  checkText('region', options.region, {
    pattern: /^[a-z\d-]+$/,
    rule: 'must be a Region, such as "eu-west-1"',
  })
  if (options.roleSessionName !== undefined)
    checkText('roleSessionName', options.roleSessionName, SESSION_NAME)
  checkWholeNumber('durationSeconds', options.durationSeconds ?? 3600, { min: 900, max: 43_200 })
}

/** The signed request. Signed anew for each attempt, since a service may take a signature once. */
function sessionRequest(options: RolesAnywhereOptions, at: Surroundings): EndpointRequest {
  const { region, profileArn, roleArn, trustAnchorArn, roleSessionName, durationSeconds = 3600 } = options
  const { algorithm, serialNumber, headers } = x509Signing(SOURCE, options.certificate, options.privateKey)
  const endpoint = awsEndpoint(
    { source: SOURCE, host: 'rolesanywhere', variable: 'ROLESANYWHERE' },
    region,
    at.env,
  )
  const request = {
    url: `${endpoint}/sessions`,
    method: 'POST' as const,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ profileArn, roleArn, trustAnchorArn, durationSeconds, roleSessionName }),
  }
  const signed = signHeaders(request, {
    // The certificate stands for the account; there is no secret but its key.
    credentials: { accessKeyId: serialNumber, secretAccessKey: '-' },
    algorithm,
    service: 'rolesanywhere',
    region,
    signingDate: at.now(),
  })
  return {
    ...request,
    headers: { ...request.headers, ...signed.headers },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  }
}

/**
 * Credentials of a role for the holder of an X.509 certificate, from IAM Roles Anywhere. The request is signed with
 * the certificate's key, by `AWS4-X509-ECDSA-SHA256` or `AWS4-X509-RSA-SHA256`, which takes `node:crypto`.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "IAM Roles Anywhere User Guide", Signing process, CreateSession
 *
 * @example
 * ```js
 * import { fromRolesAnywhere, memoize } from 'countersign/credentials'
 *
 * const provider = memoize(
 *   fromRolesAnywhere({
 *     certificate: '-----BEGIN CERTIFICATE-----…',
 *     privateKey: '-----BEGIN PRIVATE KEY-----…',
 *     trustAnchorArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/TA_ID',
 *     profileArn: 'arn:aws:rolesanywhere:eu-west-1:123456789012:profile/PROFILE_ID',
 *     roleArn: 'arn:aws:iam::123456789012:role/reader',
 *     region: 'eu-west-1',
 *   }),
 * )
 * console.log(typeof provider) // function
 * ```
 */
export function fromRolesAnywhere(options: RolesAnywhereOptions): CredentialProvider {
  checkRolesAnywhere(options)
  return async () => {
    const at = surroundingsOf(options)
    const outcome = await callWithRetries(3, async () => callEndpoint(at.fetch, sessionRequest(options, at)))
    const { credentialSet } = parseAnswer(SOURCE, outcome) as {
      credentialSet?: readonly { credentials?: Readonly<Record<string, unknown>> }[]
    }
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentialSet?.[0]?.credentials ?? {}
    return checkedCredentials(
      { accessKeyId, secretAccessKey, sessionToken, expiration },
      { source: SOURCE, now: at.now(), kind: 'temporary' },
    )
  }
}
