import { gatherHeaders, type HeaderLines } from '../canonical/headers.ts'
import { encodePercent } from '../encoding/percent.ts'
import {
  checkOptions,
  checkText,
  invalidArgType,
  invalidArgValue,
  type OptionNames,
  quote,
  type TextRule,
} from '../errors.ts'
import { TOKEN } from '../fields/token.ts'
import { splitUrl, type UrlParts } from '../fields/url.ts'
import { HOST } from '../names.ts'
import type { RequestParts } from '../types.ts'

/** The caller's request, checked and cut into what signing needs. */
export interface CheckedParts {
  /** Upper-case. */
  readonly method: string
  readonly url: UrlParts
  /** By lower-case name, `host` among them. A copy: it may be written to. */
  readonly headers: HeaderLines
  readonly body: RequestParts['body']
}

const MEMBERS: OptionNames<RequestParts> = { method: true, url: true, headers: true, body: true }
const METHOD: TextRule = { pattern: TOKEN, rule: 'must be an HTTP method' }
/** Not a byte, or a line break that does not fold the line. */
const NOT_SENDABLE = /[\0\u0100-\uffff]|\n(?![ \t])|\r(?!\n)/

/*
 * What `URL`, and with it fetch, writes otherwise in a path and in a query, or what no request line can hold. All
 * else goes on the wire as it is written, `|` and `[` included. A "'" in a query is "%27" to fetch and "'" to
 * others, which is the same to the signature. A "%" in a query that begins no escape is read in several ways.
 */
const NOT_IN_PATH = /[^!#-;=?-[\]_a-z|~]/u
const NOT_IN_QUERY = /[^!#-;=?-~]|%(?![\dA-Fa-f]{2})/u

/**
 * Signing returns a signature, and the caller sends the URL: what would be encoded on its way must be encoded
 * before, or another path than the one that arrives would be signed.
 */
function checkSendable(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) return
  const [found = ''] = pattern.exec(text)!
  throw invalidArgValue(
    'url',
    `must be written as it is sent: ${quote(encodePercent(found))} for ${quote(found)}`,
  )
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
function checkUrl(url: RequestParts['url']): UrlParts {
  const text = typeof url === 'string' ? url : (url as URL | undefined)?.href
  if (typeof text !== 'string') throw invalidArgType('url', 'a string or a URL', url)
  const parts = splitUrl(text)
  if (!parts) {
    throw invalidArgValue('url', 'must be an absolute http(s) or ws(s) URL with an ASCII host')
  }
  // Runtimes differ over "^" in a path: a URL object says what this one sends.
  checkSendable(text === url ? parts.path : parts.path.replaceAll('^', ''), NOT_IN_PATH)
  checkSendable(parts.query, NOT_IN_QUERY)
  return parts
}

/** A signed header must go on the wire as it was signed: its name, and its lines. */
export function checkHeaderName(name: string): void {
  if (TOKEN.test(name)) return
  throw invalidArgValue(`header name ${quote(name)}`, 'must be letters, digits and dashes')
}

export function checkHeaderLines(name: string, lines: readonly string[]): void {
  if (!lines.some((line) => NOT_SENDABLE.test(line))) return
  throw invalidArgValue(
    `header ${name}`,
    'must be free of line breaks, NUL and characters above U+00FF: encode them',
  )
}

/** Both. */
export function checkHeader(name: string, lines: readonly string[]): void {
  checkHeaderName(name)
  checkHeaderLines(name, lines)
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkParts(parts: RequestParts): CheckedParts {
  checkOptions('the request (sign a Request with signRequest)', parts, MEMBERS)
  const { method = 'GET' } = parts
  checkText('method', method, METHOD)
  const url = checkUrl(parts.url)
  const headers = gatherHeaders(parts.headers)
  if (!headers.has(HOST)) headers.set(HOST, [url.host])
  return { method: method.toUpperCase(), url, headers, body: parts.body }
}
