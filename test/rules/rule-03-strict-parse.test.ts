import { describe, expect, it } from 'vitest'
import { forgePresigned } from '../support/attack-forge.ts'
import {
  editHeader,
  editTarget,
  headerOf,
  headerSigned,
  judge,
  judgeRaw,
  presigned,
  refusalOf,
  verifier,
} from '../support/attack-world.ts'

const MALFORMED = 'malformed-authorization IncompleteSignature 400'
const MALFORMED_S3 = 'malformed-authorization AuthorizationHeaderMalformed 400'
const MALFORMED_S3_QUERY = 'malformed-authorization AuthorizationQueryParametersError 400'
const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'

const wire = headerSigned()
const authorization = headerOf(wire, 'authorization')
const [, credential = '', signedHeaders = '', signature = ''] =
  /Credential=(.*), SignedHeaders=(.*), Signature=(.*)/.exec(authorization) ?? []
const judgeValue = (value: string): Promise<string> => judge(editHeader(wire, 'authorization', () => value))

describe('rule 3: strict parse of the Authorization header', () => {
  it.each([
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${signedHeaders},Signature=${signature}`,
    `AWS4-HMAC-SHA256 Credential=${credential} ,  SignedHeaders=${signedHeaders} ,Signature=${signature}`,
    `AWS4-HMAC-SHA256 Signature=${signature}, SignedHeaders=${signedHeaders}, Credential=${credential}`,
    `AWS4-HMAC-SHA256\tCredential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    `  AWS4-HMAC-SHA256   Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}  `,
  ])('takes %j', async (value) => {
    expect(await judgeValue(value)).toBe('accepted')
  })

  it.each([
    ['no component', 'AWS4-HMAC-SHA256'],
    ['no Credential', `AWS4-HMAC-SHA256 SignedHeaders=${signedHeaders}, Signature=${signature}`],
    ['no SignedHeaders', `AWS4-HMAC-SHA256 Credential=${credential}, Signature=${signature}`],
    ['no Signature', `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}`],
    ['an empty Credential', authorization.replace(credential, '')],
    ['an empty SignedHeaders', authorization.replace(signedHeaders, '')],
    ['an empty Signature', authorization.replace(signature, '')],
    ['Credential twice', `${authorization}, Credential=${credential}`],
    ['SignedHeaders twice', `${authorization}, SignedHeaders=${signedHeaders}`],
    ['Signature twice', `${authorization}, Signature=${signature}`],
    ['a component of another name', `${authorization}, Foo=bar`],
    ['a component in another case', authorization.replace('Credential', 'credential')],
    ['a component without "="', `${authorization}, Foo`],
    ['a comma at its end', `${authorization},`],
    ['two commas', authorization.replace(', ', ',, ')],
    ['semicolons for commas', authorization.replaceAll(', ', '; ')],
  ])('refuses %s', async (_, value) => {
    expect(await judgeValue(value)).toBe(MALFORMED)
    const s3 = await judge(
      editHeader(wire, 'authorization', () => value),
      { service: 's3' },
    )
    expect(s3).toBe(MALFORMED_S3)
  })

  it('splits the credential from the right: an access key id may hold slashes', async () => {
    const credentials = { accessKeyId: 'a/20150830/b', secretAccessKey: 'secret' }
    const signed = headerSigned({}, { credentials })
    expect((await verifier({ getKeys: () => credentials }).verifyReceived(signed)).accessKeyId).toBe(
      'a/20150830/b',
    )
  })

  it.each([
    ['four parts', credential.split('/').slice(1).join('/')],
    ['an empty access key id', `/${credential.split('/').slice(1).join('/')}`],
    ['an empty region', credential.replace('us-east-1', '')],
    ['a date of seven digits', credential.replace('20150830', '2015083')],
    ['a date of nine digits', credential.replace('20150830', '201508300')],
    ['a date with dashes', credential.replace('20150830', '2015-08-30')],
    ['a slash at its end', `${credential}/`],
  ])('refuses a credential with %s', async (_, text) => {
    expect(await judgeValue(authorization.replace(credential, text))).toBe(MALFORMED)
    const url = editTarget(presigned(), (target) =>
      target.replace(encodeURIComponent(credential), encodeURIComponent(text)),
    )
    expect(await judge(url)).toBe(MALFORMED)
  })

  it.each([
    'x-amz-date;host',
    'host;host',
    'Host;x-amz-date',
    'host;',
    ';host',
    'host x-amz-date',
    'host,x-amz-date',
  ])('refuses SignedHeaders=%s', async (list) => {
    expect(await judgeValue(authorization.replace(signedHeaders, list))).toBe(MALFORMED)
  })

  it.each([
    ['63 digits', signature.slice(1)],
    ['65 digits', `${signature}0`],
    ['capital digits', signature.toUpperCase()],
    ['a letter that is no digit', `${signature.slice(1)}g`],
    ['an ECDSA signature', `3045022100${'a'.repeat(130)}`],
  ])('refuses a signature with %s as one that does not match', async (_, text) => {
    expect(await judgeValue(authorization.replace(signature, text))).toBe(MISMATCH)
  })
})

describe('rule 3: strict parse of the query', () => {
  it.each([
    'Algorithm',
    'Credential',
    'SignedHeaders',
    'Signature',
  ])('refuses a URL without X-Amz-%s, and with an empty one', async (name) => {
    for (const value of [undefined, '']) {
      const full = forgePresigned({}, { [`X-Amz-${name}`]: name === 'Signature' ? undefined : value })
      const cut =
        name === 'Signature'
          ? editTarget(full, (target) =>
              target.replace(/&X-Amz-Signature=.*/, value === undefined ? '' : '&X-Amz-Signature='),
            )
          : full
      expect(await judge(cut)).toBe(MALFORMED)
      expect(await judge(cut, { service: 's3' })).toBe(MALFORMED_S3_QUERY)
    }
  })

  it('takes parameter names that are percent-encoded, as every parser does', async () => {
    const url = editTarget(presigned(), (target) => target.replace('X-Amz-Signature', 'X%2DAmz-%53ignature'))
    expect(await judge(url)).toBe('accepted')
  })

  it('refuses names in another case', async () => {
    for (const name of ['x-amz-signature', 'X-AMZ-SIGNATURE', 'X-Amz-signature']) {
      expect(await judge(editTarget(presigned(), (target) => target.replace('X-Amz-Signature', name)))).toBe(
        MALFORMED,
      )
    }
  })
})

describe('rule 3: a request head that two parsers could read in two ways is refused', () => {
  it.each([
    ['two host headers', [['Host', 'api.example.com']]],
    ['another host', [['Host', 'evil.example']]],
    ['an :authority that is not the host', [[':authority', 'evil.example']]],
    ['a header name with a space', [['x a', '1']]],
    ['a header name with a line break', [['x\n', '1']]],
    ['a header name with a colon in it', [['x:y', '1']]],
    ['an empty header name', [['', '1']]],
    ['a header value with NUL', [['x-a', '\0']]],
    ['a header value above U+00FF', [['x-a', '€']]],
  ] as [string, [string, string][]][])('refuses %s', async (_, headers) => {
    const sent = { ...wire, headers: [...wire.headers, ...headers] }
    expect(await judgeRaw(sent)).toBe('malformed-request MalformedQueryString 400')
    expect(await judgeRaw(sent, { service: 's3' })).toBe('malformed-request InvalidURI 400')
  })

  it.each([
    ['no request', undefined],
    ['a request without a target', { method: 'GET', headers: [] }],
    ['a request without headers', { method: 'GET', target: '/' }],
    ['a request without a method', { target: '/', headers: [] }],
    ['a record of headers', { method: 'GET', target: '/', headers: { host: 'a' } }],
    ['a list of lists in headers', { method: 'GET', target: '/', headers: [['a', ['b']]] }],
  ])('takes %s for a mistake of the programmer', async (_, received) => {
    await expect(verifier().verifyReceived(received as never)).rejects.toMatchObject({
      name: 'TypeError',
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })

  it('says what is wrong with it', async () => {
    const error = await refusalOf(
      verifier().verifyReceived(editHeader(wire, 'authorization', (v) => `${v}, Foo=bar`)),
    )
    expect(error.message).toBe(
      'The Authorization header has components besides Credential, SignedHeaders and Signature',
    )
  })
})
