import { gatherHeaders, type HeaderLines } from '../canonical/headers.ts'
import { hasBadEscape } from '../encoding/percent.ts'
import { checkObject, checkText, invalidArgType, invalidArgValue } from '../errors.ts'
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

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/
/** Not a byte, or a line break that does not fold the line. */
const NOT_SENDABLE = /[\0\u0100-\uffff]|\n(?![ \t])|\r(?!\n)/

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkUrl(url: string | URL): UrlParts {
  const text = typeof url === 'string' ? url : (url as URL | undefined)?.href
  if (typeof text !== 'string') throw invalidArgType('url', 'a string or a URL', url)
  const parts = splitUrl(text)
  if (!parts) {
    throw invalidArgValue('url', 'must be an absolute http(s) or ws(s) URL with an ASCII host name')
  }
  if (/\\/.test(parts.path) || /[\0-\x1f\x7f]/.test(parts.path + parts.query)) {
    throw invalidArgValue('url', 'has a control character, or a backslash in its path: encode it')
  }
  if (hasBadEscape(parts.query)) {
    throw invalidArgValue('url', 'has a "%" in its query that begins no escape: write %25')
  }
  return parts
}

/** A signed header must go on the wire as it was signed. */
export function checkHeader(name: string, lines: readonly string[]): void {
  if (!TOKEN.test(name))
    throw invalidArgValue(`header name ${JSON.stringify(name)}`, 'must be letters, digits and dashes')
  for (const line of lines) {
    if (NOT_SENDABLE.test(line)) {
      throw invalidArgValue(
        `header ${name}`,
        'must be free of line breaks, NUL and characters above U+00FF: encode them',
      )
    }
  }
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkParts(parts: RequestParts): CheckedParts {
  checkObject('the request', parts)
  const { method = 'GET' } = parts
  checkText('method', method, { pattern: TOKEN, rule: 'must be an HTTP method' })
  const url = checkUrl(parts.url)
  const headers = gatherHeaders(parts.headers)
  if (!headers.has(HOST)) headers.set(HOST, [url.host])
  return { method: method.toUpperCase(), url, headers, body: parts.body }
}
