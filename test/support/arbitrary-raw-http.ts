// HTTP/1.1 requests as text, one character a byte, with what clients, proxies and attackers make of it.
import fc from 'fast-check'
import type { Delivery } from './arbitrary-delivery.ts'
import { anyDice, type Dice, pick, splice } from './arbitrary-head-change.ts'
import { type AnyRequest, anyBody, type Pair, plainHeaders } from './arbitrary-request.ts'
import { anyUrl } from './arbitrary-url.ts'

/** How the body is announced. */
export type Framing = 'content-length' | 'chunked'

const LIST_HEADERS = [
  'Cookie',
  'Cookie',
  'if-match',
  'Accept',
  'x-amz-meta-list',
  'Range',
  'if-modified-since',
  'Prefer',
  'expires',
]
const listValue = fc
  .array(fc.constantFrom('a=1', 'b=2', '"x, y"', 'a=1; b=2', 'Sun, 30 Aug 2015', '*', ''), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((items) => fc.constantFrom(',', ',', ', ', '; ').map((join) => items.join(join)))

/** Headers that servers join, or read one of. */
const anyListHeaders: fc.Arbitrary<Pair[]> = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...LIST_HEADERS), listValue),
  { maxLength: 3, selector: ([name]) => name },
)

/** A request that Node's parser takes. */
export const anySentRequest: fc.Arbitrary<AnyRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    url: anyUrl,
    headers: plainHeaders,
    lists: anyListHeaders,
    body: anyBody,
  })
  .map(({ lists, headers, ...request }) => {
    const own = headers.filter(
      ([name]) =>
        !lists.some(([other]) => other.toLowerCase() === name.toLowerCase()) &&
        !/^(?:connection|expect|transfer-encoding|upgrade)$/i.test(name),
    )
    return { ...request, headers: [...own, ...lists] }
  })

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

function chunked(body: string, { at, what, how }: Dice): string {
  const size = 1 + (at % Math.max(1, body.length))
  const extension = pick(['', '', ';a=b', ';a="b;c"', ' ', ';'], what)
  const trailers = pick(['', '', 'x-amz-acl: private\r\n', 'Content-Length: 0\r\n', 'host: evil\r\n'], how)
  let text = ''
  for (let i = 0; i < body.length; i += size) {
    const piece = body.slice(i, i + size)
    const digits = piece.length.toString(16)
    text += `${pick([digits, digits, digits.toUpperCase(), `0${digits}`], what)}${extension}\r\n${piece}\r\n`
  }
  return `${text}0\r\n${trailers}\r\n`
}

/** The text of a request. */
export function rawText({ method, target, headers, body }: Delivery, framing: Framing, dice: Dice): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const start = `${method} ${target} HTTP/1.1\r\n${lines}`
  if (body === null) return `${start}\r\n`
  const text = latin1(body)
  return framing === 'chunked'
    ? `${start}Transfer-Encoding: chunked\r\n\r\n${chunked(text, dice)}`
    : `${start}Content-Length: ${text.length}\r\n\r\n${text}`
}

export interface TextChange extends Dice {
  readonly kind: string
}

const NEW_LINES = [
  ' folded',
  '\tfolded',
  'x : y',
  ' x: y',
  ': y',
  'x',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding : chunked',
  'Content-Length: 0',
  'Content-Length: 1',
  'Content-Length: +1',
  'Content-Length: 1, 1',
  'Content-Length: 0x1',
  'content-length : 0',
  'Connection: close',
  'Connection: host, x-amz-date',
  'Expect: 100-continue',
  'Expect: other',
  'Upgrade: h2c',
  'Connection: upgrade',
  'Host: evil',
  'X-Forwarded-Host: evil',
  'X-Original-URL: /evil',
  'Trailer: x-amz-acl',
  'Content-Encoding: identity',
]
const TELLING = [
  '\r',
  '\n',
  '\r\n',
  '\r\n ',
  '\0',
  '\t',
  ' ',
  ':',
  '\x85',
  '\xff',
  'HTTP/1.0',
  '/',
  '?',
  '#',
  '%',
]

const lineEnds = (text: string): number[] => [...text.matchAll(/\r\n/g)].map(({ index }) => index)
const inRequestLine =
  (change: (target: string, host: string, dice: Dice) => string) =>
  (text: string, dice: Dice): string =>
    text.replace(/^(\S+ )(\S+)/, (_, method: string, target: string) => {
      const host = /\r\nhost: *(\S+)/i.exec(text)?.[1] ?? 'evil'
      return method + change(target, host, dice)
    })

const CHANGES: Readonly<Record<string, (text: string, dice: Dice) => string>> = {
  'line put in': (text, { at, what }) =>
    splice(text, pick(lineEnds(text), at), 0, `\r\n${pick(NEW_LINES, what)}`),
  'line end': (text, { at, what }) =>
    splice(
      text,
      pick(lineEnds(text), at),
      2,
      pick(['\n', '\r', '\r\n ', '\r\n\t', '\n\r\n', '\r\r\n', ''], what),
    ),
  'target form': inRequestLine((target, host, { what }) =>
    pick(
      [
        `http://${host}${target}`,
        `https://evil${target}`,
        `/${target}`,
        `*`,
        host,
        `/.${target}`,
        `http:${target}`,
        `\\${target}`,
      ],
      what,
    ),
  ),
  version: (text, { what }) =>
    text.replace(
      /HTTP\/1\.1/,
      pick(['HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', ' HTTP/1.1'], what),
    ),
  'request behind it': (text, { what }) =>
    text + pick([text, 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n', '0\r\n\r\n', 'x', '\r\n'], what),
  'cut off': (text, { at }) => text.slice(0, at % (text.length + 1)),
  'character put in': (text, { at, what, how }) =>
    splice(text, at % (text.length + 1), how % 2, pick(TELLING, what)),
  'bit flipped': (text, { at, what }) => {
    const i = at % text.length
    return splice(text, i, 1, String.fromCharCode((text.charCodeAt(i) ^ (1 << (what % 8))) & 0xff))
  },
  'length changed': (text, { what }) =>
    text.replace(
      /(content-length: *)(\d+)/i,
      (_, name: string, digits: string) =>
        name +
        pick(
          [
            `0${digits}`,
            String(Number(digits) + 1),
            String(Math.max(0, Number(digits) - 1)),
            `${digits} `,
            '0',
            '-1',
            '1e0',
          ],
          what,
        ),
    ),
}

export const anyTextChange: fc.Arbitrary<TextChange> = fc
  .tuple(fc.constantFrom(...Object.keys(CHANGES)), anyDice)
  .map(([kind, dice]) => ({ kind, ...dice }))

/** The text with the changes made to it, one after the other. */
export const changedText = (text: string, changes: readonly TextChange[]): string =>
  changes.reduce(
    (each, change) => (lineEnds(each).length > 0 ? CHANGES[change.kind]!(each, change) : each),
    text,
  )
