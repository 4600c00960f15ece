import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch, type RetryOptions } from '../../src/index.ts'

const options = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'sqs',
  region: 'eu-west-1',
}
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/'
const NOW = Date.parse('2026-01-02T03:04:05Z')

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** The waits before each further attempt, where all answers are alike, and chance gives the same each time. */
async function waitsOf(answer: () => Response, chance: number, retry: RetryOptions = {}): Promise<number[]> {
  vi.spyOn(Math, 'random').mockReturnValue(chance)
  const times: number[] = []
  const fetch = async () => {
    times.push(Date.now())
    return answer()
  }
  const done = createSignedFetch({ ...options, fetch, retry })(QUEUE)
  await vi.runAllTimersAsync()
  await done
  expect(vi.getTimerCount()).toBe(0)
  return times.slice(1).map((time, i) => time - times[i]!)
}

const down =
  (headers: Record<string, string> = {}) =>
  () =>
    new Response('', { status: 503, headers })

describe('the waits between attempts', () => {
  it('are at random below a bound that doubles, up to the longest', async () => {
    const retry = { maxAttempts: 6, baseDelayMilliseconds: 100, maxDelayMilliseconds: 1000 }
    expect(await waitsOf(down(), 1, retry)).toEqual([100, 200, 400, 800, 1000])
    expect(await waitsOf(down(), 0.5, retry)).toEqual([50, 100, 200, 400, 500])
    expect(await waitsOf(down(), 0, retry)).toEqual([0, 0, 0, 0, 0])
    expect(await waitsOf(down(), 1)).toEqual([100, 200])
    expect((await waitsOf(down(), 1, { maxAttempts: 10 })).at(-1)).toBe(20_000)
  })

  const http = (milliseconds: number) => new Date(milliseconds).toUTCString()
  const asked: [what: string, headers: Record<string, string>, wait: number][] = [
    ['seconds', { 'retry-after': '7' }, 7000],
    ['less than our own wait', { 'retry-after': '0' }, 100],
    ['more than the longest', { 'retry-after': '3600' }, 20_000],
    ['more than a number holds', { 'retry-after': '9'.repeat(400) }, 20_000],
    ['a date', { 'retry-after': http(NOW + 5000) }, 5000],
    ['a date that is past', { 'retry-after': http(NOW - 5000) }, 100],
    [
      'a date by a clock that is an hour ahead',
      { 'retry-after': http(NOW + 3_605_000), date: http(NOW + 3_600_000) },
      5000,
    ],
    ['what is no time', { 'retry-after': 'soon' }, 100],
    ['a negative number', { 'retry-after': '-5' }, 100],
  ]
  for (const [what, headers, wait] of asked) {
    it(`heed Retry-After: ${what}`, async () => {
      expect(await waitsOf(down(headers), 1, { maxAttempts: 2 })).toEqual([wait])
    })
  }

  it('end with the signal, at once, and leave neither timer nor listener', async () => {
    const controller = new AbortController()
    const reason = new Error('no longer wanted')
    const fetch = vi.fn(async () => new Response('', { status: 503, headers: { 'retry-after': '10' } }))
    const ended = expect(
      createSignedFetch({ ...options, fetch })(QUEUE, { signal: controller.signal }),
    ).rejects.toBe(reason)
    await vi.advanceTimersByTimeAsync(500)
    expect(vi.getTimerCount()).toBe(1)
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    controller.abort(reason)
    await ended
    expect([vi.getTimerCount(), Date.now() - NOW, fetch.mock.calls.length]).toEqual([0, 500, 1])
    expect(removed).toHaveBeenCalled()
  })

  it('end before they begin where the signal has aborted', async () => {
    const controller = new AbortController()
    const fetch = async () => {
      controller.abort(new Error('no longer wanted'))
      return new Response('', { status: 503 })
    }
    const answer = createSignedFetch({ ...options, fetch })(QUEUE, { signal: controller.signal })
    await expect(answer).rejects.toThrow('no longer wanted')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the budget of retries', () => {
  const fault = () => Promise.reject(new TypeError('fetch failed'))
  const timeout = () => Promise.reject(Object.assign(new Error('late'), { name: 'TimeoutError' }))
  const refused = async () => new Response('', { status: 503 })
  const good = async () => new Response()

  /** How often a call that fails for good is sent. */
  function budgetWorld() {
    let answer: () => Promise<Response> = refused
    const send = vi.fn(() => answer())
    const signedFetch = createSignedFetch({
      ...options,
      fetch: send,
      retry: { maxAttempts: 2, baseDelayMilliseconds: 0 },
    })
    return async (calls: number, next: () => Promise<Response>): Promise<number> => {
      answer = next
      send.mockClear()
      for (let i = 0; i < calls; i++) {
        const done = signedFetch(QUEUE).catch(() => undefined)
        await vi.runAllTimersAsync()
        await done
      }
      return send.mock.calls.length - calls
    }
  }

  it('holds a hundred retries', async () => {
    const retriesOf = budgetWorld()
    expect(await retriesOf(120, refused)).toBe(100)
    expect(await retriesOf(10, refused)).toBe(0)
    expect(await retriesOf(10, fault)).toBe(0)
  })

  it('holds fifty where each costs a timeout', async () => {
    const retriesOf = budgetWorld()
    expect(await retriesOf(60, timeout)).toBe(50)
  })

  it('is refilled by what needs no retry, one token each, up to where it began', async () => {
    const retriesOf = budgetWorld()
    expect(await retriesOf(100, refused)).toBe(100)
    await retriesOf(4, good)
    expect(await retriesOf(1, refused)).toBe(0)
    await retriesOf(1, good)
    expect(await retriesOf(2, refused)).toBe(1)
    await retriesOf(600, good)
    expect(await retriesOf(120, refused)).toBe(100)
  })

  it('gets back what a retry cost that did help', async () => {
    let count = 0
    const send = async () => new Response('', { status: count++ % 2 ? 200 : 503 })
    const signedFetch = createSignedFetch({ ...options, fetch: send, retry: { baseDelayMilliseconds: 0 } })
    for (let i = 0; i < 150; i++) {
      const done = signedFetch(QUEUE)
      await vi.runAllTimersAsync()
      expect((await done).status).toBe(200)
    }
  })
})
