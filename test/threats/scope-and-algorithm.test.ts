import { describe, expect, it } from 'vitest'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  editHeader,
  editTarget,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  NOW,
  type Pair,
  presigned,
  withoutHeader,
} from '../support/attack-world.ts'

const NOT_SIGNED = 'header-not-signed SignatureDoesNotMatch 403'
const MALFORMED = 'malformed-authorization IncompleteSignature 400'
const UNSUPPORTED = 'unsupported-algorithm IncompleteSignature 400'
const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const SCOPE = 'scope-mismatch SignatureDoesNotMatch 403'

describe('V12 host/date not signed: the client does not choose to leave them out', () => {
  it('refuses a request that does not sign host', async () => {
    expect(await judge(forgeHeader({ signedHeaders: ['x-amz-date'] }))).toBe(NOT_SIGNED)
    const headers: Pair[] = [
      ['host', HOST],
      ['x-a', '1'],
    ]
    expect(await judge(forgePresigned({ headers, signedHeaders: ['x-a'] }))).toBe(NOT_SIGNED)
  })

  it('refuses a request that does not sign its date', async () => {
    expect(await judge(forgeHeader({ signedHeaders: ['host'] }))).toBe(NOT_SIGNED)
  })

  it('refuses a presigned URL or a header that signs nothing', async () => {
    expect(await judge(forgePresigned({ signedHeaders: [] }))).toBe(MALFORMED)
    expect(await judge(forgeHeader({ signedHeaders: [] }))).toBe(MALFORMED)
  })

  it('refuses what is said to be signed and did not come: it is not taken for empty', async () => {
    for (const name of ['aaa', 'content-type', 'x-amz-acl']) {
      const signedHeaders = [name, 'host', 'x-amz-date'].sort()
      const absent = forgeHeader({ signedHeaders })
      expect(await judge(absent)).toBe(NOT_SIGNED)
      expect(await judge(forgePresigned({ signedHeaders: [name, 'host'].sort() }))).toBe(NOT_SIGNED)
      const headers: Pair[] = [
        ['host', HOST],
        ['x-amz-date', AMZ_DATE],
        [name, ''],
      ]
      expect(await judge(forgeHeader({ headers, signedHeaders }))).toBe('accepted')
    }
  })

  it('refuses a request whose host did not come', async () => {
    for (const [, wire] of bothForms()) expect(await judgeRaw(withoutHeader(wire, 'host'))).toBe(NOT_SIGNED)
  })

  it.each([
    'Host;x-amz-date',
    'host;X-Amz-Date',
    'x-amz-date;host',
    'host;host;x-amz-date',
    'host;;x-amz-date',
    ';host;x-amz-date',
    'host;x-amz-date;',
    'host; x-amz-date',
    'host,x-amz-date',
    'host x-amz-date',
    'host;x-amz-date;é',
  ])('refuses SignedHeaders=%s', async (list) => {
    const wire = editHeader(headerSigned(), 'authorization', (value) =>
      value.replace('host;x-amz-date', list),
    )
    expect(await judge(wire)).toBe(MALFORMED)
    const encoded = encodeURIComponent(list)
    const url = editTarget(presigned(), (target) =>
      target.replace('SignedHeaders=host', `SignedHeaders=${encoded}`),
    )
    expect(await judge(url)).toBe(MALFORMED)
  })
})

const SCOPES: [what: string, scope: string][] = [
  ['another day', '20150829/us-east-1/execute-api/aws4_request'],
  ['a day long past', '20100101/us-east-1/execute-api/aws4_request'],
  ['another region', '20150830/us-west-2/execute-api/aws4_request'],
  ['every region', '20150830/*/execute-api/aws4_request'],
  ['a region in another case', '20150830/US-EAST-1/execute-api/aws4_request'],
  ['another service', '20150830/us-east-1/s3/aws4_request'],
  ['a service in another case', '20150830/us-east-1/Execute-Api/aws4_request'],
  ['another terminator', '20150830/us-east-1/execute-api/aws3_request'],
  ['a terminator in another case', '20150830/us-east-1/execute-api/AWS4_REQUEST'],
]

describe('V13 scope checks: a signature is good for one day, region and service', () => {
  it.each(SCOPES)('refuses %s, rightly signed though it is', async (_, scope) => {
    expect(await judge(forgeHeader({ scope }))).toBe(SCOPE)
    expect(await judge(forgePresigned({ scope }))).toBe(SCOPE)
  })

  it('answers as S3 does where the service is S3', async () => {
    const scope = '20150830/eu-west-1/s3/aws4_request'
    expect(await judge(forgeHeader({ scope }), { service: 's3' })).toBe(
      'scope-mismatch AuthorizationHeaderMalformed 400',
    )
    expect(await judge(forgePresigned({ scope }), { service: 's3' })).toBe(
      'scope-mismatch AuthorizationQueryParametersError 400',
    )
  })

  it('asks for no key before the scope is right', async () => {
    let asked = 0
    const getKeys = () => {
      asked++
      return undefined
    }
    for (const [, scope] of SCOPES) expect(await judge(forgeHeader({ scope }), { getKeys })).toBe(SCOPE)
    expect(asked).toBe(0)
  })

  it.each([
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/execute-api',
    '/20150830/us-east-1/execute-api/aws4_request',
    'A/2015083/us-east-1/execute-api/aws4_request',
    'A/20150830//execute-api/aws4_request',
    'A/20150830/us-east-1/execute-api/aws4_request/',
    'A/20150830/us-east-1/execute-api/',
    '////',
    'A',
  ])('refuses the credential %s', async (credential) => {
    const own = 'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/execute-api/aws4_request'
    expect(
      await judge(editHeader(headerSigned(), 'authorization', (value) => value.replace(own, credential))),
    ).toBe(MALFORMED)
    const url = editTarget(presigned(), (target) =>
      target.replace(encodeURIComponent(own), encodeURIComponent(credential)),
    )
    expect(await judge(url)).toBe(MALFORMED)
  })
})

describe('V14 algorithm not pinned: the token decides, and only what is enabled is taken', () => {
  it.each([
    'aws4-hmac-sha256',
    'AWS4-HMAC-SHA1',
    'AWS4-HMAC-SHA256-PAYLOAD',
    'OTHER',
    'AWS4-ECDSA-P256-SHA256',
    'none',
    'Bearer',
    '__proto__',
    'constructor',
  ])('refuses %s', async (algorithm) => {
    expect(await judge(forgeHeader({ algorithm }))).toBe(UNSUPPORTED)
    expect(await judge(forgePresigned({ algorithm }))).toBe(UNSUPPORTED)
  })

  it('answers as S3 does where the service is S3', async () => {
    const scope = '20150830/us-east-1/s3/aws4_request'
    const s3 = { service: 's3' }
    expect(await judge(forgeHeader({ algorithm: 'OTHER', scope }), s3)).toBe(
      'unsupported-algorithm InvalidArgument 400',
    )
    expect(await judge(forgePresigned({ algorithm: 'OTHER', scope }), s3)).toBe(
      'unsupported-algorithm AuthorizationQueryParametersError 400',
    )
  })

  it('refuses a header with no algorithm, or with a comma after it', async () => {
    const edit = (to: string) =>
      judge(editHeader(headerSigned(), 'authorization', (value) => value.replace('AWS4-HMAC-SHA256 ', to)))
    expect(await edit('')).toBe(UNSUPPORTED)
    expect(await edit('AWS4-HMAC-SHA256, ')).toBe(UNSUPPORTED)
  })

  it('refuses an HMAC signature under the ECDSA token with a shape that ECDSA has', async () => {
    const wire = editHeader(headerSigned(), 'authorization', (value) =>
      value.replace('HMAC-SHA256', 'ECDSA-P256-SHA256').replace('us-east-1/', ''),
    )
    expect(await judge(wire)).toBe(UNSUPPORTED)
  })

  it('does not let a token be changed that was signed', async () => {
    const url = editTarget(forgePresigned(), (target) =>
      target.replace('AWS4-HMAC-SHA256', 'AWS4%2DHMAC%2DSHA256'),
    )
    expect(await judge(url)).toBe('accepted')
    const padded = editTarget(forgePresigned(), (target) =>
      target.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256%20'),
    )
    expect(await judge(padded)).toBe(UNSUPPORTED)
  })

  it('refuses a scope that was signed under another key of the same day', async () => {
    const wire = forgeHeader({ secretAccessKey: 'another secret' })
    expect(await judge(wire, { now: () => NOW })).toBe(MISMATCH)
  })
})
