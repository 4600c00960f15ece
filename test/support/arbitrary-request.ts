import fc from 'fast-check'
import { type AnyUrl, anyUrl } from './arbitrary-url.ts'

export type Pair = readonly [name: string, value: string]
export type AnyBody = string | Uint8Array | ArrayBuffer | null | undefined

/** A request that can be signed and sent. */
export interface AnyRequest {
  readonly method: string
  readonly url: AnyUrl
  readonly headers: readonly Pair[]
  readonly body: AnyBody
}

export const plainRequest: AnyRequest = {
  method: 'PUT',
  url: {
    scheme: 'https',
    authority: 'example.com',
    host: 'example.com',
    path: '/a',
    query: 'b=c',
    fragment: '',
  },
  headers: [],
  body: null,
}

const TOKEN = "!#$%&'*+.^_`|~0189abcxyzABCXYZ-"

export const anyMethod: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH') },
  { weight: 1, arbitrary: fc.constantFrom('get', 'patch', 'M-SEARCH', 'Query') },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 }) },
)

/** Names with a meaning of their own, that other parts of a test fill in. */
const RESERVED =
  /^(?:host|authorization|content-length|x-amz-(?:date|security-token|s3session-token|content-sha256|algorithm|credential|expires|region-set|signedheaders|signature))$/i

const headerName = fc
  .oneof(
    fc.constantFrom(
      'Content-Type',
      'content-md5',
      'x-amz-meta-a',
      'X-Amz-Acl',
      'X-Amz-Target',
      'Accept',
      'Range',
      'Date',
    ),
    fc.constantFrom(
      'User-Agent',
      'Cache-Control',
      'connection',
      'X-Forwarded-For',
      'Sec-Fetch-Mode',
      'Expect',
    ),
    fc.constantFrom('x-a', 'X-A', 'x-a-b', 'x-a.b', 'x_a', '__proto__', 'constructor'),
    fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 10 }),
  )
  .filter((name) => !RESERVED.test(name))

const byte = fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code))
const valueAtom = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'abcXYZ019,;=:"/()-_ '), maxLength: 8 }) },
  { weight: 2, arbitrary: fc.constantFrom(' ', '  ', '\t', ' \t ', '    ', '"a   b"') },
  { weight: 1, arbitrary: byte },
)
const lineValue = fc.array(valueAtom, { maxLength: 4 }).map((atoms) => atoms.join(''))
/** With lines folded as HTTP/1.1 once allowed. */
const foldedValue = fc
  .tuple(lineValue, fc.constantFrom('\r\n ', '\n\t'), lineValue)
  .map((parts) => parts.join(''))

/** Of these Node shows the first line alone: a request has one. */
export const SINGLE_HEADER: RegExp = /^(?:host|content-type|user-agent|referer|content-length|from)$/i

const pairsOf = (value: fc.Arbitrary<string>): fc.Arbitrary<Pair[]> =>
  fc
    .array(fc.tuple(headerName, value), { maxLength: 6 })
    .map((pairs) =>
      pairs.filter(
        ([name], i) =>
          !SINGLE_HEADER.test(name) ||
          i === pairs.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()),
      ),
    )

export const anyHeaders: fc.Arbitrary<Pair[]> = pairsOf(
  fc.oneof({ weight: 9, arbitrary: lineValue }, { weight: 1, arbitrary: foldedValue }),
)
/** Headers that a `Headers` object takes. */
export const plainHeaders: fc.Arbitrary<Pair[]> = pairsOf(lineValue)

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '{"a":1}', 'a\ud800b'),
)
const anyBytes = fc.uint8Array({ maxLength: 64 })

export const anyBody: fc.Arbitrary<AnyBody> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
  { weight: 3, arbitrary: anyText },
  { weight: 3, arbitrary: anyBytes },
  { weight: 1, arbitrary: anyBytes.map((bytes) => bytes.slice().buffer as ArrayBuffer) },
)

export const anyRequest: fc.Arbitrary<AnyRequest> = fc.record({
  method: anyMethod,
  url: anyUrl,
  headers: anyHeaders,
  body: anyBody,
})

/** The bytes of a body on the wire; undefined where there is none. */
export function bytesOf(body: AnyBody): Uint8Array | undefined {
  if (body === null || body === undefined) return undefined
  if (typeof body === 'string') return new TextEncoder().encode(body)
  return body instanceof Uint8Array ? body : new Uint8Array(body)
}
