import type { Delivery } from './arbitrary-delivery.ts'
import type { Pair } from './arbitrary-request.ts'

/** A request with one thing changed in it. */
export interface Change {
  readonly what: string
  readonly delivery: Delivery
}

const flipBit = (text: string, at: number, bit: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1)

/** The text with each single bit flipped, one at a time. */
function* flips(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) {
    for (let bit = 0; bit < 8; bit++) yield flipBit(text, at, bit)
  }
}

const replaced = <Item>(items: readonly Item[], at: number, ...others: Item[]): Item[] => [
  ...items.slice(0, at),
  ...others,
  ...items.slice(at + 1),
]

/** The parts of an Authorization header that are claims: separators are left alone. */
function* changedAuthorizations(value: string): Generator<readonly [what: string, value: string]> {
  const [, scheme = '', ...claims] = /^(\S+) (\S+), (\S+), (\S+)$/.exec(value)!
  for (const other of flips(scheme)) yield ['scheme', `${other} ${claims.join(', ')}`]
  for (let i = 0; i < claims.length; i++) {
    const claim = claims[i]!
    const [name] = claim.split('=')
    const join = (...others: string[]): string => `${scheme} ${replaced(claims, i, ...others).join(', ')}`
    for (const other of flips(claim)) yield [`${name}, a bit flipped`, join(other)]
    yield [`${name} removed`, join()]
    yield [`${name} twice`, join(claim, claim)]
    yield [`${name}, last character removed`, join(claim.slice(0, -1))]
  }
}

/** Each bit of each signed part flipped, one at a time. */
export function* bitFlips(delivery: Delivery, signedHeaders: readonly string[]): Generator<Change> {
  const { method, target, headers, body } = delivery
  for (const other of flips(method))
    yield { what: `method ${other}`, delivery: { ...delivery, method: other } }
  for (const other of flips(target))
    yield { what: `target ${other}`, delivery: { ...delivery, target: other } }
  for (let i = 0; i < headers.length; i++) {
    const [name, value] = headers[i]!
    const withPair = (what: string, ...pairs: Pair[]): Change => ({
      what,
      delivery: { ...delivery, headers: replaced(headers, i, ...pairs) },
    })
    if (name === 'authorization') {
      for (const [what, other] of changedAuthorizations(value))
        yield withPair(`${what}: ${other}`, [name, other])
    }
    if (!signedHeaders.includes(name.toLowerCase())) continue
    for (const other of flips(name)) yield withPair(`header name ${other}`, [other, value])
    for (const other of flips(value)) yield withPair(`header ${name}: ${other}`, [name, other])
  }
  for (let i = 0; body !== null && i < body.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const other = body.slice()
      other[i]! ^= 1 << bit
      yield { what: `body, bit ${bit} of byte ${i}`, delivery: { ...delivery, body: other } }
    }
  }
}

/** Something put in that nobody signed. */
export function* additions(delivery: Delivery): Generator<Change> {
  const { target, headers } = delivery
  for (const piece of [
    '',
    '=',
    '=1',
    'x',
    'x=1',
    'x-amz-acl=private',
    'X-Amz-Expires=60',
    'X-Amz-Security-Token=t',
  ]) {
    const other = `${target}${target.includes('?') ? '&' : '?'}${piece}`
    yield { what: `${piece} added to the query`, delivery: { ...delivery, target: other } }
  }
  for (const name of [
    'x-amz-new',
    'Authorization',
    'X-Amz-Date',
    'x-amz-security-token',
    'x-amz-s3session-token',
    'Host',
  ]) {
    const other: Pair[] = [...headers, [name, 'new']]
    yield { what: `${name} added to the headers`, delivery: { ...delivery, headers: other } }
  }
  yield { what: 'a segment added', delivery: { ...delivery, target: target.replace(/^[^?]*/, '$&/new') } }
}

/** Each header line, query parameter, path segment and the body taken away or doubled, one at a time. */
export function* removalsAndDoublings(
  delivery: Delivery,
  signedHeaders: readonly string[],
): Generator<Change> {
  const { target, headers, body } = delivery
  const [path = '', query] = target.split(/\?(.*)/s)
  const within = (text: string, separator: string, rebuild: (other: string) => Delivery): Change[] => {
    const pieces = text.split(separator)
    return pieces.flatMap((piece, i) => [
      { what: `${piece} removed`, delivery: rebuild(replaced(pieces, i).join(separator)) },
      { what: `${piece} doubled`, delivery: rebuild(replaced(pieces, i, piece, piece).join(separator)) },
    ])
  }
  yield* within(path, '/', (other) => ({
    ...delivery,
    target: query === undefined ? other : `${other}?${query}`,
  }))
  if (query !== undefined) yield* within(query, '&', (other) => ({ ...delivery, target: `${path}?${other}` }))
  for (let i = 0; i < headers.length; i++) {
    const pair = headers[i]!
    const lower = pair[0].toLowerCase()
    if (lower !== 'authorization' && !signedHeaders.includes(lower)) continue
    yield { what: `${pair[0]} removed`, delivery: { ...delivery, headers: replaced(headers, i) } }
    yield { what: `${pair[0]} doubled`, delivery: { ...delivery, headers: replaced(headers, i, pair, pair) } }
  }
  if (body === null || body.length === 0) {
    yield { what: 'a body added', delivery: { ...delivery, body: Uint8Array.of(0) } }
  } else {
    yield { what: 'body removed', delivery: { ...delivery, body: null } }
    yield { what: 'last byte removed', delivery: { ...delivery, body: body.slice(0, -1) } }
    yield { what: 'body doubled', delivery: { ...delivery, body: Uint8Array.of(...body, ...body) } }
  }
}
