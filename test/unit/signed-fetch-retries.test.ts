import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch, type RetryAttempt, type RetryOptions } from '../../src/index.ts'

const options = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'sqs',
  region: 'eu-west-1',
}
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/'
const atOnce: RetryOptions = { baseDelayMilliseconds: 0 }

type Step = Response | Error | (() => Response | Promise<Response>)

/** A fetch that goes through the steps, and then answers 200; it keeps the Requests and their bodies. */
function scripted(...steps: Step[]) {
  const sent: { request: Request; body: string }[] = []
  const send = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request
    sent.push({ request, body: await request.clone().text() })
    const step = steps.shift() ?? new Response('good')
    if (step instanceof Error) throw step
    return typeof step === 'function' ? step() : step
  }
  return { sent, fetch: send as typeof fetch }
}

const networkFault = (code?: string, name = 'Error') =>
  Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('low level'), { code, name }),
  })
const json = (status: number, code: string) => () =>
  new Response(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'no' }), {
    status,
  })
const xml = (status: number, code: string) => () =>
  new Response(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`, { status })
const inHeader = (status: number, code: string) => () =>
  new Response('', { status, headers: { 'x-amzn-errortype': `${code}:http://internal.amazon.com/` } })

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('the default judgement', () => {
  const idempotent = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']
  const others = ['POST', 'PATCH']
  const abort = Object.assign(new Error('aborted'), { name: 'AbortError' })
  const plain = (status: number) => () => new Response('x', { status })
  const cases: [what: string, step: Step, idempotent: boolean, others: boolean][] = [
    ['200', plain(200), false, false],
    ['304', () => new Response(null, { status: 304 }), false, false],
    ['400', plain(400), false, false],
    ['403', plain(403), false, false],
    ['404', plain(404), false, false],
    ['409', plain(409), false, false],
    ['429', plain(429), true, false],
    ['500', plain(500), true, false],
    ['501', plain(501), false, false],
    ['502', plain(502), true, false],
    ['503', plain(503), true, false],
    ['504', plain(504), true, false],
    ['505', plain(505), false, false],
    ['400 ThrottlingException in JSON', json(400, 'ThrottlingException'), true, true],
    [
      '400 ProvisionedThroughputExceededException',
      json(400, 'ProvisionedThroughputExceededException'),
      true,
      true,
    ],
    ['400 Throttling in XML', xml(400, 'Throttling'), true, true],
    ['400 ValidationException', json(400, 'ValidationException'), false, false],
    ['400 NotThrottlingException', json(400, 'NotThrottlingException'), false, false],
    ['400 RequestTimeout', xml(400, 'RequestTimeout'), true, false],
    ['429 TooManyRequestsException', inHeader(429, 'TooManyRequestsException'), true, true],
    ['503 SlowDown', xml(503, 'SlowDown'), true, true],
    ['503 RequestLimitExceeded', xml(503, 'RequestLimitExceeded'), true, true],
    ['503 ServiceUnavailable', xml(503, 'ServiceUnavailable'), true, false],
    ['404 with the text of a throttling', json(404, 'ThrottlingException'), false, false],
    ['200 with the text of a throttling', json(200, 'ThrottlingException'), false, false],
    ['a reset', networkFault('ECONNRESET'), true, false],
    ['a broken pipe', networkFault('EPIPE'), true, false],
    ['a failure without a code', new TypeError('Failed to fetch'), true, false],
    ['a timeout of headers', networkFault('UND_ERR_HEADERS_TIMEOUT'), true, false],
    ['a refused connection', networkFault('ECONNREFUSED'), true, true],
    ['a name that is not found', networkFault('ENOTFOUND'), true, true],
    ['a connection that is not made in time', networkFault('UND_ERR_CONNECT_TIMEOUT'), true, true],
    [
      'a refused connection, as Bun says it',
      Object.assign(new Error('no'), { code: 'ConnectionRefused' }),
      true,
      true,
    ],
    ['somebody else’s abort', abort, false, false],
  ]
  for (const [what, step, once, twice] of cases) {
    const repeat = (expected: boolean, methods: string[]) => async () => {
      for (const method of methods) {
        const { sent, fetch } = scripted(step)
        const body = /GET|HEAD/.test(method) ? null : 'the body'
        const answer = createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE, { method, body })
        if (step instanceof Error && !expected) await expect(answer).rejects.toBe(step)
        else await answer
        expect([method, sent.map(({ body }) => body)]).toEqual([
          method,
          Array.from({ length: expected ? 2 : 1 }, () => body ?? ''),
        ])
      }
    }
    // HEAD has no body that an error code could stand in, and its judgement is that of GET.
    it(`${once ? 'sends' : 'does not send'} what is idempotent again after ${what}`, repeat(once, idempotent))
    it(
      `${twice ? 'sends' : 'does not send'} what is not idempotent again after ${what}`,
      repeat(twice, others),
    )
  }

  it('leaves the body of an answer that it looked into to the caller', async () => {
    const { fetch } = scripted(json(400, 'ValidationException'))
    const response = await createSignedFetch({ ...options, fetch })(QUEUE, { method: 'POST', body: 'a' })
    expect(await response.json()).toMatchObject({ message: 'no' })
  })

  it('looks at the beginning of a body alone, and lets go of the rest', async () => {
    let pulled = 0
    const cancelled = vi.fn()
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(++pulled && 120)),
          cancel: cancelled,
        }),
        { status: 400 },
      )
    const { fetch } = scripted(endless)
    const response = await createSignedFetch({ ...options, fetch })(QUEUE)
    expect(pulled).toBeLessThan(24)
    await response.body!.cancel()
    expect(cancelled).toHaveBeenCalledTimes(1)
  })

  it('gives back an answer whose body breaks off while it is looked into', async () => {
    const broken = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new Error('reset')) }), {
        status: 400,
      })
    const { fetch, sent } = scripted(broken)
    const response = await createSignedFetch({ ...options, fetch })(QUEUE)
    expect([response.status, sent.length]).toEqual([400, 1])
    await expect(response.text()).rejects.toThrow('reset')
  })

  it('reads the answers of runtimes without streams', async () => {
    const text = await json(400, 'ThrottlingException')().text()
    const streamless = { status: 400, headers: new Headers(), clone: () => ({ text: async () => text }) }
    const { fetch, sent } = scripted(() => streamless as Response)
    expect((await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE)).status).toBe(200)
    expect(sent).toHaveLength(2)
  })
})

describe('isRetryable', () => {
  it('is asked about each attempt, and decides', async () => {
    const seen: [number, number | undefined, unknown][] = []
    const fault = networkFault('ECONNRESET')
    const { sent, fetch } = scripted(new Response('', { status: 404 }), fault)
    const isRetryable = ({ request, attemptNumber, response, error }: RetryAttempt) => {
      expect(request.headers.has('authorization')).toBe(true)
      seen.push([attemptNumber, response?.status, error])
      return response?.status !== 200
    }
    const signedFetch = createSignedFetch({ ...options, fetch, retry: { ...atOnce, isRetryable } })
    expect((await signedFetch(QUEUE, { method: 'POST', body: 'a' })).status).toBe(200)
    expect(sent.map(({ body }) => body)).toEqual(['a', 'a', 'a'])
    expect(seen).toEqual([
      [1, 404, undefined],
      [2, undefined, fault],
      [3, 200, undefined],
    ])
  })

  it('leaves the judgement where it says nothing, and may take its time', async () => {
    for (const [verdict, count] of [
      [undefined, 2],
      [false, 1],
      [Promise.resolve(false), 1],
      [Promise.resolve(undefined), 2],
    ] as const) {
      const { sent, fetch } = scripted(new Response('', { status: 500 }))
      await createSignedFetch({ ...options, fetch, retry: { ...atOnce, isRetryable: () => verdict } })(QUEUE)
      expect(sent).toHaveLength(count)
    }
  })

  it('is not asked about a caller’s abort', async () => {
    const controller = new AbortController()
    const isRetryable = vi.fn(() => true)
    const fetch = async () => {
      controller.abort(new Error('no longer wanted'))
      throw controller.signal.reason
    }
    const signedFetch = createSignedFetch({ ...options, fetch, retry: { isRetryable } })
    await expect(signedFetch(QUEUE, { signal: controller.signal })).rejects.toThrow('no longer wanted')
    expect(isRetryable).not.toHaveBeenCalled()
  })
})

describe('attempts', () => {
  const down = () => new Response('down', { status: 503 })

  it('are three, of which the last answer or error is the caller’s', async () => {
    const { sent, fetch } = scripted(down, down, () => new Response('the last', { status: 503 }))
    const response = await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE)
    expect([sent.length, response.status, await response.text()]).toEqual([3, 503, 'the last'])
    const last = networkFault('ECONNRESET')
    const faulty = scripted(down, networkFault('ECONNRESET'), last)
    await expect(createSignedFetch({ ...options, fetch: faulty.fetch, retry: atOnce })(QUEUE)).rejects.toBe(
      last,
    )
    expect(faulty.sent).toHaveLength(3)
  })

  it('are as many as is said, or one', async () => {
    for (const [retry, count] of [
      [{ ...atOnce, maxAttempts: 5 }, 5],
      [{ maxAttempts: 1 }, 1],
      [false, 1],
    ] as const) {
      const { sent, fetch } = scripted(...Array.from({ length: 9 }, () => down))
      await createSignedFetch({ ...options, fetch, retry })(QUEUE)
      expect(sent).toHaveLength(count)
    }
  })

  it('free what the answers before hold', async () => {
    const cancelled = vi.fn()
    const held = () => new Response(new ReadableStream({ cancel: cancelled }), { status: 500 })
    const { fetch } = scripted(held, held)
    await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE)
    expect(cancelled).toHaveBeenCalledTimes(2)
  })

  it('are signed as of their own time, with nothing left of the one before', async () => {
    let time = Date.parse('2026-01-02T03:04:05Z')
    const { sent, fetch } = scripted(() => {
      time += 60_000
      return down()
    })
    const signedFetch = createSignedFetch({
      ...options,
      service: 's3',
      fetch,
      now: () => time,
      retry: atOnce,
    })
    await signedFetch(QUEUE, { method: 'PUT', body: 'a', headers: { 'x-amz-meta-a': '1' } })
    const [first, second] = sent.map(({ request }) => request.headers)
    expect([first!.get('x-amz-date'), second!.get('x-amz-date')]).toEqual([
      '20260102T030405Z',
      '20260102T030505Z',
    ])
    expect(first!.get('authorization')).not.toBe(second!.get('authorization'))
    expect([...second!.keys()]).toEqual([...first!.keys()])
  })

  it('change nothing that they were given', async () => {
    const { fetch } = scripted(down)
    const given = Object.freeze({
      ...options,
      credentials: Object.freeze(options.credentials),
      fetch,
      retry: Object.freeze({ ...atOnce }),
    })
    const init = Object.freeze({
      method: 'PUT',
      body: 'a',
      signing: Object.freeze({ payload: 'unsigned' }),
    } as const)
    expect((await createSignedFetch(given)(QUEUE, init)).status).toBe(200)
    const request = new Request(QUEUE, { method: 'PUT', body: 'a' })
    const again = scripted(down)
    await createSignedFetch({ ...options, fetch: again.fetch, retry: atOnce })(request)
    expect(again.sent.map(({ body }) => body)).toEqual(['a', 'a'])
    expect([request.bodyUsed, [...request.headers.keys()]]).toEqual([false, ['content-type']])
  })
})

describe('bodies', () => {
  const bytes = new TextEncoder().encode('bytes')
  const form = () => {
    const data = new FormData()
    data.set('field', 'value')
    return data
  }
  const bodies: [string, () => RequestInit['body']][] = [
    ['text', () => 'text'],
    ['bytes', () => bytes],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a Blob', () => new Blob(['of the blob'])],
    ['FormData', form],
    ['URLSearchParams', () => new URLSearchParams({ a: '1' })],
  ]
  const down = () => new Response('', { status: 503 })

  for (const [what, make] of bodies) {
    it(`of ${what} are sent again as they were`, async () => {
      const { sent, fetch } = scripted(down, networkFault('ECONNRESET'))
      await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE, {
        method: 'PUT',
        body: make() ?? null,
      })
      expect(sent).toHaveLength(3)
      expect(sent[0]!.body).not.toBe('')
      expect(new Set(sent.map(({ body }) => body)).size).toBe(1)
      expect(new Set(sent.map(({ request }) => request.headers.get('content-type'))).size).toBe(1)
    })
  }

  const streaming = () => new Blob(['streamed']).stream()
  const unsigned = { payload: 'unsigned' } as const

  it('that are streams are sent once', async () => {
    for (const step of [down, networkFault('ECONNREFUSED')]) {
      const { sent, fetch } = scripted(step)
      const init = { method: 'PUT', body: streaming(), duplex: 'half', signing: unsigned } as RequestInit
      const answer = createSignedFetch({ ...options, fetch, retry: { isRetryable: () => true } })(QUEUE, init)
      if (step === down) expect((await answer).status).toBe(503)
      else await expect(answer).rejects.toBe(step)
      expect(sent.map(({ body }) => body)).toEqual(['streamed'])
    }
  })

  it('that are made anew are sent again', async () => {
    const bodyFactory = vi.fn(async () => streaming())
    const { sent, fetch } = scripted(down, networkFault('ECONNRESET'))
    const signing = { ...unsigned, bodyFactory }
    await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE, { method: 'PUT', signing })
    expect(sent.map(({ body }) => body)).toEqual(['streamed', 'streamed', 'streamed'])
    expect(bodyFactory).toHaveBeenCalledTimes(3)
  })

  it('that are made anew each have a type of their own', async () => {
    const { sent, fetch } = scripted(down)
    await createSignedFetch({ ...options, fetch, retry: atOnce })(QUEUE, {
      method: 'PUT',
      signing: { bodyFactory: form },
    })
    for (const { request, body } of sent) {
      const boundary = /boundary=(.+)$/.exec(request.headers.get('content-type')!)![1]!
      expect(body.startsWith(`--${boundary}`)).toBe(true)
    }
  })

  it('come from one place', async () => {
    const { sent, fetch } = scripted()
    const signedFetch = createSignedFetch({ ...options, fetch })
    const signing = { bodyFactory: () => 'a' }
    const twice = [
      signedFetch(QUEUE, { method: 'PUT', body: 'a', signing }),
      signedFetch(new Request(QUEUE, { method: 'PUT', body: 'a' }), { signing }),
    ]
    for (const answer of twice) {
      await expect(answer).rejects.toMatchObject({
        code: 'ERR_INVALID_ARG_VALUE',
        message: 'bodyFactory stands in place of a body: give one of the two',
      })
    }
    const noFactory = signedFetch(QUEUE, { method: 'PUT', signing: { bodyFactory: 'a' as never } })
    await expect(noFactory).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'bodyFactory must be a function; it is string',
    })
    expect(sent).toEqual([])
  })
})

describe('the options of retry', () => {
  it('are checked', () => {
    const wrong: [unknown, RegExp][] = [
      [true, /^the options of retry must be an object; it is boolean$/],
      [{ maxAttempt: 2 }, /^"maxAttempt" is not an option of retry, which has maxAttempts, /],
      [{ maxAttempts: 0 }, /^retry.maxAttempts must be a whole number from 1 to 100; it is "0"$/],
      [{ maxAttempts: 101 }, /^retry.maxAttempts must be/],
      [{ maxAttempts: '2' }, /^retry.maxAttempts must be a whole number; it is string$/],
      [{ baseDelayMilliseconds: -1 }, /^retry.baseDelayMilliseconds must be/],
      [{ maxDelayMilliseconds: Number.NaN }, /^retry.maxDelayMilliseconds must be/],
      [{ maxDelayMilliseconds: 86_400_001 }, /^retry.maxDelayMilliseconds must be/],
      [{ isRetryable: true }, /^retry.isRetryable must be a function; it is boolean$/],
    ]
    for (const [retry, message] of wrong) {
      expect(() => createSignedFetch({ ...options, retry: retry as RetryOptions })).toThrow(message)
    }
    expect(() => createSignedFetch({ ...options, correctClockSkew: 'yes' as never })).toThrow(
      /^correctClockSkew must be true or false; it is string$/,
    )
  })
})
