import { encodePercent, reencodePercent } from '../encoding/percent.ts'

/** A `+` in a query is a space, as URLSearchParams and every S3 server read it. */
const reencodeComponent = (text: string): string =>
  reencodePercent(text.includes('+') ? text.replaceAll('+', '%20') : text)

/** The pairs of a raw query in canonical encoding and in the order in which they came. */
export function encodedQueryPairs(query: string): [name: string, value: string][] {
  const pairs: [string, string][] = []
  if (query === '') return pairs
  for (const piece of query.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    pairs.push(
      equals < 0
        ? [reencodeComponent(piece), '']
        : [reencodeComponent(piece.slice(0, equals)), reencodeComponent(piece.slice(equals + 1))],
    )
  }
  return pairs
}

// Both are ASCII by now, so that the order of UTF-16 units is the order of bytes.
const byNameThenValue = (a: readonly [string, string], b: readonly [string, string]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0

/** Sorts pairs that are in canonical encoding, and joins them. */
export function joinCanonicalQuery(pairs: [name: string, value: string][]): string {
  if (pairs.length > 1) pairs.sort(byNameThenValue)
  let text = ''
  for (const [name, value] of pairs) text += text === '' ? `${name}=${value}` : `&${name}=${value}`
  return text
}

/**
 * The canonical query string:
 *
 *     <name>=<value>&<name>=<value>…
 *
 * sorted by encoded name, then by encoded value, in byte order. Repeated names are kept, a name without a
 * value gets its `=`, empty pieces are dropped. Of a presigned URL, leave out `X-Amz-Signature` first.
 *
 * @param query A raw query without `?`, or pairs that are not encoded (URLSearchParams gives such).
 * @see "Create a signed AWS API request", step 1, CanonicalQueryString
 */
export function canonicalQueryString(
  query: string | Iterable<readonly [name: string, value: string]>,
): string {
  return joinCanonicalQuery(
    typeof query === 'string'
      ? encodedQueryPairs(query)
      : Array.from(query, ([name, value]) => [encodePercent(name), encodePercent(value)]),
  )
}
