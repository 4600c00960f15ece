import fc from 'fast-check'

/** A request, and how it is to be signed with SigV4A: what every implementation can be told. */
export interface Sigv4aRequest {
  readonly method: string
  readonly host: string
  /** As on the wire, in canonical spelling. */
  readonly path: string
  readonly query: string
  /** Names in any case, each once; values are ASCII. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly service: string
  readonly regionSet: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  readonly signingDate: Date
  readonly payload: 'signed' | 'unsigned'
  readonly expiresInSeconds: number
}

const oneOf = (characters: string): fc.Arbitrary<string> => fc.constantFrom(...characters)
const text = (unit: fc.Arbitrary<string>, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit, minLength, maxLength })
const join = (atom: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.array(atom, { maxLength }).map((atoms) => atoms.join(''))

const ALPHANUMERIC = 'abcxyzABCXYZ0189'
const unreserved = text(oneOf(`${ALPHANUMERIC}-._~`), 1, 6)
/** Escapes with upper-case digits: those of UTF-8, and of what means something. */
const anyEscape = fc.oneof(
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 1 })
    .map((character) =>
      encodeURIComponent(character).replace(
        /[!'()*]/g,
        (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    ),
  fc.constantFrom('%20', '%2F', '%25', '%2B', '%26', '%3D', '%3F', '%23', '%24', '%2C'),
)
const encoded = join(fc.oneof({ weight: 3, arbitrary: unreserved }, { weight: 1, arbitrary: anyEscape }), 3)
const segment = fc.oneof(
  { weight: 8, arbitrary: encoded },
  { weight: 1, arbitrary: fc.constantFrom('.', '..', '') },
)
const path = fc
  .tuple(fc.array(segment, { maxLength: 5 }), fc.constantFrom('', '/'))
  .map(([segments, end]) => segments.map((one) => `/${one}`).join('') + end || '/')

const name = fc.oneof(fc.constantFrom('a', 'b', 'A', 'list-type', 'x-id', 'Version'), encoded)
const pair = fc
  .tuple(
    name.filter((one) => one !== ''),
    encoded,
  )
  .map(([key, value]) => `${key}=${value}`)
const query = fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join('&'))

const headerName = fc.oneof(
  fc.constantFrom(
    'content-type',
    'Content-MD5',
    'X-Amz-Meta-A',
    'x-amz-acl',
    'X-Amz-Target',
    'range',
    'accept',
    'cookie',
  ),
  text(oneOf('abcxyzXYZ0189-_.'), 1, 8).map((one) => `x-${one}`),
)
const headerValue = join(
  fc.oneof(text(oneOf('abcXYZ019,;=:"/()-_*&%+'), 1, 8), fc.constantFrom(' ', '  ', '     ')),
  5,
)
const headers = fc.uniqueArray(fc.tuple(headerName, headerValue), {
  selector: ([key]) => key.toLowerCase(),
  maxLength: 5,
})

const region = fc.constantFrom('us-east-1', 'eu-west-1', 'ap-southeast-2', 'us-*', '*', 'us-gov-*-1')
const regionSet = fc.uniqueArray(region, { minLength: 1, maxLength: 3 }).map((regions) => regions.join(','))
const token = text(oneOf(`${ALPHANUMERIC}+/=`), 1, 60)
const host = fc.constantFrom(
  'example.com',
  'my-alias.mrap.accesspoint.s3-global.amazonaws.com',
  'localhost:8080',
  '127.0.0.1:9000',
)

export const anySigv4aRequest: fc.Arbitrary<Sigv4aRequest> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'),
  host,
  path,
  query,
  headers,
  body: fc.oneof(fc.constant(''), fc.string({ maxLength: 60 })),
  service: fc.constantFrom('s3', 's3', 'execute-api', 'events', 'cloudfront-keyvaluestore'),
  regionSet,
  accessKeyId: text(oneOf(ALPHANUMERIC), 1, 24).map((id) => `AKID${id}`),
  secretAccessKey: text(oneOf(`${ALPHANUMERIC}+/`), 1, 48),
  sessionToken: fc.option(token, { nil: undefined }),
  signingDate: fc.integer({ min: 0, max: 4_102_444_799 }).map((seconds) => new Date(seconds * 1000)),
  payload: fc.constantFrom('signed', 'signed', 'signed', 'unsigned'),
  expiresInSeconds: fc.integer({ min: 1, max: 604_800 }),
})
