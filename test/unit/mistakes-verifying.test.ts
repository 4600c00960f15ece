// What people get wrong when they set up a verifier, and what they read then: the option, what is right, and the mend.
import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import {
  decoder,
  errorOf,
  events,
  form,
  HOST,
  key,
  NOW,
  presigned,
  received,
  S3,
  SECRET,
  SECRETS,
  temporary,
  verifier,
  verify,
  verifyOther,
  verifyWeb,
  webRequest,
} from '../support/mistaken-verifier.ts'

type Mistake = readonly [what: string, call: () => unknown, message: string]

const OPTIONS =
  'getKeys, service, region, algorithms, maxSkewSeconds, maxExpiresInSeconds, payloads, requireSignedHeaders, allowUnsignedHeaders, body, maxBodyBytes, maxChunkBytes, minChunkBytes, maxMessageBytes, maxQueryParameters, maxHeaders, externalUrl, profile, keyCache, onVerified, onRejected, now'
const TARGET = 'target must be the raw request target, such as url of node:http (a Request is for verify)'
/** Values of the wrong type: `TypeError`, `ERR_INVALID_ARG_TYPE`. */
const WRONG_TYPES: readonly Mistake[] = [
  [
    'no options',
    () => new Verifier(undefined as never),
    'the options of Verifier must be an object; it is undefined',
  ],
  [
    'no getKeys',
    () => verifier({ getKeys: undefined }),
    'getKeys must be a function that finds the keys of an access key id; it is undefined',
  ],
  [
    'a table for getKeys',
    () => verifier({ getKeys: new Map([['AKIDEXAMPLE', key]]) }),
    'getKeys must be a function that finds the keys of an access key id; it is object',
  ],
  [
    'no service',
    () => verifier({ service: undefined }),
    'service must be a string or a list of them; it is undefined',
  ],
  [
    'no region',
    () => verifier({ region: undefined }),
    'region must be a string or a list of them; it is undefined',
  ],
  [
    'an algorithm that is not in a list',
    () => verifier({ algorithms: sigv4a }),
    'algorithms must be a list such as [sigv4]; it is object',
  ],
  [
    'the name of an algorithm',
    () => verifier({ algorithms: ['sigv4a'] }),
    'algorithms must be a list of sigv4, and sigv4a from countersign/sigv4a; it is string',
  ],
  [
    'a skew as text',
    () => verifier({ maxSkewSeconds: '300' }),
    'maxSkewSeconds must be a number of seconds; it is string',
  ],
  [
    'a skew with one side',
    () => verifier({ maxSkewSeconds: { past: 300 } }),
    'maxSkewSeconds.future must be a number of seconds; it is undefined',
  ],
  [
    'one payload mode, not in a list',
    () => verifier({ payloads: 'unsigned' }),
    "payloads must be a list such as ['signed']; it is string",
  ],
  [
    'a size with its unit',
    () => verifier({ maxBodyBytes: '10mb' }),
    'maxBodyBytes must be a whole number; it is string',
  ],
  [
    'one header to be signed, not in a list',
    () => verifier({ requireSignedHeaders: 'content-type' }),
    'requireSignedHeaders must be a list of names or matchers; it is string',
  ],
  [
    'an external URL object',
    () => verifier({ externalUrl: new URL('https://a.example') }),
    'externalUrl must be a string or a list of them; it is object',
  ],
  [
    'a profile by name',
    () => verifier({ profile: 's3' }),
    'the options of profile must be an object; it is string',
  ],
  [
    'a Map for the key cache',
    () => verifier({ keyCache: new Map() }),
    'keyCache must be from createKeyCache; it is object',
  ],
  ['a date for the clock', () => verifier({ now: new Date(NOW) }), 'now must be a function; it is object'],
  [
    'a clock that gives a date',
    () => verify(received(), { now: () => new Date(NOW) }),
    'what now gives must be milliseconds since the epoch; it is object',
  ],
  [
    'a logger for onRejected',
    () => verifier({ onRejected: console }),
    'onRejected must be a function; it is object',
  ],
  [
    'no request',
    () => verify(undefined),
    'the request must be { method, target, headers, body }; it is undefined',
  ],
  [
    'a Request in place of what arrived',
    async () => verify(await webRequest()),
    `${TARGET}; it is undefined`,
  ],
  [
    'url in place of target',
    () => verifyOther({ target: undefined, url: '/a?b=c' }),
    `${TARGET}; it is undefined`,
  ],
  [
    'a URL object for the target',
    () => verifyOther({ target: new URL(`https://${HOST}/a?b=c`) }),
    `${TARGET}; it is object`,
  ],
  [
    'headers as an object',
    () => verifyOther({ headers: Object.fromEntries(received().headers as []) }),
    'headers must be [name, value] pairs, such as rawHeaders of node:http two by two; it is object',
  ],
  [
    'raw headers in one row',
    () => verifyOther({ headers: (received().headers as []).flat() }),
    'a header must be a [name, value] pair of strings (rawHeaders of node:http are to be paired); it is string',
  ],
  [
    'a header with its values in a list',
    () => verifyOther({ headers: [['a', ['b', 'c']]] }),
    'a header must be a [name, value] pair of strings (rawHeaders of node:http are to be paired); it is object',
  ],
  [
    'a body that is parsed',
    () => verifyOther({ body: { a: 1 } }),
    'body must be raw bytes, a ReadableStream or an async iterable of bytes; it is object',
  ],
  [
    'a body as text',
    () => verifyOther({ body: 'text' }),
    'body must be raw bytes, a ReadableStream or an async iterable of bytes; it is string',
  ],
  [
    'what arrived in place of a Request',
    () => verifyWeb(received()),
    'the request must be a Request (anything else is for verifyReceived); it is object',
  ],
  [
    'a form in plain fields',
    () => form({}, { key: 'cat.jpg' }),
    'the form must be a FormData or an iterable of [name, value] pairs; it is object',
  ],
  [
    'a form without the bucket that is addressed',
    () => form({ bucket: undefined }),
    'bucket must be a string; it is undefined',
  ],
  [
    'no key for a decoder of chunks',
    () => decoder({ key: undefined }),
    'key must be an object; it is undefined',
  ],
  [
    'no seed signature for events',
    () => events({ seedSignature: undefined }),
    'seedSignature must be a string; it is undefined',
  ],
]

/** Values of the right type that cannot be: `RangeError`, `ERR_INVALID_ARG_VALUE`. */
const WRONG_VALUES: readonly Mistake[] = [
  [
    'a misspelt option',
    () => verifier({ regions: ['us-east-1'] }),
    `"regions" is not an option of Verifier, which has ${OPTIONS}`,
  ],
  [
    'the credentials in place of getKeys',
    () => verifier({ credentials: key }),
    `"credentials" is not an option of Verifier, which has ${OPTIONS}`,
  ],
  [
    'all regions',
    () => verifier({ region: '*' }),
    'region must be the regions that are served, one by one: patterns are for signing with sigv4a; it is "*"',
  ],
  [
    'a region set',
    () => verifier({ region: 'us-east-1,us-west-2', algorithms: [sigv4a] }),
    'region must be the regions that are served, one by one: patterns are for signing with sigv4a; it is "us-east-1,us-west-2"',
  ],
  ['an empty list of services', () => verifier({ service: [] }), 'service must not be empty'],
  ['a region from a variable that is not set', () => verifier({ region: '' }), 'region must not be empty'],
  [
    'a skew in milliseconds',
    () => verifier({ maxSkewSeconds: 300_000 }),
    'maxSkewSeconds must be from 0 to 86400 seconds; it is "300000"',
  ],
  [
    'an expiry in milliseconds',
    () => verifier({ maxExpiresInSeconds: 3_600_000 }),
    'maxExpiresInSeconds must be a whole number from 1 to 604800; it is "3600000"',
  ],
  [
    'the sentinel for a payload mode',
    () => verifier({ payloads: ['UNSIGNED-PAYLOAD'] }),
    'payloads may hold signed, unsigned, streaming, streaming-unsigned-trailer; it is "UNSIGNED-PAYLOAD"',
  ],
  [
    'another word for streaming',
    () => verifier({ body: 'streaming' }),
    'body must be "buffer" or "stream"; it is "streaming"',
  ],
  [
    'no limit for the body',
    () => verifier({ maxBodyBytes: Number.POSITIVE_INFINITY }),
    'maxBodyBytes must be a whole number from 0 to 9007199254740991; it is "Infinity"',
  ],
  [
    'an external host without a scheme',
    () => verifier({ externalUrl: HOST }),
    'externalUrl must be an absolute http or https URL without a query',
  ],
  [
    'an external URL with a query',
    () => verifier({ externalUrl: `https://${HOST}/?a=b` }),
    'externalUrl must be an absolute http or https URL without a query',
  ],
  [
    'a matcher that matches nothing',
    () => verifier({ allowUnsignedHeaders: [{ preffix: 'x-amz-cf-' }] }),
    'allowUnsignedHeaders has a matcher without exact, prefix, suffix, contains or regex',
  ],
  [
    'a setting of another kind',
    () => verifier({ profile: { contentSha256: 'require' } }),
    'profile.contentSha256 must be one of required, send, omit; it is "require"',
  ],
  [
    'a form for no bucket',
    () => form({ bucket: '' }),
    'bucket must be the name of the bucket that the request addresses; it is ""',
  ],
  [
    'a hash for the mode of chunks',
    () => decoder({ contentSha256: 'a'.repeat(64) }),
    'contentSha256 must be one of the STREAMING-…PAYLOAD… values',
  ],
  [
    'a date of chunks in ISO 8601',
    () => decoder({ amzDate: '2026-01-02T03:04:05Z' }),
    'amzDate must be written YYYYMMDDTHHMMSSZ',
  ],
  [
    'the whole header for the seed signature',
    () => decoder({ seedSignature: 'AWS4-HMAC-SHA256 Credential=…' }),
    'seedSignature must be lower-case hex; it is "AWS4-HMAC-SHA256 Credential=…"',
  ],
  [
    'a public key for events',
    () => events({ key: { publicKey: { x: '', y: '' } } }),
    'key is not one for AWS4-HMAC-SHA256',
  ],
]

/** `getKeys` gives what is no key: the client hears of an unknown key, and the cause says what is wrong. */
const NO_KEYS: readonly (readonly [what: string, found: unknown, cause: string])[] = [
  ['the secret itself', SECRET, 'a key from getKeys must be an object; it is string'],
  ['a function that was not called', () => key, 'a key from getKeys must be an object; it is function'],
  [
    'the row of a database',
    { access_key_id: 'AKIDEXAMPLE', secret_access_key: SECRET },
    'a key from getKeys must be { secretAccessKey }, { signingKey } or { publicKey }; it is object',
  ],
  [
    'a secret that is not set',
    { secretAccessKey: undefined },
    'the secretAccessKey from getKeys must be a string that is not empty; it is undefined',
  ],
  [
    'an empty secret',
    { secretAccessKey: '' },
    'the secretAccessKey from getKeys must be a string that is not empty; it is string',
  ],
  [
    'a signing key in hex',
    { signingKey: 'a'.repeat(64) },
    'the signingKey from getKeys must be a Uint8Array of 32 bytes; it is string',
  ],
  [
    'a session token that is no text',
    { ...key, sessionToken: 1 },
    'the sessionToken from getKeys must be a string; it is number',
  ],
  [
    'a Map of keys',
    new Map([['AKIDEXAMPLE', key]]),
    'a key from getKeys must be { secretAccessKey }, { signingKey } or { publicKey }; it is object',
  ],
]

describe.each([
  ['TypeError', 'ERR_INVALID_ARG_TYPE', WRONG_TYPES],
  ['RangeError', 'ERR_INVALID_ARG_VALUE', WRONG_VALUES],
] as const)('%s', (name, code, mistakes) => {
  it.each(mistakes)('%s', async (_, call, message) => {
    const error = await errorOf(call)
    expect([error.message, error.name, (error as { code?: unknown }).code]).toEqual([message, name, code])
    expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(SECRETS)
  })
})

describe('getKeys gives', () => {
  it.each(NO_KEYS)('%s', async (_, found, message) => {
    const causes: unknown[] = []
    const onRejected = ({ cause }: { cause?: unknown }): void => void causes.push(cause)
    const error = await errorOf(() => verify(received(), { getKeys: () => found, onRejected }))
    expect([error.message, (error as { reason?: unknown }).reason]).toEqual([
      'The access key id is not known here',
      'unknown-access-key',
    ])
    expect((error.cause as Error).message).toBe(message)
    expect(causes).toEqual([error.cause])
    expect((error.cause as Error).stack).not.toMatch(SECRETS)
  })

  it('an error, which is passed on: it is no refusal', async () => {
    const away = new Error('the key store is away')
    const getKeys = async (): Promise<never> => {
      throw away
    }
    expect(await errorOf(() => verify(received(), { getKeys }))).toBe(away)
  })
})

describe('what is no mistake', () => {
  it('a request and its verifier as they stand in this file', async () => {
    for (const [request, options] of [
      [received(), {}],
      [received({ method: 'POST', body: 'a' }), {}],
      [received({ method: 'PUT', body: 'a' }, S3), S3],
      [received({}, { credentials: temporary }), { getKeys: () => temporary }],
      [received({}, { algorithm: sigv4a, region: 'us-*' }), { algorithms: [sigv4a] }],
      [{ method: 'GET', target: presigned(), headers: [['host', HOST]] }, {}],
    ] as const) {
      expect(await verify(request, options)).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
    }
    expect(await verifyWeb(await webRequest())).toMatchObject({ accessKeyId: 'AKIDEXAMPLE' })
    expect(await form({})).toMatchObject({ key: 'cat.jpg' })
    expect(decoder({})).toBeInstanceOf(TransformStream)
    expect(events({})).toBeInstanceOf(TransformStream)
  })

  it('options that are undefined', async () => {
    expect(await verify(received(), { regions: undefined, body: undefined })).toMatchObject({ path: '/a' })
  })
})
