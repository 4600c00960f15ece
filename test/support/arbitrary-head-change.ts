// Changes on the way, one or several of them, that nobody who holds the key made.
import fc from 'fast-check'
import type { Delivery } from './arbitrary-delivery.ts'
import type { Pair } from './arbitrary-request.ts'

/** Numbers that a change decides with. */
export interface Dice {
  readonly at: number
  readonly what: number
  readonly how: number
}

export interface HeadChange extends Dice {
  readonly kind: string
}

type Change = (delivery: Delivery, dice: Dice, other: Delivery) => Delivery

export const pick = <Item>(items: readonly Item[], number: number): Item => items[number % items.length]!

/** The text with something in place of what stands at a position. */
export const splice = (text: string, at: number, length: number, put: string): string =>
  text.slice(0, at) + put + text.slice(at + length)

const TELLING = [
  ...'/?&=%+;,.~#\\ "\'[]:@*|',
  '\t',
  '\0',
  '\x0b',
  '\x7f',
  '\x85',
  '\xa0',
  '\xe9',
  '%00',
  '%2e',
  '%2F',
  '%20',
  '%2B',
  '%26',
  '%3D',
  '%25',
  '%e9',
  '%ZZ',
  '//',
  '/.',
  '/..',
  '/%2E%2e',
  '..;',
]

/** One character or escape written otherwise: the same to some readers, and not to others. */
export function respelt(text: string, { at, how }: Dice): string {
  const units = text.match(/%[\dA-Fa-f]{2}|./gs)
  if (!units) return text
  const i = at % units.length
  const unit = units[i]!
  const hex = unit.charCodeAt(0).toString(16).padStart(2, '0')
  const spellings =
    unit.length === 3
      ? [
          unit.toUpperCase(),
          unit.toLowerCase(),
          String.fromCharCode(Number.parseInt(unit.slice(1), 16)),
          `%25${unit.slice(1)}`,
          unit === '%20' ? '+' : unit,
        ]
      : [`%${hex}`, `%${hex.toUpperCase()}`, unit === '+' ? '%20' : unit, unit.toUpperCase()]
  return [...units.slice(0, i), pick(spellings, how), ...units.slice(i + 1)].join('')
}

/** A character put in, taken away, or another one. */
export function retyped(text: string, { at, what, how }: Dice): string {
  const i = at % (text.length + 1)
  const put = pick(
    [pick(TELLING, what), '', String.fromCharCode((text.charCodeAt(i) || 0) ^ (1 << (what % 8)))],
    how,
  )
  return splice(text, i, how % 2, put)
}

const inTarget =
  (part: 'path' | 'query', change: (text: string, dice: Dice) => string): Change =>
  (delivery, dice) => {
    const [path = '', query] = delivery.target.split(/\?(.*)/s)
    if (part === 'query' && query === undefined) return delivery
    const target = part === 'path' ? change(path, dice) : path
    return {
      ...delivery,
      target: query === undefined ? target : `${target}?${part === 'query' ? change(query, dice) : query}`,
    }
  }

const inPieces = (change: (pieces: string[], dice: Dice) => readonly string[]): Change =>
  inTarget('query', (query, dice) => change(query.split('&'), dice).join('&'))

const NEW_PIECES = [
  '',
  '=',
  'a',
  'a=1',
  'x-amz-acl=private',
  'X-Amz-Expires=60',
  'X-Amz-Date=',
  'Action=A',
  '?a=1',
  '[]=',
  'b[]=1',
  'a.b=1',
]

const swapped = <Item>(items: readonly Item[], one: number, other: number): Item[] => {
  const [i, j] = [one % items.length, other % items.length]
  return items.map((item, k) => items[k === i ? j : k === j ? i : k] ?? item)
}

const inHeaders =
  (change: (pairs: readonly Pair[], dice: Dice, other: Delivery) => readonly Pair[]): Change =>
  (delivery, dice, other) => ({ ...delivery, headers: change(delivery.headers, dice, other) })

/** One header line, which becomes others. */
const inLine = (change: (pair: Pair, dice: Dice, other: Delivery) => readonly Pair[]): Change =>
  inHeaders((pairs, dice, other) => {
    const i = dice.at % pairs.length
    return [
      ...pairs.slice(0, i),
      ...change(pairs[i]!, { ...dice, at: dice.what }, other),
      ...pairs.slice(i + 1),
    ]
  })

const NEW_NAMES = [
  'x-amz-acl',
  'X-Amz-Date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'Authorization',
  'Host',
  ':authority',
  'content-type',
  'Cookie',
  'if-match',
  'x-a',
  '__proto__',
  'X-HTTP-Method-Override',
  'date',
]
const NEW_VALUES = [
  '',
  'a',
  'a, b',
  'UNSIGNED-PAYLOAD',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'DELETE',
  '20150830T123600Z',
]

/** As many as Node looks at: what stands behind them, its `message.headers` lacks. */
const MANY = 1000

const CHANGES: Readonly<Record<string, Change>> = {
  'path respelt': inTarget('path', respelt),
  'path retyped': inTarget('path', retyped),
  'segment doubled': inTarget('path', (path, { at, how }) => {
    const segments = path.split('/')
    const i = at % segments.length
    return segments.toSpliced(i, 0, pick(['', '.', '..', 'x/..', segments[i]!], how)).join('/')
  }),
  'query respelt': inTarget('query', respelt),
  'query retyped': inTarget('query', retyped),
  'pieces swapped': inPieces((pieces, { at, what }) => swapped(pieces, at, what)),
  'piece dropped': inPieces((pieces, { at }) => pieces.toSpliced(at % pieces.length, 1)),
  'piece doubled': inPieces((pieces, { at, what }) =>
    pieces.toSpliced(what % (pieces.length + 1), 0, pick(pieces, at)),
  ),
  'piece added': (delivery, dice, other) =>
    delivery.target.includes('?')
      ? inPieces((pieces, { at, what }) =>
          pieces.toSpliced(at % (pieces.length + 1), 0, pick(NEW_PIECES, what)),
        )(delivery, dice, other)
      : { ...delivery, target: `${delivery.target}?${pick(NEW_PIECES, dice.what)}` },
  'query padded': inPieces((pieces, { at, what, how }) =>
    pieces.toSpliced(
      at % (pieces.length + 1),
      0,
      ...Array.from({ length: pick([1, 998, MANY], how) }, () => pick(['', '=', 'p'], what)),
    ),
  ),
  'name of a line respelt': inLine(([name, value], { how }) => [
    [
      pick([name.toUpperCase(), name.toLowerCase(), `${name} `, ` ${name}`, name.replaceAll('-', '_')], how),
      value,
    ],
  ]),
  'line doubled': inLine(([name, value], { how }) => [
    [name, value],
    [name.toUpperCase(), pick([value, '', 'x'], how)],
  ]),
  'line cut': inLine(([name, value], { at }) => {
    const i = at % (value.length + 1)
    return [
      [name, value.slice(0, i)],
      [name, value.slice(i)],
    ]
  }),
  'line cut at a comma': inHeaders((pairs, { at, what }) => {
    const lists = [...pairs.keys()].filter((i) => /,/.test(pairs[i]![1]) && !/^auth/i.test(pairs[i]![0]))
    if (lists.length === 0) return pairs
    const i = pick(lists, at)
    const [name, value] = pairs[i]!
    const commas = [...value.matchAll(/,/g)].map(({ index }) => index)
    const comma = pick(commas, what)
    return pairs.toSpliced(i, 1, [name, value.slice(0, comma)], [name.toUpperCase(), value.slice(comma + 1)])
  }),
  'lines joined': inHeaders((pairs, { at, how }) => {
    const [name = ''] = pick(pairs, at)
    const isSame = ([each]: Pair): boolean => each.toLowerCase() === name.toLowerCase()
    const value = pairs
      .filter(isSame)
      .map(([, each]) => each)
      .join(pick([',', ', ', '; '], how))
    return [...pairs.filter((pair) => !isSame(pair)), [name, value]]
  }),
  'line dropped': inLine(() => []),
  'lines swapped': inHeaders((pairs, { at, what }) => swapped(pairs, at, what)),
  'values swapped': inHeaders((pairs, { at, what }) => {
    const values = swapped(
      pairs.map(([, value]) => value),
      at,
      what,
    )
    return pairs.map(([name], i): Pair => [name, values[i]!])
  }),
  'value retyped': inLine(([name, value], dice) => [[name, retyped(value, dice)]]),
  'white space': inLine(([name, value], { at, how }) => {
    const spaces = [...value.matchAll(/ /g)].map(({ index }) => index)
    const i = pick([0, value.length, ...spaces], at)
    return [[name, splice(value, i, 0, pick([' ', '\t', '  ', '\r\n ', '\n\t'], how))]]
  }),
  'line added': inHeaders((pairs, { at, what, how }) =>
    pairs.toSpliced(at % (pairs.length + 1), 0, [pick(NEW_NAMES, what), pick(NEW_VALUES, how)]),
  ),
  'line of another request': inHeaders((pairs, { at, what }, other) =>
    pairs.toSpliced(at % (pairs.length + 1), what % 2, pick(other.headers, what >> 1)),
  ),
  'lines padded': inHeaders((pairs, { at, how }) =>
    pairs.toSpliced(
      at % (pairs.length + 1),
      0,
      ...Array.from({ length: pick([10, MANY], how) }, (): Pair => ['x', '']),
    ),
  ),
  'line moved to the query': ({ headers, target, ...delivery }, { at }) => {
    const [name, value] = pick(headers, at)
    const piece = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
    return {
      ...delivery,
      headers: headers.toSpliced(at % headers.length, 1),
      target: `${target}${target.includes('?') ? '&' : '?'}${piece}`,
    }
  },
  'piece moved to the headers': (delivery, { at }) => {
    const [path, query = ''] = delivery.target.split(/\?(.*)/s)
    const pieces = query.split('&')
    const i = at % pieces.length
    const [name = '', value = ''] = pieces[i]!.split('=')
    return {
      ...delivery,
      target: `${path}?${pieces.toSpliced(i, 1).join('&')}`,
      headers: name === '' ? delivery.headers : [...delivery.headers, [name, value]],
    }
  },
  method: (delivery, { what }, other) => ({
    ...delivery,
    method: pick([delivery.method.toLowerCase(), 'GET', 'HEAD', 'PUT', 'DELETE', other.method], what),
  }),
  'target of another request': (delivery, _, { target }) => ({ ...delivery, target }),
  'body of another request': (delivery, _, { body }) => ({ ...delivery, body }),
  'body changed': (delivery, dice) => {
    const text = Buffer.from(delivery.body ?? []).toString('latin1')
    return { ...delivery, body: new Uint8Array(Buffer.from(retyped(text, dice), 'latin1')) }
  },
}

const dice = { at: fc.nat(10_000), what: fc.nat(10_000), how: fc.nat(10_000) }
export const anyDice: fc.Arbitrary<Dice> = fc.record(dice)

/** Those after which a signature often holds. */
const OFTEN = [
  'path respelt',
  'query respelt',
  'segment doubled',
  'pieces swapped',
  'name of a line respelt',
  'line cut at a comma',
  'lines joined',
  'lines padded',
  'lines swapped',
  'white space',
]

export const anyHeadChange: fc.Arbitrary<HeadChange> = fc.record({
  kind: fc.oneof(fc.constantFrom(...Object.keys(CHANGES)), fc.constantFrom(...OFTEN)),
  ...dice,
})

/** The request with the changes made to it, one after the other. */
export const changed = (delivery: Delivery, changes: readonly HeadChange[], other: Delivery): Delivery =>
  changes.reduce((each, change) => {
    // What was taken away cannot be changed.
    if (each.headers.length === 0) return each
    return CHANGES[change.kind]!(each, change, other)
  }, delivery)
