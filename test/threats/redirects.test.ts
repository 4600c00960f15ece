// A server that answers with a redirect names the next origin. What was signed for the first one is not for the next.
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSignedFetch, Signer, signRequest } from '../../src/index.ts'

const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN'
const BODY = 'what only the first server may read'
const options = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY', sessionToken: TOKEN },
  service: 's3',
  region: 'us-east-1',
}
const STATUSES = [301, 302, 303, 307, 308]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']

interface Seen {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers /<status>?<location> with that redirect, and all else with 200. */
async function startServer(seen: Seen[]): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    const [, status = '200', location] = /^\/(30\d)\?(.*)$/.exec(request.url ?? '') ?? []
    if (location) response.setHeader('location', decodeURIComponent(location))
    response.writeHead(Number(status)).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return server
}

describe('V31 a redirect to another origin', () => {
  const here: Seen[] = []
  const elsewhere: Seen[] = []
  let servers: readonly Server[] = []
  beforeAll(async () => {
    servers = [await startServer(here), await startServer(elsewhere)]
  })
  beforeEach(() => {
    here.length = 0
    elsewhere.length = 0
  })
  afterAll(() => servers.forEach((server) => void server.close()))

  const portOf = (i: number): number => (servers[i]!.address() as AddressInfo).port
  const origin = (): string => `http://127.0.0.1:${portOf(0)}`
  const otherOrigin = (): string => `http://127.0.0.1:${portOf(1)}`
  const redirect = (status: number, to: string): string => `${origin()}/${status}?${encodeURIComponent(to)}`
  const signedFetch = createSignedFetch(options)
  const initOf = (method: string): RequestInit => ({
    method,
    body: /GET|HEAD/.test(method) ? null : BODY,
    headers: { 'x-amz-meta-owner': 'orbit' },
  })

  it('takes along what a plain fetch follows it with, save the Authorization header', async () => {
    await fetch(await signRequest(redirect(307, `${otherOrigin()}/`), { ...options, init: initOf('PUT') }))
    expect(elsewhere).toHaveLength(1)
    expect(elsewhere[0]!.headers).toMatchObject({
      'x-amz-security-token': TOKEN,
      'x-amz-meta-owner': 'orbit',
    })
    expect(elsewhere[0]!.body).toBe(BODY)
  })

  for (const method of METHODS) {
    it(`is no call for ${method} by a signed fetch: no header, token or body gets there`, async () => {
      for (const status of STATUSES) {
        for (const input of [
          redirect(status, `${otherOrigin()}/`),
          new Request(redirect(status, otherOrigin())),
        ]) {
          const response = await signedFetch(input, initOf(method))
          expect([response.status, new URL(response.headers.get('location')!).origin]).toEqual([
            status,
            otherOrigin(),
          ])
        }
      }
      expect(here).toHaveLength(2 * STATUSES.length)
      expect(here.every(({ headers }) => headers['x-amz-security-token'] === TOKEN)).toBe(true)
      expect(elsewhere).toEqual([])
    })
  }

  it('is no call after a hop within the origin either', async () => {
    const last = redirect(307, `${otherOrigin()}/`)
    const response = await signedFetch(redirect(308, last), initOf('PUT'))
    expect([response.status, response.headers.get('location')]).toEqual([307, `${otherOrigin()}/`])
    expect(here).toHaveLength(2)
    expect(elsewhere).toEqual([])
  })

  it('is no call for a body that streams', async () => {
    for (const status of [303, 307]) {
      const response = await signedFetch(redirect(status, `${otherOrigin()}/`), {
        method: 'PUT',
        body: new Blob([BODY]).stream(),
        duplex: 'half',
        signing: { payload: 'unsigned' },
      } as RequestInit)
      expect(response.status).toBe(status)
    }
    expect(here.map((seen) => seen.body)).toEqual([BODY, BODY])
    expect(elsewhere).toEqual([])
  })

  it('is one by any part of the origin, and a target that is no URL is none', async () => {
    const { host, port } = new URL(origin())
    for (const to of [
      `//${new URL(otherOrigin()).host}/`,
      `\\\\${new URL(otherOrigin()).host}\\`,
      `https://${host}/`,
      `http://user:password@${host}/`,
      `http://localhost:${port}/`,
      'data:,target',
      'http://[',
    ]) {
      expect([to, (await signedFetch(redirect(307, to), initOf('PUT'))).status]).toEqual([to, 307])
    }
    expect(here).toHaveLength(7)
    expect(elsewhere).toEqual([])
  })

  it('is not followed for a Request that is signed and says so', async () => {
    const url = redirect(307, `${otherOrigin()}/`)
    const init: RequestInit = { ...initOf('PUT'), redirect: 'manual' }
    expect((await fetch(await signRequest(url, { ...options, init }))).status).toBe(307)
    expect((await fetch(await new Signer(options).sign(url, init))).status).toBe(307)
    expect(elsewhere).toEqual([])
  })
})
