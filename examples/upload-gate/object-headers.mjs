// @ts-check
// The headers that belong to an object: kept with it, and sent with it.
import { S3Error } from './s3-answers.mjs'

/** Beside `x-amz-meta-*`. */
const KEPT = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** What a header can hold. */
const HEADER_VALUE = /^[\t -~\x80-\xff]*$/

/**
 * What the signature covers, and nothing else: an unsigned header is anybody's.
 *
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {readonly string[]} signedHeaders
 */
export const signedObjectHeaders = (headers, signedHeaders) =>
  keptOf(signedHeaders.map((name) => [name, String(headers[name] ?? '')]))

/** @param {Readonly<Record<string, string>>} fields Of a form, all covered by its policy. */
export const formObjectHeaders = (fields) => keptOf(Object.entries(fields))

/** @param {[name: string, value: string][]} pairs */
function keptOf(pairs) {
  /** @type {Record<string, string>} */
  const kept = {}
  for (const [name, value] of pairs) {
    if (!KEPT.includes(name) && !name.startsWith('x-amz-meta-')) continue
    if (!HEADER_VALUE.test(value))
      throw new S3Error('InvalidArgument', 400, `${name} has a character that no header can hold`)
    const told = name === 'content-encoding' ? withoutChunking(value) : value
    if (told) kept[name] = told
  }
  return kept
}

/** `aws-chunked` is how the body came, and no property of the object. */
const withoutChunking = (/** @type {string} */ codings) =>
  codings
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'aws-chunked')
    .join(',')

/**
 * The headers of one answer in place of those that were kept: `?response-content-type=text/plain`. The query is
 * signed, or else anybody could have a file that is proved shown as something else.
 *
 * @param {URLSearchParams} query
 */
export function overridingHeaders(query) {
  /** @type {Record<string, string>} */
  const headers = {}
  for (const name of KEPT) {
    const value = query.get(`response-${name}`)
    if (value === null) continue
    if (!HEADER_VALUE.test(value))
      throw new S3Error('InvalidArgument', 400, `response-${name} has a character that no header can hold`)
    headers[name] = value
  }
  return headers
}
