import { describe, expect, it } from 'vitest'
import {
  bothForms,
  editTarget,
  headerSigned,
  judge,
  judgeRaw,
  presigned,
  withHeader,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const S3 = { service: 's3' }

/** Paths that a decoder or a router may take for one another, and that no signature covers twice. */
const APART: [signed: string, sent: string][] = [
  ['/b/foo%2Fbar', '/b/foo/bar'],
  ['/b/foo/bar', '/b/foo%2Fbar'],
  ['/b/foo%2fbar', '/b/foo/bar'],
  ['/b/foo%252Fbar', '/b/foo%2Fbar'],
  ['/b/foo%2Fbar', '/b/foo%252Fbar'],
  ['/b/foo%25', '/b/foo%2525'],
  ['/b/%252e%252e/a', '/b/%2e%2e/a'],
  ['/b/a%20b', '/b/a+b'],
  ['/b/a+b', '/b/a%20b'],
  ['/b/a%23b', '/b/a'],
  ['/b/a%00b', '/b/a'],
  ['/b/a;v=1', '/b/a'],
  ['/b/A', '/b/a'],
  ['/b/a', '/b/a/'],
  ['/b/%C3%A9', '/b/%E9'],
  ['/b/e%CC%81', '/b/%C3%A9'],
]

describe('V19 parser/path confusion: the raw path on the wire is what was signed', () => {
  it.each(APART)('does not take a signature of %s for %s', async (signed, sent) => {
    for (const service of ['s3', 'execute-api']) {
      for (const [, wire] of bothForms({ target: signed }, { service })) {
        expect(await judge(wire, { service })).toBe('accepted')
        expect(
          await judge(
            editTarget(wire, (target) => target.replace(signed, sent)),
            { service },
          ),
        ).toBe(MISMATCH)
      }
    }
  })

  it.each([
    ['/b/a//b', '/b/a/b'],
    ['//b/a', '/b/a'],
    ['/b/a/', '/b/a'],
    ['/b/a/', '/b/a//'],
  ])('keeps the S3 keys of %s and %s apart', async (signed, sent) => {
    const wire = headerSigned({ target: signed }, S3)
    expect(await judge(wire, S3)).toBe('accepted')
    expect(await judge({ ...wire, target: sent }, S3)).toBe(MISMATCH)
  })

  it.each([
    ['/b/./a', '/b/a'],
    ['/b/x/../a', '/b/a'],
    ['/b/../a', '/a'],
    ['/b/..', '/'],
  ])('keeps the S3 keys of %s and %s apart', async (signed, sent) => {
    const wire = headerSigned({ target: signed }, S3)
    expect(await judgeRaw(wire, S3)).toBe('accepted')
    expect(await judgeRaw({ ...wire, target: sent }, S3)).toBe(MISMATCH)
  })

  it.each([
    '/a\\b',
    '/a#b',
    '/a\tb',
    '/a\nb',
    '/a\rb',
    '/a\0b',
    '/a\x7fb',
    '/?a=1#b',
    '/a?b=\n',
  ])('refuses the target %j, which a URL parser would rewrite', async (target) => {
    expect(await judgeRaw({ ...headerSigned(), target })).toBe('malformed-request MalformedQueryString 400')
    expect(await judgeRaw({ ...headerSigned({}, S3), target }, S3)).toBe('malformed-request InvalidURI 400')
  })

  it.each([
    '',
    'a',
    '*',
    'https://api.example.com/',
    'api.example.com:443',
    '?a=1',
    ' /',
  ])('refuses the target %j, which is no origin form', async (target) => {
    expect(await judgeRaw({ ...headerSigned(), target })).toBe('malformed-request MalformedQueryString 400')
  })

  it('refuses a query in which a "%" begins no escape, for parsers differ on it', async () => {
    for (const query of ['a=%', 'a=%4', 'a=%zz', '%=1', 'a=%u0041', 'a=1%', '%2']) {
      expect(await judge({ ...headerSigned(), target: `/?${query}` })).toBe(
        'malformed-request MalformedQueryString 400',
      )
    }
  })

  it('keeps what parts the query from what it parts', async () => {
    const apart: [string, string][] = [
      ['?a=1%26b=2', '?a=1&b=2'],
      ['?a%3D1=2', '?a=1=2'],
      ['?a=%2B', '?a=+'],
      ['?a=%2520', '?a=%20'],
      ['?a=1&b=2', '?a=1;b=2'],
      ['?a=1', '?a=1&a=1'],
      ['?a', '?A'],
      ['?a=', '?a=%00'],
      ['a%3Fb', 'a?b'],
      ['a?b', 'a%3Fb'],
    ]
    for (const [signed, sent] of apart) {
      const wire = headerSigned({ target: `/${signed}` })
      expect(await judge(wire)).toBe('accepted')
      expect(await judge({ ...wire, target: `/${sent}` })).toBe(MISMATCH)
    }
  })
})

const FORWARDED: [name: string, value: string][] = [
  ['x-forwarded-host', 'api.example.com'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-prefix', '/v1'],
  ['x-forwarded-port', '443'],
  ['forwarded', 'host=api.example.com;proto=https'],
  ['x-original-host', 'api.example.com'],
  ['x-original-url', '/'],
  ['x-rewrite-url', '/'],
]

describe('V24 forwarded host trust: no header says what the host or the path was', () => {
  it.each(FORWARDED)('does not believe %s', async (name, value) => {
    for (const [, wire] of bothForms()) {
      const elsewhere = {
        ...wire,
        headers: wire.headers.map(([known, was]): [string, string] => [
          known,
          known === 'host' ? 'internal.example' : was,
        ]),
      }
      expect(await judge(withHeader(elsewhere, name, value))).toBe(MISMATCH)
      expect(await judge(withHeader(wire, name, 'evil.example'))).toBe('accepted')
    }
  })

  it('binds the host that externalUrl names, whatever host arrives', async () => {
    const options = { externalUrl: 'https://api.example.com' }
    for (const [, wire] of bothForms()) {
      const inside = wire.headers.map(([name, was]): [string, string] => [
        name,
        name === 'host' ? 'internal.example' : was,
      ])
      expect(await judge({ ...wire, headers: inside }, options)).toBe('accepted')
    }
    for (const [, wire] of bothForms({ host: 'evil.example' }))
      expect(await judge(wire, options)).toBe(MISMATCH)
  })
})

describe('V25 mismatched method: a signature is good for one method', () => {
  const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS']

  it.each(METHODS)('takes no other method on a signature for %s', async (signed) => {
    for (const service of ['s3', 'execute-api']) {
      for (const [, wire] of bothForms({ method: signed }, { service })) {
        for (const method of METHODS) {
          expect(await judge({ ...wire, method }, { service })).toBe(
            method === signed ? 'accepted' : MISMATCH,
          )
        }
      }
    }
  })

  it('heeds no header that names another method', async () => {
    const head = presigned({ method: 'HEAD' })
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect(await judge(withHeader({ ...head, method: 'GET' }, name, 'HEAD'))).toBe(MISMATCH)
    }
  })

  it('takes a method in another case for another method, and refuses what is none', async () => {
    expect(await judgeRaw({ ...headerSigned(), method: 'get' })).toBe(MISMATCH)
    for (const method of ['', 'GET ', 'GET\n/', 'G,T', 'GET/1']) {
      expect(await judgeRaw({ ...headerSigned(), method })).toBe('malformed-request MalformedQueryString 400')
    }
  })
})
