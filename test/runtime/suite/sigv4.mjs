// SigV4: the steps, headers, presigned URLs, forms.
import { hexOf } from './bytes.mjs'
import { refuses, same } from './expect.mjs'
import { IAM, POST_FORM, PRESIGNED, UTF8_BODY } from './known-answers.mjs'
import { IAM_OPTIONS, IAM_RECEIVED, secretOf, signIam, targetOf, verifierOf } from './requests.mjs'

export const sigv4Checks = (library) => ({
  'canonical steps': async () => {
    const { canonical } = library
    const { canonicalUri, canonicalQueryString, canonicalHeaders, buildStringToSign } = canonical
    same(
      canonicalUri('/a b/ü/./c/../d', { pathEncoding: 'once', pathNormalization: 'verbatim' }),
      '/a%20b/%C3%BC/./c/../d',
    )
    same(canonicalQueryString('b=2&a=ü&a=%7e'), 'a=%C3%BC&a=~&b=2')
    same(
      canonicalHeaders([
        ['B', ' x  y '],
        ['a', '1'],
        ['b', 'z'],
      ]),
      'a:1\nb:x y,z\n',
    )
    const canonicalRequest = canonical.buildCanonicalRequest({
      method: 'GET',
      canonicalUri: canonicalUri('/'),
      canonicalQueryString: canonicalQueryString(IAM.target.slice(2)),
      canonicalHeaders: canonicalHeaders([
        ['Host', 'iam.amazonaws.com'],
        ['Content-Type', IAM.contentType],
        ['X-Amz-Date', '20150830T123600Z'],
      ]),
      signedHeaders: ['content-type', 'host', 'x-amz-date'],
      hashedPayload: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    })
    same(canonicalRequest, IAM.canonicalRequest)
    const credentialScope = '20150830/us-east-1/iam/aws4_request'
    same(
      buildStringToSign({ amzDate: '20150830T123600Z', credentialScope, canonicalRequest }),
      IAM.stringToSign,
    )
    const scope = { ...secretOf(IAM), scopeDate: '20150830', region: 'us-east-1', service: 'iam' }
    same(hexOf(canonical.deriveSigningKey(scope)), IAM.signingKey)
  },
  signHeaders: async () => {
    const { headers, trace } = signIam(library)
    same([trace.canonicalRequest, trace.stringToSign], [IAM.canonicalRequest, IAM.stringToSign])
    same(headers.authorization, IAM.authorization)
  },
  'signHeaders, body in UTF-8': async () => {
    const { trace } = library.signHeaders(
      { method: 'POST', url: 'https://example.amazonaws.com/items', body: UTF8_BODY.body },
      { ...IAM_OPTIONS, service: 'execute-api', signHeaders: 'required' },
    )
    same(trace.signature, UTF8_BODY.signature)
  },
  'verify headers': async () => {
    const verifier = verifierOf(library, secretOf(IAM), IAM_OPTIONS)
    same((await verifier.verifyReceived(IAM_RECEIVED)).accessKeyId, 'AKIDEXAMPLE')
    const changed = { ...IAM_RECEIVED, target: IAM.target.replace('2010', '2011') }
    await refuses('signature-mismatch', () => verifier.verifyReceived(changed))
    const other = verifierOf(library, { secretAccessKey: 'another' }, IAM_OPTIONS)
    await refuses('signature-mismatch', () => other.verifyReceived(IAM_RECEIVED))
  },
  'presignUrl and verify it': async () => {
    const { credentials, date, url, target } = PRESIGNED
    const options = { credentials, service: 's3', region: 'us-east-1', signingDate: date }
    same(targetOf(library.presignUrl({ url }, { ...options, expiresInSeconds: 86_400 }).url), target)
    const verifier = verifierOf(library, secretOf(PRESIGNED), options)
    const request = {
      method: 'GET',
      target,
      headers: [['host', 'examplebucket.s3.amazonaws.com']],
      body: null,
    }
    same((await verifier.verifyReceived(request)).carrier, 'query')
    await refuses('signature-mismatch', () =>
      verifier.verifyReceived({ ...request, target: target.replace('86400', '86401') }),
    )
  },
  'POST form': async () => {
    const { createPostForm, verifyPostForm } = library
    const options = { service: 's3', region: 'us-east-1', bucket: POST_FORM.bucket, now: () => POST_FORM.now }
    const file = { name: 'MyPhoto.jpg', size: 1024 }
    const verify = (fields) =>
      verifyPostForm(fields, {
        ...options,
        getKeys: () => ({ secretAccessKey: POST_FORM.secretAccessKey }),
        file,
      })
    same((await verify(POST_FORM.fields)).key, 'user/user1/MyPhoto.jpg')
    const changed = POST_FORM.fields.map(([name, value]) => [name, value.replace('public-read', 'private')])
    await refuses('policy-condition-failed', () => verify(changed))
    const form = createPostForm({
      url: 'https://sigv4examplebucket.s3.amazonaws.com/',
      bucket: POST_FORM.bucket,
      key: 'grüße ☃',
      credentials: PRESIGNED.credentials,
      region: 'us-east-1',
      signingDate: POST_FORM.now,
    })
    same((await verify(Object.entries(form.fields))).key, 'grüße ☃')
  },
})
