import { describe, expect, it } from 'vitest'
import { bothForms, headerSigned, judge, presigned, withHeader } from '../support/attack-world.ts'

const NOT_SIGNED = 'header-not-signed SignatureDoesNotMatch 403'
const NOT_SIGNED_S3 = 'header-not-signed AccessDenied 403'
const S3 = { service: 's3' }

/** Headers that S3 acts on: each turns a harmless upload into something else. */
const ACTING_HEADERS = [
  'x-amz-copy-source',
  'x-amz-copy-source-range',
  'x-amz-tagging',
  'x-amz-acl',
  'x-amz-grant-full-control',
  'x-amz-storage-class',
  'x-amz-meta-owner',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-object-lock-mode',
  'x-amz-bypass-governance-retention',
  'x-amz-mfa',
  'x-amz-target',
  'x-amz-checksum-sha256',
  'x-amz-security-token',
  'x-amz-',
]

describe('V1 unsigned x-amz-*: a header that nobody signed does not act', () => {
  for (const [form, put] of bothForms({ method: 'PUT', target: '/bucket/key' }, S3)) {
    it(`takes the ${form} PUT without such headers`, async () => {
      expect(await judge(put, S3)).toBe('accepted')
    })

    it.each(ACTING_HEADERS)(`refuses the ${form} PUT with %s added`, async (name) => {
      expect(await judge(withHeader(put, name, '/other-bucket/secret'), S3)).toBe(NOT_SIGNED_S3)
    })

    it.each([
      'X-Amz-Copy-Source',
      'X-AMZ-COPY-SOURCE',
      'x-Amz-cOPY-sOURCE',
    ])(`refuses the ${form} PUT with it spelled %s`, async (name) => {
      expect(await judge(withHeader(put, name, '/other-bucket/secret'), S3)).toBe(NOT_SIGNED_S3)
    })
  }

  for (const [form, get] of bothForms()) {
    it(`refuses an unsigned x-amz-target beside a ${form} request to any other service`, async () => {
      expect(await judge(withHeader(get, 'x-amz-target', 'DynamoDB_20120810.DeleteTable'))).toBe(NOT_SIGNED)
    })

    it(`takes headers beside a ${form} request that only look like x-amz-*`, async () => {
      for (const name of ['x-amzn-trace-id', 'x-amz', 'x_amz_acl', 'my-x-amz-acl']) {
        expect(await judge(withHeader(get, name, '1'))).toBe('accepted')
      }
    })

    it(`exempts x-amz-content-sha256 alone beside a ${form} request`, async () => {
      expect(await judge(withHeader(get, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD'))).toBe('accepted')
    })
  }

  it('refuses a second line of a signed x-amz-* header', async () => {
    const put = headerSigned({ method: 'PUT', headers: [['x-amz-acl', 'private']] }, S3)
    expect(await judge(put, S3)).toBe('accepted')
    const added = withHeader(put, 'x-amz-acl', 'public-read')
    expect(await judge(added, S3)).toBe('signature-mismatch SignatureDoesNotMatch 403')
  })
})

const STEERING = ['x-amz-decoded-content-length', 'x-amz-trailer', 'x-amz-sdk-checksum-algorithm']

describe('V1b exemption too wide: headers that steer the decoding of the body are not exempt', () => {
  for (const [form, put] of bothForms({ method: 'PUT', target: '/bucket/key' }, S3)) {
    it.each(STEERING)(`refuses an unsigned %s beside a ${form} request`, async (name) => {
      expect(await judge(withHeader(put, name, '5'), S3)).toBe(NOT_SIGNED_S3)
    })

    it(`takes what allowUnsignedHeaders names beside a ${form} request, and nothing else`, async () => {
      const options = { ...S3, allowUnsignedHeaders: ['x-amz-decoded-content-length'] }
      expect(await judge(withHeader(put, 'X-Amz-Decoded-Content-Length', '5'), options)).toBe('accepted')
      expect(await judge(withHeader(put, 'x-amz-trailer', 'x'), options)).toBe(NOT_SIGNED_S3)
    })

    it(`lets no exemption free a session token beside a ${form} request`, async () => {
      const options = { ...S3, allowUnsignedHeaders: [{ prefix: 'x-amz-' }] }
      expect(await judge(withHeader(put, 'x-amz-acl', 'public-read'), options)).toBe('accepted')
      for (const name of ['x-amz-security-token', 'x-amz-s3session-token']) {
        expect(await judge(withHeader(put, name, 'token'), options)).toBe(NOT_SIGNED_S3)
      }
    })
  }

  it('lets no exemption free the date of a header-signed request', async () => {
    const options = { allowUnsignedHeaders: [{ prefix: 'x-amz-' }] }
    const dated = headerSigned({ headers: [['date', 'Sun, 30 Aug 2015 12:36:00 GMT']] })
    const moved = {
      ...dated,
      headers: dated.headers.map(([name, value]): [string, string] => [
        name,
        name === 'authorization' ? value.replace(';x-amz-date', '') : value,
      ]),
    }
    expect(await judge(moved, options)).toBe(NOT_SIGNED)
  })
})

const STREAMING = [
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'streaming-unsigned-payload-trailer',
  'STREAMING-',
]

describe('V1c sentinel steering: an unsigned x-amz-content-sha256 selects no streaming mode', () => {
  it.each(
    STREAMING,
  )('refuses a presigned URL with an unsigned x-amz-content-sha256: %s', async (sentinel) => {
    const put = presigned({ method: 'PUT', target: '/bucket/key' }, S3)
    expect(await judge(withHeader(put, 'x-amz-content-sha256', sentinel), S3)).toBe(NOT_SIGNED_S3)
  })

  it.each(STREAMING)('refuses a header-signed request with an unsigned %s', async (sentinel) => {
    expect(await judge(withHeader(headerSigned(), 'x-amz-content-sha256', sentinel))).toBe(NOT_SIGNED)
  })

  it('refuses it where it hides in a second line', async () => {
    const put = presigned({ method: 'PUT', target: '/bucket/key' }, S3)
    const once = withHeader(put, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD')
    const twice = withHeader(once, 'x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    expect(await judge(twice, S3)).toBe(NOT_SIGNED_S3)
  })

  it('lets no exemption free a streaming one', async () => {
    const put = presigned({ method: 'PUT', target: '/bucket/key' }, S3)
    const steered = withHeader(put, 'x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    const options = { ...S3, allowUnsignedHeaders: ['x-amz-content-sha256'] }
    expect(await judge(steered, options)).toBe(NOT_SIGNED_S3)
  })

  it('does not heed an unsigned hash: what was signed of the body decides', async () => {
    const get = presigned({ target: '/bucket/key' }, S3)
    expect(await judge(withHeader(get, 'x-amz-content-sha256', '0'.repeat(64)), S3)).toBe('accepted')
    const put = { ...presigned({ method: 'PUT', target: '/bucket/key' }, S3), body: new Uint8Array(3) }
    const hashed = withHeader(put, 'x-amz-content-sha256', '0'.repeat(64))
    expect(await judge(hashed, S3)).toBe('payload-not-allowed AccessDenied 403')
  })
})
