import { checkOptions, quote } from '../errors.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { absent, failed } from './credentials-error.ts'
import { callEndpoint, callWithRetries, parseAnswer } from './endpoint-call.ts'
import {
  missingProfile,
  type Profile,
  profileName,
  readSharedFiles,
  SHARED_FILES_OPTIONS,
  type SharedFilesOptions,
} from './shared-files.ts'
import { replaceFile, type SsoTokenPlace, ssoAccessToken } from './sso-token.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'
import { checkedCredentials } from './temporary-credentials.ts'

const SOURCE = 'fromSso'
const TIMEOUT_MILLISECONDS = 10_000

/** What a profile says of IAM Identity Center. */
interface SsoSettings {
  readonly session: string | undefined
  readonly startUrl: string
  readonly region: string
  readonly accountId: string
  readonly roleName: string
}

/** Whether a profile has anything to do with IAM Identity Center. */
export function isSsoProfile(profile: Profile): boolean {
  return ['session', 'start_url', 'account_id', 'region', 'role_name'].some((key) =>
    profile.has(`sso_${key}`),
  )
}

async function readSettings(options: SharedFilesOptions, at: Surroundings): Promise<SsoSettings> {
  const files = await readSharedFiles(options, at)
  const name = profileName(options, at)
  const profile = files.profiles.get(name)
  if (!profile) throw absent(SOURCE, missingProfile(name, files))
  if (!isSsoProfile(profile)) throw absent(SOURCE, `the profile ${quote(name)} has no sso_ settings`)
  const session = profile.get('sso_session')
  const shared = session === undefined ? profile : files.ssoSessions.get(session)
  if (!shared) throw failed(SOURCE, `there is no [sso-session ${session}] for the profile ${quote(name)}`)
  const need = (settings: Profile, key: string): string => {
    const value = settings.get(key)
    if (value === undefined) throw failed(SOURCE, `${key} of the profile ${quote(name)} is not set`)
    return value
  }
  return {
    session,
    startUrl: need(shared, 'sso_start_url'),
    region: need(shared, 'sso_region'),
    accountId: need(profile, 'sso_account_id'),
    roleName: need(profile, 'sso_role_name'),
  }
}

async function roleCredentials(settings: SsoSettings, token: string, at: Surroundings): Promise<Credentials> {
  const endpoint = awsEndpoint(
    { source: SOURCE, host: 'portal.sso', variable: 'SSO' },
    settings.region,
    at.env,
  )
  const query = new URLSearchParams({ role_name: settings.roleName, account_id: settings.accountId })
  const outcome = await callWithRetries(3, () =>
    callEndpoint(at.fetch, {
      url: `${endpoint}/federation/credentials?${query}`,
      headers: { 'x-amz-sso_bearer_token': token },
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    }),
  )
  const answer = parseAnswer(SOURCE, outcome) as { roleCredentials?: Readonly<Record<string, unknown>> }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer.roleCredentials ?? {}
  return checkedCredentials(
    { accessKeyId, secretAccessKey, sessionToken, expiration },
    { source: SOURCE, now: at.now(), kind: 'temporary' },
  )
}

/**
 * Credentials of a role in IAM Identity Center, for a user who has logged in with `aws sso login`: a profile with
 * `sso_session`, or one with `sso_start_url` of its own.
 *
 * The token of an sso-session is renewed, and written down for other programs, where the login gave leave for it;
 * with a `readFile` of your own nothing is written. `AWS_ENDPOINT_URL_SSO` and `AWS_ENDPOINT_URL_SSO_OIDC` say where
 * the services are.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "IAM Identity Center Portal API Reference", GetRoleCredentials
 *
 * @example
 * ```js
 * import { fromSso } from 'countersign/credentials'
 *
 * const provider = fromSso({ profile: 'dev', env: {} })
 * await provider().catch(({ attempts }) => console.log(attempts[0].why)) // there is no profile "dev"
 * ```
 */
export function fromSso(options: SharedFilesOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, SHARED_FILES_OPTIONS)
  return async () => {
    const at = surroundingsOf(options)
    const settings = await readSettings(options, at)
    const place: SsoTokenPlace = {
      source: SOURCE,
      key: settings.session ?? settings.startUrl,
      region: settings.region,
      kind: settings.session === undefined ? 'legacy' : 'session',
      write: options.readFile ? undefined : replaceFile,
    }
    return roleCredentials(settings, await ssoAccessToken(place, at), at)
  }
}
