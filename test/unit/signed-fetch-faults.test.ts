// A signed fetch against servers that fail: what arrives where, how often, and in which state.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterEach, describe, expect, it } from 'vitest'
import { createSignedFetch, SignatureError, Verifier } from '../../src/index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const TOKEN = 'the/session/token'
const scope = { service: 's3', region: 'us-east-1' }
const options = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET, sessionToken: TOKEN },
  ...scope,
  retry: { baseDelayMilliseconds: 1 },
}

const verifier = new Verifier({
  getKeys: ({ sessionToken }) => ({ secretAccessKey: SECRET, sessionToken }),
  ...scope,
})

interface Arrival {
  readonly method: string
  readonly target: string
  readonly body: string
  readonly token: string | undefined
  readonly proved: boolean
  readonly at: number
}
type Fault = (request: IncomingMessage, response: ServerResponse) => void

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server that goes through the faults, and then answers with the number of the request. */
async function startServer(...faults: Fault[]) {
  const arrived: Arrival[] = []
  const server = createServer((request, response) => void answer(request, response))
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = Date.now()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const { method = '', url: target = '', rawHeaders } = request
    const headers = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, rawHeaders[i + 1]!] as const]))
    const proved = await verifier.verifyReceived({ method, target, headers, body }).then(
      () => true,
      (error) => {
        if (error instanceof SignatureError) return false
        throw error
      },
    )
    const token = request.headers['x-amz-security-token'] as string | undefined
    arrived.push({ method, target, body: body.toString(), token, proved, at })
    const fault = faults.shift()
    if (fault) fault(request, response)
    else response.writeHead(200, { 'x-count': arrived.length }).end('good')
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push(server)
  return { arrived, server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const drop: Fault = (request) => request.socket.destroy()
const reset: Fault = (request) => void request.socket.resetAndDestroy()
const status =
  (code: number, headers = {}, body = ''): Fault =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body)
/** The head and a part of the body, and then no more. */
const breakOff =
  (code: number): Fault =>
  (request, response) => {
    response.writeHead(code, { 'content-length': '1000' })
    response.write('a part', () => setTimeout(() => request.socket.resetAndDestroy(), 20))
  }

describe('a server that fails', () => {
  const faults: [string, Fault][] = [
    ['drops the connection', drop],
    ['resets the connection', reset],
    ['answers 500', status(500, {}, 'oh')],
    ['answers 502 and breaks off', breakOff(502)],
    ['answers 503 and breaks off', breakOff(503)],
  ]
  for (const [what, fault] of faults) {
    it(`gets the same request again, freshly signed, where that is safe: ${what}`, async () => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { arrived, origin } = await startServer(fault, fault)
        const body = method === 'GET' ? null : 'the body'
        const response = await createSignedFetch(options)(`${origin}/key?a=1`, { method, body })
        expect([response.status, await response.text()]).toEqual([200, 'good'])
        expect(arrived.map(({ method, target, body, proved }) => [method, target, body, proved])).toEqual(
          Array.from({ length: 3 }, () => [method, '/key?a=1', body ?? '', true]),
        )
      }
    })

    it(`gets a request once that may have been done: ${what}`, async () => {
      for (const method of ['POST', 'PATCH']) {
        const { arrived, origin } = await startServer(fault)
        await createSignedFetch(options)(origin, { method, body: 'the body' }).catch(() => undefined)
        expect(arrived.map(({ body }) => body)).toEqual(['the body'])
      }
    })
  }

  it('gets no more after a body that breaks off behind a good head: the caller reads that', async () => {
    const { arrived, origin } = await startServer(breakOff(200))
    const response = await createSignedFetch(options)(origin)
    await expect(response.text()).rejects.toThrow()
    expect(arrived).toHaveLength(1)
  })

  it('gets a POST for the first time once it is there', async () => {
    const { origin, server, arrived } = await startServer()
    const { port } = server.address() as AddressInfo
    await new Promise((closed) => server.close(closed))
    let attempts = 0
    const waiting = createSignedFetch({
      ...options,
      retry: { maxAttempts: 20, baseDelayMilliseconds: 5, maxDelayMilliseconds: 20 },
      fetch: (input, init) => {
        if (++attempts === 3) server.listen(port, '127.0.0.1')
        return fetch(input, init)
      },
    })
    const response = await waiting(origin, { method: 'POST', body: 'the body' })
    expect([response.status, arrived.length, attempts >= 3]).toEqual([200, 1, true])
  })

  it('is left alone for as long as it asks', async () => {
    const { arrived, origin } = await startServer(status(503, { 'retry-after': '1' }))
    expect((await createSignedFetch(options)(origin)).status).toBe(200)
    // Timers and clocks of a machine under load may differ by a few milliseconds.
    expect(arrived[1]!.at - arrived[0]!.at).toBeGreaterThanOrEqual(990)
    // The second signature has the date of its own time.
    expect(arrived.map(({ proved }) => proved)).toEqual([true, true])
  })

  it('loses none of many requests, and does none of the unsafe ones twice', async () => {
    const flaky: Fault[] = Array.from(
      { length: 60 },
      (_, i) => [reset, status(503), status(400, {}, '{"__type":"ThrottlingException"}')][i % 3]!,
    )
    const { arrived, origin } = await startServer(...flaky)
    const signedFetch = createSignedFetch({
      ...options,
      retry: { maxAttempts: 10, baseDelayMilliseconds: 1 },
    })
    const safe = Array.from({ length: 60 }, (_, i) =>
      signedFetch(`${origin}/safe/${i}`, { method: 'PUT', body: `${i}` }),
    )
    const unsafe = Array.from({ length: 60 }, async (_, i) => {
      const answer = await signedFetch(`${origin}/unsafe/${i}`, { method: 'POST', body: `${i}` }).catch(
        () => undefined,
      )
      await answer?.text()
    })
    expect((await Promise.all(safe)).map(({ status }) => status)).toEqual(safe.map(() => 200))
    await Promise.all(unsafe)
    expect(arrived.every(({ target, body, proved }) => proved && target.endsWith(`/${body}`))).toBe(true)
    expect(new Set(arrived.map(({ target }) => target)).size).toBe(120)
  })

  it('has its connections back: answers that nobody reads are let go', async () => {
    const closed: Promise<unknown>[] = []
    const endless: Fault = (request, response) => {
      closed.push(new Promise((done) => request.socket.on('close', done)))
      response.writeHead(503)
      response.write('x'.repeat(1000))
    }
    const { origin } = await startServer(endless, endless)
    expect(await (await createSignedFetch(options)(origin)).text()).toBe('good')
    expect(await Promise.all(closed)).toHaveLength(2)
  })

  it('sees no more of a request whose caller gave up', async () => {
    const { arrived, origin } = await startServer(status(503, { 'retry-after': '5' }))
    const started = Date.now()
    const answer = createSignedFetch(options)(origin, { signal: AbortSignal.timeout(100) })
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(Date.now() - started).toBeLessThan(3000)
    expect(arrived).toHaveLength(1)
  })
})

describe('another origin', () => {
  it('sees neither a request nor a token, whatever fails on the way to it', async () => {
    const other = await startServer()
    const location = `${other.origin}/key`
    for (const code of [301, 302, 303, 307, 308]) {
      const moved = status(code, { location, 'x-amz-bucket-region': 'eu-west-1' })
      const { arrived, origin } = await startServer(reset, status(503), moved)
      const response = await createSignedFetch(options)(`${origin}/key`, { method: 'PUT', body: 'the body' })
      expect([response.status, response.headers.get('location')]).toEqual([code, location])
      expect(arrived.map(({ token }) => token)).toEqual([TOKEN, TOKEN, TOKEN])
    }
    expect(other.arrived).toEqual([])
  })

  it('is not where a redirect within the origin leads, through failures on both sides', async () => {
    const { arrived, origin } = await startServer(status(503), status(307, { location: '/moved' }), reset)
    const response = await createSignedFetch(options)(`${origin}/key`, { method: 'PUT', body: 'the body' })
    expect(response.status).toBe(200)
    expect(arrived.map(({ target, body, proved }) => `${target} ${body} ${proved}`)).toEqual([
      '/key the body true',
      '/key the body true',
      '/moved the body true',
      '/moved the body true',
    ])
  })
})

describe('ten thousand calls', () => {
  it('leave the memory as it was, and no timer', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-growth-'))
    try {
      const library = join(folder, 'index.mjs')
      const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
      await build({ entryPoints: [entry], outfile: library, bundle: true, format: 'esm', logLevel: 'silent' })
      const script = fileURLToPath(new URL('../support/signed-fetch-growth.mjs', import.meta.url))
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, library])
      const { answered, received, grown, timers } = JSON.parse(stdout)
      expect([answered, timers]).toEqual([11_500, 0])
      // A tenth of the requests are answered otherwise at first.
      expect(received).toBeGreaterThan(12_500)
      expect(grown).toBeLessThan(1_500_000)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
