import fc from 'fast-check'

/** A URL in pieces, so that what it says is known without parsing it. */
export interface AnyUrl {
  readonly scheme: 'http' | 'https'
  /** As written: any case, maybe with a port. */
  readonly authority: string
  /** What the `Host` header of a client says. */
  readonly host: string
  readonly path: string
  /** Without `?`; undefined where the URL has none. */
  readonly query: string | undefined
  readonly fragment: string
}

export const urlText = ({ scheme, authority, path, query, fragment }: AnyUrl): string =>
  `${scheme}://${authority}${path}${query === undefined ? '' : `?${query}`}${fragment}`

/** The request target that a client sends for it. */
export const targetOf = ({ path, query }: AnyUrl): string =>
  (path || '/') + (query === undefined ? '' : `?${query}`)

const oneOf = (characters: string): fc.Arbitrary<string> => fc.constantFrom(...characters)
const text = (unit: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit, maxLength })

const UNRESERVED = 'abcxyzABCXYZ0189-._~'
const hexDigit = oneOf('0123456789abcdefABCDEF')

/** `%XX` for any byte, digits in any case. */
const anyEscape = fc.tuple(hexDigit, hexDigit).map(([high, low]) => `%${high}${low}`)
/** The UTF-8 of any character, escaped. */
const utf8Escape = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }).map(encodeURIComponent)
const tellingEscape = fc.constantFrom(
  '%2F',
  '%2f',
  '%2E',
  '%2e%2e',
  '%25',
  '%2541',
  '%7E',
  '%7e',
  '%20',
  '%2B',
  '%00',
)

const pathAtom = fc.oneof(
  { weight: 6, arbitrary: text(oneOf(UNRESERVED), 5) },
  { weight: 2, arbitrary: oneOf("!$&'()*+,;=:@") },
  { weight: 2, arbitrary: utf8Escape },
  { weight: 1, arbitrary: anyEscape },
  { weight: 2, arbitrary: tellingEscape },
)
/** What is sent raw though RFC 3986 does not allow it, and a percent sign that begins no escape. */
const oddAtom = fc.oneof(oneOf('[]|'), fc.constantFrom('%', '%g1', '100%'))

const segmentOf = (atom: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(atom, { maxLength: 4 }).map((atoms) => atoms.join('')) },
    { weight: 1, arbitrary: fc.constantFrom('.', '..', '...', '') },
  )

const pathOf = (atom: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(segmentOf(atom), { maxLength: 6 }).map((segments) => segments.map((one) => `/${one}`).join(''))

export const anyPath: fc.Arbitrary<string> = pathOf(
  fc.oneof({ weight: 12, arbitrary: pathAtom }, { weight: 1, arbitrary: oddAtom }),
)

const queryAtom = fc.oneof(
  { weight: 5, arbitrary: text(oneOf(UNRESERVED), 5) },
  { weight: 2, arbitrary: oneOf("!$'()*+,;:@/?") },
  { weight: 1, arbitrary: oneOf('[]^`{|}\\') },
  { weight: 2, arbitrary: utf8Escape },
  { weight: 1, arbitrary: anyEscape },
  { weight: 2, arbitrary: fc.constantFrom('%20', '+', '%2B', '%26', '%3D', '%7e', '%25') },
)
const queryText = fc.array(queryAtom, { maxLength: 3 }).map((atoms) => atoms.join(''))
const queryName = fc.oneof(fc.constantFrom('a', 'b', 'A', 'a-b', 'a.b', 'list-type', 'uploads'), queryText)
const queryPiece = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(queryName, queryText).map(([name, value]) => `${name}=${value}`) },
  { weight: 2, arbitrary: queryName },
  { weight: 1, arbitrary: fc.constantFrom('=', 'a=b=c') },
)
/** A presigned URL may have these once: which of two an application would take cannot be known. */
const singlePiece = fc.constantFrom(
  'Action=ListUsers',
  'x-amz-checksum-mode=ENABLED',
  'X-Amz-Meta-A=%2b1',
  'x-id=Get',
)

/** An empty piece may stand at the end alone. */
export const anyQuery: fc.Arbitrary<string> = fc
  .tuple(fc.array(queryPiece, { maxLength: 6 }), fc.option(singlePiece), fc.constantFrom('', '', '&'))
  .map(([pieces, single, end]) => {
    const all = (single === null ? pieces : [...pieces, single]).filter((piece) => piece !== '')
    return all.length === 0 ? '' : all.join('&') + end
  })

const label = fc.string({ unit: oneOf('abcxyzABC0189'), minLength: 1, maxLength: 6 })
const hostName = fc.oneof(
  { weight: 4, arbitrary: fc.array(label, { maxLength: 3 }).map((labels) => [...labels, 'Test'].join('.')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('127.0.0.1', '[::1]', '[2001:db8::8:800:200C:417A]', 'my_bucket.Example.com'),
  },
)
const port = fc.constantFrom('', '', ':', ':80', ':443', ':8080', ':65535')
const DEFAULT_PORTS = { http: ':80', https: ':443' }

const urlOf = (path: fc.Arbitrary<string>, query: fc.Arbitrary<string>): fc.Arbitrary<AnyUrl> =>
  fc
    .record({
      scheme: fc.constantFrom('https' as const, 'https' as const, 'http' as const),
      name: hostName,
      port,
      path,
      query: fc.option(query, { nil: undefined, freq: 4 }),
      fragment: fc.constantFrom('', '', '', '#top', '#?a=b'),
    })
    .map(({ name, port, ...url }) => ({
      ...url,
      authority: name + port,
      host: name.toLowerCase() + (port === ':' || port === DEFAULT_PORTS[url.scheme] ? '' : port),
    }))

export const anyUrl: fc.Arbitrary<AnyUrl> = urlOf(anyPath, anyQuery)

/** A URL that a WHATWG parser takes without rewriting a character of its path and query. */
export const keptUrl: fc.Arbitrary<AnyUrl> = anyUrl.filter((url) => {
  const { pathname, search } = new URL(urlText(url))
  return pathname === (url.path || '/') && search === (url.query ? `?${url.query}` : '')
})
