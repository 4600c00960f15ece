import type { HeaderLines } from '../../canonical/headers.ts'
import { hasBadEscape } from '../../encoding/percent.ts'
import { invalidArgType, quote } from '../../errors.ts'
import { splitQuery } from '../../fields/query.ts'
import { TOKEN } from '../../fields/token.ts'
import { AUTHORITY, HOST } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedHead } from '../context.ts'
import type { ReceivedRequest } from '../received.ts'
import type { VerifierSettings } from '../settings.ts'

const malformed = (message: string): SignatureError => new SignatureError('malformed-request', message)

/** What would make another URL of the host, its path or its user. */
const NOT_IN_HOST = /[\s/?#@\\]/
const NOT_BYTES = /[\0\u0100-\uffff]/
/**
 * What a request target cannot hold, and a URL parser would drop or rewrite (a backslash in the path): the
 * application would see another target than the one that was verified.
 */
const NOT_IN_TARGET = /[\0-\x1f\x7f#]|^[^?]*\\/

/**
 * Of these headers Node's `message.headers` keeps the first line alone, so that the application would not see what
 * was signed. Several `authorization` lines are rule 1's, several hosts have a message of their own.
 */
const SINGLETONS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'age',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])

/** Parsers stop after so many pieces, empty ones included, and would not see what stands behind them. */
function checkPieces(query: string, maxQueryParameters: number): void {
  if (query.startsWith('&') || query.includes('&&'))
    throw malformed('The query has an empty piece between two "&"')
  let pieces = 0
  for (let at = 0; at >= 0 && at < query.length; at = query.indexOf('&', at) + 1 || -1) {
    if (++pieces > maxQueryParameters) {
      throw malformed(`The query has more than ${maxQueryParameters} parameters: see maxQueryParameters`)
    }
  }
}

function readHeaders(pairs: ReceivedRequest['headers'], maxHeaders: number): HeaderLines {
  if (
    typeof (pairs as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function' ||
    typeof pairs === 'string'
  ) {
    throw invalidArgType('headers', '[name, value] pairs, such as rawHeaders of node:http two by two', pairs)
  }
  const headers: HeaderLines = new Map()
  let count = 0
  for (const pair of pairs) {
    // Node hides the rest from the application, and shows it among the raw ones.
    if (++count > maxHeaders) {
      throw malformed(`The request has more than ${maxHeaders} headers: see maxHeaders`)
    }
    const isPair = Array.isArray(pair)
    const name: unknown = isPair ? pair[0] : undefined
    const value: unknown = isPair ? pair[1] : undefined
    if (typeof name !== 'string' || typeof value !== 'string') {
      throw invalidArgType(
        'a header',
        'a [name, value] pair of strings (rawHeaders of node:http are to be paired)',
        pair,
      )
    }
    if (!TOKEN.test(name.startsWith(':') ? name.slice(1) : name))
      throw malformed(`A header has a name that is not allowed: ${quote(name)}`)
    const lower = name.toLowerCase()
    if (NOT_BYTES.test(value)) throw malformed(`The header ${quote(lower)} is not made of bytes`)
    const lines = headers.get(lower)
    if (!lines) headers.set(lower, [value])
    else if (SINGLETONS.has(lower)) throw malformed(`The header ${quote(lower)} comes more than once`)
    else lines.push(value)
  }
  return headers
}

/** `:authority` is what HTTP/2 has in place of `host`: the one stands for the other, and they may not differ. */
function unifyHost(headers: HeaderLines): void {
  const hosts = headers.get(HOST)
  const authorities = headers.get(AUTHORITY)
  const line = (hosts ?? authorities)?.[0]
  if (line === undefined) return
  const isOne = (lines: readonly string[] | undefined): boolean =>
    lines === undefined || (lines.length === 1 && lines[0]!.trim() === line.trim())
  if (!isOne(hosts) || !isOne(authorities)) throw malformed('The request names more than one host')
  if (NOT_IN_HOST.test(line.trim())) throw malformed(`The host is not a host: ${quote(line)}`)
  headers.set(HOST, [line])
  headers.set(AUTHORITY, [line])
}

/**
 * Rule 0: the head can be read in one way only.
 *
 * @throws {SignatureError} `malformed-request`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where the caller gave something else than a request.
 */
export function readHead(received: ReceivedRequest, settings: VerifierSettings): ReceivedHead {
  if (received === null || typeof received !== 'object') {
    throw invalidArgType('the request', '{ method, target, headers, body }', received)
  }
  const { method, target, scheme = 'https' } = received
  if (typeof method !== 'string') throw invalidArgType('method', 'a string', method)
  if (typeof target !== 'string')
    throw invalidArgType(
      'target',
      'the raw request target, such as url of node:http (a Request is for verify)',
      target,
    )
  if (!TOKEN.test(method)) throw malformed(`The method is not an HTTP method: ${quote(method)}`)
  if (!target.startsWith('/'))
    throw malformed(
      `The request target must be path and query, from the first "/" on; it is ${quote(target)}`,
    )
  if (NOT_IN_TARGET.test(target))
    throw malformed('The request target has a character that is not allowed in it')
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = at < 0 ? '' : target.slice(at + 1)
  if (query) {
    if (hasBadEscape(query)) throw malformed('The query has a "%" that begins no escape')
    checkPieces(query, settings.maxQueryParameters)
  }
  const headers = readHeaders(received.headers, settings.maxHeaders)
  unifyHost(headers)
  return { method, path, target, queryPairs: splitQuery(query), headers, scheme }
}
