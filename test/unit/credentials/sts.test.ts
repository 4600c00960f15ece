import { afterEach, describe, expect, it } from 'vitest'
import { fromAssumeRole } from '../../../src/credentials/from-assume-role.ts'
import { fromWebIdentity } from '../../../src/credentials/from-web-identity.ts'
import { Verifier } from '../../../src/index.ts'
import {
  closeServices,
  filesOf,
  type LocalService,
  refusal,
  type Seen,
  serve,
  whyOf,
} from './local-service.ts'

afterEach(closeServices)

const ROLE = 'arn:aws:iam::123456789012:role/reader'
const credentials = {
  accessKeyId: 'AKID',
  secretAccessKey: 'long-lived-secret',
  sessionToken: 'source-token',
}
const answer = (fields: Readonly<Record<string, string>> = {}): string => {
  const all = {
    AccessKeyId: 'ASIA',
    SecretAccessKey: 'sec/ret+',
    SessionToken: 'tok/en==',
    Expiration: '2099-01-01T00:00:00Z',
    ...fields,
  }
  const xml = Object.entries(all).map(([name, text]) => `\n  <${name}>${text}</${name}>`)
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${xml.join('')}</Credentials></AssumeRoleResult></AssumeRoleResponse>`
}
const GIVEN = {
  accessKeyId: 'ASIA',
  secretAccessKey: 'sec/ret+',
  sessionToken: 'tok/en==',
  expiration: new Date('2099-01-01T00:00:00Z'),
}
const formOf = ({ body }: Seen): object => Object.fromEntries(new URLSearchParams(body))

/** STS: proves each signature with our verifier before it answers. */
async function sts(
  region: string,
  reply: (attempt: number) => string | number = () => answer(),
): Promise<LocalService> {
  const verifier = new Verifier({
    getKeys: ({ accessKeyId }) => (accessKeyId === 'AKID' ? credentials : undefined),
    service: 'sts',
    region,
  })
  const service = await serve(async ({ method, path, headers, body }, response) => {
    const isSigned = headers.authorization !== undefined
    const parts = Object.entries(headers) as [string, string][]
    const proof = { method, target: path, headers: parts, body: new TextEncoder().encode(body) }
    const isProved =
      !isSigned ||
      (await verifier.verifyReceived(proof).then(
        () => true,
        () => false,
      ))
    const said = isProved ? reply(service.seen.length) : 403
    if (typeof said === 'number') response.writeHead(said).end()
    else response.writeHead(said.includes('<Error>') ? 400 : 200, { 'content-type': 'text/xml' }).end(said)
  })
  return service
}
const errorOf = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>source-token long-lived-secret</Message></Error></ErrorResponse>`

describe('fromAssumeRole', () => {
  const roleAt = (service: LocalService, more: object = {}) =>
    fromAssumeRole({
      credentials,
      roleArn: ROLE,
      region: 'eu-west-1',
      env: { AWS_ENDPOINT_URL_STS: `${service.url}/` },
      ...more,
    })

  it('asks STS, signed', async () => {
    const service = await sts('eu-west-1')
    const provider = roleAt(service, { roleSessionName: 'me', externalId: 'x/1', durationSeconds: 900 })
    expect(await provider()).toEqual(GIVEN)
    const [request] = service.seen
    expect(request).toMatchObject({
      method: 'POST',
      path: '/',
      headers: { 'x-amz-security-token': 'source-token' },
    })
    expect(formOf(request!)).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'me',
      ExternalId: 'x/1',
      DurationSeconds: '900',
    })
  })

  it('is refused where the secret is another: the imitation does check', async () => {
    const service = await sts('eu-west-1')
    const wrong = { ...credentials, secretAccessKey: 'wrong' }
    expect(await whyOf(roleAt(service, { credentials: wrong }))).toBe(
      `${service.url} answered 403 for ${ROLE}`,
    )
  })

  it('names the session itself where nobody does', async () => {
    const service = await sts('eu-west-1')
    await roleAt(service, { now: Date.now })()
    expect(formOf(service.seen[0]!)).toMatchObject({
      RoleSessionName: expect.stringMatching(/^countersign-\d{13}$/),
    })
  })

  it('takes credentials of a provider, and hands forceRefresh on', async () => {
    const service = await sts('eu-west-1')
    const asked: unknown[] = []
    const provider = roleAt(service, {
      credentials: async (options: unknown) => {
        asked.push(options)
        return credentials
      },
    })
    await provider()
    await provider({ forceRefresh: true })
    expect(asked).toEqual([undefined, { forceRefresh: true }])
    const failing = roleAt(service, { credentials: async () => Promise.reject(new Error('none')) })
    await expect(failing()).rejects.toThrow('none')
  })

  it.each([
    [{ AWS_REGION: 'us-west-2' }, 'sts.us-west-2.amazonaws.com'],
    [{ AWS_REGION: 'cn-northwest-1' }, 'sts.cn-northwest-1.amazonaws.com.cn'],
    [{ AWS_REGION: 'us-isob-east-1' }, 'sts.us-isob-east-1.sc2s.sgov.gov'],
    [{ AWS_REGION: 'eusc-de-east-1' }, 'sts.eusc-de-east-1.amazonaws.eu'],
    [{ HOME: '/h' }, 'sts.eu-north-1.amazonaws.com'],
    [{ HOME: '/h', AWS_PROFILE: 'p' }, 'sts.eu-south-1.amazonaws.com'],
    [{}, 'sts.us-east-1.amazonaws.com'],
  ])('asks in the Region of %j', async (env, host) => {
    let asked = ''
    const fetch: typeof globalThis.fetch = async (input) => {
      asked = new URL(String(input)).host
      return new Response(answer())
    }
    const readFile = filesOf({
      '/h/.aws/config': '[default]\nregion = eu-north-1\n[profile p]\nregion = eu-south-1',
    })
    await fromAssumeRole({
      credentials,
      roleArn: ROLE,
      env: env as Record<string, string>,
      readFile,
      fetch,
    })()
    expect(asked).toBe(host)
  })

  it.each<Record<string, string>>([
    { AWS_REGION: 'evil.example/' },
    { AWS_ENDPOINT_URL_STS: 'nonsense' },
    { AWS_ENDPOINT_URL: 'ftp://a/' },
  ])('refuses to be led astray by %j', async (env) => {
    const never: typeof fetch = async () => new Response(answer())
    const provider = fromAssumeRole({
      credentials,
      roleArn: ROLE,
      env,
      fetch: never,
    })
    expect(await whyOf(provider)).toMatch(/must be/)
  })

  it('says what STS says, by its code alone, and ends a chain', async () => {
    const service = await sts('eu-west-1', () => errorOf('AccessDenied'))
    const error = await refusal(roleAt(service))
    expect(error.message).toBe(
      `No credentials: fromAssumeRole: ${service.url} answered 400 (AccessDenied) for ${ROLE}`,
    )
    expect([error.tryNextLink, service.seen.length]).toEqual([false, 1])
  })

  it('tries again what may pass, three times at most', async () => {
    const mended = await sts('eu-west-1', (attempt) => (attempt < 3 ? 500 : answer()))
    expect(await roleAt(mended)()).toEqual(GIVEN)
    const throttled = await sts('eu-west-1', () => errorOf('Throttling'))
    await refusal(roleAt(throttled))
    expect(throttled.seen).toHaveLength(3)
  })

  it.each([
    ['', 'the answer does not hold complete credentials'],
    ['<html>', 'the answer does not hold complete credentials'],
    [answer({ SessionToken: '' }), 'the answer does not hold complete credentials'],
    [answer({ SecretAccessKey: '<b/>' }), 'the answer does not hold complete credentials'],
    [answer({ Expiration: 'soon' }), 'the answer does not say when it expires'],
    [
      answer({ Expiration: '2020-01-01T00:00:00Z' }),
      'gave credentials that expired at 2020-01-01T00:00:00.000Z',
    ],
  ])('refuses the answer %.60s', async (text, why) => {
    expect(await whyOf(roleAt(await sts('eu-west-1', () => text)))).toBe(why)
  })

  it('refuses misuse', () => {
    const options = { credentials, roleArn: ROLE }
    expect(() => fromAssumeRole({ ...options, roleArn: '' })).toThrow('roleArn must be an ARN')
    expect(() => fromAssumeRole({ ...options, credentials: 'x' as never })).toThrow(
      'credentials must be an object',
    )
    expect(() => fromAssumeRole({ ...options, roleSessionName: 'a b' })).toThrow(
      'roleSessionName must be 2 to 64',
    )
    expect(() => fromAssumeRole({ ...options, mfaSerial: 'd' })).toThrow('mfaCodeProvider must be a function')
    expect(() => fromAssumeRole({ ...options, durationSeconds: 60 })).toThrow(
      'durationSeconds must be a whole number',
    )
    expect(() => fromAssumeRole({ ...options, externalID: 'a' } as never)).toThrow(
      '"externalID" is not an option',
    )
  })
})

describe('fromWebIdentity', () => {
  const env = (service: LocalService): Record<string, string> => ({
    AWS_ENDPOINT_URL_STS: service.url,
    AWS_REGION: 'us-east-1',
    AWS_ROLE_ARN: ROLE,
    AWS_WEB_IDENTITY_TOKEN_FILE: '/token',
  })

  it('asks STS, unsigned, with the token of the file', async () => {
    const service = await sts('us-east-1')
    const readFile = filesOf({ '/token': 'header.claims.signature\n' })
    expect(
      await fromWebIdentity({ env: { ...env(service), AWS_ROLE_SESSION_NAME: 'pod' }, readFile })(),
    ).toEqual(GIVEN)
    const [request] = service.seen
    expect(request?.headers.authorization).toBeUndefined()
    expect(formOf(request!)).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: ROLE,
      RoleSessionName: 'pod',
      WebIdentityToken: 'header.claims.signature',
    })
  })

  it('lets options go before the environment', async () => {
    const service = await sts('us-east-1')
    const readFile = filesOf({ '/other': 'token' })
    const options = { roleArn: `${ROLE}2`, tokenFile: '/other', roleSessionName: 'own' }
    await fromWebIdentity({ env: env(service), readFile, ...options })()
    expect(formOf(service.seen[0]!)).toMatchObject({
      RoleArn: `${ROLE}2`,
      RoleSessionName: 'own',
      WebIdentityToken: 'token',
    })
  })

  it.each([
    'InvalidIdentityToken',
    'IDPCommunicationError',
  ])('reads the file again after %s', async (code) => {
    const service = await sts('us-east-1', (attempt) => (attempt < 2 ? errorOf(code) : answer()))
    const tokens = ['old', 'new']
    await fromWebIdentity({ env: env(service), readFile: async () => tokens.shift() ?? '' })()
    expect(service.seen.map((request) => formOf(request))).toMatchObject([
      { WebIdentityToken: 'old' },
      { WebIdentityToken: 'new' },
    ])
  })

  it('says why there is nothing', async () => {
    expect(await refusal(fromWebIdentity({ env: {} }))).toMatchObject({ tryNextLink: true })
    const service = await sts('us-east-1', () => errorOf('ExpiredTokenException'))
    const forged = { ...env(service), AWS_ROLE_ARN: 'arn\nlog line' }
    expect(await whyOf(fromWebIdentity({ env: forged }))).toBe('AWS_ROLE_ARN must be an ARN, without spaces')
    const missing = await refusal(fromWebIdentity({ env: env(service), readFile: filesOf({}) }))
    expect(missing).toMatchObject({
      tryNextLink: false,
      attempts: [{ why: 'the token file cannot be read: "ENOENT"' }],
    })
    const refused = fromWebIdentity({ env: env(service), readFile: filesOf({ '/token': 't' }) })
    expect(await whyOf(refused)).toBe(`${service.url} answered 400 (ExpiredTokenException) for ${ROLE}`)
    expect(service.seen).toHaveLength(1)
  })
})
