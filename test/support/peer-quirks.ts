import { hostOf, type PeerRequest, queryOf, targetOf, usualRequest as usual } from './peer-request.ts'

/** A way in which a signer differs from the protocol, as servers read it, or from its own other half. */
export interface PeerQuirk {
  readonly name: string
  readonly peer: 'smithy' | 'aws4' | 'aws4fetch'
  /** In one line. */
  readonly why: string
  /** Exactly the requests that it signs otherwise for this reason. */
  readonly applies: (request: PeerRequest) => boolean
  /** One such request, to which no other quirk applies. */
  readonly example: PeerRequest
  /** What stands in its canonical request and not in ours, and the other way round; or the error that it throws. */
  readonly shows: { readonly theirs: string; readonly ours: string } | { readonly throws: RegExp }
}

const s3: PeerRequest = { ...usual, service: 's3' }

const hasHeader = (pattern: RegExp) => (request: PeerRequest) =>
  request.headers.some(([, lines]) => lines.some((line) => pattern.test(line)))
const hasName = (isOdd: (name: string) => boolean) => (request: PeerRequest) =>
  request.query.some(({ name }) => isOdd(name))
const isS3 = ({ service }: PeerRequest): boolean => service === 's3'
const isNotText = ({ query }: PeerRequest): boolean => query.some(({ value }) => value === undefined)
const throws = (call: () => unknown): boolean => {
  try {
    call()
    return false
  } catch {
    return true
  }
}
const collapse = (value: string): string => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')

/** A path in which something stands in another spelling than the canonical one. */
const NOT_CANONICAL = /[^\w.~/%-]|%(?![\dA-F]{2})|%(?:3\d|4[1-9A-F]|5[\dA]|6[1-9A-F]|7[\dA]|2[DE]|5F|7E)/

/** aws4 encodes a target anew if one of its characters is not among these. */
const KNOWN_TO_AWS4 = /^[0-9A-Za-z;,/?:@&=+$\-_.!~*'()#%]*$/
/** Escapes that decodeURI leaves, so that encodeURI escapes them once more. */
const RESERVED_ESCAPE = /%(?:2[346BCF]|3[ABDF]|40)/i
const reencodes = (request: PeerRequest): boolean => {
  const target = targetOf(request)
  const { path } = request
  if (KNOWN_TO_AWS4.test(target)) return false
  if (throws(() => decodeURI(target)) || RESERVED_ESCAPE.test(queryOf(request))) return true
  return isS3(request) ? RESERVED_ESCAPE.test(path) : resolved(encodeURI(decodeURI(path))) !== resolved(path)
}

/** A path without what `.` and `..` take out of it. */
function resolved(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return kept.join('/')
}

/** What `URL` makes of a path. */
const sentPath = (request: PeerRequest): string => new URL(`https://a${request.path}`).pathname
const pathOf = (peer: PeerQuirk['peer'], request: PeerRequest): string =>
  peer === 'aws4fetch' ? sentPath(request) : request.path
const isNotTextPath = (path: string): boolean => throws(() => decodeURIComponent(path))

const signsUtf8 = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'header values as text',
  peer,
  why: 'It signs the UTF-8 of a header value; on the wire are its bytes, one a character, and servers sign those.',
  applies: hasHeader(/[\x80-\xff]/),
  example: { ...usual, headers: [['x-a', ['caf\xe9']]] },
  // The text is the same, and stands for other bytes.
  shows: { theirs: 'x-a:caf\xe9', ours: 'x-a:caf\xe9' },
})

const firstOfS3Names = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'one value of a name for S3',
  peer,
  why: 'Of a repeated query parameter it signs the first for S3; servers take all.',
  applies: (request) =>
    isS3(request) &&
    hasName((name) => name !== '' && name !== '__proto__' && repeats(request, name))(request),
  example: { ...s3, query: [parameter('a', '1'), parameter('a', '2')] },
  shows: { theirs: '\na=1\n', ours: '\na=1&a=2\n' },
})
const repeats = ({ query }: PeerRequest, name: string): boolean =>
  query.filter((one) => one.name === name).length > 1
const parameter = (name: string, value: string, wire = `${name}=${value}`) => ({ wire, name, value })

const dropsNameless = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'no parameter without a name',
  peer,
  why: 'It leaves query parameters with an empty name out.',
  applies: hasName((name) => name === ''),
  example: { ...usual, query: [parameter('', 'nameless')] },
  shows: { theirs: '\n\n', ours: '\n=nameless\n' },
})

const replacesBytes = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'bytes of a query as text',
  peer,
  why: 'It reads the query as UTF-8: bytes that are none become U+FFFD.',
  applies: (request) => isNotText(request) && (peer !== 'aws4' || KNOWN_TO_AWS4.test(targetOf(request))),
  example: { ...usual, query: [{ wire: 'bytes=%FF', name: 'bytes', value: undefined }] },
  shows: { theirs: 'bytes=%EF%BF%BD', ours: 'bytes=%FF' },
})

const plusInS3Path = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'a plus in an S3 path as a space',
  peer,
  why: 'It decodes an S3 path as if it were a form before it encodes it.',
  applies: (request) =>
    isS3(request) && pathOf(peer, request).includes('+') && !isNotTextPath(pathOf(peer, request)),
  example: { ...s3, path: '/a+b' },
  shows: { theirs: '\n/a%20b\n', ours: '\n/a%2Bb\n' },
})

const slashInS3Path = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'an escaped slash in an S3 path as a slash',
  peer,
  why: 'It decodes an S3 path before it encodes it, and lets every slash be a separator.',
  applies: (request) =>
    isS3(request) && /%2f/i.test(pathOf(peer, request)) && !isNotTextPath(pathOf(peer, request)),
  example: { ...s3, path: '/a%2Fb' },
  shows: { theirs: '\n/a/b\n', ours: '\n/a%2Fb\n' },
})

const keepsMethodCase = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'the method as it is written',
  peer,
  why: 'It signs a method in lower case; it is sent in upper case.',
  applies: ({ method }) => method !== method.toUpperCase(),
  example: { ...usual, method: 'patch' },
  shows: { theirs: 'patch\n', ours: 'PATCH\n' },
})

const signsIotToken = (peer: PeerQuirk['peer']): PeerQuirk => ({
  name: 'the session token of the IoT gateway',
  peer,
  why: 'It signs the token, which this service takes only if it is added after signing.',
  applies: ({ service, sessionToken }) => service === 'iotdevicegateway' && sessionToken !== undefined,
  example: { ...usual, carrier: 'query', service: 'iotdevicegateway', sessionToken: 'token' },
  shows: { theirs: '&X-Amz-Security-Token=token', ours: '&X-Amz-SignedHeaders=host\n' },
})

const losesProto = (peer: PeerQuirk['peer'], theirs: string): PeerQuirk => ({
  name: 'no parameter named __proto__',
  peer,
  why: 'It keeps the query in an object with a prototype.',
  applies: hasName((name) => name === '__proto__'),
  example: { ...usual, query: [parameter('__proto__', 'odd')] },
  shows: { theirs, ours: '\n__proto__=odd\n' },
})

export const quirks: readonly PeerQuirk[] = [
  signsUtf8('smithy'),
  keepsMethodCase('smithy'),
  signsIotToken('smithy'),
  losesProto('smithy', '\n[object Object]\n'),
  {
    name: 'an S3 path as it is written',
    peer: 'smithy',
    why: 'It takes the path of S3 as canonical; in another spelling it is not.',
    applies: (request) => isS3(request) && NOT_CANONICAL.test(request.path),
    example: { ...s3, path: '/it%27s/$%c3%a9' },
    shows: { theirs: '\n/it%27s/$%c3%a9\n', ours: '\n/it%27s/%24%C3%A9\n' },
  },
  {
    name: 'no Date header',
    peer: 'smithy',
    why: 'It drops a Date header of the caller before it signs.',
    applies: ({ headers }) => headers.some(([name]) => name === 'date'),
    example: { ...usual, headers: [['date', ['Sun, 30 Aug 2015 12:36:00 GMT']]] },
    shows: { theirs: '\nhost;x-amz-date\n', ours: '\ndate;host;x-amz-date\n' },
  },
  {
    name: 'no query but text',
    peer: 'smithy',
    why: 'It takes the query decoded: what is no UTF-8 cannot be said.',
    applies: isNotText,
    example: { ...usual, query: [{ wire: 'bytes=%FF', name: 'bytes', value: undefined }] },
    shows: { throws: /not text/ },
  },

  signsUtf8('aws4'),
  firstOfS3Names('aws4'),
  dropsNameless('aws4'),
  replacesBytes('aws4'),
  plusInS3Path('aws4'),
  slashInS3Path('aws4'),
  keepsMethodCase('aws4'),
  signsIotToken('aws4'),
  losesProto('aws4', '\n\n'),
  {
    name: 'an S3 path that is no text',
    peer: 'aws4',
    why: 'It decodes an S3 path, and throws where that is no UTF-8.',
    applies: (request) => isS3(request) && isNotTextPath(request.path),
    example: { ...s3, path: '/%ff' },
    shows: { throws: /malformed/i },
  },
  {
    name: 'a target with characters that it does not know',
    peer: 'aws4',
    why: 'It decodes and encodes such a target whole, and thereby sends and signs other escapes than were written.',
    applies: reencodes,
    example: { ...usual, path: '/%41/a|b' },
    shows: { theirs: '\n/A/a%257Cb\n', ours: '\n/%2541/a%7Cb\n' },
  },
  {
    name: 'white space around the lines of a repeated header',
    peer: 'aws4',
    why: 'It trims repeated lines after it has joined them.',
    applies: ({ headers }) =>
      headers.some(([, lines]) => collapse(lines.join(',')) !== lines.map(collapse).join(',')),
    example: { ...usual, headers: [['x-a', ['one ', 'two']]] },
    shows: { theirs: 'x-a:one ,two', ours: 'x-a:one,two' },
  },
  {
    name: 'a content type beside an empty one',
    peer: 'aws4',
    why: 'It takes an empty content-type of a request with a body for none, and adds its own beside it.',
    applies: ({ carrier, headers, body }) =>
      carrier === 'header' &&
      Boolean(body) &&
      headers.some(([name, lines]) => name === 'content-type' && lines.join() === ''),
    example: { ...usual, headers: [['content-type', ['']]], body: 'a=b' },
    shows: { theirs: '\ncontent-type;content-type;host', ours: '\ncontent-type;host' },
  },

  signsUtf8('aws4fetch'),
  firstOfS3Names('aws4fetch'),
  dropsNameless('aws4fetch'),
  replacesBytes('aws4fetch'),
  plusInS3Path('aws4fetch'),
  slashInS3Path('aws4fetch'),
  {
    name: 'an S3 path that is no text',
    peer: 'aws4fetch',
    why: 'It encodes an S3 path twice where it is no UTF-8.',
    applies: (request) =>
      isS3(request) && isNotTextPath(sentPath(request)) && /%[\da-f]{2}/i.test(sentPath(request)),
    example: { ...s3, path: '/%ff' },
    shows: { theirs: '\n/%25ff\n', ours: '\n/%FF\n' },
  },
  {
    name: 'the host of the URL',
    peer: 'aws4fetch',
    why: 'It drops a Host header of the caller.',
    applies: (request) => hostOf(request) !== request.authority,
    example: { ...usual, hostHeader: 'internal.example.com' },
    shows: { theirs: '\nhost:example.amazonaws.com\n', ours: '\nhost:internal.example.com\n' },
  },
]
