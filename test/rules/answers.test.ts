import { describe, expect, it } from 'vitest'
import { isSignatureError, SignatureError } from '../../src/index.ts'
import {
  headerSigned,
  KEY,
  NOW,
  presigned,
  refusalOf,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

const S3 = { service: 's3' }
const refuse = (wire: Wire, options = {}): Promise<SignatureError> =>
  refusalOf(verifier(options).verifyReceived(wire))

async function answer(error: SignatureError, format?: 'xml' | 'json') {
  const response = error.toResponse(format)
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    code: response.headers.get('x-amzn-errortype'),
    body: await response.text(),
  }
}

describe('toResponse of a service other than S3', () => {
  it('is JSON by default', async () => {
    const error = await refuse(headerSigned(), { now: () => NOW + 400_000 })
    expect(await answer(error)).toEqual({
      status: 403,
      type: 'application/json',
      code: 'SignatureDoesNotMatch',
      body: '{"__type":"SignatureDoesNotMatch","message":"Signature expired: 20150830T123600Z is earlier than 20150830T124240Z by more than 300 s: check the clocks"}',
    })
    expect(await answer(error, 'json')).toEqual(await answer(error))
  })

  it('is the XML of the query services where that is asked for', async () => {
    const error = await refuse(headerSigned(), { getKeys: () => undefined })
    expect(await answer(error, 'xml')).toEqual({
      status: 403,
      type: 'application/xml',
      code: 'InvalidClientTokenId',
      body: '<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The access key id is not known here</Message></Error></ErrorResponse>',
    })
  })
})

describe('toResponse of S3', () => {
  const opening = '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'

  it('is XML by default, with what S3 tells of a clock', async () => {
    const error = await refuse(headerSigned({}, S3), { ...S3, now: () => NOW + 1_000_000 })
    expect(await answer(error)).toEqual({
      status: 403,
      type: 'application/xml',
      code: 'RequestTimeTooSkewed',
      body: `${opening}<Code>RequestTimeTooSkewed</Code><Message>Signature expired: 20150830T123600Z is earlier than 20150830T125240Z by more than 900 s: check the clocks</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><RequestTime>20150830T123600Z</RequestTime><ServerTime>20150830T125240Z</ServerTime><MaxAllowedSkewMilliseconds>900000</MaxAllowedSkewMilliseconds></Error>`,
    })
  })

  it('tells when a presigned URL ended', async () => {
    const error = await refuse(presigned({}, { ...S3, expiresInSeconds: 60 }), {
      ...S3,
      now: () => NOW + 61_000,
    })
    expect((await answer(error)).body).toBe(
      `${opening}<Code>AccessDenied</Code><Message>Request has expired: presign it anew</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><RequestTime>20150830T123600Z</RequestTime><Expires>20150830T123700Z</Expires><ServerTime>20150830T123701Z</ServerTime></Error>`,
    )
  })

  it('tells both hashes of a body', async () => {
    const wire = headerSigned({ method: 'PUT', body: 'hello' }, S3)
    const error = await refuse({ ...wire, body: null }, S3)
    expect((await answer(error)).body).toBe(
      `${opening}<Code>XAmzContentSHA256Mismatch</Code><Message>The body is not the one that was signed: give the verifier its bytes as they came</Message><AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId><ClientComputedContentSHA256>2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824</ClientComputedContentSHA256><S3ComputedContentSHA256>e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</S3ComputedContentSHA256></Error>`,
    )
  })

  it('tells the scope that was expected', async () => {
    const error = await refuse(headerSigned({}, { ...S3, region: 'eu-west-1' }), S3)
    expect((await answer(error)).body).toContain('<Expected>us-east-1</Expected></Error>')
  })

  it('tells the canonical request of a signature that does not match', async () => {
    const getKeys = () => ({ ...KEY, secretAccessKey: 'another' })
    const { body } = await answer(await refuse(headerSigned({ target: '/a?b&c=d' }, S3), { ...S3, getKeys }))
    expect(body).toContain('<CanonicalRequest>GET\n/a\nb=&amp;c=d\nhost:api.example.com\n')
    expect(body).toMatch(/<StringToSign>AWS4-HMAC-SHA256\n20150830T123600Z\n[^<]*<\/StringToSign>/)
    expect(body).toMatch(/<SignatureProvided>[\da-f]{64}<\/SignatureProvided>/)
  })

  it('is JSON where that is asked for', async () => {
    const error = await refuse(withHeader(headerSigned({}, S3), 'x-amz-acl', 'x'), S3)
    expect(await answer(error, 'json')).toEqual({
      status: 403,
      type: 'application/json',
      code: 'AccessDenied',
      body: '{"__type":"AccessDenied","message":"There but not signed (see allowUnsignedHeaders): x-amz-acl"}',
    })
  })
})

describe('an answer holds nothing that its client can break out with', () => {
  it('escapes what came from the request', async () => {
    const nasty = '</AWSAccessKeyId><script>&"\u0000\u0008\uffff'
    const target = `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(`${nasty}/20150830/us-east-1/s3/aws4_request`)}&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=${'0'.repeat(64)}`
    const wire: Wire = { method: 'GET', target, headers: [['host', 'api.example.com']], body: null }
    const { body } = await answer(await refuse(wire, S3))
    expect(body).toContain(
      '<AWSAccessKeyId>&lt;/AWSAccessKeyId&gt;&lt;script&gt;&amp;&quot;???</AWSAccessKeyId>',
    )
    // The canonical request has it in percent-encoding, and nothing has it as it was.
    expect(body.match(/<script>/)).toBeNull()
    expect(JSON.parse((await answer(await refuse(wire, S3), 'json')).body).__type).toBe('InvalidAccessKeyId')
  })
})

describe('SignatureError', () => {
  it('is told by isSignatureError, from a second copy of the package too', async () => {
    const error = await refuse({ method: 'GET', target: '/', headers: [], body: null })
    expect(error).toBeInstanceOf(SignatureError)
    expect(error).toBeInstanceOf(Error)
    expect(error.name).toBe('SignatureError')
    const copy = Object.assign(new Error('x'), {
      name: 'SignatureError',
      reason: 'signature-mismatch',
      awsCode: 'x',
    })
    expect([error, copy].map(isSignatureError)).toEqual([true, true])
    expect(
      [new Error('x'), undefined, null, { name: 'SignatureError', reason: '', awsCode: '' }].map(
        isSignatureError,
      ),
    ).toEqual([false, false, false, false])
  })

  it('keeps the stack of where it was thrown', async () => {
    const error = await refuse(withHeader(headerSigned(), 'x-amz-acl', 'private'))
    expect(error.stack?.split('\n')[1]).toMatch(/06-signed-headers/)
  })

  it('holds what was known of the request, and no more', async () => {
    const error = await refuse(headerSigned(), { getKeys: () => undefined })
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'SignatureError',
      reason: 'unknown-access-key',
      awsCode: 'InvalidClientTokenId',
      status: 403,
      errorCodes: 'aws',
      details: {
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        credentialScope: '20150830/us-east-1/execute-api/aws4_request',
      },
    })
  })
})
