import { decodePercent, encodePercent } from '../../encoding/percent.ts'
import { invalidArgValue } from '../../errors.ts'
import { type EncodedPair, splitQuery } from '../../fields/query.ts'

/** A query, decoded: names in the order in which they came, repeated ones with a list of values. */
export type Query = Record<string, string | string[]>

/** A path and its query. */
export interface ParsedPath {
  /** Encoded, without the query. */
  path: string
  /** Null where there is no `?`. */
  query: Query | null
}

/** Escapes that stay as they are where the rest is encoded anew: decoded, they would mean something else. */
const RESERVED_ESCAPE = /(%(?:2[346bcf]|3[abdf]|40))/i

/** Encodes what cannot be sent. As in aws4, the other escapes are brought into one spelling by the way. */
function encodeTarget(target: string): string {
  if (/^[0-9A-Za-z;,/?:@&=+$\-_.!~*'()#%]*$/.test(target)) return target
  try {
    return target
      .split(RESERVED_ESCAPE)
      .map((piece, i) => (i % 2 ? piece : encodeURI(decodeURI(piece))))
      .join('')
  } catch {
    throw invalidArgValue('path', 'must be text, or text that is percent-encoded as UTF-8', target)
  }
}

function parseQuery(text: string): Query {
  const query: Query = Object.create(null)
  for (const [encodedName, encodedValue] of splitQuery(text)) {
    const name = decodePercent(encodedName)
    const value = decodePercent(encodedValue)
    const known = query[name]
    query[name] = known === undefined ? value : [known, value].flat()
  }
  return query
}

/**
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function parsePath(target: string): ParsedPath {
  const encoded = encodeTarget(target)
  const mark = encoded.indexOf('?')
  if (mark < 0) return { path: encoded, query: null }
  return { path: encoded.slice(0, mark), query: parseQuery(encoded.slice(mark + 1)) }
}

/** The parameters in canonical encoding. Those without a name are not sent, and so not signed. */
export function encodeQuery(query: Query): EncodedPair[] {
  return Object.entries(query).flatMap(([name, values]) =>
    name === ''
      ? []
      : [values].flat().map((value): EncodedPair => [encodePercent(name), encodePercent(String(value))]),
  )
}

/** The target to send. */
export function formatPath({ path, query }: ParsedPath): string {
  if (!query) return path
  return `${path}?${encodeQuery(query)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')}`
}
