import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AwsClient, AwsV4Signer } from '../../../src/drop-in/aws4fetch/index.ts'
import { Verifier } from '../../../src/index.ts'

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
const URL_ = 'https://sqs.eu-west-1.amazonaws.com/'
const statuses = (...list: number[]) => {
  const sent: Request[] = []
  const send = vi.fn(async (request: Request) => {
    sent.push(request)
    return new Response('x', { status: list[sent.length - 1] ?? 200 })
  })
  vi.stubGlobal('fetch', send)
  return sent
}

describe('AwsClient.fetch', () => {
  beforeEach(() => vi.spyOn(Math, 'random').mockReturnValue(0))
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('sends again after 429 and 5xx, signed anew, with the same body', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    const sent = statuses(503, 429, 201)
    vi.spyOn(Math, 'random').mockImplementation(() => {
      vi.setSystemTime(Date.now() + 60_000)
      return 0
    })
    const response = await new AwsClient(KEYS).fetch(URL_, { method: 'POST', body: 'a=b' })
    expect(response.status).toBe(201)
    expect(sent.map(({ headers }) => headers.get('x-amz-date'))).toEqual([
      '19700101T000000Z',
      '19700101T000100Z',
      '19700101T000200Z',
    ])
    expect(await Promise.all(sent.map((request) => request.text()))).toEqual(['a=b', 'a=b', 'a=b'])
  })

  it('sends as often as retries says, and gives back the last answer', async () => {
    const sent = statuses(500, 501, 502, 503)
    const { status } = await new AwsClient({ ...KEYS, retries: 2 }).fetch(URL_)
    expect([status, sent.length]).toEqual([502, 3])
  })

  it('sends once what was refused, and what failed', async () => {
    const sent = statuses(403, 200)
    expect((await new AwsClient(KEYS).fetch(URL_)).status).toBe(403)
    expect(sent).toHaveLength(1)
    const failing = vi.fn(async () => Promise.reject(new TypeError('network')))
    vi.stubGlobal('fetch', failing)
    await expect(new AwsClient(KEYS).fetch(URL_)).rejects.toThrow('network')
    expect(failing).toHaveBeenCalledTimes(1)
  })

  it('waits at random, up to twice as long each time', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const waits: unknown[] = []
    vi.stubGlobal('setTimeout', (resolve: () => void, wait: number) => {
      waits.push(wait)
      resolve()
    })
    statuses(500, 500, 500)
    await new AwsClient({ ...KEYS, initRetryMs: 100 }).fetch(URL_)
    expect(waits).toEqual([50, 100, 200])
  })

  it('sends a stream once', async () => {
    const sent = statuses(500, 200)
    const body = new Blob(['a']).stream()
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
    const client = new AwsClient(KEYS)
    expect((await client.fetch(URL_, { method: 'PUT', body, headers })).status).toBe(500)
    const input = new Request(URL_, { method: 'PUT', body: 'a', headers })
    expect((await client.fetch(input)).status).toBe(200)
    expect(sent).toHaveLength(2)
  })

  it('lets a Request keep its signal and its redirect', async () => {
    const abort = new AbortController()
    const signed = await new AwsClient(KEYS).sign(
      new Request(URL_, { signal: abort.signal, redirect: 'manual' }),
    )
    abort.abort(new Error('enough'))
    expect([signed.redirect, signed.signal.aborted]).toEqual(['manual', true])
  })
})

describe('AwsV4Signer', () => {
  it('signs what a verifier accepts, with bytes in the query', async () => {
    const signer = new AwsV4Signer({ ...KEYS, url: 'https://b.s3.eu-west-1.amazonaws.com/a+b?x=%FF&x=1&=n' })
    const { url, headers } = await signer.sign()
    const verifier = new Verifier({
      getKeys: () => KEYS,
      service: 's3',
      region: 'eu-west-1',
      payloads: ['unsigned'],
    })
    await expect(verifier.verify(new Request(url, { headers }))).resolves.toMatchObject({
      accessKeyId: 'AKIDEXAMPLE',
    })
  })

  it('tells services at one host apart by their target', () => {
    const url = 'https://autoscaling.us-east-1.amazonaws.com/'
    const headers = { 'x-amz-target': 'AnyScaleFrontendService.DescribeScalingPolicies' }
    expect(new AwsV4Signer({ ...KEYS, url, headers }).service).toBe('application-autoscaling')
  })

  it.each<[object, RegExp]>([
    [{ url: undefined }, /^url must be a string/],
    [{ url: '/a' }, /^url must be absolute; it is "\/a"$/],
    [{ accessKeyId: undefined }, /^credentials.accessKeyId must be a string/],
    [{ datetime: 'now' }, /^datetime must be in the form YYYYMMDDTHHMMSSZ; it is "now"$/],
  ])('refuses %j', (option, message) => {
    expect(() => new AwsV4Signer({ ...KEYS, url: URL_, ...option })).toThrow(message)
  })

  it('refuses a body whose bytes it cannot see', async () => {
    const signer = new AwsV4Signer({ ...KEYS, url: URL_, body: new Blob(['a']).stream() })
    await expect(signer.sign()).rejects.toThrow(/^body must be text or bytes/)
  })

  it('refuses a wrong number of retries', () => {
    expect(() => new AwsClient({ ...KEYS, retries: -1 })).toThrow(/^retries must be a whole number from 0/)
  })
})
