import { reencodePercent } from '../encoding/percent.ts'

/** One `name=value` of a query in canonical encoding, in which one string of bytes has one spelling. */
export type EncodedPair = readonly [name: string, value: string]

/** A `+` in a query is a space, as URLSearchParams and every S3 server read it. */
const reencodeComponent = (text: string): string =>
  reencodePercent(text.includes('+') ? text.replaceAll('+', '%20') : text)

/**
 * Splits a raw query, in the order in which it came. A name without a value has the value `''`; empty pieces are
 * dropped.
 *
 * @param query Without `?`.
 */
export function splitQuery(query: string): EncodedPair[] {
  const pairs: EncodedPair[] = []
  for (let at = 0; at < query.length; ) {
    const end = query.indexOf('&', at)
    const piece = query.slice(at, end < 0 ? query.length : end)
    at += piece.length + 1
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
