import { afterEach, describe, expect, it, vi } from 'vitest'
import { fromInstanceMetadata } from '../../../src/credentials/from-instance-metadata.ts'
import {
  closeServices,
  filesOf,
  type LocalService,
  type Seen,
  sendJson,
  serve,
  whyOf,
} from './local-service.ts'

afterEach(() => {
  closeServices()
  vi.restoreAllMocks()
})

const ROLES = '/latest/meta-data/iam/security-credentials/'
const ANSWER = {
  Code: 'Success',
  AccessKeyId: 'ASIA',
  SecretAccessKey: 'secret',
  Token: 'session',
  Expiration: '2099-01-01T00:00:00Z',
}

interface Behaviour {
  /** Of each call for a token; the last one stays. */
  tokens?: (string | number)[]
  /** Status for one request, by what was asked; undefined goes on as usual, 0 says nothing. */
  fault?: (request: Seen) => number | undefined
  answer?: unknown
  version1?: boolean
  role?: string
}

/** The metadata service: version 2, which refuses a token that is not its newest. */
function metadata({
  tokens = ['t1'],
  fault,
  answer = ANSWER,
  version1 = false,
  role = 'my role',
}: Behaviour): Promise<LocalService> {
  let newest: string | undefined
  return serve((request, response) => {
    const status = fault?.(request)
    if (status === 0) return
    if (status !== undefined) return response.writeHead(status).end()
    if (request.path === '/latest/api/token' && request.method === 'PUT') {
      const token = tokens.length > 1 ? tokens.shift()! : tokens[0]!
      if (token === 0) return
      if (typeof token === 'number') return response.writeHead(token).end()
      newest = token
      return response.end(request.headers['x-aws-ec2-metadata-token-ttl-seconds'] === '21600' ? token : '')
    }
    const isKnown = version1 || (newest && request.headers['x-aws-ec2-metadata-token'] === newest)
    if (!isKnown) return response.writeHead(401).end()
    if (request.path === ROLES) return response.end(`${role}\n`)
    if (request.path === `${ROLES}my%20role`) return sendJson(response, answer)
    return response.writeHead(404).end()
  })
}

const at = (service: LocalService, more: object = {}, env: Record<string, string> = {}) =>
  fromInstanceMetadata({ env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: service.url, ...env }, ...more })
const walk = ({ seen }: LocalService): string[] =>
  seen.map(({ method, path, headers }) => `${method} ${path} ${headers['x-aws-ec2-metadata-token'] ?? '-'}`)

describe('fromInstanceMetadata', () => {
  it('speaks version 2', async () => {
    const service = await metadata({})
    expect(await at(service)()).toEqual({
      accessKeyId: 'ASIA',
      secretAccessKey: 'secret',
      sessionToken: 'session',
      expiration: new Date('2099-01-01T00:00:00Z'),
    })
    expect(walk(service)).toEqual(['PUT /latest/api/token -', `GET ${ROLES} t1`, `GET ${ROLES}my%20role t1`])
  })

  it.each([403, 404, 405])('speaks version 1 where a token is refused with %i', async (status) => {
    const service = await metadata({ tokens: [status], version1: true })
    expect((await at(service)()).accessKeyId).toBe('ASIA')
    expect(walk(service).slice(1)).toEqual([`GET ${ROLES} -`, `GET ${ROLES}my%20role -`])
  })

  it('speaks version 1 where nothing is said to the question for a token', async () => {
    const service = await metadata({ tokens: [0], version1: true })
    expect((await at(service, { timeoutMilliseconds: 1000 })()).accessKeyId).toBe('ASIA')
    expect(service.seen).toHaveLength(3)
  })

  it.each([
    [{ AWS_EC2_METADATA_V1_DISABLED: 'true' }, ''],
    [{ HOME: '/h' }, '[default]\nec2_metadata_v1_disabled = true'],
    [{ HOME: '/h', AWS_PROFILE: 'p' }, '[profile p]\nec2_metadata_v1_disabled = true'],
  ])('speaks version 2 alone where %j or the profile says so', async (env, config) => {
    const service = await metadata({ tokens: [404], version1: true })
    const more = { readFile: filesOf({ '/h/.aws/config': config }) }
    expect(await whyOf(at(service, more, env as Record<string, string>))).toBe(
      `${service.url} answered 404, and version 1 is disabled`,
    )
    expect(service.seen).toHaveLength(1)
  })

  it('lets the environment overrule the profile', async () => {
    const service = await metadata({ tokens: [404], version1: true })
    const readFile = filesOf({ '/h/.aws/config': '[default]\nec2_metadata_v1_disabled = true' })
    const env = { HOME: '/h', AWS_EC2_METADATA_V1_DISABLED: 'false' }
    expect((await at(service, { readFile }, env)()).accessKeyId).toBe('ASIA')
  })

  it.each([400, 418])('does not fall back where a token is refused with %i', async (status) => {
    const service = await metadata({ tokens: [status], version1: true })
    expect(await whyOf(at(service))).toBe(`${service.url} answered ${status}`)
    expect(service.seen).toHaveLength(1)
  })

  it('asks for another token where one is not taken any more, once', async () => {
    let refusals = 1
    const fault = ({ path }: Seen): number | undefined => (path === ROLES && refusals-- > 0 ? 401 : undefined)
    const service = await metadata({ tokens: ['t1', 't2'], fault })
    expect((await at(service)()).accessKeyId).toBe('ASIA')
    expect(walk(service).map((line) => line.split(' ').at(-1))).toEqual(['-', 't1', '-', 't2', 't2'])
    refusals = 10
    expect(await whyOf(at(service))).toBe(`${service.url} answered 401`)
    expect(refusals).toBe(8)
  })

  it('tries again what fails, as often as told', async () => {
    let failures = 0
    const fault = ({ path }: Seen): number | undefined =>
      path.endsWith('role') && failures-- > 0 ? 503 : undefined
    const service = await metadata({ fault })
    failures = 2
    expect((await at(service)()).accessKeyId).toBe('ASIA')
    failures = 1
    expect(await whyOf(at(service, { maxAttempts: 1 }))).toBe(`${service.url} answered 503`)
  })

  it('does not wait twice where there is no such service', async () => {
    const service = await metadata({ fault: () => 0 })
    expect(await whyOf(at(service, { timeoutMilliseconds: 300 }))).toBe(
      `${service.url} did not answer within 300 ms`,
    )
    expect(service.seen).toHaveLength(2)
  })

  it('takes the first role of the list', async () => {
    const service = await metadata({ role: 'my role\nother' })
    expect((await at(service)()).accessKeyId).toBe('ASIA')
    expect(await whyOf(at(await metadata({ role: '' })))).toBe('the instance has no role')
    const traversal = await metadata({ role: '../../../user-data?' })
    await whyOf(at(traversal))
    expect(traversal.seen.at(-1)?.path).toBe(`${ROLES}..%2F..%2F..%2Fuser-data%3F`)
  })

  it('stretches what the service gives although it has expired', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const now = (): number => Date.parse('2099-01-01T00:00:00Z')
    expect((await at(await metadata({}), { now })()).expiration).toEqual(new Date('2099-01-01T00:07:30Z'))
  })

  it.each([
    ['text', 'the answer is not a JSON object'],
    [{ Code: 'AssumeRoleUnauthorizedAccess' }, 'the answer does not hold complete credentials'],
    [{ ...ANSWER, Token: null }, 'the answer does not hold complete credentials'],
    [{ ...ANSWER, Expiration: 'never' }, 'the answer does not say when it expires'],
  ])('refuses the answer %j', async (answer, why) => {
    expect(await whyOf(at(await metadata({ answer })))).toBe(why)
  })

  it('goes to the address of the environment, of the profile, or the usual one', async () => {
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = async (input) => {
      asked.push(new URL(String(input)).origin)
      return new Response(null, { status: 400 })
    }
    const config =
      '[default]\nec2_metadata_service_endpoint = http://10.0.0.2/\nec2_metadata_service_endpoint_mode = IPv6'
    const readFile = filesOf({ '/h/.aws/config': config })
    const endpoint = { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://10.0.0.1/' }
    for (const env of [
      {},
      { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'ipv6' },
      { HOME: '/h' },
      { HOME: '/h', ...endpoint },
    ]) {
      await whyOf(fromInstanceMetadata({ env: env as Record<string, string>, fetch, readFile }))
    }
    expect(asked).toEqual([
      'http://169.254.169.254',
      'http://[fd00:ec2::254]',
      'http://10.0.0.2',
      'http://10.0.0.1',
    ])
    const wrong = { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv5' }
    expect(await whyOf(fromInstanceMetadata({ env: wrong, fetch }))).toBe(
      'the endpoint mode must be IPv4 or IPv6',
    )
    const noUrl = { AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://u:secret@a/' }
    expect(await whyOf(fromInstanceMetadata({ env: noUrl, fetch }))).toBe(
      'the metadata endpoint must be an http or https URL without a user name',
    )
  })

  it('can be switched off', async () => {
    const never: typeof fetch = async () => Response.json({})
    const env = { AWS_EC2_METADATA_DISABLED: 'true' }
    expect(await whyOf(fromInstanceMetadata({ env, fetch: never }))).toBe('AWS_EC2_METADATA_DISABLED is set')
  })

  it('refuses misuse', () => {
    expect(() => fromInstanceMetadata({ maxAttempts: 0 })).toThrow('maxAttempts must be a whole number')
    expect(() => fromInstanceMetadata({ timeout: 1 } as never)).toThrow('"timeout" is not an option')
  })
})
