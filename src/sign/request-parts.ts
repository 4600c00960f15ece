import { gatherHeaders, type HeaderLines } from '../canonical/headers.ts'
import { hasBadEscape } from '../encoding/percent.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { splitUrl, type UrlParts } from '../fields/host.ts'
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

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
/** What no header value may hold; a line break may only fold the line. */
const FORBIDDEN_IN_VALUE = /[\0\u0100-\uffff]|[\r\n](?![\n \t])/

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkUrl(url: string | URL): UrlParts {
  const text = typeof url === 'string' ? url : (url as URL | undefined)?.href
  if (typeof text !== 'string') throw invalidArgType('url', 'a string or a URL', url)
  const parts = splitUrl(text)
  if (!parts) {
    throw invalidArgValue('url', 'must be an absolute http, https, ws or wss URL with an ASCII host name')
  }
  if (hasBadEscape(parts.query)) {
    throw invalidArgValue('url', 'has a "%" in its query that begins no escape; write %25 for a percent sign')
  }
  return parts
}

/** A signed header must go on the wire as it was signed. */
export function checkHeader(name: string, lines: readonly string[]): void {
  if (!TOKEN.test(name)) throw invalidArgValue('headers', `has ${JSON.stringify(name)}, which is no header name`)
  for (const line of lines) {
    if (FORBIDDEN_IN_VALUE.test(line)) {
      throw invalidArgValue(
        `header ${JSON.stringify(name)}`,
        'has a character that cannot be sent: no line breaks, no NUL, nothing above U+00FF. Encode other text first, for instance with encodeURIComponent',
      )
    }
  }
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkParts(parts: RequestParts): CheckedParts {
  if (parts === null || typeof parts !== 'object') throw invalidArgType('the request', 'an object', parts)
  const { method = 'GET' } = parts
  if (typeof method !== 'string') throw invalidArgType('method', 'a string', method)
  if (!TOKEN.test(method)) throw invalidArgValue('method', 'must be an HTTP method')
  const url = checkUrl(parts.url)
  const headers = gatherHeaders(parts.headers)
  if (!headers.has(HOST)) headers.set(HOST, [url.host])
  return { method: method.toUpperCase(), url, headers, body: parts.body }
}
