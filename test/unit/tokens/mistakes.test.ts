// What a programmer can get wrong in a token's options, and what the error says.
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CredentialProvider, Credentials } from '../../../src/index.ts'
import {
  dsqlToken,
  eksToken,
  elasticacheToken,
  iotUrl,
  memorydbToken,
  mskToken,
  rdsToken,
  stsProof,
} from '../../../src/tokens/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
const region = 'eu-west-1'
const signingDate = new Date('2026-01-02T03:04:05Z')

type Maker = (options: never) => Promise<unknown>
const RIGHT: readonly (readonly [name: string, make: Maker, options: Record<string, unknown>])[] = [
  ['rdsToken', rdsToken, { hostname: 'db.example', port: 5432, username: 'app', region }],
  ['dsqlToken', dsqlToken, { hostname: 'db.example', action: 'DbConnect', region }],
  ['elasticacheToken', elasticacheToken, { cacheName: 'sessions', userId: 'app', region }],
  ['memorydbToken', memorydbToken, { clusterName: 'ledger', userId: 'app', region }],
  ['eksToken', eksToken, { clusterName: 'production', region }],
  ['mskToken', mskToken, { region }],
  ['iotUrl', iotUrl, { hostname: 'a.iot.eu-west-1.amazonaws.com', region }],
  ['stsProof', stsProof, { region }],
]
const optionsOf = (name: string) => RIGHT.find(([maker]) => maker === name)![2]
const makerOf = (name: string) => RIGHT.find(([maker]) => maker === name)![1]

const failure = (make: Maker, options: unknown): Promise<unknown> =>
  make(options as never).then(
    () => 'none',
    (error) => `${error.code}: ${error.message}`,
  )

describe.each(RIGHT)('%s', (name, make, options) => {
  it('takes an object, and a provider', async () => {
    const made = await make({ ...options, credentials, signingDate } as never)
    expect(await make({ ...options, credentials: async () => credentials, signingDate } as never)).toEqual(
      made,
    )
    expect(await make({ ...options, credentials, signingDate: +signingDate } as never)).toEqual(made)
  })

  it('refuses an option that is not known, and no options', async () => {
    expect(await failure(make, { ...options, credentials, expires: 5 })).toMatch(
      new RegExp(`^ERR_INVALID_ARG_VALUE: "expires" is not an option of ${name}, which has `),
    )
    expect(await failure(make, undefined)).toBe(
      `ERR_INVALID_ARG_TYPE: the options of ${name} must be an object; it is undefined`,
    )
  })

  it('refuses a region that is none', async () => {
    const message = 'ERR_INVALID_ARG_VALUE: region must be a region, such as "us-east-1"; it is '
    for (const wrong of ['', 'us-east-1.evil.example/', 'US-EAST-1', '*', 'us-east-1 '])
      expect(await failure(make, { ...options, credentials, region: wrong })).toBe(
        message + JSON.stringify(wrong),
      )
  })

  it('refuses credentials that are none, or have expired, and shows none of them', async () => {
    expect(await failure(make, { ...options, credentials: undefined })).toBe(
      'ERR_INVALID_ARG_TYPE: credentials must be an object; it is undefined',
    )
    expect(await failure(make, { ...options, credentials: { ...credentials, secretAccessKey: 'x ' } })).toBe(
      'ERR_INVALID_ARG_VALUE: credentials.secretAccessKey must not be empty or have white space at an end',
    )
    const expired: Credentials = { ...credentials, expiration: signingDate }
    expect(await failure(make, { ...options, credentials: expired, signingDate })).toBe(
      'ERR_INVALID_ARG_VALUE: credentials.expiration is past; it is "2026-01-02T03:04:05.000Z"',
    )
    expect(await failure(make, { ...options, credentials: async () => expired, signingDate })).toBe(
      'undefined: No credentials: memoize: the provider gives credentials that have expired',
    )
  })

  it('refuses a date that is none', async () => {
    expect(await failure(make, { ...options, credentials, signingDate: '2026' })).toBe(
      'ERR_INVALID_ARG_TYPE: signingDate must be a Date or milliseconds since the epoch; it is string',
    )
  })

  it('passes on what a provider rejects with', async () => {
    const rejecting: CredentialProvider = () => Promise.reject(new Error('no profile'))
    expect(await failure(make, { ...options, credentials: rejecting })).toBe('undefined: no profile')
  })

  it('asks a provider that gives what has expired once more, by force', async () => {
    const asked: unknown[] = []
    const provider: CredentialProvider = async (how) => {
      asked.push(how?.forceRefresh)
      return { ...credentials, expiration: new Date(+signingDate + (how?.forceRefresh ? 3_600_000 : 0)) }
    }
    await make({ ...options, credentials: provider, signingDate } as never)
    expect(asked).toEqual([undefined, true])
  })
})

describe('the other options', () => {
  const rows: readonly (readonly [name: string, change: Record<string, unknown>, message: string])[] = [
    ...['https://db.example', 'db.example:5432', 'db.example/', 'user@db.example', 'db.example.', ''].flatMap(
      (hostname) =>
        ['rdsToken', 'dsqlToken', 'iotUrl'].map(
          (name) =>
            [
              name,
              { hostname },
              `ERR_INVALID_ARG_VALUE: hostname must be a host name alone, without scheme, port and path; it is "${hostname}"`,
            ] as const,
        ),
    ),
    ['rdsToken', { hostname: undefined }, 'ERR_INVALID_ARG_TYPE: hostname must be a string; it is undefined'],
    ['rdsToken', { port: '5432' }, 'ERR_INVALID_ARG_TYPE: port must be a whole number; it is string'],
    [
      'rdsToken',
      { port: 0 },
      'ERR_INVALID_ARG_VALUE: port must be a whole number from 1 to 65535; it is "0"',
    ],
    [
      'iotUrl',
      { port: 65_536 },
      'ERR_INVALID_ARG_VALUE: port must be a whole number from 1 to 65535; it is "65536"',
    ],
    ['rdsToken', { username: '' }, 'ERR_INVALID_ARG_VALUE: username must not be empty; it is ""'],
    [
      'dsqlToken',
      { action: 'connect' },
      'ERR_INVALID_ARG_VALUE: action must be "DbConnect" or "DbConnectAdmin"; it is "connect"',
    ],
    [
      'dsqlToken',
      { expiresInSeconds: 604_801 },
      'ERR_INVALID_ARG_VALUE: expiresInSeconds must be a whole number from 1 to 604800; it is "604801"',
    ],
    [
      'elasticacheToken',
      { cacheName: 'sessions.abc.cache.amazonaws.com' },
      'ERR_INVALID_ARG_VALUE: cacheName must be a name of letters, digits and dashes, and not the endpoint; it is "sessions.abc.cache.amazonaws.com"',
    ],
    ['elasticacheToken', { userId: '' }, 'ERR_INVALID_ARG_VALUE: userId must not be empty; it is ""'],
    [
      'elasticacheToken',
      { isServerless: 'no' },
      'ERR_INVALID_ARG_TYPE: isServerless must be a boolean; it is string',
    ],
    [
      'memorydbToken',
      { clusterName: 'ledger:6379' },
      'ERR_INVALID_ARG_VALUE: clusterName must be a name of letters, digits and dashes, and not the endpoint; it is "ledger:6379"',
    ],
    [
      'eksToken',
      { clusterName: 'a b' },
      'ERR_INVALID_ARG_VALUE: clusterName must be a name of letters, digits, "-" and "_"; it is "a b"',
    ],
    [
      'stsProof',
      { audienceHeader: { name: 'X-Amz-Date', value: 'a' } },
      'ERR_INVALID_ARG_VALUE: audienceHeader.name must begin with "x-" and belong to neither AWS nor proxies; it is "X-Amz-Date"',
    ],
    [
      'stsProof',
      { audienceHeader: { name: 'x-audience', value: 'a  b' } },
      'ERR_INVALID_ARG_VALUE: audienceHeader.value must be printable ASCII without spaces at an end or in a row; it is "a  b"',
    ],
  ]
  it.each(rows)('%s %j', async (name, change, message) => {
    expect(await failure(makerOf(name), { ...optionsOf(name), credentials, ...change })).toBe(message)
  })
})

describe('the moment', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is that at which the credentials have come', async () => {
    vi.useFakeTimers({ now: signingDate })
    const slow: CredentialProvider = async () => {
      vi.setSystemTime(+signingDate + 60_000)
      return credentials
    }
    expect(await iotUrl({ hostname: 'a.example', region, credentials: slow })).toContain(
      'X-Amz-Date=20260102T030505Z',
    )
  })

  it('ends an MSK token with the credentials, in whole seconds', async () => {
    const lifetimes: readonly (readonly [milliseconds: number, seconds: number])[] = [
      [3_600_000, 900],
      [900_999, 900],
      [899_999, 899],
      [1500, 1],
      [200, 1],
    ]
    for (const [milliseconds, seconds] of lifetimes) {
      const expiration = new Date(+signingDate + milliseconds)
      const made = await mskToken({ region, credentials: { ...credentials, expiration }, signingDate })
      const url = new URL(Buffer.from(made.token, 'base64url').toString())
      expect(url.searchParams.get('X-Amz-Expires')).toBe(String(seconds))
      expect(made.expiryTime).toBe(+signingDate + seconds * 1000)
    }
  })

  it('refuses credentials whose expiration is no date', async () => {
    const odd = { ...credentials, expiration: '2026-01-02T03:04:05Z' }
    expect(await failure(mskToken, { region, credentials: odd })).toBe(
      'ERR_INVALID_ARG_TYPE: credentials.expiration must be a Date or milliseconds since the epoch; it is string',
    )
  })

  it('writes names of caches in lower case, which is how they are known', async () => {
    const token = await elasticacheToken({
      cacheName: 'Sessions',
      userId: 'App',
      region,
      credentials,
      signingDate,
    })
    expect(token).toBe(
      await elasticacheToken({ cacheName: 'sessions', userId: 'App', region, credentials, signingDate }),
    )
    expect(token).toMatch(/^sessions\/\?Action=connect&User=App&/)
  })
})
