import { describe, expect, it } from 'vitest'
import { presignUrl, Signer, signHeaders, signRequest } from '../../src/index.ts'
import { forgeHeader } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bytes,
  type Draft,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  type Pair,
  presigned,
  refusalOf,
  signing,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

interface Canonical {
  path: string
  query: string
  headers: string[]
  signedHeaders: string
  hashedPayload: string
}

function cut(canonicalRequest: string): Canonical {
  const [, path = '', query = '', ...rest] = canonicalRequest.split('\n')
  const [hashedPayload = '', signedHeaders = ''] = rest.reverse()
  return { path, query, headers: rest.slice(3).reverse(), signedHeaders, hashedPayload }
}

/** The canonical request that the verifier builds: it shows it to whoever signs with another key. */
async function received(wire: Wire, service: string): Promise<string | undefined> {
  const getKeys = () => ({ secretAccessKey: 'another' })
  return (await refusalOf(verifier({ service, getKeys }).verifyReceived(wire))).details.canonicalRequest
}

/** Signs in the headers, verifies, and gives the canonical request that both sides built. */
async function canonical(draft: Draft, service = 'execute-api'): Promise<Canonical> {
  const { method = 'GET', target = '/', host = HOST, headers = [], body } = draft
  const { trace } = signHeaders(
    { method, url: `https://${host}${target}`, headers, body },
    signing({ service }),
  )
  const wire = headerSigned(draft, { service })
  expect(await judgeRaw(wire, { service })).toBe('accepted')
  expect(await received(wire, service)).toBe(trace.canonicalRequest)
  return cut(trace.canonicalRequest)
}

/** The same of a presigned URL. */
async function canonicalPresigned(
  draft: Draft,
  service = 'execute-api',
): Promise<Canonical & { url: string }> {
  const { method = 'GET', target = '/', host = HOST, headers = [], body } = draft
  const { url, trace } = presignUrl(
    { method, url: `https://${host}${target}`, headers, body },
    signing({ service }),
  )
  const wire = presigned(draft, { service })
  expect(await judgeRaw(wire, { service })).toBe('accepted')
  expect(await received(wire, service)).toBe(trace.canonicalRequest)
  return { ...cut(trace.canonicalRequest), url }
}

const PATHS: [id: string, service: string, wire: string, canonicalUri: string][] = [
  ['P1', 's3', '/test%20file', '/test%20file'],
  ['P2', 's3', '/%3Fa=b%20c', '/%3Fa%3Db%20c'],
  ['P2', 'es', '/_search/%3Fa=b%20c', '/_search/%253Fa%3Db%2520c'],
  ['P3', 'es', '/*/*/_search/', '/%2A/%2A/_search/'],
  ['P3', 's3', '/a%20b', '/a%20b'],
  ['P3', 's3', '/a%2Bb', '/a%2Bb'],
  ['P3', 's3', '/a%3Db', '/a%3Db'],
  ['P3', 's3', '/a=b', '/a%3Db'],
  ['P3', 's3', '/caf%C3%A9-%E2%98%83', '/caf%C3%A9-%E2%98%83'],
  ['P3', 's3', '/caf%c3%a9-%e2%98%83', '/caf%C3%A9-%E2%98%83'],
  ['P4', 's3', '/10%2B2.jpg', '/10%2B2.jpg'],
  ['P4', 'execute-api', '/a+b', '/a%2Bb'],
  ['P5', 'execute-api', '/a%2Fb', '/a%252Fb'],
  ['P5', 's3', '/a%2Fb', '/a%2Fb'],
  [
    'P5',
    'bedrock',
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fxyz/converse',
    '/model/arn%253Aaws%253Abedrock%253Aus-east-1%253A1%253Aapplication-inference-profile%252Fxyz/converse',
  ],
  ['P6', 's3', '/my-object//example//photo.user', '/my-object//example//photo.user'],
  ['P6', 's3', '///key//..//whatever/.', '///key//..//whatever/.'],
  ['P6', 's3', '/.', '/.'],
  ['P6', 's3', '///..', '///..'],
  ['P7', 'execute-api', '/foo//bar', '/foo/bar'],
  ['P7', 'execute-api', '/foo/..', '/'],
  ['P7', 'execute-api', '/foo/./bar/', '/foo/bar/'],
  ['P7', 'execute-api', '/example%20space/', '/example%2520space/'],
  ['P7', 'execute-api', '', '/'],
]

describe('paths: canonical URI, signing and verifying', () => {
  it.each(
    PATHS.filter(([, , wire]) => wire !== ''),
  )('%s %s %s is %s', async (_, service, target, canonicalUri) => {
    expect((await canonical({ target }, service)).path).toBe(canonicalUri)
    expect((await canonicalPresigned({ target }, service)).path).toBe(canonicalUri)
  })

  it('P4 S3: a bare "+" in a path is the byte it is, and no space', async () => {
    const plus = headerSigned({ target: '/a%2Bb' }, { service: 's3' })
    expect(await judge({ ...plus, target: '/a+b' }, { service: 's3' })).toBe('accepted')
    const space = headerSigned({ target: '/a%20b' }, { service: 's3' })
    expect(await judge({ ...space, target: '/a+b' }, { service: 's3' })).toBe(
      'signature-mismatch SignatureDoesNotMatch 403',
    )
  })

  it.each([
    '/b/../a',
    '/b/.',
    '/..',
    '/b/%2e%2e/a',
    '/b/.%2E/a',
    '/b\\a',
    '/b/\ta',
  ])('P6 S3: signRequest throws for %j, which the runtime would send as another key', async (target) => {
    const input = `https://bucket.s3.amazonaws.com${target}`
    const options = signing({ service: 's3' })
    await expect(signRequest(input, options)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    const { signingDate: _, ...lasting } = options
    const signer = new Signer(lasting)
    await expect(signer.sign(input)).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })

  it('P8 the verifier needs the raw path: the decoded one is another', async () => {
    for (const service of ['s3', 'execute-api']) {
      const wire = headerSigned({ target: '/a%20b%2Fc' }, { service })
      expect(await judgeRaw(wire, { service })).toBe('accepted')
      for (const target of ['/a b/c', '/a%20b/c']) {
        expect(await judgeRaw({ ...wire, target }, { service })).toBe(
          'signature-mismatch SignatureDoesNotMatch 403',
        )
      }
    }
  })
})

const QUERIES: [id: string, service: string, query: string, canonicalQuery: string][] = [
  ['Q1', 'execute-api', 'filter=a&filter=%C3%A0', 'filter=%C3%A0&filter=a'],
  ['Q2', 'execute-api', 'params[page]=1&params[pageSize]=20', 'params%5Bpage%5D=1&params%5BpageSize%5D=20'],
  ['Q3', 'execute-api', 'select-type=2&select=', 'select=&select-type=2'],
  ['Q4', 'execute-api', 'Param1=value2&Param1=Value1', 'Param1=Value1&Param1=value2'],
  ['Q5', 'execute-api', 'b=1&a=2&a=1', 'a=1&a=2&b=1'],
  ['Q6', 's3', 'uploads', 'uploads='],
  ['Q6', 'execute-api', 'v', 'v='],
  ['Q7', 'execute-api', 'a=1%202', 'a=1%202'],
  ['Q7', 'execute-api', 'a=1+2', 'a=1%202'],
]

describe('queries: canonical query string, signing and verifying', () => {
  it.each(QUERIES)('%s %s ?%s is %s', async (_, service, query, canonicalQuery) => {
    expect((await canonical({ target: `/?${query}` }, service)).query).toBe(canonicalQuery)
    const inUrl = (await canonicalPresigned({ target: `/?${query}` }, service)).query
    const own = inUrl.split('&').filter((pair) => !pair.startsWith('X-Amz-'))
    expect(own.join('&')).toBe(canonicalQuery)
  })

  it.each([
    '/example space/',
    '/?filter=à',
  ])('P7 Q1 what cannot be sent as it stands is not signed: %s', (target) => {
    const wanted = expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(() => headerSigned({ target })).toThrow(wanted)
    expect(() => presigned({ target })).toThrow(wanted)
  })

  it('Q5 drops no value of a repeated name: each is signed', async () => {
    for (const service of ['s3', 'execute-api']) {
      const wire = headerSigned({ target: '/?a=2&a=1' }, { service })
      expect(await judge(wire, { service })).toBe('accepted')
      for (const target of ['/?a=2', '/?a=1', '/?a=2&a=3', '/?a=2&a=1&a=1']) {
        expect(await judge({ ...wire, target }, { service })).toBe(
          'signature-mismatch SignatureDoesNotMatch 403',
        )
      }
    }
  })

  it('Q7 writes a space as %20 in the URL that it emits', async () => {
    for (const query of ['a=1+2', 'a=1%202']) {
      const { url } = presignUrl({ url: `https://${HOST}/?${query}` }, signing())
      expect(url.startsWith(`https://${HOST}/?a=1%202&X-Amz-Algorithm=`)).toBe(true)
    }
  })

  it.each([
    ['T:K', 'T%3AK'],
    ['a+b', 'a%2Bb'],
    ['path/like/key', 'path%2Flike%2Fkey'],
    ['20150830/us-east-1/s3/aws4_request', '20150830%2Fus-east-1%2Fs3%2Faws4_request'],
    ['a=b;c&d', 'a%3Db%3Bc%26d'],
  ])('Q8 the access key id %s is %s in the credential, and comes back whole', async (accessKeyId, encoded) => {
    const credentials = { ...KEY, accessKeyId }
    const url = presigned({}, { credentials })
    const credential = `X-Amz-Credential=${encoded}%2F20150830%2Fus-east-1%2Fexecute-api%2Faws4_request`
    expect(url.target).toContain(`&${credential}&`)
    for (const wire of [url, headerSigned({}, { credentials })]) {
      expect((await verifier({ getKeys: () => KEY }).verifyReceived(wire)).accessKeyId).toBe(accessKeyId)
    }
  })

  it('Q9 reads repeated, empty and odd parameters without a crash', async () => {
    for (const query of [
      'a=1&a=2&a[]=3',
      '=',
      '=1',
      '&&a&&',
      'a==b',
      '__proto__=1&constructor=2',
      'a=%FF%00',
      '%',
    ]) {
      const verdict = await judgeRaw({ ...forgeHeader(), target: `/?${query}` })
      expect(verdict).toMatch(/^(?:signature-mismatch|malformed-request) /)
    }
  })
})

const withDate = (...pairs: Pair[]): Pair[] => [['host', HOST], ['x-amz-date', AMZ_DATE], ...pairs]
const NEVER_SIGNED = [
  'connection',
  'x-amzn-trace-id',
  'user-agent',
  'keep-alive',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-authenticate',
  'expect',
  'authorization',
]

describe('headers: canonical headers, signing and verifying', () => {
  it.each([
    ['    "a   b   c"  ', '"a b c"'],
    ['a\t\tb \t c', 'a b c'],
    ['   ', ''],
    ['a    b', 'a b'],
    ['a\u00a0 b', 'a\u00a0 b'],
  ])('H1 My-Header2:%j is %j', async (value, expected) => {
    const { headers } = await canonical({ headers: [['My-Header2', value]] })
    expect(headers).toContain(`my-header2:${expected}`)
  })

  it('H2 joins two lines by a comma, and keeps one line that has commas', async () => {
    const lines = await canonical({
      headers: [
        ['x-a', 'bar'],
        ['X-A', 'baz'],
      ],
    })
    expect(lines.headers).toContain('x-a:bar,baz')
    const line = await canonical({ headers: [['x-a', 'bar, baz']] })
    expect(line.headers).toContain('x-a:bar, baz')
  })

  it('H2 a Headers object, which cannot tell two lines from one, is taken for one line', async () => {
    expect(await judge(headerSigned({ headers: [['x-a', 'bar, baz']] }))).toBe('accepted')
    expect(
      await judge(
        headerSigned({
          headers: [
            ['x-a', 'bar'],
            ['x-a', 'baz'],
          ],
        }),
      ),
    ).toBe('verifyReceived: accepted; verify: signature-mismatch SignatureDoesNotMatch 403')
  })

  it.each([
    ['https://h.example:443', 'h.example'],
    ['http://h.example:80', 'h.example'],
    ['wss://h.example:443', 'h.example'],
    ['https://h.example:8443', 'h.example:8443'],
    ['https://h.example:80', 'h.example:80'],
    ['http://h.example:443', 'h.example:443'],
    ['https://H.Example', 'h.example'],
    ['https://user:pass@h.example', 'h.example'],
    ['https://[::1]:443', '[::1]'],
  ])('H3 the host of %s is %s', async (origin, host) => {
    for (const url of [`${origin}/a`, `${origin}?a=1`]) {
      const { trace, headers } = signHeaders({ url }, signing())
      expect(cut(trace.canonicalRequest).headers).toContain(`host:${host}`)
      const target = url.endsWith('/a') ? '/a' : '/?a=1'
      const wire: Wire = {
        method: 'GET',
        target,
        headers: [['host', host], ...Object.entries(headers)],
        body: null,
      }
      expect(await judgeRaw(wire)).toBe('accepted')
    }
  })

  it.each(NEVER_SIGNED)('H4 %s is never signed by itself', async (name) => {
    const { trace } = signHeaders({ url: `https://${HOST}/`, headers: [[name, 'x']] }, signing())
    expect(trace.signedHeaders).toEqual(['host', 'x-amz-date'])
    expect(
      presignUrl({ url: `https://${HOST}/`, headers: [[name, 'x']] }, signing()).trace.signedHeaders,
    ).toEqual(['host'])
    if (name === 'authorization') return
    // A request that announces a body must have one.
    const wire = headerSigned({ method: 'POST', body: 'x' })
    expect(await judgeRaw(withHeader(wire, name, 'x'))).toBe('accepted')
  })

  it('H5 x-amz-* must be signed, x-amzn-* need not be', async () => {
    expect(await judge(withHeader(headerSigned(), 'x-amzn-requestid', '1'))).toBe('accepted')
    expect(await judge(withHeader(headerSigned(), 'x-amz-request-id', '1'))).toBe(
      'header-not-signed SignatureDoesNotMatch 403',
    )
  })

  it('H6 content-type is signed where it is there, and may be unsigned unless the verifier asks', async () => {
    const draft: Draft = { method: 'POST', headers: [['Content-Type', 'application/json']], body: '{}' }
    expect((await canonical(draft)).signedHeaders).toBe('content-type;host;x-amz-date')
    const unsigned = headerSigned(draft, { excludeHeaders: ['content-type'] })
    expect(await judge(unsigned)).toBe('accepted')
    expect(await judge(unsigned, { requireSignedHeaders: ['Content-Type'] })).toBe(
      'header-not-signed SignatureDoesNotMatch 403',
    )
    expect(presigned({ method: 'PUT' }).target).toContain('X-Amz-SignedHeaders=host&')
  })

  it('H7 the verifier uses a header that is named as signed, though no signer of ours would sign it', async () => {
    for (const name of ['user-agent', 'x-amzn-trace-id', 'via', 'x-forwarded-for']) {
      const headers = withDate([name, 'a']).sort(([a], [b]) => (a < b ? -1 : 1))
      const wire = forgeHeader({ headers, signedHeaders: headers.map(([known]) => known) })
      expect(await judge(wire)).toBe('accepted')
      const changed = wire.headers.map(([known, value]): Pair => [known, known === name ? 'b' : value])
      expect(await judge({ ...wire, headers: changed })).toBe('signature-mismatch SignatureDoesNotMatch 403')
    }
  })
})

describe('presigned URLs and tokens', () => {
  it('T1 IoT: the session token follows the signature', () => {
    const credentials = { ...KEY, sessionToken: 'a/token=' }
    const { url } = presignUrl(
      { url: 'wss://h.iot.us-east-1.amazonaws.com/mqtt' },
      signing({ service: 'iotdevicegateway', credentials }),
    )
    expect(url).toMatch(
      /&X-Amz-SignedHeaders=host&X-Amz-Signature=[\da-f]{64}&X-Amz-Security-Token=a%2Ftoken%3D$/,
    )
    expect(url).not.toContain('X-Amz-Expires')
  })

  it('T2 x-amz-expires given as a header is not signed', () => {
    const headers = { 'X-Amz-Expires': '60', 'X-Amz-Date': AMZ_DATE, 'x-a': '1' }
    const { url, trace } = presignUrl({ url: `https://${HOST}/`, headers }, signing())
    expect(trace.signedHeaders).toEqual(['host', 'x-a'])
    expect(url).toContain('&X-Amz-Expires=3600&')
  })

  it('T6 a WebSocket URL is presigned for an empty body, with host alone', async () => {
    const { url, trace } = presignUrl(
      {
        url: 'wss://transcribestreaming.us-east-1.amazonaws.com:8443/stream-transcription-websocket?language-code=en-US',
      },
      signing({ service: 'transcribe' }),
    )
    expect(trace.hashedPayload).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(trace.signedHeaders).toEqual(['host'])
    const host = 'transcribestreaming.us-east-1.amazonaws.com:8443'
    const wire: Wire = {
      method: 'GET',
      target: url.slice(`wss://${host}`.length),
      headers: [['host', host]],
      body: null,
    }
    expect(await judge(wire, { service: 'transcribe' })).toBe('accepted')
    expect(await judgeRaw({ ...wire, body: bytes('x') }, { service: 'transcribe' })).toBe(
      'signature-mismatch SignatureDoesNotMatch 403',
    )
  })
})
