import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { signChunkedRequest } from '../../src/chunked/index.ts'
import { createSignedFetch, signRequest, Verifier } from '../../src/index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = { service: 's3', region: 'us-east-1' }
const options = { credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }, ...scope }
const URL_PUT = 'https://b.s3.us-east-1.amazonaws.com/key'
const TEXT = 'streamed'.repeat(20_000)

const stream = () => new Blob([TEXT]).stream()
async function* iterable() {
  yield new TextEncoder().encode(TEXT)
}
const withBody = (body: unknown) => ({ method: 'PUT', body, duplex: 'half' }) as RequestInit

afterEach(() => void vi.unstubAllGlobals())

/** A Request that makes text of what it cannot send, as runtimes do that know no such bodies. */
function stubTextified(isUnknown: (body: unknown) => boolean): void {
  const { Request } = globalThis
  class Textified extends Request {
    constructor(input: RequestInfo | URL, init: RequestInit = {}) {
      super(input, isUnknown(init.body) ? { ...init, body: String(init.body) } : init)
    }
  }
  vi.stubGlobal('Request', Textified)
}

describe('where fetch sends text in place of a stream', () => {
  const isStream = (body: unknown) => body instanceof ReadableStream
  const isIterable = (body: unknown) => !isStream(body) && Symbol.asyncIterator in Object(body)
  const refusal = {
    code: 'ERR_INVALID_ARG_VALUE',
    message: 'the request cannot be sent: fetch takes no stream here: give bytes, text or a Blob',
  }
  const typed = { 'content-type': 'text/x', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }

  it('refuses a stream, though it has a content type', async () => {
    stubTextified(isStream)
    const signing = signRequest(URL_PUT, { ...options, payload: 'unsigned', init: withBody(stream()) })
    await expect(signing).rejects.toMatchObject(refusal)
    const init = { ...withBody(stream()), headers: typed }
    await expect(signRequest(URL_PUT, { ...options, init })).rejects.toMatchObject(refusal)
    const send = vi.fn()
    await expect(createSignedFetch({ ...options, fetch: send })(URL_PUT, init)).rejects.toMatchObject(refusal)
    expect(send).not.toHaveBeenCalled()
  })

  it('refuses the stream that signChunkedRequest makes of any body', async () => {
    stubTextified(isStream)
    const signing = signChunkedRequest(URL_PUT, { ...options, init: withBody('text') })
    await expect(signing).rejects.toMatchObject(refusal)
  })

  it('tells streams from async iterables, which yet fewer runtimes send', async () => {
    stubTextified(isIterable)
    const signing = signRequest(URL_PUT, { ...options, payload: 'unsigned', init: withBody(iterable()) })
    await expect(signing).rejects.toMatchObject(refusal)
    const request = await signRequest(URL_PUT, {
      ...options,
      payload: 'unsigned',
      init: withBody(stream()),
    })
    expect(await request.text()).toBe(TEXT)
  })

  it('leaves bodies alone that are there as a whole', async () => {
    stubTextified(isStream)
    for (const body of ['text', new Blob(['text']), new Uint8Array(4)]) {
      const request = await signRequest(URL_PUT, { ...options, init: withBody(body) })
      expect((await request.arrayBuffer()).byteLength).toBe(4)
    }
  })
})

describe('the content-length of a body in chunks', () => {
  const seen: { length: string | undefined; coding: string | undefined; body: string }[] = []
  const verifier = new Verifier({ getKeys: () => ({ secretAccessKey: SECRET }), ...scope })
  const server = createServer((request, response) => {
    const { method = '', url: target = '', rawHeaders } = request
    const headers = rawHeaders.flatMap((name, i) => (i % 2 ? [] : [[name, rawHeaders[i + 1]!] as const]))
    verifier.verifyReceived({ method, target, headers, body: request }).then(
      ({ body }) => {
        const { 'content-length': length, 'transfer-encoding': coding } = request.headers
        seen.push({ length, coding, body: new TextDecoder().decode(body as Uint8Array) })
        response.end()
      },
      (error) => response.writeHead(error.status ?? 500).end(String(error)),
    )
  })
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/key`
  })
  afterAll(() => void server.close())

  const upload = { ...options, decodedContentLength: TEXT.length }
  const signedNames = (request: Request) =>
    /SignedHeaders=([^,]+)/.exec(request.headers.get('authorization') ?? '')?.[1]?.split(';') ?? []

  it('is signed and sent in Node', async () => {
    const request = await signChunkedRequest(url, { ...upload, init: withBody(stream()) })
    const length = request.headers.get('content-length')!
    expect(Number(length)).toBeGreaterThan(TEXT.length)
    expect(signedNames(request)).toContain('content-length')
    expect((await fetch(request)).status).toBe(200)
    expect(seen.pop()).toEqual({ length, coding: undefined, body: TEXT })
  })

  /** A Request that never looks at `duplex`, whose fetch sends a stream without its length. */
  function stubLengthless(): void {
    const { Request } = globalThis
    class Lengthless extends Request {
      constructor(input: RequestInfo | URL, init: RequestInit = {}) {
        const { duplex: _, ...others } = Object.getOwnPropertyDescriptors(init) as PropertyDescriptorMap
        const seenInit = Object.defineProperties({}, others) as RequestInit
        super(input, { ...seenInit, duplex: 'half' } as RequestInit)
      }
    }
    vi.stubGlobal('Request', Lengthless)
  }

  async function sendLengthless(request: Request): Promise<Response> {
    const headers = new Headers(request.headers)
    headers.delete('content-length')
    return fetch(url, { method: 'PUT', headers, body: request.body, duplex: 'half' } as RequestInit)
  }

  it('is not signed where it is not sent', async () => {
    stubLengthless()
    const request = await signChunkedRequest(url, {
      ...upload,
      excludeHeaders: ['x-left-out'],
      init: { ...withBody(stream()), headers: { 'x-left-out': '1', 'x-other': '1' } },
    })
    expect(request.headers.get('content-length')).not.toBeNull()
    const names = signedNames(request)
    expect(names).toContain('x-other')
    expect(names).not.toContain('x-left-out')
    expect(names).not.toContain('content-length')
    expect((await sendLengthless(request)).status).toBe(200)
    expect(seen.pop()).toEqual({ length: undefined, coding: 'chunked', body: TEXT })
  })

  it('goes with a stream of fixed length, where the runtime has those', async () => {
    const lengths: number[] = []
    vi.stubGlobal(
      'FixedLengthStream',
      class extends TransformStream {
        constructor(length: number) {
          super()
          lengths.push(length)
        }
      },
    )
    const request = await signChunkedRequest(url, { ...upload, init: withBody(stream()) })
    expect(lengths).toEqual([Number(request.headers.get('content-length'))])
    expect((await fetch(request)).status).toBe(200)
    expect(seen.pop()!.body).toBe(TEXT)
  })
})
