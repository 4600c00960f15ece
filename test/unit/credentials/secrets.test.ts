// No secret is in any error, whatever goes wrong: every provider, every fault, with services that send back all they got.
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { CredentialProvider } from '../../../src/types.ts'
import {
  chain,
  defaultProvider,
  fromAssumeRole,
  fromContainer,
  fromIni,
  fromInstanceMetadata,
  fromProcess,
  fromRolesAnywhere,
  fromSso,
  fromWebIdentity,
  memoize,
} from './faces.ts'
import { closeServices, filesOf, serve } from './local-service.ts'

afterEach(closeServices)

const CANARY = 'CaNaRyCaNaRy'
const credentials = { accessKeyId: 'AKID', secretAccessKey: `${CANARY}1`, sessionToken: `${CANARY}2` }
const pem = (name: string): string => readFileSync(new URL(`x509/${name}`, import.meta.url), 'utf8')
const ROLE = 'arn:aws:iam::1:role/r'
const FILES = {
  '/h/.aws/config': `[default]\nsso_session=corp\nsso_account_id=1\nsso_role_name=r\n[sso-session corp]\nsso_start_url=https://a.example\nsso_region=eu-west-1
[profile role]\nrole_arn=${ROLE}\nsource_profile=keys\n[profile process]\ncredential_process=echo "${CANARY}"`,
  '/h/.aws/credentials': `[keys]\naws_access_key_id=AKID\naws_secret_access_key=${CANARY}3\naws_session_token=${CANARY}4`,
  '/token': `${CANARY}5`,
}

/** Every provider, with its services at one place. */
function providers(url: string): Record<string, CredentialProvider> {
  const ssoToken = JSON.stringify({
    accessToken: `${CANARY}6`,
    expiresAt: '2020-01-01T00:00:00Z',
    clientId: 'c',
    clientSecret: `${CANARY}7`,
    refreshToken: `${CANARY}8`,
  })
  const readFile = async (path: string): Promise<string> =>
    path.includes('sso/cache') ? ssoToken : filesOf(FILES)(path)
  const env = {
    HOME: '/h',
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/?${CANARY}`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: `${CANARY}9`,
    AWS_ROLE_ARN: ROLE,
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  }
  const parts = { env, readFile }
  const anywhere = { trustAnchorArn: 'a', profileArn: 'b', roleArn: 'c', region: 'eu-west-1' }
  return {
    container: fromContainer(parts),
    instance: fromInstanceMetadata({ ...parts, maxAttempts: 1 }),
    web: fromWebIdentity(parts),
    assume: fromAssumeRole({ ...parts, credentials, roleArn: ROLE }),
    sso: fromSso(parts),
    role: fromIni({ ...parts, profile: 'role' }),
    process: fromProcess({ ...parts, profile: 'process' }),
    anywhere: fromRolesAnywhere({
      ...parts,
      ...anywhere,
      certificate: pem('ec.pem'),
      privateKey: pem('ec.key'),
    }),
    everything: defaultProvider({ ...parts, profile: 'process' }),
    userInUrl: fromWebIdentity({
      ...parts,
      env: { ...env, AWS_ENDPOINT_URL: `http://u:${CANARY}@a.example/` },
    }),
    badToken: fromContainer({ ...parts, env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN: `${CANARY}\n` } }),
  }
}

const FAULTS: Record<string, (echo: string) => [status: number, body: string]> = {
  'sends back what it got, as text': (echo) => [200, echo],
  'as an error of STS': (echo) => [403, `<Error><Code>${echo}</Code><Message>${echo}</Message></Error>`],
  'as an error in JSON': (echo) => [
    400,
    JSON.stringify({ code: CANARY + echo.length, __type: echo, error: `${CANARY}0` }),
  ],
  'as incomplete credentials': (echo) => [
    200,
    JSON.stringify({ AccessKeyId: echo, Version: 1, SecretAccessKey: echo }),
  ],
}

describe('errors hold no secret', () => {
  for (const [fault, answer] of Object.entries(FAULTS)) {
    it(`where a service ${fault}`, async () => {
      const { url } = await serve((request, response) => {
        const [status, body] = answer(JSON.stringify(request))
        response.writeHead(status, { 'x-echo': CANARY }).end(body)
      })
      const all = providers(url)
      all.chained = chain(...Object.values(all).slice(0, 3))
      all.kept = memoize(all.assume!)
      for (const [name, provider] of Object.entries(all)) {
        const outcome = await provider().catch((error: unknown) => error)
        expect([name, outcome instanceof Error]).toEqual([name, true])
        const shown = `${inspect(outcome, { depth: 9, showHidden: true })}${JSON.stringify(outcome)}${(outcome as Error).stack}`
        expect([name, shown.includes('CaNaRy')]).toEqual([name, false])
      }
    }, 30_000)
  }
})
