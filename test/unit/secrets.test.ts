import { describe, expect, it, vi } from 'vitest'
import { deriveSigningKey } from '../../src/canonical/index.ts'
import {
  createKeyCache,
  createSignedFetch,
  presignUrl,
  type SignatureError,
  Signer,
  type SigningOptions,
  signHeaders,
  signRequest,
  type VerifierOptions,
} from '../../src/index.ts'
import { CANARY, leaks, shown } from '../support/attack-canary.ts'
import { drain, watchedStream } from '../support/attack-streams.ts'
import {
  bothForms,
  bytes,
  editHeader,
  editTarget,
  headerSigned,
  NOW,
  presigned,
  signing,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

const credentials = CANARY
const options = (service = 'execute-api'): SigningOptions => signing({ credentials, service })
const getKeys = () => ({ ...CANARY, principal: 'ada' })
const URL_ = 'https://api.example.com/a?b=c'

describe('the canary is found if it is there', () => {
  it.each([
    ['a property', { key: CANARY.secretAccessKey }, 'secret'],
    ['a hidden property', Object.defineProperty({}, 'key', { value: CANARY.secretAccessKey }), 'secret'],
    ['a nested property', { a: { b: { c: { d: [CANARY.sessionToken] } } } }, 'token'],
    ['bytes', Buffer.from(CANARY.secretAccessKey), 'secret'],
    ['an array of bytes', new Uint8Array(Buffer.from(`AWS4${CANARY.secretAccessKey}`)).subarray(4), 'secret'],
    [
      'a derived key',
      deriveSigningKey({ ...CANARY, scopeDate: '20150830', region: 'us-east-1', service: 's3' }),
      'secret',
    ],
    ['a message', new Error(`bad key ${CANARY.secretAccessKey}`), 'secret'],
    ['a cause', new Error('bad', { cause: new Error(CANARY.sessionToken) }), 'token'],
    ['a URL', `https://h/?X-Amz-Security-Token=${encodeURIComponent(CANARY.sessionToken)}`, 'token'],
    ['a key of a Map', new Map([[`x/${CANARY.secretAccessKey}`, 1]]), 'secret'],
  ])('in %s', (_, value, kind) => {
    expect(leaks(shown(value))).toEqual([kind])
  })

  it('and not if it is not', () => {
    expect(leaks(shown({ accessKeyId: CANARY.accessKeyId, bytes: new Uint8Array(64) }))).toEqual([])
  })
})

describe('what holds credentials does not show them', () => {
  it('a Signer, before and after it has signed', async () => {
    const { signingDate: _, ...lasting } = options()
    const signer = new Signer(lasting)
    expect(leaks(shown(signer))).toEqual([])
    await signer.sign(URL_)
    await signer.presign(URL_)
    expect(leaks(shown(signer))).toEqual([])
  })

  it('a signed fetch, and the Response that it gives', async () => {
    const { signingDate: _, ...lasting } = options()
    const signedFetch = createSignedFetch({ ...lasting, fetch: async () => new Response('ok') })
    const response = await signedFetch(URL_)
    expect(leaks(shown(signedFetch))).toEqual([])
    expect(leaks(shown(response))).toEqual([])
  })

  it('a Verifier, and what it proved', async () => {
    const own = verifier({ getKeys })
    for (const [, wire] of bothForms({}, { credentials })) {
      const verified = await own.verifyReceived(wire)
      expect(verified.principal).toBe('ada')
      // The URL is the one that came: where a presigned one carries the session token, so does this.
      const { url, ...others } = verified
      expect(url).toBe(`https://api.example.com${wire.target}`)
      expect(leaks(shown(others))).toEqual([])
    }
    expect(leaks(shown(own))).toEqual([])
  })

  it('a key cache that holds derived keys', () => {
    const keyCache = createKeyCache()
    for (const service of ['s3', 'execute-api']) signHeaders({ url: URL_ }, { ...options(service), keyCache })
    expect(leaks(shown(keyCache))).toEqual([])
  })

  it('the keys of any Map that signing and verifying touch', async () => {
    const spies = (['get', 'set', 'has', 'delete'] as const).map((name) => vi.spyOn(Map.prototype, name))
    const keyCache = createKeyCache({ maxEntries: 1 })
    let touched: unknown[]
    try {
      for (const service of ['s3', 'execute-api', 's3'])
        signHeaders({ url: URL_ }, { ...options(service), keyCache })
      await verifier({ getKeys, keyCache }).verifyReceived(presigned({}, { credentials }))
    } finally {
      touched = spies.flatMap((spy) => spy.mock.calls.map(([key]) => key))
      for (const spy of spies) spy.mockRestore()
    }
    const scopes = touched.filter((key) => typeof key === 'string' && /^[\da-f]{64}$/.test(key))
    expect(new Set(scopes).size).toBe(2)
    expect(leaks(shown(touched))).toEqual([])
  })
})

describe('what signing gives does not show the secret', () => {
  const trace = (service: string) => [
    signHeaders({ url: URL_ }, options(service)).trace,
    presignUrl({ url: URL_ }, options(service)).trace,
  ]

  it('a trace shows the session token in its canonical request alone, where it was signed', () => {
    for (const { canonicalRequest, ...rest } of [...trace('s3'), ...trace('execute-api')]) {
      expect(leaks(shown(rest))).toEqual([])
      expect(leaks(shown(canonicalRequest))).toEqual(['token'])
    }
  })

  it('a trace shows no session token where it was not signed', () => {
    expect(leaks(shown(trace('iotdevicegateway')))).toEqual([])
  })

  it('headers, URLs and Requests show the session token that they carry, and no more', async () => {
    expect(leaks(shown(signHeaders({ url: URL_ }, options()).headers))).toEqual(['token'])
    expect(leaks(shown(presignUrl({ url: URL_ }, options()).url))).toEqual(['token'])
    const request = await signRequest(URL_, options())
    expect(leaks(shown([...request.headers]))).toEqual(['token'])
  })
})

type Refused = [what: string, wire: Wire, options?: Partial<VerifierOptions>]

/** Requests with the session token in them, refused for each reason there is. */
function refused(): Refused[] {
  const s3 = { service: 's3' }
  const put = headerSigned({ method: 'PUT', body: 'x' }, { credentials, ...s3 })
  const wrong = { getKeys: () => ({ ...CANARY, secretAccessKey: 'another' }) }
  const each: Refused[] = bothForms({}, { credentials }).flatMap(([form, wire]): Refused[] => [
    [`${form} unknown-access-key`, wire, { getKeys: () => undefined }],
    [`${form} invalid-session-token`, wire, { getKeys: () => ({ ...CANARY, sessionToken: 'other' }) }],
    [`${form} signature-mismatch`, wire, wrong],
    [`${form} signature-mismatch for S3`, wire, { ...wrong, profile: { errorCodes: 's3' } }],
    [`${form} scope-mismatch`, wire, { region: 'eu-west-1' }],
    [`${form} request-not-yet-valid`, wire, { now: () => NOW - 9_000_000 }],
    [`${form} request-expired`, wire, { now: () => NOW + 9_000_000 }],
    [`${form} header-not-signed`, withHeader(wire, 'x-amz-acl', 'x')],
    [`${form} malformed-request`, { ...wire, target: `${wire.target}#` }],
    [
      `${form} two tokens`,
      withHeader(
        editTarget(
          wire,
          (target) =>
            `${target}${target.includes('?') ? '&' : '?'}X-Amz-Security-Token=${CANARY.sessionToken}`,
        ),
        'x-amz-security-token',
        CANARY.sessionToken,
      ),
      wrong,
    ],
    [
      `${form} multiple-authentication`,
      withHeader(withHeader(wire, 'authorization', 'x'), 'authorization', 'x'),
    ],
    [`${form} method`, { ...wire, method: 'DELETE' }],
  ])
  return [
    ...each,
    ['malformed-authorization', editHeader(put, 'authorization', (value) => `${value}, a=b`), s3],
    ['unsupported-algorithm', editHeader(put, 'authorization', () => 'Bearer x'), s3],
    ['payload-mismatch', { ...put, body: bytes('y') }, { ...s3, getKeys }],
    ['body-too-large', put, { ...s3, getKeys, maxBodyBytes: 0 }],
    [
      'missing-content-sha256',
      headerSigned({}, { credentials, ...s3, profile: { contentSha256: 'omit' } }),
      s3,
    ],
    [
      'a token named s3session',
      headerSigned({}, { credentials, service: 's3express' }),
      { ...wrong, service: 's3express' },
    ],
  ]
}

describe('a refusal shows no secret', () => {
  it.each(refused())('%s', async (_, wire, over = {}) => {
    const events: unknown[] = []
    const own = verifier({
      getKeys,
      ...over,
      onRejected: (event) => events.push(event),
      onVerified: (event) => events.push(event),
    })
    const error = (await own.verifyReceived(wire).catch((reason: unknown) => reason)) as SignatureError
    expect(error.name).toBe('SignatureError')
    const answers = [await error.toResponse('xml').text(), await error.toResponse('json').text()]
    expect(leaks(shown(error))).toEqual([])
    expect(leaks(shown(error.details))).toEqual([])
    expect(leaks(answers.join('\n'))).toEqual([])
    expect(events.length).toBe(1)
    expect(leaks(shown(events))).toEqual([])
  })

  it('that comes while a body streams', async () => {
    const put = headerSigned({ method: 'PUT', body: 'x' }, { credentials, service: 's3' })
    const own = verifier({ getKeys, service: 's3', body: 'stream' })
    const { body } = await own.verifyReceived({ ...put, body: watchedStream(['y']).stream })
    const { error } = await drain(body)
    expect(error).toMatchObject({ reason: 'payload-mismatch' })
    expect(leaks(shown(error))).toEqual([])
  })

  it('takes the token out of the canonical request, and leaves the rest', async () => {
    const wrong = { getKeys: () => ({ ...CANARY, secretAccessKey: 'another' }) }
    const [header, query] = bothForms({ target: '/?z=1' }, { credentials }).map(([, wire]) => wire)
    const canonicalOf = async (wire: Wire): Promise<string> => {
      const error = (await verifier(wrong)
        .verifyReceived(wire)
        .catch((reason: unknown) => reason)) as SignatureError
      return error.details.canonicalRequest ?? ''
    }
    expect(await canonicalOf(header!)).toContain(
      '\nx-amz-security-token:…\n\nhost;x-amz-date;x-amz-security-token\n',
    )
    expect(await canonicalOf(query!)).toContain('&X-Amz-Security-Token=…&X-Amz-SignedHeaders=host&z=1\n')
  })
})

describe('a mistake of the programmer shows no secret', () => {
  const bad = (over: Record<string, unknown>) => ({ ...options(), ...over }) as unknown as SigningOptions
  const withCredentials = (over: Record<string, unknown>) => bad({ credentials: { ...CANARY, ...over } })
  const mistakes: [what: string, options: SigningOptions, parts?: unknown][] = [
    ['a region that is none', bad({ region: 5 })],
    ['two regions', bad({ region: ['us-east-1', 'eu-west-1'] })],
    ['an empty region', bad({ region: '' })],
    ['no service', bad({ service: undefined })],
    ['a service with a slash', bad({ service: 'a/b' })],
    ['an invalid date', bad({ signingDate: new Date(Number.NaN) })],
    ['a payload that is none', bad({ payload: 'x' })],
    ['signHeaders that are none', bad({ signHeaders: 5 })],
    ['a regex that is none', bad({ excludeHeaders: [{ regex: '(' }] })],
    ['an access key id with a space', withCredentials({ accessKeyId: 'a b' })],
    ['no access key id', withCredentials({ accessKeyId: undefined })],
    ['a secret that is no text', withCredentials({ secretAccessKey: [CANARY.secretAccessKey] })],
    ['a token that is no text', withCredentials({ sessionToken: [CANARY.sessionToken] })],
    ['a token with a line break', withCredentials({ sessionToken: `${CANARY.sessionToken}\n` })],
    ['an expiration that is none', withCredentials({ expiration: 'tomorrow' })],
    ['credentials as text', bad({ credentials: JSON.stringify(CANARY) })],
    ['credentials in an array', bad({ credentials: [CANARY] })],
    [
      'a cache that fails',
      bad({
        keyCache: {
          getOrDerive: () => {
            throw new Error('no cache')
          },
        },
      }),
    ],
    ['a relative URL', options(), { url: '/a' }],
    ['a presigned URL', options(), { url: 'https://h/?X-Amz-Signature=x' }],
    ['a header that cannot be sent', options(), { url: URL_, headers: { a: '☃' } }],
    ['a method that is none', options(), { url: URL_, method: 'a b' }],
    ['a body that is none', options(), { url: URL_, body: {} }],
  ]

  it.each(mistakes)('%s', async (_, over, parts = { url: URL_ }) => {
    const thrown: unknown[] = []
    for (const attempt of [signHeaders, presignUrl]) {
      try {
        attempt(parts as { url: string }, over)
      } catch (error) {
        thrown.push(error)
      }
    }
    const { url, ...init } = parts as { url: string }
    await signRequest(url, { ...over, init }).catch((error: unknown) => thrown.push(error))
    expect(thrown.length).toBeGreaterThan(0)
    for (const error of thrown) {
      expect(error).toBeInstanceOf(Error)
      expect(leaks(shown(error))).toEqual([])
    }
  })

  it.each([
    [CANARY.secretAccessKey],
    [[CANARY.secretAccessKey]],
    [{ secretAccessKey: [CANARY.secretAccessKey] }],
    [{ signingKey: CANARY.secretAccessKey }],
    [{ signingKey: Buffer.from(CANARY.secretAccessKey) }],
    [{ secret: CANARY.secretAccessKey }],
  ])('a key of the wrong kind from getKeys', async (key) => {
    const own = verifier({ getKeys: () => key as never })
    const error = await own.verifyReceived(headerSigned()).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ reason: 'unknown-access-key', cause: { code: 'ERR_INVALID_ARG_TYPE' } })
    expect(leaks(shown(error))).toEqual([])
  })
})
