import fc from 'fast-check'

/** One query parameter: as it stands in the URL, and what it says; undefined where that is no text. */
export interface PeerParameter {
  readonly wire: string
  readonly name: string
  readonly value: string | undefined
}

/** A request that several signers are to sign alike. */
export interface PeerRequest {
  readonly carrier: 'header' | 'query'
  readonly method: string
  /** Of the URL. */
  readonly authority: string
  /** The caller's own `Host` header, where it differs. */
  readonly hostHeader: string | undefined
  readonly path: string
  readonly query: readonly PeerParameter[]
  /** All are to be signed. Lower-case names, each once, with its lines. */
  readonly headers: readonly (readonly [name: string, lines: readonly string[]])[]
  readonly body: string | Uint8Array | undefined
  readonly payload: 'signed' | 'unsigned'
  readonly service: string
  readonly region: string
  readonly sessionToken: string | undefined
  /** Whole seconds. */
  readonly signingDate: number
  readonly expiresInSeconds: number
}

export const PEER_CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}

export const credentialsOf = ({ sessionToken }: PeerRequest) => ({ ...PEER_CREDENTIALS, sessionToken })
export const hostOf = ({ authority, hostHeader }: PeerRequest): string => hostHeader ?? authority
export const queryOf = ({ query }: PeerRequest): string => query.map(({ wire }) => wire).join('&')
export const targetOf = (request: PeerRequest): string =>
  request.query.length === 0 ? request.path : `${request.path}?${queryOf(request)}`
export const urlOf = (request: PeerRequest): string => `https://${request.authority}${targetOf(request)}`

/** Where neither says so, a presigned S3 URL leaves the payload unsigned, and all else signs it. */
const payloadOf = (carrier: 'header' | 'query', service: string, payload: 'signed' | 'unsigned') =>
  carrier === 'header' ? payload : service === 's3' ? 'unsigned' : 'signed'

const rarely = <Value>(usual: fc.Arbitrary<Value>, seldom: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 14, arbitrary: usual }, { weight: 1, arbitrary: seldom })

const plain = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~'), minLength: 1, maxLength: 6 })
const text = fc.oneof(
  { weight: 3, arbitrary: plain },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.constantFrom(..."ab !$&'()*+,;=:@/?%[]|é€😀"), maxLength: 5 }),
  },
)

const canonical = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
/** Other spellings of the same text: what URLs may leave raw, hex digits in lower case. */
const loose = (part: string): string =>
  encodeURIComponent(part).replace(/%(?:2[14789AC]|3[AB]|40)/g, decodeURIComponent)
const lowered = (part: string): string => canonical(part).replace(/%../g, (text) => text.toLowerCase())
const spelling = fc.oneof(
  { weight: 6, arbitrary: fc.constant(canonical) },
  { weight: 1, arbitrary: fc.constant(loose) },
  { weight: 1, arbitrary: fc.constant(lowered) },
)

const segment = rarely(
  fc.tuple(text, spelling).map(([part, spell]) => spell(part.replaceAll('/', '-').replaceAll('+', '-'))),
  fc.oneof(
    fc.constantFrom(
      '.',
      '..',
      '',
      '...',
      'a+b',
      'a%2Fb',
      '%ff',
      '%41',
      '100%',
      'a|b',
      'a[0]',
      "it's",
      'c=1;d=2',
    ),
    fc.tuple(text, spelling).map(([part, spell]) => spell(part)),
  ),
)
const path = rarely(
  fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
  fc.constantFrom('/', '//', '/a//b/', '/a/./b/../c/', '/../a', '/a/..', '/a/.'),
  // Some versions of Node leave a dot segment behind (`/a/.a/.`), and aws4fetch signs it: no matter of signing.
).filter((written) => !/\/\.{1,2}(?:\/|$)/.test(new URL(`https://a${written}`).pathname))

const spelled = (name: string, value: string, spell: (part: string) => string): PeerParameter => ({
  wire: `${spell(name)}=${spell(value)}`,
  name,
  value,
})
const parameter = rarely(
  fc.tuple(plain, text, spelling).map(([name, value, spell]) => spelled(name, value, spell)),
  fc.oneof(
    fc.tuple(fc.constantFrom('a', 'b'), text).map(([name, value]) => spelled(name, value, canonical)),
    fc.constantFrom<PeerParameter>(
      { wire: 'acl', name: 'acl', value: '' },
      { wire: 'a+b=c+d', name: 'a b', value: 'c d' },
      { wire: '=nameless', name: '', value: 'nameless' },
      { wire: 'bytes=%FF', name: 'bytes', value: undefined },
      { wire: '__proto__=odd', name: '__proto__', value: 'odd' },
      { wire: 'raw=[a|b]', name: 'raw', value: '[a|b]' },
      { wire: "raw='(a)*!", name: 'raw', value: "'(a)*!" },
    ),
  ),
)

const headerName = fc.constantFrom(
  'content-type',
  'content-md5',
  'range',
  'x-amz-meta-a',
  'x-amz-acl',
  'x-a',
  'x-a-b',
  'x_a',
  'x.a',
  'cache-control',
  'user-agent',
)
const line = fc.string({ unit: fc.constantFrom(...'abcXYZ019,;=:"/()-_  \t'), maxLength: 12 })
const lines = rarely(
  rarely(
    line.map((one) => [one]),
    fc.array(line, { minLength: 2, maxLength: 3 }),
  ),
  fc.constantFrom('caf\xe9', 'no\xa0break').map((one) => [one]),
)
/** What servers read as one line is sent as one. */
const header = fc
  .tuple(rarely(headerName, fc.constant('date')), lines)
  .map(([name, all]) => [name, /^(?:content-type|user-agent)$/.test(name) ? all.slice(0, 1) : all] as const)
const headers = fc.uniqueArray(header, { maxLength: 4, selector: ([name]) => name })

export const anyPeerRequest: fc.Arbitrary<PeerRequest> = fc
  .record({
    carrier: fc.constantFrom('header' as const, 'query' as const),
    method: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH') },
      { weight: 1, arbitrary: fc.constant('patch') },
    ),
    authority: fc.constantFrom(
      'example.amazonaws.com',
      'bucket.s3.us-east-1.amazonaws.com',
      'localhost:9000',
      '[::1]:8080',
    ),
    hostHeader: rarely(fc.constant(undefined), fc.constantFrom(undefined, 'internal.example.com')),
    path,
    query: fc.array(parameter, { maxLength: 4 }),
    headers,
    body: fc.oneof(
      fc.constant(undefined),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.uint8Array({ maxLength: 30 }),
    ),
    payload: fc.constantFrom('signed' as const, 'signed' as const, 'unsigned' as const),
    service: rarely(
      fc.constantFrom('s3', 'execute-api', 'dynamodb', 'glacier', 'es'),
      fc.constant('iotdevicegateway'),
    ),
    region: fc.constantFrom('us-east-1', 'eu-central-1'),
    sessionToken: fc.option(fc.constantFrom('AQoDYXdzEPT//EXAMPLE+token==', 'token'), {
      nil: undefined,
      freq: 2,
    }),
    signingDate: fc
      .integer({ min: Date.UTC(2000, 0) / 1000, max: Date.UTC(2100, 0) / 1000 })
      .map((seconds) => seconds * 1000),
    expiresInSeconds: fc.integer({ min: 1, max: 604_800 }),
  })
  .map((request) => ({ ...request, payload: payloadOf(request.carrier, request.service, request.payload) }))

/** A request that all sign alike. */
export const usualRequest: PeerRequest = {
  carrier: 'header',
  method: 'GET',
  authority: 'example.amazonaws.com',
  hostHeader: undefined,
  path: '/a',
  query: [],
  headers: [],
  body: undefined,
  payload: 'signed',
  service: 'execute-api',
  region: 'us-east-1',
  sessionToken: undefined,
  signingDate: Date.UTC(2015, 7, 30, 12, 36, 0),
  expiresInSeconds: 3600,
}
