import { afterEach, describe, expect, it, vi } from 'vitest'
import aws4, { RequestSigner, sign } from '../../../src/drop-in/aws4/index.ts'

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
const DATE = { 'X-Amz-Date': '20260101T000000Z' }
const scopeOf = (request: { headers: Record<string, unknown> }) =>
  /Credential=([^,]+)/.exec(String(request.headers.Authorization))?.[1]

afterEach(() => vi.unstubAllEnvs())

describe('countersign/aws4', () => {
  it('has the default export of the original', () => expect(aws4).toEqual({ sign, RequestSigner }))

  it('takes credentials from the environment, as the original does', () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_ACCESS_KEY', 'AKIDENV')
    vi.stubEnv('AWS_SECRET_KEY', 'SECRET')
    vi.stubEnv('AWS_SESSION_TOKEN', 'token')
    const { headers } = sign({ service: 'sqs', region: 'eu-west-1' })
    expect([scopeOf({ headers })?.split('/')[0], headers['X-Amz-Security-Token']]).toEqual([
      'AKIDENV',
      'token',
    ])
  })

  it('refuses to sign where there are no credentials', () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY', 'AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY']) {
      vi.stubEnv(name, undefined)
    }
    expect(() => sign({ service: 'sqs' })).toThrow(/^credentials.accessKeyId must be a string/)
  })

  it('takes a URL, and keeps its path as it is written', () => {
    const request = sign('https://b.s3.eu-west-1.amazonaws.com:8443/a/../b%2Fc?x=1', KEYS)
    const { hostname, port, path, protocol, headers } = request
    expect({ hostname, port, path, protocol, host: headers.Host }).toEqual({
      protocol: 'https:',
      hostname: 'b.s3.eu-west-1.amazonaws.com',
      port: '8443',
      path: '/a/../b%2Fc?x=1',
      host: 'b.s3.eu-west-1.amazonaws.com:8443',
    })
    expect(() => sign('/path', KEYS)).toThrow(/^request must be an object or an absolute URL$/)
  })

  it('signs a URL that was presigned before as if it had not been', () => {
    const request = { host: 'b.s3.amazonaws.com', path: '/a?X-Amz-Date=20260101T000000Z', signQuery: true }
    const once = sign({ ...request }, KEYS).path
    expect(sign({ ...request, path: once }, KEYS).path).toBe(once)
  })

  it('gives the same string to sign before and after it has signed a query', () => {
    const signer = new RequestSigner({ host: 'b.s3.amazonaws.com', path: '/a', signQuery: true }, KEYS)
    const before = signer.canonicalString()
    signer.sign()
    expect(signer.canonicalString()).toBe(before)
  })

  it('signs for a Chinese region at its own host, and S3 Express with its own token', () => {
    expect(sign({ service: 'sqs', region: 'cn-north-1' }, KEYS).headers.Host).toBe(
      'sqs.cn-north-1.amazonaws.com.cn',
    )
    const { headers } = sign(
      { host: 'b--x-s3.s3express-a.us-east-1.amazonaws.com', service: 's3express', path: '/a b' },
      { ...KEYS, sessionToken: 'token' },
    )
    expect(Object.keys(headers)).toContain('X-Amz-S3session-Token')
  })

  it('signs for the Git client of CodeCommit', () => {
    const request = {
      service: 'codecommit',
      host: 'git-codecommit.us-east-1.amazonaws.com',
      method: 'GIT',
      path: '/r',
    }
    const signer = new RequestSigner({ ...request, headers: { Date: 'Thu, 01 Jan 2026 00:00:00 GMT' } }, KEYS)
    expect([signer.getDateTime(), signer.canonicalString().endsWith('\n')]).toEqual(['20260101T000000', true])
  })

  it.each<[string, object, RegExp]>([
    ['a date that is none', { headers: { 'X-Amz-Date': 'now' } }, /^X-Amz-Date must be in the form/],
    ['a region that is none', { region: 'a/b', headers: DATE }, /^region must be one region/],
    [
      'a header that cannot be sent',
      { headers: { 'x-a': 'a\nb' } },
      /^header x-a must be free of line breaks/,
    ],
    ['a path that is no text', { path: '/%ff|' }, /^path must be text/],
  ])('refuses %s', (_, request, message) => {
    expect(() => sign({ host: 'a.example', service: 'a', ...request }, KEYS)).toThrow(message)
  })

  it('shows no secret in what it refuses', () => {
    const error = (() => {
      try {
        return sign({ host: 'a.example' }, { accessKeyId: 'A', secretAccessKey: ' hush hush ' })
      } catch (thrown) {
        return thrown
      }
    })()
    expect(String(error)).toMatch(/^RangeError: credentials.secretAccessKey must not/)
    expect(String(error)).not.toContain('hush')
  })
})
