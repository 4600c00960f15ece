import { signed } from '../define.mjs'

const URL = 'https://example.amazonaws.com/items'
const S3_URL = 'https://my-bucket.s3.us-east-1.amazonaws.com/key'
const JSON_TYPE = [['Content-Type', 'application/json']]
const FORM_TYPE = [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']]
const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')
const PLAIN_HASH = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

const post = (what, settings) => signed(`body-${what}`, URL, { method: 'POST', tags: ['body'], ...settings })
const put = (what, settings) =>
  signed(`s3-body-${what}`, S3_URL, { method: 'PUT', service: 's3', tags: ['body', 's3'], ...settings })

const forApi = [
  post('none', {}),
  post('empty', { body: '' }),
  post('ascii', { body: 'hello' }),
  post('form', { headers: FORM_TYPE, body: 'Action=ListUsers&Version=2010-05-08' }),
  post('utf-8', { body: 'grüße, ☃ and 💩' }),
  post('json', { headers: JSON_TYPE, body: '{"id":"1","tags":["a","b"],"nested":{"n":1.5,"t":true}}' }),
  post('line-ends', { body: 'a\r\nb\nc\r\n\r\n' }),
  post('nul', { bodyHex: '610062' }),
  post('byte-order-mark', { bodyHex: 'efbbbf68656c6c6f' }),
  post('binary', { bodyHex: EVERY_BYTE, headers: [['Content-Type', 'application/octet-stream']] }),
  post('not-utf-8', { bodyHex: 'fffec328a0a1' }),
  post('one-hash-block', { bodyRepeat: { text: 'a', count: 64 } }),
  post('padding-boundary-55', { bodyRepeat: { text: 'a', count: 55 } }),
  post('padding-boundary-56', { bodyRepeat: { text: 'a', count: 56 } }),
  post('1-kib', { bodyRepeat: { text: '0123456789abcdef', count: 64 } }),
  post('64-kib', { bodyRepeat: { text: '0123456789abcdef', count: 4096 } }),
  post('on-delete', { method: 'DELETE', body: '{"force":true}', headers: JSON_TYPE }),
  post('on-patch', {
    method: 'PATCH',
    body: '{"a":1}',
    headers: [['Content-Type', 'application/merge-patch+json']],
  }),
  post('unsigned-outside-s3', { payload: 'unsigned', sendHash: true, body: 'hello' }),
  post('hash-sent-outside-s3', { sendHash: true, body: 'hello' }),
]

const forS3 = [
  put('none', {}),
  put('ascii', { body: 'hello' }),
  put('utf-8', { body: 'grüße ☃', headers: [['Content-Type', 'text/plain; charset=utf-8']] }),
  put('binary', { bodyHex: EVERY_BYTE }),
  put('64-kib', { bodyRepeat: { text: '0123456789abcdef', count: 4096 } }),
  put('unsigned', { payload: 'unsigned', body: 'hello' }),
  put('unsigned-and-none', { payload: 'unsigned' }),
  put('hash-given-by-caller', { headers: [['x-amz-content-sha256', PLAIN_HASH]], body: 'hello' }),
  put('seed-of-signed-chunks', {
    headers: [
      ['Content-Encoding', 'aws-chunked'],
      ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
      ['x-amz-decoded-content-length', '66560'],
    ],
  }),
  put('seed-of-unsigned-trailer', {
    headers: [
      ['Content-Encoding', 'aws-chunked'],
      ['x-amz-content-sha256', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'],
      ['x-amz-decoded-content-length', '5'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
    ],
  }),
]

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'M-SEARCH']
const methods = METHODS.map((method) =>
  signed(`method-${method.toLowerCase()}`, URL, { method, tags: ['method'] }),
)

export const bodies = [...forApi, ...forS3, ...methods]
