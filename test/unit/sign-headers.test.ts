import { describe, expect, it } from 'vitest'
import {
  type Credentials,
  profileFor,
  type RequestParts,
  type SigningOptions,
  signHeaders,
} from '../../src/index.ts'

const OPTIONS: SigningOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'execute-api',
  region: 'us-east-1',
  signingDate: 0,
}
const A = 'https://a.example/'
const sign = (parts: Partial<RequestParts>, options: Partial<SigningOptions> = {}) =>
  signHeaders({ url: A, ...parts }, { ...OPTIONS, ...options })
const signedNames = (headers: Record<string, string>, options: Partial<SigningOptions> = {}) =>
  sign({ headers }, options).trace.signedHeaders

describe('signHeaders: what it adds', () => {
  it('gives only what must be added, in lower case', () => {
    expect(Object.keys(sign({ headers: { a: 'b' } }).headers)).toEqual(['x-amz-date', 'authorization'])
    const tokens = { ...OPTIONS.credentials, sessionToken: 'token' }
    expect(Object.keys(sign({}, { service: 's3', credentials: tokens }).headers)).toEqual([
      'x-amz-date',
      'x-amz-content-sha256',
      'x-amz-security-token',
      'authorization',
    ])
  })

  it('announces UNSIGNED-PAYLOAD whatever the service', () => {
    expect(sign({}, { payload: 'unsigned' }).headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD')
  })

  it('sends the hash where the service requires it, and where it takes it', () => {
    const choices = ['s3', 's3express', 's3-object-lambda', 's3-outposts', 'glacier', 'dynamodb'].map(
      (service) => [
        profileFor(service).contentSha256,
        'x-amz-content-sha256' in sign({}, { service }).headers,
      ],
    )
    expect(choices).toEqual([
      ['required', true],
      ['required', true],
      ['required', true],
      ['send', true],
      ['send', true],
      ['omit', false],
    ])
    for (const contentSha256 of ['required', 'send'] as const) {
      expect(sign({}, { profile: { contentSha256 } }).headers['x-amz-content-sha256']).toMatch(/^e3b0c442/)
    }
  })

  it("lets the caller's own x-amz-content-sha256 win", () => {
    const { headers, trace } = sign({ headers: { 'X-Amz-Content-Sha256': 'own' } }, { payload: 'unsigned' })
    expect([trace.hashedPayload, 'x-amz-content-sha256' in headers]).toEqual(['own', false])
  })

  it('changes nothing that it was given', () => {
    const headers = Object.freeze({ authorization: 'old', 'X-Amz-Date': 'old', a: Object.freeze(['b', 'c']) })
    const parts = Object.freeze({
      url: A,
      headers: headers as unknown as Record<string, string>,
      method: 'post',
    })
    const { trace } = signHeaders(parts, Object.freeze({ ...OPTIONS }))
    expect(trace.canonicalRequest).toContain('a:b,c\nhost:a.example\nx-amz-date:19700101T000000Z\n')
    expect(trace.canonicalRequest).toMatch(/^POST\n/)
  })
})

describe('signHeaders: which headers', () => {
  const given = {
    'content-type': 'text/plain',
    'x-custom': '1',
    'x-amz-meta': '1',
    range: 'bytes=0-9',
    'user-agent': 'a',
    'x-forwarded-for': 'b',
    'cf-ray': 'c',
    'accept-encoding': 'gzip',
    'cache-control': 'no-cache',
    Connection: 'close',
  }

  it('are by default all but those that browsers and hops rewrite', () => {
    expect(signedNames(given)).toEqual([
      'content-type',
      'host',
      'range',
      'x-amz-date',
      'x-amz-meta',
      'x-custom',
    ])
  })

  it('can be the required ones', () => {
    expect(signedNames(given, { signHeaders: 'required' })).toEqual([
      'content-type',
      'host',
      'x-amz-date',
      'x-amz-meta',
    ])
  })

  it('can be listed, by name and by matcher', () => {
    const list = ['X-Custom', { prefix: 'CF-', ignoreCase: true }, { regex: 'user.*' }, { suffix: 'coding' }]
    expect(signedNames(given, { signHeaders: list })).toEqual([
      'accept-encoding',
      'cf-ray',
      'host',
      'user-agent',
      'x-amz-date',
      'x-amz-meta',
      'x-custom',
    ])
    const exact = [{ exact: 'range' }, { contains: 'forwarded' }, { regex: /CONTENT-TYP/i }]
    expect(signedNames(given, { signHeaders: exact })).toEqual([
      'host',
      'range',
      'x-amz-date',
      'x-amz-meta',
      'x-forwarded-for',
    ])
  })

  it('can be excluded, but for host and what signing adds', () => {
    const excludeHeaders = [{ prefix: 'x-' }, 'host', 'range']
    expect(signedNames(given, { excludeHeaders })).toEqual(['content-type', 'host', 'x-amz-date'])
  })

  it('are refused as matchers where they match nothing that can be', () => {
    for (const signHeaders of [[{}], [{ regex: '(' }], [null], [1], 'some', { exact: 'a' }]) {
      expect(() => signedNames(given, { signHeaders: signHeaders as never })).toThrow(/^signHeaders /)
    }
  })

  it('leave content-length out for OpenSearch Serverless', () => {
    expect(signedNames({ 'content-length': '3' }, { service: 'aoss' })).toEqual([
      'host',
      'x-amz-content-sha256',
      'x-amz-date',
    ])
  })
})

describe('signHeaders: hosts', () => {
  const hostOf = (url: string | URL, headers: Record<string, string> = {}) =>
    /\nhost:(.*)\n/.exec(sign({ url, headers }).trace.canonicalRequest)?.[1]

  it('drop a default port and keep any other', () => {
    const hosts = [
      'https://A.example',
      'https://a.example:443/',
      'http://a.example:80/',
      'wss://a.example:443/',
    ]
    for (const url of hosts) expect(hostOf(url)).toBe('a.example')
    expect(hostOf('https://a.example:80/')).toBe('a.example:80')
    expect(hostOf('http://a.example:443/')).toBe('a.example:443')
    expect(hostOf('http://[2001:DB8::1]:8080/')).toBe('[2001:db8::1]:8080')
    expect(hostOf('https://user:pass@a.example/')).toBe('a.example')
  })

  it('are what the caller says, for a proxy that passes it on', () => {
    expect(hostOf('http://127.0.0.1:8080/', { Host: 'b.s3.amazonaws.com' })).toBe('b.s3.amazonaws.com')
  })

  it('must be there', () => {
    for (const url of [
      '',
      'a.example',
      '/path',
      'ftp://a.example/',
      'https://',
      'https://grüße.example/',
      'https://a:b/',
    ]) {
      expect(() => hostOf(url)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
    }
  })
})

describe('signHeaders: refusals name the option, and print no value', () => {
  const bad: readonly (readonly [what: string, options: object, message: RegExp])[] = [
    ['no credentials', { credentials: undefined }, /^credentials must be an object; it is undefined$/],
    [
      'no secret',
      { credentials: { accessKeyId: 'A' } },
      /^credentials.secretAccessKey must be a string; it is undefined$/,
    ],
    [
      'an empty secret',
      { credentials: { accessKeyId: 'A', secretAccessKey: '' } },
      /^credentials.secretAccessKey /,
    ],
    [
      'a key id with a space',
      { credentials: { accessKeyId: 'A B', secretAccessKey: 's' } },
      /^credentials.accessKeyId /,
    ],
    ['no service', { service: undefined }, /^service must be a string; it is undefined$/],
    ['a service with a slash', { service: 'a/b' }, /^service must be a signing name/],
    ['no region', { region: undefined }, /^region must be one region/],
    ['two regions', { region: ['us-east-1', 'us-west-2'] }, /^region must be one region/],
    ['a region set', { region: '*' }, /^region must be one region/],
    ['a date that is none', { signingDate: new Date(Number.NaN) }, /^signingDate must be a valid date/],
    ['a date as text', { signingDate: '2026-01-01' }, /^signingDate must be a Date/],
    ['a payload that is none', { payload: 'maybe' }, /^payload must be "signed" or "unsigned"/],
  ]
  for (const [what, options, message] of bad) {
    it(`such as ${what}`, () => {
      expect(() => sign({}, options as Partial<SigningOptions>)).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^ERR_INVALID_ARG_/),
          message: expect.stringMatching(message),
        }),
      )
    })
  }

  const badParts: readonly (readonly [what: string, parts: object, message: RegExp])[] = [
    ['a header above U+00FF', { headers: { a: 'テスト' } }, /^header a must be free of.*encode them/],
    [
      'a line break that folds nothing',
      { headers: { a: 'b\nx-amz-acl: public' } },
      /^header a must be free of/,
    ],
    ['a header name with a colon', { headers: { 'a:b': 'c' } }, /^header name "a:b" must be/],
    ['a method with a line break', { method: 'GET\n/' }, /^method must be an HTTP method/],
    [
      'a bad escape in the query',
      { url: `${A}?a=%zz` },
      /^url must be written as it is sent: "%25" for "%"$/,
    ],
    ['a presigned URL', { url: `${A}?X-Amz-Signature=a` }, /^url is presigned already/],
    ['a stream', { body: new ReadableStream() }, /payload: 'unsigned'/],
    ['headers that are none', { headers: 1 }, /^headers must be/],
    ['a header value that is none', { headers: { a: 1 } }, /^header "a" must be a string/],
  ]
  for (const [what, parts, message] of badParts) {
    it(`such as ${what}`, () => expect(() => sign(parts as Partial<RequestParts>)).toThrow(message))
  }

  it('takes credentials of class instances with getters', () => {
    class Rotating implements Credentials {
      get accessKeyId() {
        return 'AKIDEXAMPLE'
      }
      get secretAccessKey() {
        return 'secret'
      }
    }
    expect(sign({}, { credentials: new Rotating() }).trace.signature).toBe(sign({}).trace.signature)
  })
})
