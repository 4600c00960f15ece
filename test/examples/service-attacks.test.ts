import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RequestParts, signHeaders } from '../../src/index.ts'
import { MEASURED, peakOf } from './memory.ts'

type Handler = (call: { caller: string; query: URLSearchParams; json: unknown }) => unknown
type CreateService = (options: {
  region: string
  callers: Record<string, { accessKeyId: string; secretAccessKey: string }>
  routes: Record<string, Handler>
  requestSeconds?: number
}) => Server

const EXAMPLE = fileURLToPath(new URL('../../examples/service-to-service', import.meta.url))
const { createService }: { createService: CreateService } = await import(`${EXAMPLE}/service.mjs`)

const KEY = { accessKeyId: 'ORBIT', secretAccessKey: 'orbit/canary+secret/never+printed' }
const SIGNING = { credentials: KEY, service: 'execute-api', region: 'us-east-1' }
const FORGED = 'x\nfailed GET ["/all","is well\u2028\u001b[2J"]'

const routes: Record<string, Handler> = Object.assign(
  Object.create({ 'GET /inherited': () => Response.json({}) }),
  {
    'GET /status': () => Response.json({ up: true }),
    'GET /a%2Fb': () => Response.json({ at: 'the raw path' }),
    'GET /throws': () => {
      throw new Error(FORGED)
    },
    'GET /rejects': async () => {
      throw FORGED
    },
    'GET /nothing': () => undefined,
    'GET /read-before': async () => {
      const response = new Response('x')
      await response.text()
      return response
    },
    'GET /bad-header': () => new Response('x', { headers: { 'x-bad': 'a\u0001b' } }),
  },
)

let service: Server
let logged: string[]
beforeEach(async () => {
  logged = []
  vi.spyOn(console, 'error').mockImplementation((line) => void logged.push(line))
  service = createService({ region: 'us-east-1', callers: { orbit: KEY }, routes, requestSeconds: 1 })
  await once(service.listen(0, '127.0.0.1'), 'listening')
})
afterEach(() => {
  vi.restoreAllMocks()
  service.close()
  service.closeAllConnections()
})

const hostOf = (server: Server): string => `127.0.0.1:${(server.address() as AddressInfo).port}`
const urlOf = (path: string): string => `http://${hostOf(service)}${path}`

function signed(parts: RequestParts, changes: object = {}): Record<string, string> {
  return { host: new URL(parts.url).host, ...signHeaders(parts, { ...SIGNING, ...changes }).headers }
}

/** Sends the path as it is written, which fetch would not. */
async function get(path: string, changes: object = {}): Promise<number | string> {
  const sent = request(urlOf('/'), { path, headers: signed({ url: urlOf(path) }, changes) }).end()
  return once(sent, 'response').then(
    ([response]) => response.resume().statusCode,
    (error) => error.code,
  )
}

describe('a service', () => {
  it.each([
    '/throws',
    '/rejects',
    '/nothing',
    '/read-before',
  ])('answers 500 where the handler of %s fails, and logs it once', async (path) => {
    expect(await get(path)).toBe(500)
    expect(logged).toEqual([expect.stringMatching(/^failed GET \["[ -~]*"\]$/)])
    expect(await get('/status')).toBe(200)
  })

  it('breaks off where an answer cannot be sent, and logs it once', async () => {
    expect(await get('/bad-header')).toBe('ECONNRESET')
    expect(logged).toEqual([expect.stringMatching(/^failed GET \["\/bad-header","TypeError: [ -~]*"\]$/)])
    expect(await get('/status')).toBe(200)
  })

  it.each(['/constructor', '/__proto__', '/inherited', '/toString'])('has no route %s', async (path) => {
    expect(await get(path)).toBe(404)
    expect(logged).toEqual([])
  })

  it('routes on the path that was proved, decoded once', async () => {
    expect(await get('/%73tatus')).toBe(200)
    expect(await get('/x/../status')).toBe(200)
    expect(await get('/%2573tatus')).toBe(404)
    expect(await get('/a%2Fb')).toBe(404)
  })

  it.each(['constructor', '__proto__', 'toString'])('has no key in the name of %s', async (accessKeyId) => {
    expect(await get('/status', { credentials: { ...KEY, accessKeyId } })).toBe(403)
    expect(logged).toEqual([])
  })

  it('logs one line where a client hangs up in a body', async () => {
    const head = signed({ method: 'POST', url: urlOf('/orders'), body: 'data' })
    const sent = request(urlOf('/orders?x=secret'), {
      method: 'POST',
      headers: { ...head, 'content-length': '100' },
    })
    sent.on('error', () => {}).write('some')
    await once(service, 'request')
    setTimeout(() => sent.destroy(), 50)
    await expect.poll(() => logged).toEqual(['gone POST ["/orders","aborted"]'])
    expect(await get('/status')).toBe(200)
  })

  it('gives up a client whose request does not come to its end in time', async () => {
    const socket = connect((service.address() as AddressInfo).port, '127.0.0.1').setEncoding('latin1')
    let heard = ''
    socket.on('data', (text) => {
      heard += text
    })
    const head = signed({ method: 'POST', url: urlOf('/orders'), body: 'data' })
    const lines = Object.entries({ ...head, 'content-length': '100' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    )
    socket.write(`POST /orders HTTP/1.1\r\n${lines.join('')}\r\n`)
    const trickle = setInterval(() => socket.write('x'), 100)
    await once(socket, 'close')
    clearInterval(trickle)
    expect(heard).toMatch(/^HTTP\/1\.1 408 /)
    await expect.poll(() => logged).toEqual([expect.stringMatching(/^gone POST /)])
  })

  it('holds a body by its bytes where an unknown key sends it in chunks of one', async () => {
    const flags = ['--max-old-space-size=256', ...MEASURED]
    const env = Object.fromEntries(
      ['ORBIT', 'AXON'].flatMap((name) => [
        [`${name}_AWS_ACCESS_KEY`, name],
        [`${name}_AWS_SECRET_KEY`, KEY.secretAccessKey],
      ]),
    )
    const child = spawn(process.execPath, [...flags, `${EXAMPLE}/axon.mjs`], { env })
    try {
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text
      })
      await expect.poll(() => stdout).toMatch(/:\d+\n/)
      const url = new URL(stdout.trim())
      const nobody = { credentials: { ...KEY, accessKeyId: 'NOBODY' } }
      const head = signed({ method: 'POST', url: `${url}orders`, body: 'data' }, nobody)
      const lines = Object.entries({ ...head, 'transfer-encoding': 'chunked' }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      )
      const sockets = [1, 2, 3, 4].map(() => {
        const socket = connect(Number(url.port), url.hostname).on('error', () => {})
        socket.write(`POST /orders HTTP/1.1\r\n${lines.join('')}\r\n`)
        return socket
      })
      for (let i = 0; i < 8; i++) {
        for (const socket of sockets) socket.write('1\r\nx\r\n'.repeat(10_000))
      }
      await expect
        .poll(() => sockets.every(({ writableLength }) => writableLength === 0), { timeout: 15_000 })
        .toBe(true)
      expect((await fetch(`${url}health`)).status).toBe(200)
      child.kill()
      await once(child, 'close')
      const peak = peakOf(stdout)
      expect(peak).toBeGreaterThan(1)
      expect(peak).toBeLessThan(20)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
