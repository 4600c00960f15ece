// What people get wrong when they sign, and what they read then: the option, what is right, and the mend.
import { describe, expect, it } from 'vitest'
import { ChunkedEncoderStream, chunkedContentLength } from '../../src/chunked/index.ts'
import { EventSignerStream, encodeMessage, signEvent } from '../../src/event-stream/index.ts'
import { presignUrl, profileFor, signHeaders } from '../../src/index.ts'
import { createPostForm } from '../../src/post-policy/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'

type Given = Record<string, unknown>

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN'
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
const scope = { credentials: keys, service: 's3', region: 'us-east-1' }
const parts = { url: 'https://photos.s3.us-east-1.amazonaws.com/cat.jpg' }
const SEED = 'a'.repeat(64)

const sign = (options: Given, request: Given = {}) =>
  signHeaders({ ...parts, ...request } as never, { ...scope, ...options } as never)
const signRequestOf = (request: unknown) => signHeaders(request as never, scope)
const presign = (options: Given) => presignUrl(parts, { ...scope, ...options } as never)
const postForm = (options: Given) =>
  createPostForm({
    url: 'https://photos.s3.us-east-1.amazonaws.com/',
    bucket: 'photos',
    key: 'cat.jpg',
    credentials: keys,
    region: 'us-east-1',
    ...options,
  } as never)
const event = (options: Given) =>
  signEvent({
    ...scope,
    payload: encodeMessage({ headers: {}, body: new Uint8Array(1) }),
    priorSignature: SEED,
    signingDate: 0,
    ...options,
  } as never)
const eventStream = (options: Given) =>
  new EventSignerStream({ ...scope, seedSignature: SEED, now: () => 0, ...options } as never)
const encoder = (options: Given) =>
  new ChunkedEncoderStream({ ...scope, seedSignature: SEED, signingDate: 0, ...options } as never)

type Mistake = readonly [what: string, call: () => unknown, message: string]

const OPTIONS =
  'credentials, service, region, algorithm, signingDate, payload, signHeaders, excludeHeaders, profile, keyCache'

/** Values of the wrong type: `TypeError`, `ERR_INVALID_ARG_TYPE`. */
const WRONG_TYPES: readonly Mistake[] = [
  [
    'no options',
    () => signHeaders(parts, undefined as never),
    'the options of signHeaders must be an object; it is undefined',
  ],
  [
    'no request',
    () => signRequestOf(undefined),
    'the options of the request (sign a Request with signRequest) must be an object; it is undefined',
  ],
  [
    'the URL for the request',
    () => signRequestOf(parts.url),
    'the options of the request (sign a Request with signRequest) must be an object; it is string',
  ],
  ['no URL', () => signRequestOf({}), 'url must be a string or a URL; it is undefined'],
  [
    'no credentials',
    () => sign({ credentials: undefined }),
    'credentials must be an object; it is undefined',
  ],
  [
    'a provider',
    () => sign({ credentials: async () => keys }),
    'credentials must be an object: give a provider to Signer or signRequest; it is function',
  ],
  [
    'a provider that was called and not awaited',
    () => sign({ credentials: Promise.resolve(keys) }),
    'credentials.accessKeyId must be a string; it is undefined',
  ],
  [
    'the names of environment variables',
    () => sign({ credentials: { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: SECRET } }),
    'credentials.accessKeyId must be a string; it is undefined',
  ],
  [
    'a secret that is not set',
    () => sign({ credentials: { ...keys, secretAccessKey: undefined } }),
    'credentials.secretAccessKey must be a string; it is undefined',
  ],
  [
    'an expiration as text',
    () => presign({ credentials: { ...keys, expiration: '2026-01-01T00:00:00Z' } }),
    'credentials.expiration must be a Date or milliseconds since the epoch; it is string',
  ],
  ['no service', () => sign({ service: undefined }), 'service must be a string; it is undefined'],
  [
    'the name of the algorithm',
    () => sign({ algorithm: 'sigv4a' }),
    'algorithm must be sigv4, or sigv4a from countersign/sigv4a; it is string',
  ],
  [
    'a date as text',
    () => sign({ signingDate: '20260101T000000Z' }),
    'signingDate must be a Date or milliseconds since the epoch; it is string',
  ],
  [
    'a Map for the key cache',
    () => sign({ keyCache: new Map() }),
    'keyCache must be from createKeyCache; it is object',
  ],
  [
    'one header to sign, not in a list',
    () => sign({ signHeaders: 'content-type' }),
    'signHeaders must be "all", "required" or a list of names or matchers; it is string',
  ],
  [
    'one header to exclude, not in a list',
    () => sign({ excludeHeaders: 'content-type' }),
    'excludeHeaders must be a list of names or matchers; it is string',
  ],
  [
    'a profile by name',
    () => sign({ profile: 's3' }),
    'the options of profile must be an object; it is string',
  ],
  [
    'a number as a header value',
    () => sign({}, { headers: { 'content-length': 3 } }),
    'header "content-length" must be a string; it is number',
  ],
  [
    'headers as text',
    () => sign({}, { headers: 'a: b' }),
    'headers must be a Headers, a record or an iterable of pairs; it is string',
  ],
  [
    'an object to be sent as JSON',
    () => sign({}, { method: 'POST', body: { a: 1 } }),
    "body must be text or bytes; for a stream say payload: 'unsigned' or send an x-amz-content-sha256 header; it is object",
  ],
  ['a method that is none', () => sign({}, { method: null }), 'method must be a string; it is null'],
  [
    'an expiry as text',
    () => presign({ expiresInSeconds: '3600' }),
    'expiresInSeconds must be a whole number; it is string',
  ],
  ['no bucket', () => postForm({ bucket: undefined }), 'bucket must be a string; it is undefined'],
  [
    'conditions that are no list',
    () => postForm({ conditions: { acl: 'private' } }),
    'conditions must be a list; it is object',
  ],
  [
    'no date of an event',
    () => event({ signingDate: undefined }),
    'signingDate must be a Date or milliseconds since the epoch; it is undefined',
  ],
  ['text for an event', () => event({ payload: 'text' }), 'payload must be a Uint8Array; it is string'],
  [
    'no seed signature',
    () => eventStream({ seedSignature: undefined }),
    'seedSignature must be a string; it is undefined',
  ],
  ['a date for the clock', () => eventStream({ now: 0 }), 'now must be a function; it is number'],
  [
    'no date of the chunks',
    () => encoder({ signingDate: undefined }),
    'signingDate must be the date of the request; it is undefined',
  ],
]

const SENT = 'url must be written as it is sent: '

/** Values of the right type that cannot be: `RangeError`, `ERR_INVALID_ARG_VALUE`. */
const WRONG_VALUES: readonly Mistake[] = [
  [
    'a misspelt option',
    () => sign({ regoin: 'x' }),
    `"regoin" is not an option of signHeaders, which has ${OPTIONS}`,
  ],
  [
    'an expiry in headers',
    () => sign({ expiresInSeconds: 60 }),
    `"expiresInSeconds" is not an option of signHeaders, which has ${OPTIONS}`,
  ],
  [
    'the expiry as the AWS SDK calls it',
    () => presign({ expiresIn: 60 }),
    `"expiresIn" is not an option of presignUrl, which has expiresInSeconds, ${OPTIONS}`,
  ],
  [
    'a misspelt method',
    () => sign({}, { methd: 'POST' }),
    '"methd" is not an option of the request (sign a Request with signRequest), which has method, url, headers, body',
  ],
  [
    'the request of node:http',
    () => signRequestOf({ hostname: 'a.example', path: '/' }),
    '"hostname" is not an option of the request (sign a Request with signRequest), which has method, url, headers, body',
  ],
  [
    'a relative URL',
    () => sign({}, { url: '/cat.jpg' }),
    'url must be an absolute http(s) or ws(s) URL with an ASCII host',
  ],
  [
    'a host without a scheme',
    () => sign({}, { url: 'a.example/cat.jpg' }),
    'url must be an absolute http(s) or ws(s) URL with an ASCII host',
  ],
  [
    'a host in Unicode',
    () => sign({}, { url: 'https://grüße.example/' }),
    'url must be an absolute http(s) or ws(s) URL with an ASCII host',
  ],
  ['a space in the path', () => sign({}, { url: 'https://a.example/a b' }), `${SENT}"%20" for " "`],
  ['UTF-8 in the path', () => sign({}, { url: 'https://a.example/Grüße' }), `${SENT}"%C3%BC" for "ü"`],
  [
    'JSON in the query',
    () => sign({}, { url: 'https://a.example/?filter={"a":1}' }),
    `${SENT}"%22" for "\\""`,
  ],
  ['a line break behind the URL', () => sign({}, { url: 'https://a.example/a\n' }), `${SENT}"%0A" for "\\n"`],
  ['a backslash in the path', () => sign({}, { url: 'https://a.example/a\\b' }), `${SENT}"%5C" for "\\\\"`],
  [
    'a per cent sign in the query',
    () => sign({}, { url: 'https://a.example/?off=10%' }),
    `${SENT}"%25" for "%"`,
  ],
  [
    'a presigned URL signed again',
    () => sign({}, { url: presign({}).url }),
    'url is presigned already: send it as it is',
  ],
  [
    'a secret with a pasted line break',
    () => sign({ credentials: { ...keys, secretAccessKey: `${SECRET}\n` } }),
    'credentials.secretAccessKey must not be empty or have white space at an end',
  ],
  [
    'a secret with a space before it',
    () => sign({ credentials: { ...keys, secretAccessKey: ` ${SECRET}` } }),
    'credentials.secretAccessKey must not be empty or have white space at an end',
  ],
  [
    'an empty secret',
    () => sign({ credentials: { ...keys, secretAccessKey: '' } }),
    'credentials.secretAccessKey must not be empty or have white space at an end',
  ],
  [
    'an access key id with a line break',
    () => sign({ credentials: { ...keys, accessKeyId: 'AKIDEXAMPLE\n' } }),
    'credentials.accessKeyId must be printable ASCII without spaces and commas',
  ],
  [
    'a token with a line break',
    () => sign({ credentials: { ...keys, sessionToken: `${TOKEN}\n` } }),
    'credentials.sessionToken must be printable ASCII without spaces',
  ],
  [
    'an expiration that is no date',
    () => sign({ credentials: { ...keys, expiration: new Date('?') } }),
    'credentials.expiration must be a valid date between the years 0 and 9999',
  ],
  [
    'a host name for the service',
    () => sign({ service: 'https://s3.amazonaws.com' }),
    'service must be a signing name, such as "s3"; it is "https://s3.amazonaws.com"',
  ],
  ['an empty service', () => sign({ service: '' }), 'service must be a signing name, such as "s3"; it is ""'],
  [
    'no region',
    () => sign({ region: undefined }),
    'region must be one region, such as "us-east-1"; more need algorithm: sigv4a',
  ],
  [
    'all regions',
    () => sign({ region: '*' }),
    'region must be one region, such as "us-east-1"; more need algorithm: sigv4a',
  ],
  [
    'two regions',
    () => sign({ region: 'us-east-1,us-west-2' }),
    'region must be one region, such as "us-east-1"; more need algorithm: sigv4a',
  ],
  [
    'a list of regions',
    () => presign({ region: ['us-east-1', 'us-west-2'] }),
    'region must be one region, such as "us-east-1"; more need algorithm: sigv4a',
  ],
  [
    'a date that is none',
    () => sign({ signingDate: new Date('yesterday') }),
    'signingDate must be a valid date between the years 0 and 9999',
  ],
  [
    'the sentinel for the payload',
    () => sign({ payload: 'UNSIGNED-PAYLOAD' }),
    'payload must be "signed" or "unsigned"; it is "UNSIGNED-PAYLOAD"',
  ],
  [
    'a misspelt setting',
    () => sign({ profile: { pathEncodng: 'once' } }),
    `"pathEncodng" is not an option of profile, which has pathEncoding, pathNormalization, contentSha256, presignedPayload, presignedExpires, sessionToken, sessionTokenName, unsignedHeaders, errorCodes, maxSkewSeconds`,
  ],
  [
    'a setting of another kind',
    () => sign({ profile: { pathEncoding: 'double' } }),
    'profile.pathEncoding must be one of once, twice; it is "double"',
  ],
  [
    'true for a hash to send',
    () => sign({ profile: { contentSha256: true } }),
    'profile.contentSha256 must be one of required, send, omit',
  ],
  [
    'a token under a name of its own',
    () => sign({ profile: { ...profileFor('s3'), sessionTokenName: 'x-my-token' } }),
    'profile.sessionTokenName must be one of x-amz-security-token, x-amz-s3session-token; it is "x-my-token"',
  ],
  [
    'headers in capitals that must stay unsigned',
    () => sign({ profile: { unsignedHeaders: ['Range'] } }),
    'profile.unsignedHeaders must be a list of lower-case names',
  ],
  [
    'a skew that is none',
    () => sign({ profile: { maxSkewSeconds: -1 } }),
    'profile.maxSkewSeconds must be from 0 to 86400',
  ],
  [
    'a header value in another script',
    () => sign({}, { headers: { 'x-amz-meta-name': 'テスト' } }),
    'header x-amz-meta-name must be free of line breaks, NUL and characters above U+00FF: encode them',
  ],
  [
    'a header name with its colon',
    () => sign({}, { headers: { 'accept:': 'a' } }),
    'header name "accept:" must be letters, digits and dashes',
  ],
  [
    'a method with its path',
    () => sign({}, { method: 'GET /' }),
    'method must be an HTTP method; it is "GET /"',
  ],
  [
    'an expiry of eight days',
    () => presign({ expiresInSeconds: 691_200 }),
    'expiresInSeconds must be a whole number from 1 to 604800; it is "691200"',
  ],
  [
    'an expiry in milliseconds',
    () => presign({ expiresInSeconds: 3_600_000 }),
    'expiresInSeconds must be a whole number from 1 to 604800; it is "3600000"',
  ],
  [
    'half a second',
    () => presign({ expiresInSeconds: 0.5 }),
    'expiresInSeconds must be a whole number from 1 to 604800; it is "0.5"',
  ],
  [
    'a form with a size limit among its options',
    () => postForm({ maxBytes: 1 }),
    '"maxBytes" is not an option of createPostForm, which has url, bucket, key, conditions, fields, expiresInSeconds, credentials, region, service, signingDate, keyCache',
  ],
  [
    'a form for a URL without a scheme',
    () => postForm({ url: 'photos.s3.amazonaws.com' }),
    'url must be an absolute http(s) URL',
  ],
  [
    'a form with a second key',
    () => postForm({ fields: { Key: 'dog.jpg' } }),
    'fields.Key is in the form already: leave it out',
  ],
  [
    'an event chained by another option',
    () => event({ seedSignature: SEED }),
    `"seedSignature" is not an option of signEvent, which has headers, priorSignature, ${OPTIONS}`,
  ],
  [
    'an event chained to the Authorization header',
    () => event({ priorSignature: 'AWS4-HMAC-SHA256 Credential=…' }),
    'priorSignature must be 64 lower-case hex digits; it is "AWS4-HMAC-SHA256 Credential=…"',
  ],
  [
    'an event by SigV4A',
    () => event({ algorithm: sigv4a }),
    'algorithm must be sigv4: event streams are not defined for SigV4A',
  ],
  [
    'a date for a stream of events',
    () => eventStream({ signingDate: 0 }),
    '"signingDate" is not an option of EventSignerStream, which has credentials, service, region, algorithm, signHeaders, excludeHeaders, profile, keyCache, seedSignature, now',
  ],
  [
    'chunks of one byte',
    () => encoder({ chunkBytes: 1 }),
    'chunkBytes must be a whole number from 8192 to 67108864; it is "1"',
  ],
  [
    'a misspelt chunk size',
    () => encoder({ chunkSize: 8192 }),
    `"chunkSize" is not an option of ChunkedEncoderStream, which has seedSignature, ${OPTIONS}, chunkBytes, checksum, trailers, chunkSignatures`,
  ],
  [
    'chunks after half a signature',
    () => encoder({ seedSignature: SEED.slice(32) }),
    `seedSignature must be the request's signature in lower-case hex; it is "${SEED.slice(32)}"`,
  ],
  [
    'a checksum in capitals',
    () => chunkedContentLength({ decodedContentLength: 1, checksum: 'CRC32C' as never }),
    'checksum must be one of crc32, crc32c, crc64nvme, sha1, sha256',
  ],
  [
    'unsigned chunks without a checksum',
    () => encoder({ chunkSignatures: 'unsigned' }),
    'checksum is needed where the chunks are not signed',
  ],
  [
    'the checksum as a trailer too',
    () => encoder({ checksum: 'crc32', trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' } }),
    'trailers must not have the checksum, which is computed',
  ],
  [
    'the length of the encoded body',
    () => chunkedContentLength({ contentLength: 1 } as never),
    '"contentLength" is not an option of chunkedContentLength, which has decodedContentLength, algorithm, chunkBytes, checksum, trailers, chunkSignatures',
  ],
  [
    'a length that is negative',
    () => chunkedContentLength({ decodedContentLength: -1 }),
    'decodedContentLength must be a whole number from 0 to 9007199254740991; it is "-1"',
  ],
]

function errorOf(call: () => unknown): Error {
  try {
    call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was refused')
}

describe.each([
  ['TypeError', 'ERR_INVALID_ARG_TYPE', WRONG_TYPES],
  ['RangeError', 'ERR_INVALID_ARG_VALUE', WRONG_VALUES],
] as const)('%s', (name, code, mistakes) => {
  it.each(mistakes)('%s', (_, call, message) => {
    const error = errorOf(call)
    expect([error.message, error.name, (error as { code?: unknown }).code]).toEqual([message, name, code])
    // In no encoding that a log would show.
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`))
  })
})

describe('what is no mistake', () => {
  it('credentials as AWS SDKs give them, with members of their own', () => {
    const credentials = {
      ...keys,
      $source: { CREDENTIALS_CODE: 'e' },
      accountId: '1',
      credentialScope: 'us-east-1',
    }
    expect(sign({ credentials, signingDate: 0 })).toEqual(sign({ signingDate: 0 }))
  })

  it('options and members that are undefined', () => {
    const undefineds = { regoin: undefined, payload: undefined, profile: undefined, signingDate: 0 }
    expect(sign(undefineds, { methd: undefined, body: undefined })).toEqual(sign({ signingDate: 0 }))
  })

  it('credentials that ended before the date, or after: only Signer knows the time', () => {
    const credentials = { ...keys, expiration: new Date(0) }
    expect(sign({ credentials, signingDate: 1 })).toEqual(sign({ signingDate: 1 }))
    expect(presignUrl(parts, { ...scope, credentials, signingDate: 1 }).expiresAt).toEqual(new Date(0))
  })
})

describe('a Request', () => {
  it('goes to signRequest', () => {
    expect(errorOf(() => signRequestOf(new Request(parts.url))).message).toMatch(
      /^"\w+" is not an option of the request \(sign a Request with signRequest\), which has method, url, headers, body$/,
    )
  })
})
