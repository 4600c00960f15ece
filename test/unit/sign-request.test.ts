import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SignChunkedRequestOptions, signChunkedRequest } from '../../src/chunked/index.ts'
import { presignUrl, type SignRequestOptions, signRequest, Verifier } from '../../src/index.ts'
import { importWithoutNative } from '../support/without-native.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const OPTIONS = {
  credentials: CREDENTIALS,
  service: 's3',
  region: 'us-east-1',
  signingDate: NOW,
} satisfies SignRequestOptions
const URL_PUT = 'https://b.s3.us-east-1.amazonaws.com/key'

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

function verify(request: Request, options: Partial<ConstructorParameters<typeof Verifier>[0]> = {}) {
  return new Verifier({
    getKeys: ({ sessionToken }) => ({ secretAccessKey: SECRET, sessionToken }),
    service: 's3',
    region: 'us-east-1',
    now: () => NOW,
    ...options,
  }).verify(request)
}

const put = (body: RequestInit['body'], headers: HeadersInit = {}): RequestInit => ({
  method: 'PUT',
  body,
  headers,
})

describe('signRequest: bodies', () => {
  const form = new FormData()
  form.append('a', 'b')
  form.append('file', new Blob(['text'], { type: 'text/plain' }), 'name.txt')
  const bytes = Uint8Array.from([0, 1, 2, 253, 254, 255])

  const bodies: readonly (readonly [what: string, body: RequestInit['body'], type: RegExp | null])[] = [
    ['a string', 'grüße ✓', /^text\/plain;charset=UTF-8$/i],
    ['bytes', bytes, null],
    ['an ArrayBuffer', bytes.buffer, null],
    ['a DataView', new DataView(bytes.buffer, 1, 3), null],
    ['a Blob', new Blob(['abc'], { type: 'image/png' }), /^image\/png$/],
    ['a Blob without type', new Blob(['abc']), null],
    ['FormData', form, /^multipart\/form-data; boundary=/],
    [
      'URLSearchParams',
      new URLSearchParams({ a: 'b c' }),
      /^application\/x-www-form-urlencoded;charset=UTF-8$/i,
    ],
    ['an empty string', '', /^text\/plain;charset=UTF-8$/i],
    ['nothing', null, null],
  ]
  for (const [what, body, type] of bodies) {
    it(`signs ${what} as it is sent`, async () => {
      const request = await signRequest(URL_PUT, { ...OPTIONS, init: put(body) })
      const contentType = request.headers.get('content-type')
      if (type) expect(contentType).toMatch(type)
      else expect(contentType).toBeNull()
      const { request: checked, signedHeaders } = await verify(request)
      expect(signedHeaders.includes('content-type')).toBe(type !== null)
      const sent = new Uint8Array(await checked.arrayBuffer())
      expect(request.headers.get('x-amz-content-sha256')).toBe(sha256(sent))
    })

    it(`signs ${what} in a Request, and leaves that as it was`, async () => {
      const original = new Request(URL_PUT, put(body))
      const names = [...original.headers.keys()]
      const request = await signRequest(original, OPTIONS)
      expect(original.bodyUsed).toBe(false)
      expect([...original.headers.keys()]).toEqual(names)
      expect((await verify(request)).payload).toBe('signed')
    })
  }

  it('keeps the content type that the caller gave', async () => {
    const request = await signRequest(URL_PUT, {
      ...OPTIONS,
      init: put('{}', { 'content-type': 'application/json' }),
    })
    expect(request.headers.get('content-type')).toBe('application/json')
    await verify(request)
  })

  it('refuses an object, which fetch would send as "[object Object]"', async () => {
    for (const payload of ['signed', 'unsigned'] as const) {
      const signing = signRequest(URL_PUT, { ...OPTIONS, payload, init: put({ a: 1 } as unknown as string) })
      await expect(signing).rejects.toMatchObject({
        code: 'ERR_INVALID_ARG_TYPE',
        message: /^body must be text or bytes/,
      })
    }
  })
})

describe('signRequest: streams', () => {
  const stream = () => new Blob(['streamed']).stream()
  const withStream = (body: unknown): RequestInit =>
    ({ ...put(body as BodyInit), duplex: 'half' }) as RequestInit

  async function* iterable() {
    yield new TextEncoder().encode('streamed')
  }

  for (const [what, body] of [
    ['a stream', stream],
    ['an async iterable', iterable],
  ] as const) {
    it(`refuses ${what} without a word on its hash, and names the two ways out`, async () => {
      const signing = signRequest(URL_PUT, { ...OPTIONS, init: withStream(body()) })
      await expect(signing).rejects.toMatchObject({ message: /payload: 'unsigned'.*x-amz-content-sha256/ })
    })

    it(`passes ${what} on as UNSIGNED-PAYLOAD`, async () => {
      const request = await signRequest(URL_PUT, {
        ...OPTIONS,
        payload: 'unsigned',
        init: withStream(body()),
      })
      expect(request.headers.get('x-amz-content-sha256')).toBe('UNSIGNED-PAYLOAD')
      const { request: checked, payload } = await verify(request, { payloads: ['unsigned'] })
      expect([await checked.text(), payload]).toEqual(['streamed', 'unsigned'])
    })

    it(`passes ${what} on with the hash that the caller gives`, async () => {
      const headers = { 'x-amz-content-sha256': sha256('streamed') }
      const request = await signRequest(URL_PUT, { ...OPTIONS, init: { ...withStream(body()), headers } })
      expect(await (await verify(request)).request.text()).toBe('streamed')
    })
  }

  it('moves the stream of a Request that is signed unread', async () => {
    const original = new Request(URL_PUT, withStream(stream()))
    const request = await signRequest(original, { ...OPTIONS, payload: 'unsigned' })
    expect(await request.text()).toBe('streamed')
  })

  it('refuses a Request whose body was read', async () => {
    const original = new Request(URL_PUT, put('a'))
    await original.text()
    await expect(signRequest(original, OPTIONS)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

describe('signRequest: the request', () => {
  it('keeps what fetch is told besides: signal, redirect, method, headers', async () => {
    const { signal } = new AbortController()
    const init = { method: 'DELETE', redirect: 'manual', headers: { 'x-amz-meta-a': '1' }, signal } as const
    for (const input of [URL_PUT, new URL(URL_PUT), new Request(URL_PUT, init)]) {
      const request = await signRequest(input, { ...OPTIONS, init: input instanceof Request ? {} : init })
      expect([request.method, request.redirect, request.headers.get('x-amz-meta-a')]).toEqual([
        'DELETE',
        'manual',
        '1',
      ])
    }
  })

  it('lets init win over the Request', async () => {
    const original = new Request(URL_PUT, put('one', { a: 'b' }))
    const request = await signRequest(original, { ...OPTIONS, init: put('two', { c: 'd' }) })
    expect([await request.clone().text(), request.headers.get('a'), request.headers.get('c')]).toEqual([
      'two',
      null,
      'd',
    ])
    await verify(request)
  })

  it('asks a provider for credentials', async () => {
    const provider = vi.fn(async () => ({ ...CREDENTIALS, sessionToken: 'a/token+==' }))
    const request = await signRequest(URL_PUT, { ...OPTIONS, credentials: provider })
    expect(request.headers.get('x-amz-security-token')).toBe('a/token+==')
    expect(provider).toHaveBeenCalledTimes(1)
    await verify(request)
  })

  it('signs a string as the runtime sends it', async () => {
    const request = await signRequest(
      'https://b.s3.us-east-1.amazonaws.com/ü b?q=ü b&plus=a+b#fragment',
      OPTIONS,
    )
    expect(request.url).toContain('/%C3%BC%20b?q=%C3%BC%20b&plus=a+b')
    await verify(request)
  })

  for (const path of ['/a/../b', '/a/./b', '/..', '/a/%2e%2E/b', '/a/%2e/b', '/a\\b', '/a\tb']) {
    it(`refuses ${JSON.stringify(path)} for S3, where fetch would send another key`, async () => {
      const signing = signRequest(`https://b.s3.us-east-1.amazonaws.com${path}`, OPTIONS)
      await expect(signing).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE', message: /segments/ })
    })
  }

  it('lets fetch resolve dot segments where the service does too', async () => {
    const request = await signRequest('https://a.example/x/../b', { ...OPTIONS, service: 'execute-api' })
    expect(request.url).toBe('https://a.example/b')
    await verify(request, { service: 'execute-api' })
  })

  it('refuses what is no request, with a code', async () => {
    for (const input of [undefined, null, 1, {}, '/relative', 'http://[', 'ftp://a.example/']) {
      const signing = signRequest(input as string, OPTIONS)
      await expect(signing).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) })
    }
    const getWithBody = signRequest(URL_PUT, { ...OPTIONS, init: { body: 'a' } })
    await expect(getWithBody).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    const badHeader = signRequest(URL_PUT, { ...OPTIONS, init: { headers: { a: '\u0100' } } })
    await expect(badHeader).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

describe('signRequest: options', () => {
  it('says where what belongs to fetch is to be told', async () => {
    for (const name of ['method', 'headers', 'body', 'signal']) {
      const signing = signRequest(URL_PUT, { ...OPTIONS, [name]: 'POST' })
      await expect(signing).rejects.toMatchObject({
        code: 'ERR_INVALID_ARG_VALUE',
        message: `${name} belongs in init: { ${name}: … }`,
      })
    }
  })

  it('refuses what it does not know', async () => {
    const misspelt = { ...OPTIONS, payloads: 'unsigned' } as SignRequestOptions
    await expect(signRequest(URL_PUT, misspelt)).rejects.toThrow(
      /^"payloads" is not an option of signRequest/,
    )
    await expect(signRequest(URL_PUT, null as never)).rejects.toThrow(/^the options of signRequest must be/)
    const chunked = { ...OPTIONS, payload: 'unsigned' } as object as SignChunkedRequestOptions
    await expect(signChunkedRequest(URL_PUT, chunked)).rejects.toThrow(/^"payload" is not an option of sign/)
    const withBody = { ...OPTIONS, body: 'a' } as object as SignChunkedRequestOptions
    await expect(signChunkedRequest(URL_PUT, withBody)).rejects.toThrow(/^body belongs in init/)
  })
})

describe('signRequest: what an older signature left', () => {
  const tokens = { ...CREDENTIALS, sessionToken: 'old-token' }

  it('is replaced: authorization, date, token and hash', async () => {
    const first = await signRequest(URL_PUT, { ...OPTIONS, credentials: tokens, init: put('one') })
    const changed = new Request(first, { body: 'two' })
    const again = await signRequest(changed, { ...OPTIONS, signingDate: NOW + 60_000 })
    expect(again.headers.get('authorization')).not.toContain('x-amz-security-token')
    expect(again.headers.get('x-amz-security-token')).toBeNull()
    expect(again.headers.get('x-amz-date')).toBe('20260102T030505Z')
    expect((await verify(again, { now: () => NOW + 60_000 })).signedHeaders).toContain('x-amz-content-sha256')
  })

  it("is told from the caller's own token", async () => {
    const init = { headers: { 'x-amz-security-token': 'own' } }
    const request = await signRequest(URL_PUT, { ...OPTIONS, init })
    expect((await verify(request)).signedHeaders).toContain('x-amz-security-token')
  })

  it('is taken out of a presigned URL, and nothing else is', async () => {
    const presigned = presignUrl(
      { url: `${URL_PUT}?x-id=GetObject&X-Amz-Meta=kept` },
      { ...OPTIONS, credentials: tokens },
    )
    for (const input of [presigned.url, new Request(presigned.url)]) {
      const request = await signRequest(input, OPTIONS)
      expect(request.url).toBe(`${URL_PUT}?x-id=GetObject&X-Amz-Meta=kept`)
      await verify(request)
    }
    expect((await signRequest(presignUrl({ url: URL_PUT }, OPTIONS).url, OPTIONS)).url).toBe(URL_PUT)
  })
})

describe('signRequest without node:crypto', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })

  const large = 'x'.repeat(100_000)

  it('hashes a large body by WebCrypto, and a small one by itself', async () => {
    const digest = vi.spyOn(crypto.subtle, 'digest')
    const module = await importWithoutNative(() => import('../../src/index.ts'))
    const request = await module.signRequest(URL_PUT, { ...OPTIONS, init: put(large) })
    expect(request.headers.get('x-amz-content-sha256')).toBe(sha256(large))
    expect(digest).toHaveBeenCalledTimes(1)
    await module.signRequest(URL_PUT, { ...OPTIONS, init: put('small') })
    expect(digest).toHaveBeenCalledTimes(1)
    await verify(request)
  })

  it('needs no WebCrypto: an insecure context signs as well', async () => {
    const module = await importWithoutNative(() => import('../../src/index.ts'), { webCrypto: false })
    const request = await module.signRequest(URL_PUT, { ...OPTIONS, init: put(large) })
    vi.unstubAllGlobals()
    expect(request.headers.get('x-amz-content-sha256')).toBe(sha256(large))
    await verify(request)
  })
})
