import { presigned } from '../define.mjs'

const TOKEN = 'IQoJb3JpZ2luX2VjE/+EXAMPLE//token+/=='
const BUCKET = 'https://my-bucket.s3.us-east-1.amazonaws.com'
const API = 'https://example.amazonaws.com'

const s3 = (what, path, settings = {}) =>
  presigned(`s3-presign-${what}`, `${BUCKET}${path}`, { service: 's3', tags: ['presign', 's3'], ...settings })
const api = (what, path, settings = {}) =>
  presigned(`presign-${what}`, `${API}${path}`, { tags: ['presign'], ...settings })

const ALWAYS_UNSIGNED = 'for s3 it leaves every presigned payload unsigned'
const ESCAPED_SLASH = 'it signs the escaped slash as a slash'
const FIRST_ONLY = 'for s3 it signs only the first of several values'
const DISPOSITION = 'response-content-disposition=attachment%3B%20filename%3D%22a%20b.txt%22'

const objects = [
  s3('get', '/key.txt'),
  s3('put', '/key.txt', { method: 'PUT' }),
  s3('delete', '/key.txt', { method: 'DELETE' }),
  s3('head', '/key.txt', { method: 'HEAD' }),
  s3('one-second', '/key.txt', { expiresInSeconds: 1 }),
  s3('one-week', '/key.txt', { expiresInSeconds: 604800 }),
  s3('one-day', '/key.txt', { expiresInSeconds: 86400 }),
  s3('session-token', '/key.txt', { sessionToken: TOKEN }),
  s3('space-in-key', '/a%20b/c%20d.txt'),
  s3('utf-8-key', '/%C3%BC/%E2%98%83.txt'),
  s3('encoded-plus-in-key', '/a%2Bb'),
  s3('encoded-slash-in-key', '/a%2Fb', { deviations: { aws4: ESCAPED_SLASH } }),
  s3('double-slash-and-dots-in-key', '//a/../b/./c//'),
  s3('existing-query', `/key.txt?versionId=a%2Fb&${DISPOSITION}`),
  s3('upload-part', '/key.txt?partNumber=1&uploadId=VXBsb2FkSUQ%3D', { method: 'PUT' }),
  s3('valueless-query', '/?uploads', { method: 'POST' }),
  s3('query-around-the-amz-names', '/key?x-id=GetObject&A=1&Z=2&X-Amz-Z=3&X-Aaa=4&_=5'),
  s3('repeated-query', '/key?a=2&a=1', { deviations: { aws4: FIRST_ONLY } }),
  s3('content-type-signed', '/key.txt', { method: 'PUT', headers: [['Content-Type', 'text/plain']] }),
  s3('metadata-signed', '/key.txt', {
    method: 'PUT',
    headers: [
      ['x-amz-meta-a', 'a  b'],
      ['x-amz-acl', 'private'],
    ],
  }),
  s3('range-signed', '/key.txt', { headers: [['Range', 'bytes=0-9']] }),
  s3('header-left-unsigned', '/key.txt', { headers: [['X-Custom', '1']], unsigned: ['x-custom'] }),
  s3('body-unsigned', '/key.txt', { method: 'PUT', body: 'hello' }),
  s3('body-signed', '/key.txt', {
    method: 'PUT',
    body: 'hello',
    payload: 'signed',
    deviations: { aws4: ALWAYS_UNSIGNED },
  }),
  presigned('s3-presign-path-style-with-port', 'http://localhost:9000/my-bucket/key', {
    service: 's3',
    tags: ['presign', 's3', 'host'],
  }),
  presigned('s3-presign-other-region', 'https://my-bucket.s3.eu-west-1.amazonaws.com/key', {
    service: 's3',
    region: 'eu-west-1',
    tags: ['presign', 's3'],
  }),
]

const requests = [
  api('get', '/'),
  api('empty-path', ''),
  api('normalized-path', '/a/./b//../c%20d'),
  api('one-second', '/', { expiresInSeconds: 1 }),
  api('one-week', '/', { expiresInSeconds: 604800 }),
  api('session-token', '/', { sessionToken: TOKEN }),
  api('existing-query', '/?b=2&a=1&Z=3&%C3%BC=4'),
  api('repeated-query', '/?a=2&a=1&a'),
  api('body-signed', '/', { method: 'POST', body: 'hello', headers: [['Content-Type', 'text/plain']] }),
  api('body-unsigned', '/', { method: 'POST', body: 'hello', payload: 'unsigned' }),
  api('binary-body', '/', { method: 'PUT', bodyHex: '00ff80fe' }),
  api('headers-signed', '/', {
    headers: [
      ['X-Two', ' b  b '],
      ['X-One', 'a'],
      ['x-amz-three', 'c'],
    ],
  }),
  api('slash-and-plus-in-key-id', '/', { accessKeyId: 'team/user+AKIDEXAMPLE=' }),
  api('leap-day', '/', { signingDate: '2024-02-29T23:59:59.000Z' }),
  api('port', ':8443/a'),
]

// [what, URL, settings]: presigned URLs that stand for a login
const LOGINS = [
  [
    'sts-caller-identity',
    'https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15',
    { service: 'sts', headers: [['x-k8s-aws-id', 'my-cluster']], expiresInSeconds: 60 },
  ],
  [
    'rds-connect',
    'https://db.abc.us-east-1.rds.amazonaws.com:5432/?Action=connect&DBUser=jane%40doe',
    { service: 'rds-db', expiresInSeconds: 900, sessionToken: TOKEN },
  ],
  [
    'elasticache-connect',
    'http://my-cache/?Action=connect&User=jane',
    { service: 'elasticache', expiresInSeconds: 900 },
  ],
  [
    'dsql-connect',
    'https://abc.dsql.us-east-1.on.aws/?Action=DbConnectAdmin',
    { service: 'dsql', expiresInSeconds: 900 },
  ],
  [
    'kafka-connect',
    'https://kafka.us-east-1.amazonaws.com/?Action=kafka-cluster%3AConnect',
    { service: 'kafka-cluster', expiresInSeconds: 900, sessionToken: TOKEN },
  ],
  [
    'iot-gateway',
    'https://abc-ats.iot.us-east-1.amazonaws.com/mqtt',
    { service: 'iotdevicegateway', expiresInSeconds: 300 },
  ],
  [
    'polly-speech',
    'https://polly.us-east-1.amazonaws.com/v1/speech?Text=a%20b%2C%20c&VoiceId=Joanna',
    { service: 'polly' },
  ],
  [
    'transcribe-stream',
    'https://transcribestreaming.us-east-1.amazonaws.com:8443/stream?sample-rate=44100',
    { service: 'transcribe', expiresInSeconds: 300 },
  ],
]
const logins = LOGINS.map(([what, url, settings]) =>
  presigned(`presign-${what}`, url, { tags: ['presign', 'service'], ...settings }),
)

export const presigns = [...objects, ...requests, ...logins]
