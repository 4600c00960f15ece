// Redirects within the origin; those to another are in test/threats/redirects.test.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch, SignatureError, Verifier } from '../../src/index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const TOKEN = 'the/session/token'
const scope = { service: 's3', region: 'us-east-1' }
const options = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: TOKEN },
  ...scope,
}

interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers /<status>?<location> with that redirect, and all else with 200, if a signature is good. */
async function startServer(seen: Seen[]): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => void answer(request, response))
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method = '', url: target = '', headers } = request
    seen.push({ method, target, headers, body: body.toString() })
    const redirect = /^\/(30\d)(?:\?(.*))?$/.exec(target)
    // What plain fetch does is the yardstick: it comes without a signature.
    const proof = headers.authorization === undefined ? Promise.resolve() : verify(request, body)
    const status = await proof.then(
      () => Number(redirect?.[1] ?? 200),
      (error) => (error instanceof SignatureError ? error.status : 500),
    )
    if (redirect?.[2] && status < 400) response.setHeader('location', decodeURIComponent(redirect[2]))
    response.writeHead(status).end('seen')
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const verifier = new Verifier({
  getKeys: ({ sessionToken }) => ({ secretAccessKey: SECRET, sessionToken }),
  ...scope,
  payloads: ['signed', 'unsigned'],
})

const verify = ({ method = '', url: target = '', rawHeaders }: IncomingMessage, body: Buffer) =>
  verifier.verifyReceived({
    method,
    target,
    headers: rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, rawHeaders[i + 1]!] as const])),
    body,
  })

describe('a signed fetch that is redirected', () => {
  const here: Seen[] = []
  let server: Server
  let origin = ''
  beforeAll(async () => {
    const started = await startServer(here)
    server = started.server
    origin = started.origin
  })
  beforeEach(() => {
    here.length = 0
  })
  afterAll(() => void server.close())

  const signedFetch = createSignedFetch(options)
  const redirect = (status: number, to: string) => `${origin}/${status}?${encodeURIComponent(to)}`
  const stream = () => new Blob(['streamed']).stream()

  for (const status of [301, 302, 303, 307, 308]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
      const body = /GET|HEAD/.test(method) ? null : 'the body'
      const init = { method, body, headers: { 'content-type': 'text/x', 'x-amz-meta-a': '1' } }

      it(`signs ${method} anew within the origin, after ${status}, with the method that fetch has then`, async () => {
        const plain = await fetch(redirect(status, '/target?b=1&a=2'), init)
        const { method: expected } = here.at(-1)!
        expect([plain.status, plain.redirected]).toEqual([200, true])
        here.length = 0

        const response = await signedFetch(redirect(status, '/target?b=1&a=2'), init)
        expect([response.status, response.url]).toEqual([200, `${origin}/target?b=1&a=2`])
        expect(here.map(({ target }) => target.slice(0, 4))).toEqual([`/${status}`, '/tar'])
        const last = here[1]!
        expect([last.method, last.body, last.headers['content-type'], last.headers['x-amz-meta-a']]).toEqual([
          expected,
          expected === method ? (body ?? '') : '',
          expected === method ? 'text/x' : undefined,
          '1',
        ])
      })
    }
  }

  it('returns a redirect without a target', async () => {
    expect((await signedFetch(`${origin}/307`)).status).toBe(307)
  })

  it('sends a Request and its body again, with its settings', async () => {
    const request = new Request(redirect(307, '/target'), {
      method: 'PUT',
      body: new Blob(['of the blob'], { type: 'text/x-blob' }),
      keepalive: true,
    })
    const send = vi.fn<typeof fetch>((input, init) => fetch(input, init))
    const response = await createSignedFetch({ ...options, fetch: send })(request)
    expect(response.status).toBe(200)
    expect([here[1]!.body, here[1]!.headers['content-type']]).toEqual(['of the blob', 'text/x-blob'])
    expect((send.mock.calls[1]![0] as Request).keepalive).toBe(true)
    expect(request.bodyUsed).toBe(false)
  })

  it('sends a Request whose body is not to be sent again as a GET', async () => {
    const request = new Request(redirect(303, '/target'), { method: 'POST', body: 'a' })
    expect((await signedFetch(request, { signing: { payload: 'unsigned' } })).status).toBe(200)
    expect(here[1]).toMatchObject({ method: 'GET', body: '' })
  })

  it('forgets the hash, checksum and length of a body that is not sent again', async () => {
    const headers = { 'x-amz-checksum-crc32': 'AAAAAA==', 'content-md5': 'a', 'content-encoding': 'identity' }
    await signedFetch(redirect(303, '/target'), { method: 'PUT', body: 'a', headers })
    const names = Object.keys(here[1]!.headers).filter((name) => /checksum|content-(?!sha256)/.test(name))
    expect(names.filter((name) => name !== 'x-amz-content-sha256')).toEqual([])
  })

  it('returns the redirect that wants a stream again, and follows the one that does not', async () => {
    const init = { method: 'PUT', duplex: 'half', signing: { payload: 'unsigned' } } as const
    for (const status of [301, 302, 307, 308]) {
      const response = await signedFetch(redirect(status, '/target'), {
        ...init,
        body: stream(),
      } as RequestInit)
      expect(response.status).toBe(status)
    }
    const response = await signedFetch(redirect(303, '/target'), { ...init, body: stream() } as RequestInit)
    expect([response.status, here.at(-1)!.method]).toEqual([200, 'GET'])
  })

  it('leaves nothing of the credentials of the hop before', async () => {
    let time = 0
    const send = vi.fn<typeof fetch>(async () => {
      time += 7_200_000
      return time > 7_200_000
        ? new Response()
        : new Response(null, { status: 307, headers: { location: '/b' } })
    })
    const provider = async () => ({
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: SECRET,
      expiration: new Date(time + 3_600_000),
      ...(time === 0 && { sessionToken: TOKEN }),
    })
    await createSignedFetch({ credentials: provider, ...scope, now: () => time, fetch: send })(
      'https://a.example/',
    )
    const [first, second] = send.mock.calls.map(([input]) => (input as Request).headers)
    expect([first!.get('x-amz-security-token'), second!.get('x-amz-security-token')]).toEqual([TOKEN, null])
    expect(second!.get('x-amz-date')).toBe('19700101T020000Z')
  })

  it('takes a signature in the target out', async () => {
    const response = await signedFetch(
      redirect(307, '/target?a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0'),
    )
    expect([response.status, here[1]!.target]).toEqual([200, '/target?a=1'])
  })

  it('does as it is told: manual, error', async () => {
    const url = redirect(307, '/target')
    expect((await signedFetch(url, { redirect: 'manual' })).status).toBe(307)
    expect((await signedFetch(new Request(url, { redirect: 'manual' }))).status).toBe(307)
    await expect(signedFetch(url, { redirect: 'error' })).rejects.toThrow(TypeError)
    expect(here.filter(({ target }) => target === '/target')).toEqual([])
    expect((await signedFetch(new Request(url, { redirect: 'error' }), { redirect: 'follow' })).status).toBe(
      200,
    )
  })

  it('asks every fetch to follow nothing, in the Request itself', async () => {
    const send = vi.fn<typeof fetch>(async () => new Response())
    const own = createSignedFetch({ ...options, fetch: send })
    for (const redirect of [undefined, 'follow', 'manual', 'error'] as const) {
      await own('https://a.example/', redirect === undefined ? {} : { redirect })
    }
    expect(send.mock.calls.map(([input]) => (input as Request).redirect)).toEqual([
      'manual',
      'manual',
      'manual',
      'error',
    ])
  })

  it('follows twenty redirects and no more, and lets go of each answer', async () => {
    const cancelled = vi.fn()
    let left = 20
    const send: typeof fetch = async () =>
      left-- > 0
        ? new Response(new ReadableStream({ cancel: cancelled }), { status: 302, headers: { location: '/' } })
        : new Response('there')
    const own = createSignedFetch({ ...options, fetch: send })
    expect(await (await own('https://a.example/')).text()).toBe('there')
    expect(cancelled).toHaveBeenCalledTimes(20)
    left = 21
    await expect(own('https://a.example/')).rejects.toThrow(new TypeError('more than 20 redirects'))
  })

  it('returns what a browser hides', async () => {
    const hidden = Object.defineProperties(new Response(), {
      status: { value: 0 },
      type: { value: 'opaqueredirect' },
    })
    const own = createSignedFetch({ ...options, fetch: async () => hidden })
    expect(await own('https://a.example/')).toBe(hidden)
  })

  it('stops at an abort between hops', async () => {
    const controller = new AbortController()
    const reason = new Error('no longer wanted')
    const send = vi.fn<typeof fetch>(async () => {
      controller.abort(reason)
      return new Response(null, { status: 307, headers: { location: '/' } })
    })
    const own = createSignedFetch({ ...options, fetch: send })
    await expect(own('https://a.example/', { signal: controller.signal })).rejects.toBe(reason)
    expect(send).toHaveBeenCalledTimes(1)
  })
})
