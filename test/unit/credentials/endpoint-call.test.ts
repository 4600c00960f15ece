import { afterEach, describe, expect, it, vi } from 'vitest'
import { callEndpoint, callWithRetries, type Outcome } from '../../../src/credentials/endpoint-call.ts'
import { closeServices, serve } from './local-service.ts'

afterEach(closeServices)

const call = (url: string, timeoutMilliseconds = 5000) => callEndpoint(fetch, { url, timeoutMilliseconds })

describe('callEndpoint', () => {
  it('gives status and text', async () => {
    const { url, seen } = await serve((_, response) => response.end('hello'))
    const request = { url: `${url}/a?b=c`, method: 'PUT', headers: { 'x-a': 'b' }, body: 'body' } as const
    expect(await callEndpoint(fetch, { ...request, timeoutMilliseconds: 5000 })).toMatchObject({
      status: 200,
      text: 'hello',
    })
    expect(seen).toMatchObject([{ method: 'PUT', path: '/a?b=c', headers: { 'x-a': 'b' }, body: 'body' }])
  })

  it('follows no redirect', async () => {
    const other = await serve((_, response) => response.end('{}'))
    const { url } = await serve((_, response) => response.writeHead(307, { location: other.url }).end())
    expect(await call(url)).toMatchObject({
      status: 0,
      why: `${url} redirects, which is not followed`,
      isTransient: false,
    })
    expect(other.seen).toEqual([])
  })

  it('reads 65,536 bytes and not one more', async () => {
    let length = 65_536
    const { url } = await serve((_, response) => response.end('x'.repeat(length)))
    expect((await call(url)).text).toHaveLength(65_536)
    length++
    expect(await call(url)).toMatchObject({
      status: 0,
      text: '',
      why: `${url} answered with more than 65536 bytes`,
      isTransient: false,
    })
  })

  it('stops reading an answer without an end', async () => {
    let written = 0
    const { url } = await serve((_, response) => {
      const pump = (): void => {
        while (!response.destroyed && written < 1e8 && response.write('x'.repeat(10_000))) written += 10_000
      }
      response.on('drain', pump)
      pump()
    })
    expect((await call(url)).why).toBe(`${url} answered with more than 65536 bytes`)
    expect(written).toBeLessThan(1e8)
  })

  it('waits no longer than told, for the head or for the rest', async () => {
    const silent = await serve(() => {})
    const halting = await serve((_, response) => response.write('{'))
    for (const { url } of [silent, halting]) {
      const began = Date.now()
      expect(await call(url, 50)).toMatchObject({
        status: 0,
        why: `${url} did not answer within 50 ms`,
        isTimeout: true,
        isTransient: true,
      })
      expect(Date.now() - began).toBeLessThan(2000)
    }
  })

  it('leaves no connection open that it gave up', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    const { url } = await serve((_, response) => {
      closed = new Promise((resolve) => response.on('close', resolve))
      if (response.req.url === '/huge') response.write('x'.repeat(100_000))
    })
    await call(`${url}/huge`)
    await closed
    await call(`${url}/silent`, 50)
    await closed
  })

  it('leaves no timer behind', async () => {
    vi.useFakeTimers()
    try {
      const answering: typeof fetch = async () => new Response('hello')
      await callEndpoint(answering, { url: 'http://a.example/', timeoutMilliseconds: 1000 })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does not depend on a fetch that heeds signals', async () => {
    const deaf: typeof fetch = () => new Promise(() => {})
    const outcome = await callEndpoint(deaf, { url: 'http://a.example/', timeoutMilliseconds: 10 })
    expect(outcome.isTimeout).toBe(true)
  })

  it('says that nobody answers', async () => {
    const { url } = await serve(() => {})
    closeServices()
    expect(await call(url)).toMatchObject({
      why: `${url} cannot be reached (ECONNREFUSED)`,
      isTransient: true,
    })
  })

  it('shows nothing of the URL but its origin, nor of what fetch throws', async () => {
    const { url } = await serve((_, response) => response.writeHead(500).end())
    expect((await call(`${url}/secret?token=secret`)).why).toBe(`${url} answered 500`)
    const headers = { 'x-token': 'secret\u0100' }
    const outcome = await callEndpoint(fetch, { url, headers, timeoutMilliseconds: 1000 })
    expect(outcome.why).toBe(`${url} cannot be reached`)
  })

  it.each([
    [
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>',
      ' (AccessDenied)',
      false,
    ],
    [400, '{"__type":"com.amazonaws#ThrottlingException"}', ' (ThrottlingException)', true],
    [400, '{"error":"invalid_grant"}', ' (invalid_grant)', false],
    [400, '{"code":"ab/secret+1234=="}', '', false],
    [400, '{"code":"ASIAEXAMPLE1234"}', '', false],
    [400, '<Code>IDPCommunicationError</Code>', ' (IDPCommunicationError)', true],
    [429, 'slow down', '', true],
    [502, '', '', true],
    [404, '', '', false],
  ])('reads the code of an answer %i %s', async (status, body, code, isTransient) => {
    const { url } = await serve((_, response) => response.writeHead(status).end(body))
    expect(await call(url)).toMatchObject({ status, why: `${url} answered ${status}${code}`, isTransient })
  })
})

describe('callWithRetries', () => {
  const outcome = (status: number, isTransient: boolean): Outcome => ({
    status,
    text: '',
    code: '',
    why: '',
    isTimeout: false,
    isTransient,
  })

  it('tries again while that may help, as often as told', async () => {
    let calls = 0
    const failing = async (): Promise<Outcome> => outcome(500 + ++calls, true)
    expect((await callWithRetries(3, failing)).status).toBe(503)
    expect(calls).toBe(3)
    calls = 0
    const mended = async (): Promise<Outcome> => (++calls < 2 ? outcome(500, true) : outcome(200, false))
    expect((await callWithRetries(3, mended)).status).toBe(200)
    expect(calls).toBe(2)
    calls = 0
    const denied = async (): Promise<Outcome> => outcome(403 + 0 * ++calls, false)
    await callWithRetries(3, denied)
    expect(calls).toBe(1)
  })
})
