import { afterEach, describe, expect, it } from 'vitest'
import { fromContainer } from '../../../src/credentials/from-container.ts'
import { closeServices, filesOf, refusal, sendJson, serve, whyOf } from './local-service.ts'

afterEach(closeServices)

const ANSWER = {
  AccessKeyId: 'ASIA',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2099-01-01T00:00:00Z',
}
const full = (uri: string): { env: Record<string, string> } => ({
  env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri },
})
/** Resolves to the URL that was asked, without asking. */
async function asked(env: Record<string, string>): Promise<string> {
  let url = ''
  const fetch: typeof globalThis.fetch = async (input) => {
    url = String(input)
    return Response.json(ANSWER)
  }
  await fromContainer({ env, fetch })()
  return url
}

describe('fromContainer', () => {
  it('asks the endpoint of this machine, with its token', async () => {
    const { url, seen } = await serve((_, response) => sendJson(response, ANSWER))
    const env = { ...full(`${url}/role?a=b`).env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Bearer t' }
    expect(await fromContainer({ env })()).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date('2099-01-01T00:00:00Z'),
    })
    expect(seen).toMatchObject([{ method: 'GET', path: '/role?a=b', headers: { authorization: 'Bearer t' } }])
  })

  it('takes a relative address to the agent of ECS', async () => {
    expect(await asked({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/a?b=c' })).toBe(
      'http://169.254.170.2/v2/a?b=c',
    )
  })

  it.each([
    'http://localhost/',
    'http://127.0.0.1:8080/a',
    'http://127.255.0.9/',
    'http://[::1]:1/',
    'http://169.254.170.2/',
    'http://169.254.170.23/v1',
    'http://[fd00:ec2::23]/v1',
    'https://creds.example/a',
    'https://10.0.0.1/a',
  ])('may ask %s', async (uri) => {
    expect(await asked(full(uri).env)).toBe(uri)
  })

  it.each([
    'http://creds.example/',
    'http://10.0.0.1/',
    'http://169.254.170.3/',
    'http://169.254.169.254/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'http://[::2]/',
    'http://[::ffff:10.0.0.1]/',
    'ftp://localhost/',
    'file:///etc/passwd',
    'http://user:secret@localhost/',
    'https://user:secret@creds.example/',
    'nonsense',
  ])('may not ask %s', async (uri) => {
    const never: typeof fetch = async () => {
      throw new Error('was asked')
    }
    const error = await refusal(fromContainer({ ...full(uri), fetch: never }))
    expect(error.message).not.toMatch(/cannot be reached|secret/)
  })

  it.each([
    '@creds.example/',
    ':80@creds.example/',
    '.example/a',
    'v2/a',
    ':8080/a',
  ])('keeps the relative address %s at the agent', async (relative) => {
    const env = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative }
    const never: typeof fetch = async () => Response.json(ANSWER)
    expect((await refusal(fromContainer({ env, fetch: never }))).tryNextLink).toBe(true)
  })

  it('reads the token file for each request', async () => {
    const { url, seen } = await serve((_, response) =>
      seen.length < 2 ? response.writeHead(503).end() : sendJson(response, ANSWER),
    )
    const tokens = ['one', 'two']
    const env = {
      ...full(url).env,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/t',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'not me',
    }
    await fromContainer({ env, readFile: async () => tokens.shift() ?? '' })()
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['one', 'two'])
  })

  it('refuses a token with a line break, and a file that is not there', async () => {
    const env = { ...full('http://localhost/').env, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nx-evil: b' }
    expect(await whyOf(fromContainer({ env }))).toBe(
      'the authorization token must be one line of printable text',
    )
    const file = { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/t' }
    expect(await whyOf(fromContainer({ env: file, readFile: filesOf({}) }))).toBe(
      'the token file cannot be read: "ENOENT"',
    )
  })

  it('tries three times where the service fails, once where it refuses', async () => {
    let status = 500
    const { url, seen } = await serve((_, response) => response.writeHead(status).end())
    expect(await whyOf(fromContainer(full(url)))).toBe(`${url} answered 500`)
    expect(seen).toHaveLength(3)
    status = 403
    expect(await whyOf(fromContainer(full(url)))).toBe(`${url} answered 403`)
    expect(seen).toHaveLength(4)
  })

  it.each([
    ['not JSON', 'the answer is not a JSON object'],
    ['"text"', 'the answer is not a JSON object'],
    ['{}', 'the answer does not hold complete credentials'],
    [JSON.stringify({ ...ANSWER, Token: undefined }), 'the answer does not hold complete credentials'],
    [JSON.stringify({ ...ANSWER, AccessKeyId: 1 }), 'the answer does not hold complete credentials'],
    [JSON.stringify({ ...ANSWER, SecretAccessKey: '' }), 'the answer does not hold complete credentials'],
    [JSON.stringify({ ...ANSWER, Expiration: undefined }), 'the answer does not say when it expires'],
    [
      JSON.stringify({ ...ANSWER, Expiration: '2020-01-01T00:00:00Z' }),
      'gave credentials that expired at 2020-01-01T00:00:00.000Z',
    ],
  ])('refuses the answer %s', async (body, why) => {
    const { url } = await serve((_, response) => response.end(body))
    expect(await whyOf(fromContainer(full(url)))).toBe(why)
  })

  it('is absent where nothing is set', async () => {
    expect(await refusal(fromContainer({ env: {} }))).toMatchObject({ tryNextLink: true })
  })
})
