import { encodePercent } from '../encoding/percent.ts'
import { byUnits, sortInPlace } from '../encoding/sort.ts'
import { type EncodedPair, splitQuery } from '../fields/query.ts'

const byNameThenValue = (a: EncodedPair, b: EncodedPair): number => byUnits(a[0], b[0]) || byUnits(a[1], b[1])

/** Joins pairs that are in canonical encoding, in the order in which they are. */
export function joinQuery(pairs: readonly EncodedPair[]): string {
  let text = ''
  for (const [name, value] of pairs) text += text === '' ? `${name}=${value}` : `&${name}=${value}`
  return text
}

/** Joins pairs that are in canonical encoding, sorted. */
export function joinCanonicalQuery(pairs: readonly EncodedPair[]): string {
  return joinQuery(pairs.length > 1 ? sortInPlace([...pairs], byNameThenValue) : pairs)
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
      ? splitQuery(query)
      : Array.from(query, ([name, value]) => [encodePercent(name), encodePercent(value)]),
  )
}
