// Requests that are refused by a mistake of the server or of the client: the reason, and a message that names the likely mend.
import { describe, expect, it } from 'vitest'
import { isSignatureError } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import {
  CHUNKED,
  CHUNKS,
  errorOf,
  form,
  HOST,
  NOW,
  presigned,
  received,
  S3,
  SECRET,
  SECRETS,
  temporary,
  verify,
  verifyOther,
  verifyPresigned,
  verifyWeb,
  webRequest,
  without,
} from '../support/mistaken-verifier.ts'

const ALREADY_READ =
  'The body was read before it was verified: give the verifier the request before any body parser or other middleware reads it'
const mismatchFor = (host: string): string =>
  `The signature is not that of this request: another key made it, or the request was changed after it was signed. Check that the method is the signed one, that clients address the host "${host}" (behind a proxy say externalUrl), that the target is the raw one, and that nobody read the body before; then compare the canonical request`

/** Requests that are refused: the reason and status, and the message. */
const REFUSED: readonly (readonly [what: string, call: () => unknown, reason: string, message: string])[] = [
  [
    'a URL in full for the target',
    () => verifyOther({ target: `https://${HOST}/a?b=c` }),
    'malformed-request 400',
    'The request target must be path and query, from the first "/" on; it is "https://api.example.com/a?b=c"',
  ],
  [
    'the path alone for the target',
    () => verifyOther({ target: '/a' }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'a target that is decoded',
    () => verifyOther({ target: '/a b' }, {}, { target: '/a%20b' }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'a target without the prefix that a router takes away',
    () => verifyOther({ target: '/a' }, {}, { target: '/v1/a' }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'a host that a proxy changed',
    () => verifyOther({ headers: [...(without('host').headers as []), ['host', 'localhost:8080']] }),
    'signature-mismatch 403',
    mismatchFor('localhost:8080'),
  ],
  [
    'a host of which externalUrl knows nothing',
    () => verifyOther({}, { externalUrl: ['https://a.example', 'https://b.example'] }),
    'signature-mismatch 403',
    'The request is for the host "api.example.com", and externalUrl names a.example, b.example',
  ],
  [
    'a Request whose URL a proxy made',
    async () => {
      const signed = await webRequest()
      const headers = new Headers(signed.headers)
      headers.set('host', HOST)
      return verifyWeb(new Request('http://localhost:8080/a', { headers }))
    },
    'malformed-request 400',
    'The host header "api.example.com" is not the host "localhost:8080" of the URL: behind a proxy say externalUrl',
  ],
  [
    'no host among the headers',
    () => verify(without('host')),
    'header-not-signed 403',
    'Said to be signed, but not there (did a proxy drop them?): host',
  ],
  [
    'a signed header that a proxy dropped',
    () => verify(without('x-amz-meta-a', { headers: { 'x-amz-meta-a': '1' } })),
    'header-not-signed 403',
    'Said to be signed, but not there (did a proxy drop them?): x-amz-meta-a',
  ],
  [
    'a header that a proxy added',
    () => verifyOther({ headers: [...(received().headers as []), ['x-amz-cf-id', '1']] }),
    'header-not-signed 403',
    'There but not signed (see allowUnsignedHeaders): x-amz-cf-id',
  ],
  [
    'no Authorization header',
    () => verify(without('authorization')),
    'missing-authentication 400',
    'The request is not signed: it has no Authorization header and no X-Amz-Signature in its query',
  ],
  [
    'a presigned URL with a bearer token',
    () =>
      verifyPresigned({
        headers: [
          ['host', HOST],
          ['authorization', 'Bearer a'],
        ],
      }),
    'multiple-authentication 403',
    'The request must be signed in one place: one Authorization header, or the query',
  ],
  [
    'a bearer token',
    () =>
      verifyOther({
        headers: [
          ['host', HOST],
          ['authorization', 'Bearer a'],
        ],
      }),
    'unsupported-algorithm 400',
    'The algorithm must be AWS4-HMAC-SHA256 (see algorithms); it is "Bearer"',
  ],
  [
    'another method than the one that was presigned',
    () => verifyPresigned({ method: 'HEAD' }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'a presigned URL that has ended',
    () => verifyPresigned({}, { now: () => NOW + 3_601_000 }),
    'request-expired 403',
    'Request has expired: presign it anew',
  ],
  [
    'a presigned URL without an expiry',
    () => verifyPresigned({ target: presigned().replace(/&X-Amz-Expires=\d+/, '') }),
    'malformed-authorization 400',
    "The query has no X-Amz-Expires; a service that does without takes profile: { presignedExpires: 'omit' }",
  ],
  [
    'a presigned URL that lasts longer than is allowed',
    () => verifyPresigned({}, { maxExpiresInSeconds: 60 }),
    'malformed-authorization 400',
    'X-Amz-Expires must be a whole number from 1 to 60: see maxExpiresInSeconds',
  ],
  [
    'a clock that is behind',
    () => verify(received(), { now: () => NOW - 301_000 }),
    'request-time-skewed 403',
    'Signature not yet current: 20260102T030405Z is later than 20260102T025904Z by more than 300 s: check the clocks',
  ],
  [
    'a clock that is ahead',
    () => verify(received(), { now: () => NOW + 301_000 }),
    'request-time-skewed 403',
    'Signature expired: 20260102T030405Z is earlier than 20260102T030906Z by more than 300 s: check the clocks',
  ],
  [
    'a clock in seconds',
    () => verify(received(), { now: () => NOW / 1000 }),
    'request-time-skewed 403',
    'Signature not yet current: 20260102T030405Z is later than 19700121T105523Z by more than 300 s: check the clocks',
  ],
  [
    'a service by its host',
    () => verify(received(), { service: HOST }),
    'scope-mismatch 403',
    'The credential must be scoped to service api.example.com; it says "orders"',
  ],
  [
    'another region',
    () => verify(received(), { region: 'eu-west-1' }),
    'scope-mismatch 403',
    'The credential must be scoped to region eu-west-1; it says "us-east-1"',
  ],
  [
    'sigv4a that is not listed',
    () => verify(received({}, { algorithm: sigv4a, region: '*' })),
    'unsupported-algorithm 400',
    'The algorithm must be AWS4-HMAC-SHA256 (see algorithms); it is "AWS4-ECDSA-P256-SHA256"',
  ],
  [
    'a region set that covers another region',
    () => verify(received({}, { algorithm: sigv4a, region: 'eu-*' }), { algorithms: [sigv4a] }),
    'scope-mismatch 403',
    'The signed region set must cover us-east-1; it is "eu-*"',
  ],
  [
    'a session token that is not given back',
    () => verify(received({}, { credentials: temporary })),
    'invalid-session-token 403',
    'The session token is not the one that was looked up with the key',
  ],
  [
    'a key that belongs to a session token, used without it',
    () => verify(received(), { getKeys: () => temporary }),
    'invalid-session-token 403',
    'The key is a temporary one, and the request has no session token: sign with it',
  ],
  [
    'another secret',
    () => verify(received(), { getKeys: () => ({ secretAccessKey: `${SECRET}\n` }) }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'a key that was looked up and not returned',
    () => verify(received(), { getKeys: () => undefined }),
    'unknown-access-key 403',
    'The access key id is not known here',
  ],
  [
    'a Request that was read',
    async () => {
      const request = await webRequest({}, { method: 'POST', body: 'a' })
      await request.text()
      return verifyWeb(request)
    },
    'body-already-read 500',
    ALREADY_READ,
  ],
  [
    'a stream that somebody reads',
    async () => {
      const body = new Blob(['a']).stream()
      body.getReader()
      return verifyOther({ body })
    },
    'body-already-read 500',
    ALREADY_READ,
  ],
  [
    'a stream of Node that a parser read',
    () => verifyOther({ body: { readableDidRead: true, async *[Symbol.asyncIterator]() {} } }),
    'body-already-read 500',
    ALREADY_READ,
  ],
  [
    'a body that is left out',
    () => verify(without('incomplete-body 400', { method: 'POST', headers: { 'content-length': '1' } })),
    'incomplete-body 400',
    'The request announces a body, and none of it arrived: give the verifier the unread body, before any body parser',
  ],
  [
    'a body that was parsed and written anew',
    () =>
      verifyOther({ body: new TextEncoder().encode('{"a":1}') }, {}, { method: 'POST', body: '{ "a": 1 }' }),
    'signature-mismatch 403',
    mismatchFor(HOST),
  ],
  [
    'the same where its hash is signed',
    () =>
      verify(
        { ...received({ method: 'PUT', body: '{ "a": 1 }' }, S3), body: new TextEncoder().encode('{"a":1}') },
        S3,
      ),
    'payload-mismatch 400',
    'The body is not the one that was signed: give the verifier its bytes as they came',
  ],
  [
    'a body that is too large',
    () =>
      verifyOther({ body: new Uint8Array(9) }, { maxBodyBytes: 8 }, { method: 'POST', body: 'nine byte' }),
    'body-too-large 413',
    'The body is larger than 8 bytes: see maxBodyBytes',
  ],
  [
    'a large body that streams without its hash',
    () =>
      verifyOther(
        { body: new Blob([new Uint8Array(9_000_000)]).stream() },
        { body: 'stream', maxBodyBytes: 10_000_000 },
      ),
    'body-too-large 413',
    'The body is larger than 8388608 bytes: one that streams needs a signed x-amz-content-sha256',
  ],
  [
    'a request to S3 without a hash',
    () => verify(received({}, { ...S3, profile: { contentSha256: 'omit' } }), S3),
    'missing-content-sha256 400',
    'A signed x-amz-content-sha256 header is needed',
  ],
  [
    'a body that is not signed',
    () => verify(received({ method: 'PUT', body: 'a' }, { ...S3, payload: 'unsigned' }), S3),
    'payload-not-allowed 403',
    "The body is not signed: payloads would have to hold 'unsigned'",
  ],
  [
    'a body in chunks where they are not taken',
    () => verify(received({ method: 'PUT', headers: CHUNKS }, S3), { ...S3, payloads: ['signed'] }),
    'payload-not-allowed 403',
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD is not taken here: payloads would have to hold 'streaming'",
  ],
  [
    'chunks without their length',
    () =>
      verify(
        {
          ...received({ method: 'PUT', headers: { 'x-amz-content-sha256': CHUNKED.contentSha256 } }, S3),
          body: new Uint8Array(1),
        },
        S3,
      ),
    'missing-decoded-length 411',
    'A chunked body needs x-amz-decoded-content-length',
  ],
  [
    'a form of another bucket',
    () => form({ bucket: 'films' }),
    'policy-condition-failed 403',
    'Invalid according to Policy: Policy Condition failed: ["eq","$bucket","photos"]',
  ],
  [
    'a form that is not signed',
    () => form({}, [['key', 'cat.jpg']]),
    'missing-authentication 403',
    'The form is not signed',
  ],
]

describe('a refusal', () => {
  it.each(REFUSED)('%s', async (_, call, reason, message) => {
    const error = await errorOf(call)
    if (!isSignatureError(error)) throw error
    expect([error.message, `${error.reason} ${error.status}`]).toEqual([message, reason])
    expect(`${error.stack}${JSON.stringify(error)}${await error.toResponse('xml').text()}`).not.toMatch(
      SECRETS,
    )
  })
})
