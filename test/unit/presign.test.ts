import { describe, expect, it } from 'vitest'
import { type PresignOptions, presignUrl, Verifier } from '../../src/index.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const NOW = Date.UTC(2026, 0, 2)
const OPTIONS: PresignOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
  service: 's3',
  region: 'us-east-1',
  signingDate: NOW,
}
const KEY = 'https://b.s3.amazonaws.com/key'
const namesOf = (url: string): string[] => [...new URL(url).searchParams.keys()]

function verify(url: string, sent: Record<string, string> = {}, body = '', method = 'GET') {
  const { host } = new URL(url)
  return new Verifier({
    getKeys: ({ sessionToken }) => ({ secretAccessKey: SECRET, sessionToken }),
    service: ['s3', 'iotdevicegateway', 'polly', 's3express'],
    region: 'us-east-1',
    now: () => NOW,
    payloads: ['signed'],
  }).verifyReceived({
    method,
    target: url.slice(url.indexOf('/', 8)),
    headers: [['Host', host], ...Object.entries(sent)],
    body: body === '' ? null : new TextEncoder().encode(body),
  })
}

describe('presignUrl', () => {
  it('writes the parameters in the usual order, the signature last', () => {
    const { url } = presignUrl({ url: `${KEY}?x-id=GetObject` }, OPTIONS)
    expect(namesOf(url)).toEqual([
      'x-id',
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-SignedHeaders',
      'X-Amz-Signature',
    ])
  })

  it('emits no bare plus, and keeps the query otherwise', async () => {
    const { url } = presignUrl({ url: `${KEY}?a=b+c&d=%2B&uploads&e=%7E&a=1` }, OPTIONS)
    expect(url).not.toContain('+')
    expect(new URL(url).searchParams.getAll('a')).toEqual(['b c', '1'])
    expect(new URL(url).searchParams.get('d')).toBe('+')
    await verify(url)
  })

  it('drops a default port, as the host header has none', async () => {
    const { url, trace } = presignUrl({ url: 'https://b.s3.amazonaws.com:443/key' }, OPTIONS)
    expect(trace.canonicalRequest).toContain('host:b.s3.amazonaws.com\n')
    expect(url).not.toContain(':443')
    await verify(url)
  })

  it('signs the headers it was given, and says which the sender must send', async () => {
    const headers = {
      'Content-Type': 'image/png',
      'x-amz-acl': 'private',
      'Cache-Control': 'no-store',
      'user-agent': 'me',
      authorization: 'old',
    }
    const presigned = presignUrl({ method: 'PUT', url: KEY, headers }, OPTIONS)
    expect(presigned.headers).toEqual({
      'content-type': 'image/png',
      'x-amz-acl': 'private',
      'cache-control': 'no-store',
    })
    expect((await verify(presigned.url, { ...presigned.headers }, '', 'PUT')).signedHeaders).toContain(
      'x-amz-acl',
    )
    await expect(verify(presigned.url, {}, '', 'PUT')).rejects.toMatchObject({ reason: 'header-not-signed' })
  })

  it('replaces what an older signature left, in the query and in headers', () => {
    const tokens = { ...OPTIONS.credentials, sessionToken: 'token' }
    const first = presignUrl({ url: `${KEY}?a=b` }, { ...OPTIONS, credentials: tokens, expiresInSeconds: 60 })
    const stale = { 'x-amz-date': '20000101T000000Z', 'X-Amz-Expires': '5', 'x-amz-security-token': 'old' }
    const again = presignUrl({ url: first.url, headers: stale }, OPTIONS)
    expect(again.url).toBe(presignUrl({ url: `${KEY}?a=b` }, OPTIONS).url)
    expect(again.headers).toEqual({})
  })

  it('takes whole seconds from 1 to a week, and 3600 where nothing is said', () => {
    for (const expiresInSeconds of [1, 604_800]) {
      const { expiresAt } = presignUrl({ url: KEY }, { ...OPTIONS, expiresInSeconds })
      expect(expiresAt.getTime()).toBe(NOW + expiresInSeconds * 1000)
    }
    expect(new URL(presignUrl({ url: KEY }, OPTIONS).url).searchParams.get('X-Amz-Expires')).toBe('3600')
    for (const expiresInSeconds of [0, -1, 604_801, 1.5, Number.NaN, '60' as unknown as number]) {
      expect(() => presignUrl({ url: KEY }, { ...OPTIONS, expiresInSeconds })).toThrow(
        /^expiresInSeconds must be/,
      )
    }
  })

  it('ends with the credentials, where those end first', () => {
    const expiration = new Date(NOW + 10_000)
    const credentials = { ...OPTIONS.credentials, expiration }
    expect(presignUrl({ url: KEY }, { ...OPTIONS, credentials }).expiresAt).toEqual(expiration)
    expect(presignUrl({ url: KEY }, { ...OPTIONS, credentials, expiresInSeconds: 5 }).expiresAt).toEqual(
      new Date(NOW + 5000),
    )
  })

  it('leaves the body of an S3 URL unsigned, and takes its hash where it is told to', async () => {
    expect(presignUrl({ url: KEY, method: 'PUT', body: 'a' }, OPTIONS).trace.hashedPayload).toBe(
      'UNSIGNED-PAYLOAD',
    )
    const signed = presignUrl({ url: KEY, method: 'PUT', body: 'a' }, { ...OPTIONS, payload: 'signed' })
    expect(Object.keys(signed.headers)).toEqual(['x-amz-content-sha256'])
    expect((await verify(signed.url, { ...signed.headers }, 'a', 'PUT')).payload).toBe('signed')
    await expect(verify(signed.url, { ...signed.headers }, 'b', 'PUT')).rejects.toMatchObject({
      reason: 'payload-mismatch',
    })
  })

  it('signs the body of other services, which is that of no body for a GET', async () => {
    const options = { ...OPTIONS, service: 'polly' }
    const url = 'https://polly.us-east-1.amazonaws.com/v1/speech?Text=hello'
    expect(presignUrl({ url }, options).trace.hashedPayload).toMatch(/^e3b0c442/)
    await verify(presignUrl({ url }, options).url)
  })

  it('heeds an x-amz-content-sha256 in the query, which is signed with it', () => {
    const { trace } = presignUrl(
      { url: `${KEY}?X-Amz-Content-Sha256=%53TREAMING` },
      { ...OPTIONS, service: 'polly' },
    )
    expect(trace.hashedPayload).toBe('STREAMING')
  })

  it('appends the token of the IoT device gateway, unsigned, and names no expiry', async () => {
    const options = {
      ...OPTIONS,
      service: 'iotdevicegateway',
      credentials: { ...OPTIONS.credentials, sessionToken: 'a/b+c=' },
    }
    const { url, trace } = presignUrl({ url: 'wss://x.iot.us-east-1.amazonaws.com/mqtt' }, options)
    expect(url.endsWith('&X-Amz-Security-Token=a%2Fb%2Bc%3D')).toBe(true)
    expect(trace.canonicalRequest).not.toContain('Token')
    expect(url).not.toContain('X-Amz-Expires')
    await verify(url)
  })

  it('names the token of S3 Express as that service does', () => {
    const credentials = { ...OPTIONS.credentials, sessionToken: 'token' }
    const { url } = presignUrl({ url: KEY }, { ...OPTIONS, service: 's3express', credentials })
    expect(new URL(url).searchParams.get('X-Amz-S3session-Token')).toBe('token')
    expect(new URL(url).searchParams.get('X-Amz-Security-Token')).toBeNull()
  })
})
