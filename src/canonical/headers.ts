import { invalidArgType, quote } from '../errors.ts'
import type { HeaderPair, HeadersInput } from '../types.ts'

/** Lower-case name to its lines, in the order in which they came. */
export type HeaderLines = Map<string, string[]>

/** Adds what was given for a name; nothing where that is undefined, or a list without a line. */
function addLines(lines: HeaderLines, name: unknown, value: unknown): void {
  if (typeof name !== 'string') throw invalidArgType('a header name', 'a string', name)
  if (value === undefined) return
  const lower = name.toLowerCase()
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  for (const one of values) {
    if (typeof one !== 'string') throw invalidArgType(`header ${quote(lower)}`, 'a string', one)
    const known = lines.get(lower)
    if (known) known.push(one)
    else lines.set(lower, [one])
  }
}

/**
 * Gathers headers by lower-case name. A name without a value, undefined or of no line, is not there.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function gatherHeaders(headers: HeadersInput | undefined): HeaderLines {
  const lines: HeaderLines = new Map()
  if (headers === undefined) return lines
  if (headers === null || typeof headers !== 'object') {
    throw invalidArgType('headers', 'a Headers, a record or an iterable of pairs', headers)
  }
  if (typeof (headers as Iterable<HeaderPair>)[Symbol.iterator] === 'function') {
    for (const pair of headers as Iterable<HeaderPair>) addLines(lines, pair?.[0], pair?.[1])
  } else {
    for (const name of Object.keys(headers)) addLines(lines, name, (headers as Record<string, unknown>)[name])
  }
  return lines
}

/** What is not canonical as it stands, or is more than printable ASCII. */
const UNUSUAL = /[^ -~]|^ | $| {2}/

/**
 * One header value in canonical form: trimmed, each run of white space one space, be it spaces, tabs or the fold of
 * a line. Quotes protect nothing. boto3 and Swift collapse tabs too; radosgw keeps them, and refuses such values.
 */
function canonicalHeaderValue(value: string): string {
  return /[\t\r\n]| {2}|^ | $/.test(value) ? value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '') : value
}

/** The canonical value of the lines of one name: repeated ones are joined by a comma, in order. */
export function canonicalHeaderLines(lines: readonly string[]): string {
  return lines.length === 1 ? canonicalHeaderValue(lines[0]!) : lines.map(canonicalHeaderValue).join(',')
}

/**
 * The canonical headers of these names, in their order, from lines that are gathered already.
 *
 * @param checkUnusual Is asked of each header that is not one line of printable ASCII in canonical form.
 */
export function buildCanonicalHeaders(
  lines: HeaderLines,
  names: readonly string[],
  checkUnusual?: (name: string, lines: readonly string[]) => void,
): string {
  let text = ''
  for (const name of names) {
    const given = lines.get(name) ?? []
    const value = given[0] ?? ''
    if (given.length === 1 && !UNUSUAL.test(value)) {
      text += `${name}:${value}\n`
    } else {
      checkUnusual?.(name, given)
      text += `${name}:${canonicalHeaderLines(given)}\n`
    }
  }
  return text
}

/**
 * The canonical headers: for each signed header, sorted by name,
 *
 *     <lower-case name>:<value>\n
 *
 * Values are bytes: one character a byte, as Node and `Headers` have them. White space around them is dropped, and
 * each run of spaces and tabs within them becomes one space.
 *
 * @param headers Names in any case; the lines of one name are joined by a comma, in order.
 * @param signedHeaders Lower-case names. Default: all that are there.
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @see "Create a signed AWS API request", step 1, CanonicalHeaders
 * @example
 * import { canonicalHeaders } from 'countersign/canonical'
 *
 * const lines = canonicalHeaders({ 'X-Amz-Date': '20260101T000000Z', Host: ' a.example ' })
 * console.log(lines.split('\n')) // [ 'host:a.example', 'x-amz-date:20260101T000000Z', '' ]
 */
export function canonicalHeaders(headers: HeadersInput, signedHeaders?: readonly string[]): string {
  const lines = gatherHeaders(headers)
  return buildCanonicalHeaders(lines, [...(signedHeaders ?? lines.keys())].sort())
}
