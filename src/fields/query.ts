import { reencodePercent } from '../encoding/percent.ts'

/** One `name=value` of a query in canonical encoding, in which one string of bytes has one spelling. */
export type EncodedPair = readonly [name: string, value: string]

/** A `+` in a query is a space, as URLSearchParams and every S3 server read it. */
const reencodeComponent = (text: string): string =>
  reencodePercent(text.includes('+') ? text.replaceAll('+', '%20') : text)

/** The pieces of a raw query between its `&`, in the order in which they came. */
export const queryPieces = (query: string): string[] => query.split('&')

/** One piece of a raw query: a name without a value has the value `''`. */
export function encodedPair(piece: string): EncodedPair {
  const equals = piece.indexOf('=')
  return equals < 0
    ? [reencodeComponent(piece), '']
    : [reencodeComponent(piece.slice(0, equals)), reencodeComponent(piece.slice(equals + 1))]
}

/**
 * Splits a raw query, in the order in which it came. Empty pieces are dropped.
 *
 * @param query Without `?`.
 */
export function splitQuery(query: string): EncodedPair[] {
  const pairs: EncodedPair[] = []
  if (query === '') return pairs
  for (const piece of queryPieces(query)) if (piece !== '') pairs.push(encodedPair(piece))
  return pairs
}
