// Published and recorded answers, so that no runtime is held to what another copy of this package says.

/** AWS General Reference, "Signature Version 4 signing process", example request IAM ListUsers. */
export const IAM = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  date: Date.UTC(2015, 7, 30, 12, 36),
  contentType: 'application/x-www-form-urlencoded; charset=utf-8',
  target: '/?Action=ListUsers&Version=2010-05-08',
  signingKey: 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
  canonicalRequest:
    'GET\n/\nAction=ListUsers&Version=2010-05-08\n' +
    'content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n' +
    'x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n' +
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  stringToSign:
    'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n' +
    'f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, ' +
    'SignedHeaders=content-type;host;x-amz-date, ' +
    'Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
}

/** vectors/recorded.json, body-utf-8: what @smithy/signature-v4, aws4 and aws-crt gave. */
export const UTF8_BODY = {
  body: 'grüße, ☃ and 💩',
  signature: '3d2065f420866762cf40c9e4d2b23fd95395b279cb35a0426d42467172be8f8e',
}

const S3_CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters", An Example. */
export const PRESIGNED = {
  credentials: S3_CREDENTIALS,
  date: Date.UTC(2013, 4, 24),
  url: 'https://examplebucket.s3.amazonaws.com/test.txt',
  target:
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
    '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
}

/** Amazon S3 API Reference, "Transferring Payload in Multiple Chunks", the example. */
export const CHUNKED = {
  credentials: S3_CREDENTIALS,
  date: Date.UTC(2013, 4, 24),
  payloadBytes: 66_560,
  seedSignature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  chunkSignatures: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  target: '/examplebucket/chunkObject.txt',
  headers: [
    ['host', 's3.amazonaws.com'],
    ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
    ['content-encoding', 'aws-chunked'],
    ['x-amz-decoded-content-length', '66560'],
    ['content-length', '66824'],
    ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    ['x-amz-date', '20130524T000000Z'],
  ],
}

/** Amazon S3 API Reference, "Example: Browser-Based Upload using HTTP POST". */
export const POST_FORM = {
  secretAccessKey: S3_CREDENTIALS.secretAccessKey,
  now: Date.UTC(2015, 11, 29, 0, 5),
  bucket: 'sigv4examplebucket',
  fields: [
    ['key', `user/user1/\${filename}`],
    ['acl', 'public-read'],
    ['success_action_redirect', 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html'],
    ['Content-Type', 'image/jpeg'],
    ['x-amz-meta-uuid', '14365123651274'],
    ['x-amz-server-side-encryption', 'AES256'],
    ['X-Amz-Credential', 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request'],
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Date', '20151229T000000Z'],
    ['x-amz-meta-tag', ''],
    [
      'Policy',
      'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9',
    ],
    ['X-Amz-Signature', '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e'],
  ],
}

/** The key is that of AWS's signing test suite; both requests were signed by aws-crt. */
export const SIGV4A = {
  credentials: IAM.credentials,
  date: IAM.date,
  publicKey: {
    x: 'b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1',
    y: '865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518',
  },
  authorization:
    'AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, ' +
    'SignedHeaders=host;x-amz-date;x-amz-region-set, ' +
    'Signature=3045022100a61870aeb34f9ad506a2b49027472a2f5a575604e442b47bc25da95de8053ba5' +
    '022001d2c71c25f3c88a4eac0f3e7cdace6cdd8909c37a90814a4fd2972626e0980c',
  presignedTarget:
    '/?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256' +
    '&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request' +
    '&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1' +
    '&X-Amz-Signature=304402206f143486e465deb487333ef2ca3a6b5a2908bd06f2fbe62a907562c0e8001f27' +
    '022020c6d3c558338373e1d8537801770e511f031dd958195919b360715418ad57b4',
}
