import { describe, expect, it } from 'vitest'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bytes,
  editTarget,
  headerOf,
  headerSigned,
  judge,
  judgeRaw,
  presigned,
  verifier,
  withHeader,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const MALFORMED = 'malformed-authorization IncompleteSignature 400'
const MULTIPLE = 'multiple-authentication SignatureDoesNotMatch 403'
const PARAMETERS = /&(X-Amz-[A-Za-z-]+)=[^&]*/g
const JUNK = '0'.repeat(64)
const PAYLOAD_MODES = [
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  JUNK,
]

const without = (parameter: string) => (target: string) =>
  target.replace(new RegExp(`([?&])${parameter}=[^&]*&?`), '$1').replace(/[?&]$/, '')

describe('V3 creds in query, no header: an identity without its signature is none', () => {
  const url = presigned({ target: '/?a=1' })

  it('takes the whole URL', async () => {
    expect(await judge(url)).toBe('accepted')
  })

  it('refuses a credential alone', async () => {
    const alone = editTarget(url, (target) => `/?${/X-Amz-Credential=[^&]*/.exec(target)?.[0]}`)
    expect(await judge(alone)).toBe(MALFORMED)
    expect(await judge(alone, { service: 's3' })).toBe(
      'malformed-authorization AuthorizationQueryParametersError 400',
    )
  })

  it('refuses the URL without its signature', async () => {
    expect(await judge(editTarget(url, without('X-Amz-Signature')))).toBe(MALFORMED)
  })

  it.each([
    JUNK,
    'f'.repeat(64),
    '',
    'junk',
    JUNK.slice(1),
    `${JUNK}0`,
    'F'.repeat(64),
  ])('refuses the URL with the signature "%s"', async (signature) => {
    const junk = editTarget(url, (target) => target.replace(/(X-Amz-Signature=).*/, `$1${signature}`))
    expect(await judge(junk)).toBe(signature === '' ? MALFORMED : MISMATCH)
  })

  it.each(
    PAYLOAD_MODES,
  )('refuses a junk signature with the payload claim %s, in a header or in the query', async (mode) => {
    const options = {
      service: 's3',
      payloads: ['signed', 'unsigned', 'streaming', 'streaming-unsigned-trailer'] as const,
    }
    const put = { ...presigned({ method: 'PUT', target: '/b/k' }, { service: 's3' }), body: bytes('hello') }
    const junk = editTarget(put, (target) => target.replace(/(X-Amz-Signature=).*/, `$1${JUNK}`))
    const inHeader = await judge(withHeader(junk, 'x-amz-content-sha256', mode), options)
    const inQuery = await judge(
      editTarget(junk, (target) => `${target}&X-Amz-Content-Sha256=${mode}`),
      options,
    )
    const streaming = mode.startsWith('STREAMING')
    expect(inHeader).toBe(streaming ? 'header-not-signed AccessDenied 403' : MISMATCH)
    expect(inQuery).toBe(MISMATCH)
  })

  it('takes the identity from the credential that the signature covers, and from nowhere else', async () => {
    const getKeys = ({ accessKeyId }: { accessKeyId: string }) => ({
      secretAccessKey: accessKeyId === 'MALLORY' ? 'mallory has a key too' : 'the secret of somebody else',
      principal: accessKeyId,
    })
    const credentials = { accessKeyId: 'MALLORY', secretAccessKey: 'mallory has a key too' }
    const own = presigned({}, { credentials })
    const verified = await verifier({ getKeys }).verifyReceived(own)
    expect([verified.accessKeyId, verified.principal]).toEqual(['MALLORY', 'MALLORY'])
    expect(
      await judge(
        editTarget(own, (target) => target.replace('MALLORY', 'ALICE')),
        { getKeys },
      ),
    ).toBe(MISMATCH)
  })
})

describe('V15 two auth carriers: a request is signed in one place', () => {
  const header = headerSigned({ target: '/?a=1' })
  const url = presigned({ target: '/?a=1' })
  const authorization = headerOf(header, 'authorization')

  it('refuses an Authorization header beside a presigned query, in each spelling of it', async () => {
    expect(await judge(withHeader(url, 'authorization', authorization))).toBe(MULTIPLE)
    expect(await judge(withHeader(url, 'Authorization', 'Bearer abc'))).toBe(MULTIPLE)
    expect(await judge({ ...header, target: url.target })).toBe(MULTIPLE)
    expect(await judge({ ...header, target: url.target }, { service: 's3' })).toBe(
      'multiple-authentication InvalidArgument 400',
    )
  })

  it.each([
    'X-Amz-Signature',
    'X-Amz-Credential',
    'X-Amz-Algorithm',
    'X-Amz-SignedHeaders',
  ])('refuses one %s in the query of a header-signed request, signed along or not', async (name) => {
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase(), name.replace('A', '%41')]) {
      expect(await judge(editTarget(header, (target) => `${target}&${spelled}=x`))).toBe(MULTIPLE)
      expect(await judge(forgeHeader({ target: `/?a=1&${spelled}=x` }))).toBe(MULTIPLE)
    }
  })

  it('refuses two Authorization headers, equal or not', async () => {
    expect(await judgeRaw(withHeader(header, 'Authorization', authorization))).toBe(MULTIPLE)
    expect(await judgeRaw(withHeader(header, 'authorization', 'Basic dTpw'))).toBe(MULTIPLE)
  })

  it('refuses two Authorization headers that a Headers object joined', async () => {
    const joined = withHeader(
      { ...header, headers: header.headers.filter(([name]) => name !== 'authorization') },
      'authorization',
      `${authorization}, ${authorization}`,
    )
    expect(await judge(joined)).toBe(MALFORMED)
  })

  it('lets nobody turn a presigned URL into a header-signed request to outlive its expiry', async () => {
    const date = 'Sun, 30 Aug 2015 12:36:00 GMT'
    const short = presigned({ headers: [['date', date]] }, { expiresInSeconds: 60 })
    const late = { now: () => Date.UTC(2015, 7, 30, 12, 39) }
    expect(await judge(short, late)).toBe('request-expired SignatureDoesNotMatch 403')
    const signature = /X-Amz-Signature=(.*)/.exec(short.target)?.[1]
    const credential = 'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/execute-api/aws4_request'
    const value = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=date;host, Signature=${signature}`
    for (const spelling of ['X-Amz-', 'x-amz-', 'X-%41mz-', 'X%2DAmz-']) {
      const target = short.target.replace(/&X-Amz-Signature=.*/, '').replaceAll('X-Amz-', spelling)
      expect(await judge(withHeader({ ...short, target }, 'authorization', value), late)).toBe(MULTIPLE)
    }
  })

  it('keeps look-alikes of the signature in the canonical query', async () => {
    for (const name of ['X-Amz-Signature2', 'X-Amz-Signature[]', 'Signature', 'X-Amz-Signature%00']) {
      const signed = headerSigned({ target: `/?${name}=x` })
      expect(await judge(signed)).toBe('accepted')
      expect(await judge(editTarget(signed, (target) => target.replace('=x', '=y')))).toBe(MISMATCH)
      expect(await judge(editTarget(signed, () => '/'))).toBe(MISMATCH)
    }
  })

  it('removes no more than the one signature from the query of a presigned URL', async () => {
    expect(await judge(editTarget(url, (target) => `${target}&X-Amz-Signature2=x`))).toBe(MISMATCH)
    expect(await judge(editTarget(url, (target) => `${target}&b=1`))).toBe(MISMATCH)
    const moved = editTarget(url, (target) => target.replace(/\?(.*)&(X-Amz-Signature=.*)/, '?$2&$1'))
    expect(await judge(moved)).toBe('accepted')
  })
})

describe('V16 duplicate params: what another parser could read differently is refused', () => {
  const url = presigned({ target: '/?Action=GetCallerIdentity&Version=2011-06-15' }, { service: 'sts' })
  const STS = { service: 'sts' }
  const names = [...url.target.matchAll(PARAMETERS)].map(([, name = '']) => name)

  it('covers each presign parameter', () => {
    expect(names).toEqual([
      'X-Amz-Algorithm',
      'X-Amz-Credential',
      'X-Amz-Date',
      'X-Amz-Expires',
      'X-Amz-SignedHeaders',
      'X-Amz-Signature',
    ])
  })

  it.each(
    names,
  )('refuses %s twice, with the same value or another, before or after, in any spelling', async (name) => {
    const [pair = ''] = new RegExp(`${name}=[^&]*`).exec(url.target) ?? []
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase(), name.replace('-', '%2d')]) {
      for (const value of [pair.slice(name.length + 1), 'x', '']) {
        const after = editTarget(url, (target) => `${target}&${spelled}=${value}`)
        const before = editTarget(url, (target) => target.replace('?', `?${spelled}=${value}&`))
        expect(await judge(after, STS)).toBe(MALFORMED)
        expect(await judge(before, STS)).toBe(MALFORMED)
      }
    }
  })

  it.each(names)('refuses %s in another case', async (name) => {
    for (const spelled of [name.toLowerCase(), name.toUpperCase()]) {
      expect(
        await judge(
          editTarget(url, (target) => target.replace(name, spelled)),
          STS,
        ),
      ).toBe(MALFORMED)
    }
  })

  it('refuses a second Action, in any case, even if it is signed', async () => {
    expect(await judge(url, STS)).toBe('accepted')
    expect(
      await judge(
        editTarget(url, (target) => `${target}&Action=DeleteRole`),
        STS,
      ),
    ).toBe(MALFORMED)
    for (const query of [
      'Action=A&Action=B',
      'Action=A&action=B',
      'ACTION=A&action=A',
      'Action=A&%41ction=B',
    ]) {
      const signed = forgePresigned({ target: `/?${query}`, scope: '20150830/us-east-1/sts/aws4_request' })
      expect(await judge(signed, STS)).toBe(MALFORMED)
    }
  })

  it('refuses a second X-Amz-* parameter of any name, even if it is signed', async () => {
    for (const query of ['X-Amz-Meta-A=1&X-Amz-Meta-A=2', 'x-amz-acl=private&X-Amz-Acl=public-read']) {
      expect(await judge(forgePresigned({ target: `/?${query}` }))).toBe(MALFORMED)
    }
  })

  it('refuses two session tokens', async () => {
    const tokens = { 'X-Amz-Security-Token': 'a', 'X-Amz-S3session-Token': 'b' }
    expect(await judge(forgePresigned({}, tokens))).toBe(MALFORMED)
    const headers: [string, string][] = [
      ['host', 'api.example.com'],
      ['x-amz-date', AMZ_DATE],
      ['x-amz-s3session-token', 'b'],
      ['x-amz-security-token', 'a'],
    ]
    expect(await judge(forgeHeader({ headers, signedHeaders: headers.map(([name]) => name) }))).toBe(
      MALFORMED,
    )
  })
})
