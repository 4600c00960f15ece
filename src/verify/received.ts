import type { HeaderLines } from '../canonical/headers.ts'
import { encodedQueryPairs } from '../canonical/query-string.ts'
import { hasBadEscape } from '../encoding/percent.ts'
import { invalidArgType } from '../errors.ts'
import { AUTHORITY, HOST } from '../names.ts'
import { SignatureError } from '../signature-error.ts'

/** What a body may come as. */
export type ReceivedBodySource = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null

/** What arrived. */
export interface ReceivedRequest {
  readonly method: string
  /** The raw origin-form request target, such as `/a%20b?c=d`: never decoded. */
  readonly target: string
  /** Raw pairs in order, repeated names apart, one character a byte. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  readonly body?: ReceivedBodySource | undefined
}

/** A request head that is well formed. */
export interface ReceivedHead {
  readonly method: string
  readonly path: string
  readonly query: string
  /** The query in canonical encoding, in the order in which it came. */
  readonly queryPairs: readonly [name: string, value: string][]
  /** By lower-case name. `host` and `:authority` both stand there, if one came. */
  readonly headers: HeaderLines
}

const malformed = (message: string): SignatureError => new SignatureError('malformed-request', message)

const METHOD = /^[!#$%&'*+.^_`|~\w-]+$/
const HEADER_NAME = /^:?[!#$%&'*+.^_`|~\w-]+$/
/**
 * What a request target cannot hold, and a URL parser would drop or rewrite (a backslash in the path): the
 * application would see another target than the one that was verified.
 */
const NOT_IN_TARGET = /[\0-\x1f\x7f#]|^[^?]*\\/

function readTarget(target: unknown): { path: string; query: string } {
  if (typeof target !== 'string') throw invalidArgType('target', 'the raw request target, a string', target)
  if (!target.startsWith('/')) throw malformed('The request target must begin with "/"')
  if (NOT_IN_TARGET.test(target))
    throw malformed('The request target has a character that is not allowed in it')
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = at < 0 ? '' : target.slice(at + 1)
  if (hasBadEscape(query)) throw malformed('The query has a "%" that begins no escape')
  return { path, query }
}

function readHeaders(pairs: ReceivedRequest['headers']): HeaderLines {
  if (
    typeof (pairs as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function' ||
    typeof pairs === 'string'
  ) {
    throw invalidArgType('headers', 'an iterable of [name, value] pairs', pairs)
  }
  const headers: HeaderLines = new Map()
  for (const pair of pairs) {
    const [name, value] = Array.isArray(pair) ? pair : []
    if (typeof name !== 'string' || typeof value !== 'string') {
      throw invalidArgType('a header', 'a [name, value] pair of strings', pair)
    }
    if (!HEADER_NAME.test(name)) throw malformed('A header has a name that is not allowed')
    if (/[\0\u0100-\uffff]/.test(value))
      throw malformed(`The header ${name.toLowerCase()} is not made of bytes`)
    const lower = name.toLowerCase()
    const lines = headers.get(lower)
    if (lines) lines.push(value)
    else headers.set(lower, [value])
  }
  return headers
}

/** `:authority` is what HTTP/2 has in place of `host`: the one stands for the other, and they may not differ. */
function unifyHost(headers: HeaderLines): void {
  const lines = [...(headers.get(HOST) ?? []), ...(headers.get(AUTHORITY) ?? [])]
  if (lines.length === 0) return
  if (lines.some((line) => line.trim() !== lines[0]!.trim()) || (headers.get(HOST)?.length ?? 0) > 1) {
    throw malformed('The request names more than one host')
  }
  headers.set(HOST, [lines[0]!])
  headers.set(AUTHORITY, [lines[0]!])
}

/**
 * Reads a request head, and refuses one that two parsers could read in two ways.
 *
 * @throws {SignatureError} `malformed-request`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE` where the caller gave something else than a request.
 */
export function readHead(received: ReceivedRequest): ReceivedHead {
  if (received === null || typeof received !== 'object') {
    throw invalidArgType('the request', '{ method, target, headers, body }', received)
  }
  const { method } = received
  if (typeof method !== 'string') throw invalidArgType('method', 'a string', method)
  if (!METHOD.test(method)) throw malformed('The method is not an HTTP method')
  const { path, query } = readTarget(received.target)
  const headers = readHeaders(received.headers)
  unifyHost(headers)
  return { method, path, query, queryPairs: encodedQueryPairs(query), headers }
}
