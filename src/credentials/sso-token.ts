import { quote } from '../errors.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { builtinModule } from './builtin-modules.ts'
import { failed } from './credentials-error.ts'
import { callEndpoint, callWithRetries, isSuccess, parseJsonObject } from './endpoint-call.ts'
import type { Surroundings } from './surroundings.ts'
import { parseInstant } from './temporary-credentials.ts'

/** Where a token is kept, and who renews it. */
export interface SsoTokenPlace {
  readonly source: string
  /** Name of the sso-session, or the start URL where there is none: the hash of it names the file. */
  readonly key: string
  readonly region: string
  /** Tokens of a plain start URL cannot be renewed. */
  readonly kind: 'session' | 'legacy'
  /** Writes the renewed token down for other programs; absent where files are not ours to write. */
  readonly write: ((path: string, text: string) => Promise<void>) | undefined
}

type TokenFile = Readonly<Record<string, unknown>>

/** What it takes to get a new token without the user. */
type Registration = Readonly<Record<'clientId' | 'clientSecret' | 'refreshToken', string>>

const RENEWAL_MILLISECONDS = 300_000
const TIMEOUT_MILLISECONDS = 10_000
const LOGIN = 'run "aws sso login" with this profile'

/** Replaces a file in one step, readable to its owner alone. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const files = builtinModule('node:fs/promises')
  const draft = `${path}.${Math.random().toString(36).slice(2)}`
  await files?.writeFile(draft, text, { mode: 0o600 })
  await files?.rename(draft, path)
}

function cachePath({ source, key }: SsoTokenPlace, { home }: Surroundings): string {
  const crypto = builtinModule('node:crypto')
  if (!crypto?.createHash) throw failed(source, 'needs node:crypto, which this runtime does not have')
  const name = crypto.createHash('sha1').update(key).digest('hex')
  return `${home ?? '~'}/.aws/sso/cache/${name}.json`
}

function registrationOf({ clientId, clientSecret, refreshToken }: TokenFile): Registration | undefined {
  const isComplete = [clientId, clientSecret, refreshToken].every(
    (value) => typeof value === 'string' && value,
  )
  return isComplete ? ({ clientId, clientSecret, refreshToken } as Registration) : undefined
}

/** Asks for a new token. Undefined where there is none to be had. */
async function renewed(
  token: TokenFile,
  place: SsoTokenPlace,
  at: Surroundings,
): Promise<TokenFile | undefined> {
  const registration = registrationOf(token)
  if (!registration || place.kind === 'legacy') return undefined
  const endpoint = awsEndpoint(
    { source: place.source, host: 'oidc', variable: 'SSO_OIDC' },
    place.region,
    at.env,
  )
  const outcome = await callWithRetries(2, () =>
    callEndpoint(at.fetch, {
      url: `${endpoint}/token`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...registration, grantType: 'refresh_token' }),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    }),
  )
  const { accessToken, expiresIn, refreshToken } = (isSuccess(outcome) && parseJsonObject(outcome.text)) || {}
  if (typeof accessToken !== 'string' || typeof expiresIn !== 'number') return undefined
  const expiresAt = parseInstant(at.now() + expiresIn * 1000)
  if (!expiresAt) return undefined
  return {
    ...token,
    accessToken,
    expiresAt: expiresAt.toISOString(),
    ...(typeof refreshToken === 'string' && { refreshToken }),
  }
}

/**
 * The access token of a login with IAM Identity Center, renewed where it ends within five minutes and can be renewed.
 *
 * @throws {CredentialsError} where there is none that is good.
 * @see "IAM Identity Center OIDC API Reference", CreateToken
 */
export async function ssoAccessToken(place: SsoTokenPlace, at: Surroundings): Promise<string> {
  const path = cachePath(place, at)
  const text = await at.readFile(path).catch(() => undefined)
  if (text === undefined) throw failed(place.source, `there is no token for ${quote(place.key)}: ${LOGIN}`)
  const token = parseJsonObject(text)
  const expiresAt = parseInstant(token?.expiresAt)
  if (!token || !expiresAt || typeof token.accessToken !== 'string') {
    throw failed(place.source, `the file of the token for ${quote(place.key)} is damaged: ${LOGIN}`)
  }
  const left = +expiresAt - at.now()
  if (left > RENEWAL_MILLISECONDS) return token.accessToken
  const fresh = await renewed(token, place, at)
  if (fresh) {
    // Who cannot write it down renews it again next time.
    await place.write?.(path, `${JSON.stringify(fresh, null, 2)}\n`).catch(() => {})
    return fresh.accessToken as string
  }
  if (left > 0) return token.accessToken
  throw failed(place.source, `the token for ${quote(place.key)} has expired: ${LOGIN}`)
}
