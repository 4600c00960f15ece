import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { fromSso } from '../../../src/credentials/from-sso.ts'
import {
  closeServices,
  filesOf,
  type LocalService,
  refusal,
  sendJson,
  serve,
  whyOf,
} from './local-service.ts'

afterEach(closeServices)

const START = 'https://corp.example/start'
const CONFIG = `[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = A&B
[profile old]\nsso_start_url = ${START}\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = R
[profile part]\nsso_session = corp\n[profile none]\nregion = eu-west-1\n[profile lost]\nsso_session = gone
[sso-session corp]\nsso_start_url = ${START}\nsso_region = eu-west-1\n`
const cacheFile = (key: string): string => `${createHash('sha1').update(key).digest('hex')}.json`
const NOW = Date.parse('2030-01-01T00:00:00Z')
const now = (): number => NOW
const inMinutes = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString()
const REGISTRATION = { clientId: 'client', clientSecret: 'client-secret', refreshToken: 'refresh-secret' }
const ANSWER = {
  roleCredentials: {
    accessKeyId: 'ASIA',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: NOW + 3_600_000,
  },
}
const GIVEN = {
  accessKeyId: 'ASIA',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiration: new Date(NOW + 3_600_000),
}

interface Replies {
  role?: unknown
  roleStatus?: number
  token?: unknown
  tokenStatus?: number
}
/** The portal and the token service in one. */
const identityCenter = ({ role = ANSWER, roleStatus = 200, token = {}, tokenStatus = 200 }: Replies = {}) =>
  serve(({ method, path }, response) => {
    if (method === 'POST' && path === '/oidc/token') sendJson(response, token, tokenStatus)
    else if (path.startsWith('/portal/federation/credentials?')) sendJson(response, role, roleStatus)
    else response.writeHead(404).end()
  })

const providerOf = (
  service: LocalService,
  profile: string,
  tokens: Readonly<Record<string, object | string>>,
) =>
  fromSso({
    profile,
    now,
    env: {
      HOME: '/h',
      AWS_ENDPOINT_URL_SSO: `${service.url}/portal`,
      AWS_ENDPOINT_URL_SSO_OIDC: `${service.url}/oidc`,
    },
    readFile: filesOf({
      '/h/.aws/config': CONFIG,
      ...Object.fromEntries(
        Object.entries(tokens).map(([key, token]) => [
          `/h/.aws/sso/cache/${cacheFile(key)}`,
          typeof token === 'string' ? token : JSON.stringify(token),
        ]),
      ),
    }),
  })

describe('fromSso', () => {
  it('gets credentials of the role with the token of the session', async () => {
    const service = await identityCenter()
    const tokens = { corp: { accessToken: 'access', expiresAt: inMinutes(60), ...REGISTRATION } }
    expect(await providerOf(service, 'dev', tokens)()).toEqual(GIVEN)
    expect(service.seen).toMatchObject([
      {
        method: 'GET',
        path: '/portal/federation/credentials?role_name=A%26B&account_id=123456789012',
        headers: { 'x-amz-sso_bearer_token': 'access' },
      },
    ])
    expect(service.seen[0]?.headers.authorization).toBeUndefined()
  })

  it('knows profiles with a start URL of their own', async () => {
    const service = await identityCenter()
    const tokens = { [START]: { accessToken: 'access', expiresAt: inMinutes(1), ...REGISTRATION } }
    expect(await providerOf(service, 'old', tokens)()).toEqual(GIVEN)
    // Their tokens cannot be renewed.
    expect(service.seen).toHaveLength(1)
  })

  it('renews a token that ends within five minutes', async () => {
    const token = {
      accessToken: 'new-access',
      expiresIn: 3600,
      refreshToken: 'new-refresh',
      tokenType: 'Bearer',
    }
    const service = await identityCenter({ token })
    const tokens = { corp: { accessToken: 'access', expiresAt: inMinutes(5), ...REGISTRATION } }
    await providerOf(service, 'dev', tokens)()
    expect(JSON.parse(service.seen[0]?.body ?? '')).toEqual({ ...REGISTRATION, grantType: 'refresh_token' })
    expect(service.seen[1]?.headers['x-amz-sso_bearer_token']).toBe('new-access')
  })

  it('uses a token that is still good where it cannot be renewed', async () => {
    const service = await identityCenter({ token: { error: 'invalid_grant' }, tokenStatus: 400 })
    const tokens = { corp: { accessToken: 'access', expiresAt: inMinutes(1), ...REGISTRATION } }
    await providerOf(service, 'dev', tokens)()
    expect(service.seen[1]?.headers['x-amz-sso_bearer_token']).toBe('access')
  })

  it('writes the renewed token down where the files are ours to write', async () => {
    const home = mkdtempSync(join(tmpdir(), 'countersign-sso-'))
    const cache = join(home, '.aws/sso/cache')
    mkdirSync(cache, { recursive: true })
    const file = join(cache, cacheFile('corp'))
    writeFileSync(join(home, '.aws/config'), CONFIG)
    const old = { accessToken: 'access', expiresAt: inMinutes(-1), region: 'eu-west-1', ...REGISTRATION }
    writeFileSync(file, JSON.stringify(old))
    const service = await identityCenter({
      token: { accessToken: 'new-access', expiresIn: 3600, refreshToken: 'next' },
    })
    const env = {
      HOME: home,
      AWS_ENDPOINT_URL_SSO: `${service.url}/portal`,
      AWS_ENDPOINT_URL_SSO_OIDC: `${service.url}/oidc`,
    }
    const provider = fromSso({ profile: 'dev', now, env })
    await provider()
    await provider()
    expect(service.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      ...old,
      accessToken: 'new-access',
      expiresAt: inMinutes(60),
      refreshToken: 'next',
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(cache)).toEqual([cacheFile('corp')])
    rmSync(home, { recursive: true })
  })

  it('writes nothing where another readFile stands in for the files', async () => {
    const home = mkdtempSync(join(tmpdir(), 'countersign-sso-'))
    const cache = join(home, '.aws/sso/cache')
    mkdirSync(cache, { recursive: true })
    const service = await identityCenter({ token: { accessToken: 'new-access', expiresIn: 3600 } })
    const token = JSON.stringify({ accessToken: 'access', expiresAt: inMinutes(-1), ...REGISTRATION })
    const env = {
      HOME: home,
      AWS_ENDPOINT_URL_SSO: `${service.url}/portal`,
      AWS_ENDPOINT_URL_SSO_OIDC: `${service.url}/oidc`,
    }
    const readFile = async (path: string): Promise<string> => (path.endsWith('.json') ? token : CONFIG)
    await fromSso({ profile: 'dev', now, env, readFile })()
    expect(readdirSync(cache)).toEqual([])
    rmSync(home, { recursive: true })
  })

  it.each([
    ['dev', {}, 'there is no token for "corp": run "aws sso login" with this profile'],
    [
      'dev',
      { corp: 'nonsense' },
      'the file of the token for "corp" is damaged: run "aws sso login" with this profile',
    ],
    [
      'dev',
      { corp: { accessToken: 'a' } },
      'the file of the token for "corp" is damaged: run "aws sso login" with this profile',
    ],
    [
      'dev',
      { corp: { accessToken: 'a', expiresAt: inMinutes(0) } },
      'the token for "corp" has expired: run "aws sso login" with this profile',
    ],
    [
      'dev',
      { corp: { accessToken: 'a', expiresAt: inMinutes(0), ...REGISTRATION } },
      'the token for "corp" has expired: run "aws sso login" with this profile',
    ],
    ['part', {}, 'sso_account_id of the profile "part" is not set'],
    ['lost', {}, 'there is no [sso-session gone] for the profile "lost"'],
  ])('profile %s with %j: %s', async (profile, tokens, why) => {
    const service = await identityCenter({ token: { error: 'invalid_grant' }, tokenStatus: 400 })
    const error = await refusal(providerOf(service, profile, tokens as never))
    expect(error.attempts).toEqual([{ source: 'fromSso', why }])
    expect(error.tryNextLink).toBe(false)
  })

  it.each([
    ['none', 'the profile "none" has no sso_ settings'],
    ['nobody', 'there is no profile "nobody"; the credentials file: "ENOENT"'],
  ])('lets a chain go on from profile %s', async (profile, why) => {
    const error = await refusal(providerOf(await identityCenter(), profile, {}))
    expect([error.tryNextLink, error.attempts]).toEqual([true, [{ source: 'fromSso', why }]])
  })

  it('says what the portal says', async () => {
    const tokens = { corp: { accessToken: 'access', expiresAt: inMinutes(60) } }
    const refusing = await identityCenter({ role: { __type: 'UnauthorizedException' }, roleStatus: 401 })
    expect(await whyOf(providerOf(refusing, 'dev', tokens))).toBe(
      `${refusing.url} answered 401 (UnauthorizedException)`,
    )
    const empty = await identityCenter({ role: {} })
    expect(await whyOf(providerOf(empty, 'dev', tokens))).toBe(
      'the answer does not hold complete credentials',
    )
    const failing = await identityCenter({ roleStatus: 500 })
    await refusal(providerOf(failing, 'dev', tokens))
    expect(failing.seen).toHaveLength(3)
  })
})
