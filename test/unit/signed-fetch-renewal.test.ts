import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Credentials, createSignedFetch, type SignatureError, Verifier } from '../../src/index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
const HOUR = 3_600_000
const MINUTE = 60_000
const NOW = Date.parse('2026-01-02T03:04:05Z')
const URLS = { s3: 'https://b.s3.eu-west-1.amazonaws.com/key', sqs: 'https://sqs.eu-west-1.amazonaws.com/' }

afterEach(() => void vi.useRealTimers())

/** A service that verifies, by a clock of its own, which tells its time in `Date` and, if it is S3, in the XML. */
function startService(service: 's3' | 'sqs', change: (headers: Headers) => void = () => undefined) {
  const state = { now: NOW, seen: [] as string[] }
  const verifier = new Verifier({
    getKeys: () => ({ secretAccessKey: SECRET }),
    service,
    region: 'eu-west-1',
    payloads: ['signed', 'unsigned'],
    now: () => state.now,
  })
  const send = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request
    state.seen.push(`${request.method} ${request.headers.get('x-amz-date')}`)
    const answer = await verifier.verify(request).then(
      () => new Response('good'),
      (error: SignatureError) => error.toResponse(),
    )
    const headers = new Headers(answer.headers)
    headers.set('date', new Date(state.now).toUTCString())
    change(headers)
    return new Response(await answer.text(), { status: answer.status, headers })
  }
  return Object.assign(state, { fetch: send as typeof fetch })
}

describe('a clock that is wrong', () => {
  const clockAt = (offset: number) => () => NOW + offset

  for (const service of ['s3', 'sqs'] as const) {
    for (const [what, offset] of [
      ['ahead', 2 * HOUR],
      ['behind', -2 * HOUR],
      ['back in 1970', -NOW],
    ] as const) {
      it(`is corrected where it is ${what}: ${service}`, async () => {
        const server = startService(service)
        const signedFetch = createSignedFetch({ credentials, fetch: server.fetch, now: clockAt(offset) })
        expect((await signedFetch(URLS[service], { method: 'POST', body: 'a' })).status).toBe(200)
        expect(server.seen).toHaveLength(2)
        expect((await signedFetch(URLS[service])).status).toBe(200)
        expect(server.seen.slice(1)).toEqual(['POST 20260102T030405Z', 'GET 20260102T030405Z'])
      })
    }
  }

  it('is corrected by the text of the refusal where a browser hides the date', async () => {
    const texts = [
      '<Error><Code>RequestTimeTooSkewed</Code><ServerTime>2026-01-02T03:04:05Z</ServerTime></Error>',
      '{"__type":"InvalidSignatureException","message":"Signature expired: 20260102T010405Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)"}',
      '{"__type":"InvalidSignatureException","message":"Signature not yet current: 20260102T050405Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)"}',
    ]
    for (const text of texts) {
      const send = vi.fn<typeof fetch>(async (input) => {
        const isRight = /^20260102T0304/.test((input as Request).headers.get('x-amz-date')!)
        return isRight ? new Response('good') : new Response(text, { status: 403 })
      })
      const signedFetch = createSignedFetch({ credentials, fetch: send, now: clockAt(2 * HOUR) })
      expect(await (await signedFetch(URLS.sqs)).text()).toBe('good')
      expect(send).toHaveBeenCalledTimes(2)
    }
  })

  it('is corrected after a HEAD, whose refusal has no code', async () => {
    const server = startService('s3')
    const fetch = async (input: RequestInfo | URL) => {
      const { status, headers } = await server.fetch(input)
      return new Response(null, { status, headers: { date: headers.get('date')! } })
    }
    const signedFetch = createSignedFetch({ credentials, fetch, now: clockAt(HOUR) })
    expect((await signedFetch(URLS.s3, { method: 'HEAD' })).status).toBe(200)
    expect(server.seen).toHaveLength(2)
    // A POST may have been refused by whoever did half of it.
    const other = createSignedFetch({ credentials, fetch, now: clockAt(HOUR) })
    expect((await other(URLS.s3, { method: 'POST', body: 'a' })).status).toBe(403)
  })

  it('is measured at the middle of the round trip', async () => {
    const server = startService('sqs')
    let time = NOW + HOUR
    const fetch = async (input: RequestInfo | URL) => {
      time += MINUTE
      server.now += MINUTE
      const answer = await server.fetch(input)
      time += MINUTE
      server.now += MINUTE
      return answer
    }
    const signedFetch = createSignedFetch({ credentials, fetch, now: () => time })
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    // Signed two minutes after the first: by the true clock, to the half second that Date leaves open.
    expect(server.seen[1]).toBe('GET 20260102T030605Z')
  })

  const untold: [what: string, change: (headers: Headers) => void][] = [
    ['has an Age', (headers) => headers.set('age', '7200')],
    ['comes from a cache', (headers) => headers.set('x-cache', 'Hit from cloudfront')],
    [
      'comes from a cache that says so in its own header',
      (headers) => headers.set('cache-status', 'edge; hit'),
    ],
    ['has no date', (headers) => headers.delete('date')],
    ['has a date that is none', (headers) => headers.set('date', 'today')],
  ]
  for (const [what, change] of untold) {
    it(`is left alone by an answer that ${what}`, async () => {
      const server = startService('sqs', change)
      const signedFetch = createSignedFetch({ credentials, fetch: server.fetch, now: clockAt(HOUR) })
      for (let i = 0; i < 2; i++) expect((await signedFetch(URLS.sqs)).status).toBe(403)
      expect(server.seen).toEqual(['GET 20260102T040405Z', 'GET 20260102T040405Z'])
    })
  }

  it('is left alone by an answer that took longer than a signature is good for', async () => {
    const server = startService('sqs')
    let time = NOW + HOUR
    const fetch = async (input: RequestInfo | URL) => {
      time += 16 * MINUTE
      return server.fetch(input)
    }
    const signedFetch = createSignedFetch({ credentials, fetch, now: () => time })
    expect((await signedFetch(URLS.sqs)).status).toBe(403)
    expect(server.seen).toHaveLength(1)
  })

  it('is not what another refusal is put down to', async () => {
    const answers = [
      ['SignatureDoesNotMatch', 3 * MINUTE, 403],
      ['AccessDenied', HOUR, 403],
      ['RequestTimeTooSkewed', HOUR, 404],
    ] as const
    for (const [code, ahead, status] of answers) {
      const send = vi.fn<typeof fetch>(async () => {
        const date = new Date(NOW + ahead).toUTCString()
        return new Response(`<Error><Code>${code}</Code></Error>`, { status, headers: { date } })
      })
      const signedFetch = createSignedFetch({ credentials, fetch: send, now: clockAt(0) })
      expect((await signedFetch(URLS.s3)).status).toBe(status)
      expect(send).toHaveBeenCalledTimes(1)
    }
  })

  it('is left alone where that is wished, or where the date is given', async () => {
    const server = startService('sqs')
    const now = clockAt(HOUR)
    const off = createSignedFetch({ credentials, fetch: server.fetch, now, correctClockSkew: false })
    for (let i = 0; i < 2; i++) expect((await off(URLS.sqs)).status).toBe(403)
    const on = createSignedFetch({ credentials, fetch: server.fetch, now })
    expect((await on(URLS.sqs, { signing: { signingDate: NOW + HOUR } })).status).toBe(403)
    expect(server.seen).toHaveLength(3)
  })

  it('costs one more signature, not an attempt, and none a second time', async () => {
    const server = startService('sqs')
    // Its date differs each time: it has no clock to follow.
    const fetch = async (input: RequestInfo | URL) => {
      server.now += HOUR
      return server.fetch(input)
    }
    const signedFetch = createSignedFetch({ credentials, fetch, now: clockAt(0), retry: false })
    expect((await signedFetch(URLS.sqs)).status).toBe(403)
    expect(server.seen).toHaveLength(2)
  })

  it('is corrected once for all calls under way', async () => {
    const server = startService('sqs')
    const signedFetch = createSignedFetch({ credentials, fetch: server.fetch, now: clockAt(HOUR) })
    const answers = await Promise.all(Array.from({ length: 20 }, () => signedFetch(URLS.sqs)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    // Each was signed by the wrong clock once.
    expect(server.seen.filter((line) => line === 'GET 20260102T030405Z')).toHaveLength(20)
    expect(server.seen).toHaveLength(40)
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    expect(server.seen).toHaveLength(41)
  })

  it('serves a call that was signed before another corrected it', async () => {
    const server = startService('sqs')
    const gates: (() => void)[] = []
    const fetch = async (input: RequestInfo | URL) => {
      if (gates.length === 0) await new Promise<void>((open) => gates.push(open))
      return server.fetch(input)
    }
    const signedFetch = createSignedFetch({ credentials, fetch, now: clockAt(HOUR) })
    const late = signedFetch(URLS.sqs)
    await vi.waitFor(() => expect(gates).toHaveLength(1))
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    gates[0]!()
    expect((await late).status).toBe(200)
  })

  it('is corrected for the calls to come by the refusal of a stream, which itself is not sent again', async () => {
    const server = startService('sqs')
    const signedFetch = createSignedFetch({ credentials, fetch: server.fetch, now: clockAt(HOUR) })
    const body = new Blob(['streamed']).stream()
    const init = { method: 'PUT', body, duplex: 'half', signing: { payload: 'unsigned' } } as RequestInit
    expect((await signedFetch(URLS.sqs, init)).status).toBe(403)
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    expect(server.seen).toHaveLength(2)
  })

  it('judges expirations by the corrected time', async () => {
    const server = startService('sqs')
    const provider = vi.fn(async (_how?: { forceRefresh?: boolean }) => ({
      ...credentials,
      expiration: new Date(server.now + HOUR),
    }))
    const now = () => server.now - 5 * HOUR
    const signedFetch = createSignedFetch({ credentials: provider, fetch: server.fetch, now })
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    server.now += 2 * HOUR
    provider.mockClear()
    // By the clock as it stands, the credentials would be good for hours.
    expect((await signedFetch(URLS.sqs)).status).toBe(200)
    // Asked as ever, not forced.
    expect(provider.mock.calls).toEqual([[undefined]])
  })
})

describe('a session that is over', () => {
  const session = (number: number): Credentials => ({ ...credentials, sessionToken: `token-${number}` })

  /** A provider that gives the next session when it is forced, and a service that takes one session alone. */
  function world({ code = 'ExpiredToken', status = 400, good = 2 } = {}) {
    let current = 1
    const provider = vi.fn(async (how?: { forceRefresh?: boolean }) => {
      if (how?.forceRefresh) current++
      return session(current)
    })
    const bodies: string[] = []
    const fetch = vi.fn(async (input: RequestInfo | URL) => {
      const request = input as Request
      bodies.push(await request.text())
      const isGood = request.headers.get('x-amz-security-token') === `token-${good}`
      return isGood
        ? new Response('good')
        : new Response(`<Error><Code>${code}</Code></Error>`, {
            status,
            headers: { date: new Date().toUTCString() },
          })
    })
    return { provider, fetch, bodies }
  }

  for (const [code, status] of [
    ['ExpiredToken', 400],
    ['ExpiredTokenException', 403],
    ['InvalidToken', 400],
    ['TokenRefreshRequired', 400],
    ['RequestExpired', 400],
  ] as const) {
    it(`is renewed after ${code}, with any method, and without an attempt`, async () => {
      const { provider, fetch, bodies } = world({ code, status })
      const signedFetch = createSignedFetch({ credentials: provider, fetch, retry: false })
      const response = await signedFetch(URLS.sqs, { method: 'POST', body: 'a' })
      expect([response.status, bodies]).toEqual([200, ['a', 'a']])
      expect(provider.mock.calls.map(([how]) => how?.forceRefresh)).toEqual([undefined, true])
      expect((await signedFetch(URLS.sqs)).status).toBe(200)
      expect(provider).toHaveBeenCalledTimes(2)
    })
  }

  it('is renewed once, and then the refusal is the answer', async () => {
    const { provider, fetch } = world({ good: 9 })
    const response = await createSignedFetch({ credentials: provider, fetch })(URLS.s3)
    expect([response.status, fetch.mock.calls.length, provider.mock.calls.length]).toEqual([400, 2, 2])
    expect(await response.text()).toContain('ExpiredToken')
  })

  it('is renewed once for all calls under way', async () => {
    const { provider, fetch } = world()
    const signedFetch = createSignedFetch({ credentials: provider, fetch })
    const slow = signedFetch(URLS.s3)
    const answers = await Promise.all([slow, ...Array.from({ length: 9 }, () => signedFetch(URLS.s3))])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(provider).toHaveBeenCalledTimes(2)
  })

  it('is renewed no more where another call did so meanwhile', async () => {
    const { provider, fetch } = world()
    let open: (() => void) | undefined
    const held = async (input: RequestInfo | URL) => {
      const answer = await fetch(input)
      if (!open) await new Promise<void>((go) => (open = go))
      return answer
    }
    const signedFetch = createSignedFetch({ credentials: provider, fetch: held })
    const late = signedFetch(URLS.s3)
    await vi.waitFor(() => expect(open).toBeDefined())
    expect((await signedFetch(URLS.s3)).status).toBe(200)
    open!()
    expect((await late).status).toBe(200)
    expect(provider).toHaveBeenCalledTimes(2)
  })

  it('is the caller’s where the credentials are fixed, or another error is meant, or a stream was sent', async () => {
    const fixed = world()
    expect((await createSignedFetch({ credentials: session(1), fetch: fixed.fetch })(URLS.s3)).status).toBe(
      400,
    )
    const denied = world({ code: 'AccessDenied', status: 403 })
    expect(
      (await createSignedFetch({ credentials: denied.provider, fetch: denied.fetch })(URLS.s3)).status,
    ).toBe(403)
    const streamed = world()
    const body = new Blob(['streamed']).stream()
    const init = { method: 'PUT', body, duplex: 'half', signing: { payload: 'unsigned' } } as RequestInit
    const answer = await createSignedFetch({ credentials: streamed.provider, fetch: streamed.fetch })(
      URLS.s3,
      init,
    )
    expect(answer.status).toBe(400)
    for (const { fetch } of [fixed, denied, streamed]) expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('that cannot be renewed says why', async () => {
    const { fetch } = world()
    const why = new Error('no role')
    const provider = async (how?: { forceRefresh?: boolean }) => {
      if (how?.forceRefresh) throw why
      return session(1)
    }
    await expect(createSignedFetch({ credentials: provider, fetch })(URLS.s3)).rejects.toBe(why)
  })

  it('ends its renewal with the signal', async () => {
    const { fetch } = world()
    const controller = new AbortController()
    const provider = async (how?: { forceRefresh?: boolean }) => {
      if (!how?.forceRefresh) return session(1)
      controller.abort(new Error('no longer wanted'))
      return new Promise<never>(() => undefined)
    }
    const answer = createSignedFetch({ credentials: provider, fetch })(URLS.s3, { signal: controller.signal })
    await expect(answer).rejects.toThrow('no longer wanted')
  })
})
