import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch, presignUrl, Signer, signHeaders, signRequest } from '../../src/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const now = () => 0
const scope = { service: 'sqs', region: 'eu-west-1' }
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/'

describe('Signer', () => {
  it('signs as the functions do', async () => {
    const signer = new Signer({ credentials, ...scope, now })
    const options = { credentials, ...scope, signingDate: 0 }
    expect(await signer.signHeaders({ url: QUEUE })).toEqual(signHeaders({ url: QUEUE }, options))
    expect(await signer.presign({ url: QUEUE })).toEqual(presignUrl({ url: QUEUE }, options))
    expect(await signer.presign(QUEUE, { expiresInSeconds: 5 })).toEqual(
      presignUrl({ url: QUEUE }, { ...options, expiresInSeconds: 5 }),
    )
    const request = await signer.sign(QUEUE, { method: 'POST', body: 'a' })
    expect([request.method, await request.text()]).toEqual(['POST', 'a'])
    expect(request.headers.get('authorization')).toContain('/eu-west-1/sqs/')
  })

  it('reads service and region from the host where they are not given', async () => {
    const signer = new Signer({ credentials, now })
    for (const url of [QUEUE, new URL(QUEUE), new Request(QUEUE)]) {
      expect((await signer.sign(url)).headers.get('authorization')).toContain('/eu-west-1/sqs/aws4_request')
    }
    const ownRegion = new Signer({ credentials, region: 'us-east-2', now })
    expect((await ownRegion.presign(new URL(QUEUE))).trace.credentialScope).toBe(
      '19700101/us-east-2/sqs/aws4_request',
    )
  })

  it('guesses nothing: a host that does not tell is refused, unless the call tells', async () => {
    const signer = new Signer({ credentials, now })
    const url = 'https://s3.example.com/key'
    await expect(signer.sign(url)).rejects.toMatchObject({
      message: /^service is needed/,
      code: 'ERR_INVALID_ARG_VALUE',
    })
    expect((await signer.presign(url, scope)).trace.credentialScope).toBe(
      '19700101/eu-west-1/sqs/aws4_request',
    )
  })

  it('lets each call change any option', async () => {
    const signer = new Signer({ credentials, ...scope, now })
    const other = { accessKeyId: 'OTHER', secretAccessKey: 'other' }
    const { headers } = await signer.signHeaders(
      { url: QUEUE },
      { credentials: other, signingDate: 86_400_000 },
    )
    expect(headers.authorization).toContain('Credential=OTHER/19700102/')
  })

  it('lets a call change one option, and does not lose the others', async () => {
    const signer = new Signer({
      credentials,
      ...scope,
      now,
      payload: 'unsigned',
      profile: { contentSha256: 'send' },
    })
    const { trace } = await signer.signHeaders({ url: QUEUE }, { region: 'us-east-1', payload: undefined })
    expect([trace.credentialScope, trace.hashedPayload]).toEqual([
      '19700101/us-east-1/sqs/aws4_request',
      'UNSIGNED-PAYLOAD',
    ])
    const { headers } = await signer.signHeaders({ url: QUEUE }, { payload: 'signed' })
    expect(headers['x-amz-content-sha256']).toMatch(/^[\da-f]{64}$/)
  })

  it('is not changed by what becomes of its options', async () => {
    const options = { credentials, ...scope, now }
    const signer = new Signer(options)
    options.region = 'us-east-1'
    expect((await signer.signHeaders({ url: QUEUE })).trace.credentialScope).toContain('/eu-west-1/')
  })

  it('refuses options that are none', () => {
    for (const options of [undefined, null, {}, { credentials: 'secret' }]) {
      expect(() => new Signer(options as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      )
    }
    expect(() => new Signer({ credentials, now: 0 as never })).toThrow(/^now must be a function/)
  })

  it('refuses options that it does not know, its own and those of a call', async () => {
    const misspelt = { servce: 'sqs' } as object
    expect(() => new Signer({ credentials, ...misspelt })).toThrow(/^"servce" is not an option of Signer/)
    expect(() => new Signer({ credentials, signingDate: 0 } as never)).toThrow(
      /^"signingDate" is not an option/,
    )
    const signer = new Signer({ credentials, ...scope })
    await expect(signer.signHeaders({ url: QUEUE }, misspelt)).rejects.toThrow(
      /^"servce" is not an option of/,
    )
    await expect(signer.presign(QUEUE, misspelt)).rejects.toThrow(/^"servce" is not an option of presign/)
    await expect(signer.presign(QUEUE, { expiresInSeconds: undefined })).resolves.toBeDefined()
  })
})

describe('the credentials of a Signer', () => {
  const HOUR = 3_600_000
  const temporary = (accessKeyId: string, expiration: number) => ({
    ...credentials,
    accessKeyId,
    expiration: new Date(expiration),
  })
  const keyOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]

  it('are asked for once, by however many requests', async () => {
    const provider = vi.fn(async () => ({ ...credentials, accessKeyId: `KEY${provider.mock.calls.length}` }))
    const signer = new Signer({ credentials: provider, ...scope })
    const all = await Promise.all([1, 2, 3].map(() => signer.signHeaders({ url: QUEUE })))
    expect([...all, await signer.signHeaders({ url: QUEUE })].map(keyOf)).toEqual(Array(4).fill('KEY1'))
    expect((await signer.sign(QUEUE)).headers.get('authorization')).toContain('Credential=KEY1/')
    expect((await signer.presign(QUEUE)).url).toContain('KEY1')
    expect(provider).toHaveBeenCalledTimes(1)
  })

  it('are asked for anew ahead of their expiry', async () => {
    let time = 0
    const provider = vi.fn(async () => temporary(`KEY${provider.mock.calls.length}`, time + HOUR))
    const signer = new Signer({ credentials: provider, ...scope, now: () => time })
    expect(keyOf(await signer.signHeaders({ url: QUEUE }))).toBe('KEY1')
    time = HOUR / 2
    expect(keyOf(await signer.signHeaders({ url: QUEUE }))).toBe('KEY1')
    time = HOUR - 1000
    expect(keyOf(await signer.signHeaders({ url: QUEUE }))).toBe('KEY2')
  })

  it('are asked for again where asking failed', async () => {
    const provider = vi.fn(async () => credentials)
    provider.mockRejectedValueOnce(new Error('offline'))
    const signer = new Signer({ credentials: provider, ...scope })
    await expect(signer.signHeaders({ url: QUEUE })).rejects.toThrow('offline')
    await expect(signer.signHeaders({ url: QUEUE })).resolves.toBeDefined()
  })

  it('give the date of the signature when they have come, not when they were asked for', async () => {
    let time = 0
    const provider = async () => {
      time = 86_400_000
      return credentials
    }
    const signer = new Signer({ credentials: provider, ...scope, now: () => time })
    expect((await signer.sign(QUEUE)).headers.get('x-amz-date')).toBe('19700102T000000Z')
  })

  const expired = temporary('OLD', HOUR)
  const later = () => HOUR
  const message = 'credentials.expiration is past; it is "1970-01-01T01:00:00.000Z"'

  it('are refused, once expired', async () => {
    const signer = new Signer({ credentials: expired, ...scope, now: later })
    const refusal = { code: 'ERR_INVALID_ARG_VALUE', message }
    await expect(signer.signHeaders({ url: QUEUE })).rejects.toMatchObject(refusal)
    await expect(signer.presign(QUEUE)).rejects.toMatchObject(refusal)
    await expect(signer.sign(QUEUE)).rejects.toMatchObject(refusal)
    const send = vi.fn()
    const signedFetch = createSignedFetch({ credentials: expired, ...scope, now: later, fetch: send })
    await expect(signedFetch(QUEUE)).rejects.toMatchObject(refusal)
    expect(send).not.toHaveBeenCalled()
    const signing = signRequest(QUEUE, { credentials: expired, ...scope, signingDate: HOUR })
    await expect(signing).rejects.toMatchObject(refusal)
    await expect(signRequest(QUEUE, { credentials: expired, ...scope })).rejects.toMatchObject(refusal)
    await signRequest(QUEUE, { credentials: expired, ...scope, signingDate: HOUR - 1 })
  })

  it('are forced once from a provider that gives expired ones', async () => {
    const fresh = temporary('NEW', 3 * HOUR)
    const provider = vi.fn(async (options?: { forceRefresh?: boolean }) =>
      options?.forceRefresh ? fresh : expired,
    )
    const signer = new Signer({ credentials: provider, ...scope, now: later })
    expect(keyOf(await signer.signHeaders({ url: QUEUE }))).toBe('NEW')
    const request = await signRequest(QUEUE, { credentials: provider, ...scope, signingDate: HOUR })
    expect(request.headers.get('authorization')).toContain('Credential=NEW/')
    expect(provider.mock.calls).toEqual([[undefined], [{ forceRefresh: true }], [], [{ forceRefresh: true }]])

    const stale = vi.fn(async () => expired)
    await expect(
      signRequest(QUEUE, { credentials: stale, ...scope, signingDate: HOUR }),
    ).rejects.toMatchObject({ message })
    expect(stale).toHaveBeenCalledTimes(2)
    await expect(
      new Signer({ credentials: stale, ...scope, now: later }).signHeaders({ url: QUEUE }),
    ).rejects.toThrow(/expired/)
  })
})

describe('createSignedFetch', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('signs, sends once, and gives the answer back', async () => {
    const send = vi.fn(async (_request: RequestInfo | URL) => new Response('answer', { status: 500 }))
    const signedFetch = createSignedFetch({ credentials, now, fetch: send as typeof fetch })
    const response = await signedFetch(QUEUE, { method: 'POST', body: 'a' })
    expect([response.status, await response.text()]).toEqual([500, 'answer'])
    expect(send).toHaveBeenCalledTimes(1)
    const [request] = send.mock.calls[0]!
    expect((request as Request).headers.get('authorization')).toContain('/sqs/aws4_request')
  })

  it('takes the global fetch of the moment', async () => {
    const signedFetch = createSignedFetch({ credentials, now })
    vi.stubGlobal('fetch', async () => new Response('stubbed'))
    expect(await (await signedFetch(QUEUE)).text()).toBe('stubbed')
  })

  it('has options for one call alone', async () => {
    const send = vi.fn<typeof fetch>(async () => new Response())
    const signedFetch = createSignedFetch({ credentials, ...scope, now, fetch: send })
    const init = { method: 'PUT', body: 'a', signing: { service: 's3', payload: 'unsigned' } } as const
    await signedFetch(QUEUE, init)
    await signedFetch(QUEUE)
    const [first, second] = send.mock.calls.map(([input]) => (input as Request).headers)
    expect(first!.get('authorization')).toContain('/eu-west-1/s3/aws4_request')
    expect(first!.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD')
    expect(second!.get('authorization')).toContain('/eu-west-1/sqs/aws4_request')
    expect(init).toEqual({ method: 'PUT', body: 'a', signing: { service: 's3', payload: 'unsigned' } })
    const frozen = Object.freeze({ headers: Object.freeze({ a: 'b' }), signing: Object.freeze({}) })
    await expect(signedFetch(QUEUE, frozen)).resolves.toBeDefined()
    await expect(signedFetch(QUEUE, { signing: { retry: 1 } as object })).rejects.toThrow(
      /^"retry" is not an option of init.signing/,
    )
  })

  it('stands in for fetch', async () => {
    const asFetch: typeof fetch = createSignedFetch({
      credentials,
      ...scope,
      fetch: async () => new Response('a'),
    })
    expect(await (await asFetch(new URL(QUEUE), { method: 'POST' })).text()).toBe('a')
    const nothing = null as unknown as undefined
    expect(await (await asFetch(QUEUE, nothing)).text()).toBe('a')
  })

  it('refuses what it does not know', () => {
    for (const option of [{ retries: 1 }, { correctClock: true }, { fetchh: fetch }]) {
      expect(() => createSignedFetch({ credentials, ...option })).toThrow(
        /is not an option of createSignedFetch/,
      )
    }
    expect(() => createSignedFetch({ credentials, fetch: 1 as never })).toThrow(/^fetch must be/)
    expect(() => createSignedFetch(null as never)).toThrow(
      /^the options of createSignedFetch must be an object/,
    )
  })
})
