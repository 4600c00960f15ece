import type { Delivery } from './arbitrary-delivery.ts'
import { type Pair, SINGLE_HEADER } from './arbitrary-request.ts'

/*
 * What two requests have in common if one signature is good for both, told without the library: this is what
 * the laws on changed requests are held against.
 */

/** How a service reads paths. */
export type PathReading = 'decoded' | 'normalized'

/** Bytes, one character each. A character above U+007F stands for its UTF-8. */
const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

const decoded = (text: string): string =>
  text.replace(/%([\dA-Fa-f]{2})|[^%]+/g, (match, digits?: string) =>
    digits === undefined ? bytes(match) : String.fromCharCode(Number.parseInt(digits, 16)),
  )

/** A decoded path has its segments apart: `%2F` is no separator. */
function pathMeaning(path: string, reading: PathReading): string {
  if (reading === 'decoded') return JSON.stringify(path.split('/').map(decoded))
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return JSON.stringify([kept, kept.length > 0 && path.endsWith('/')])
}

function queryMeaning(query: string): string {
  const pairs = query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => /^([^=]*)=?(.*)$/s.exec(piece)!.slice(1))
    .map(([name = '', value = '']) =>
      JSON.stringify([name, value].map((text) => decoded(text.replaceAll('+', ' ')))),
    )
  return pairs.sort().join()
}

const isTarget = (target: string): boolean =>
  /^\//.test(target) &&
  !/[\0-\x1f\x7f#]|^[^?]*\\/.test(target) &&
  !/\?.*%(?![\dA-Fa-f]{2})/.test(target) &&
  // A query with empty pieces before its end is refused: parsers stop at a number of them.
  !/^[^?]*\?(?:&|.*&&)/s.test(target)

function targetMeaning(target: string, reading: PathReading): string {
  const [path = '', ...query] = target.split('?')
  return `${pathMeaning(path, reading)} ${queryMeaning(query.join('?'))}`
}

const collapsed = (value: string): string => value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '')

/** The values of the names that matter, by lower-case name; lines of one name in their order. */
function headersMeaning(headers: readonly Pair[], matters: (name: string) => boolean): string {
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (!matters(lower)) continue
    const before = values.get(lower)
    values.set(lower, before === undefined ? collapsed(value) : `${before},${collapsed(value)}`)
  }
  return JSON.stringify([...values].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const areHeaders = (headers: readonly Pair[]): boolean =>
  headers.every(([name, value]) => /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[\0\u0100-\uffff]/.test(value)) &&
  // Of these, Node shows the first line alone.
  headers.every(
    ([single]) =>
      !SINGLE_HEADER.test(single) ||
      headers.filter(([name]) => name.toLowerCase() === single.toLowerCase()).length === 1,
  ) &&
  headers.filter(([name]) => name.toLowerCase() === 'host').length === 1

/** What a request is held to. */
export interface Reading {
  readonly path: PathReading
  readonly signedHeaders: readonly string[]
  readonly body: 'signed' | 'unsigned'
}

/**
 * What a signature stands for in a request, or undefined where it is no request.
 *
 * @param reading.signedHeaders Of the request as it was signed. Every `x-amz-*` header matters too, and Authorization.
 */
export function meaningOf({ method, target, headers, body }: Delivery, reading: Reading): string | undefined {
  if (!isTarget(target) || !areHeaders(headers)) return undefined
  const matters = (name: string): boolean =>
    reading.signedHeaders.includes(name) || /^(?:x-amz-|authorization$)/.test(name)
  const bodyText = reading.body === 'signed' ? Buffer.from(body ?? []).toString('hex') : ''
  return [method, targetMeaning(target, reading.path), headersMeaning(headers, matters), bodyText].join('\n')
}
