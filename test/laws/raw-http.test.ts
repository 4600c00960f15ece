import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { profileFor } from '../../src/index.ts'
import { type Delivery, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import { anyDice, anyHeadChange, changed } from '../support/arbitrary-head-change.ts'
import { type Arrival, Listener } from '../support/arbitrary-listener.ts'
import { anySentRequest, anyTextChange, changedText, rawText } from '../support/arbitrary-raw-http.ts'
import type { QueryPair, Reader } from '../support/arbitrary-reading.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { type AnySigning, anySigning } from '../support/arbitrary-signing.ts'
import { Tally } from '../support/arbitrary-tally.ts'

const listener = new Listener()
beforeAll(() => listener.listen())
afterAll(() => listener.close())

type Accepted = Extract<Arrival, { outcome: 'accepted' }>

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
/** What percent-encoded text stands for: bytes that are no UTF-8 are U+FFFD. */
const decoded = (text: string): string =>
  utf8.decode(
    Buffer.from(
      text.replace(/%([\dA-Fa-f]{2})|[^%]+/g, (match, hex?: string) =>
        hex === undefined
          ? Buffer.from(match).toString('latin1')
          : String.fromCharCode(Number.parseInt(hex, 16)),
      ),
      'latin1',
    ),
  )

function pathMeaning(path: string, service: string): string {
  const segments = path.split('/').slice(1)
  if (profileFor(service).pathNormalization === 'verbatim') return `/${segments.map(decoded).join('/')}`
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const end = kept.length > 0 && path.endsWith('/') ? '/' : ''
  return `/${kept.map(decoded).join('/')}${end}`
}

const pairsOf = (target: string): QueryPair[] =>
  (target.split(/\?(.*)/s)[1] ?? '')
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [name = '', value = ''] = piece.replaceAll('+', ' ').split(/=(.*)/s).map(decoded)
      return [name, value] as const
    })

const sorted = (pairs: readonly QueryPair[]): string[] => pairs.map((pair) => JSON.stringify(pair)).sort()

/**
 * What qs is not meant to read as others do. Nested names have a grammar of its own, in which a value with `]=` has
 * its name end there; names that are empty or belong to `Object.prototype` it leaves out; and what is no UTF-8 it
 * leaves as it is written.
 */
const isForQs = (pairs: readonly QueryPair[]): boolean =>
  pairs.every(
    ([name, value]) =>
      name !== '' &&
      !(name in Object.prototype) &&
      !/[[\]]/.test(name) &&
      !value.includes(']=') &&
      !`${name}${value}`.includes('\ufffd'),
  )
const QS: readonly string[] = ['qs', 'Express extended'] satisfies Reader[]

/** The members of a header that is a list, or the lines of one that is none. */
const membersOf = (name: string, lines: readonly string[]): string[] =>
  lines
    .join(name === 'cookie' ? '; ' : ',')
    .split(name === 'cookie' ? ';' : ',')
    .map((member) => member.replace(/[ \t\r\n]+/g, ' ').trim())

/** Holds what an application reads of an accepted request to what was signed. */
function expectProved(
  { verified, reading, body }: Accepted,
  signed: Delivery,
  { service }: AnySigning,
): void {
  const host = signed.headers.find(([name]) => name.toLowerCase() === 'host')![1]
  const target = verified.url.slice(`https://${host}`.length)
  expect(verified.url).toBe(`https://${host}${target}`)
  expect([reading.host, reading.headers.host]).toEqual([host, host])
  expect(new URL(verified.url).host).toBe(new URL(`https://${host}`).host)

  const path = pathMeaning(signed.target.replace(/\?.*/s, ''), service)
  expect([verified.path, pathMeaning(reading.path, service)]).toEqual([path, path])

  const pairs = pairsOf(signed.target)
  for (const [reader, read] of Object.entries(reading.queries)) {
    if (QS.includes(reader) && !isForQs(pairs)) continue
    expect([reader, ...sorted(read)]).toEqual([reader, ...sorted(pairs)])
  }

  for (const name of verified.signedHeaders) {
    // Node's plain object cannot hold it, whoever sent it.
    if (name === '__proto__') continue
    const lines = signed.headers.flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : []))
    const shown = [reading.headers[name] ?? []].flat()
    expect([name, ...membersOf(name, shown)]).toEqual([name, ...membersOf(name, lines)])
  }

  expect(Buffer.compare(reading.body, body ?? new Uint8Array())).toBe(0)
  if (verified.payload === 'signed')
    expect(Buffer.compare(reading.body, signed.body ?? new Uint8Array())).toBe(0)
}

describe('law: of an accepted request, applications read what was signed', () => {
  it('whatever was done to its text', async () => {
    const tally = new Tally()
    const scopes = fc.tuple(anySigning, fc.constantFrom('all' as const, undefined)).map(
      ([signing, signHeaders]): AnySigning => ({
        ...signing,
        signHeaders: signHeaders ?? signing.signHeaders,
      }),
    )
    const anyChanges = [
      fc.array(anyHeadChange, { maxLength: 2 }),
      fc.oneof(fc.constant([]), fc.array(anyTextChange, { maxLength: 2 })),
    ] as const
    const law = fc.asyncProperty(
      anySentRequest,
      scopes,
      fc.tuple(...anyChanges),
      fc.tuple(
        anyDice,
        fc.constantFrom('content-length' as const, 'chunked' as const),
        fc.constantFrom('buffer' as const, 'stream' as const),
      ),
      async (request, signing, [headChanges, textChanges], [dice, framing, body]) => {
        const { delivery } = signAndSend(request, signing)
        const sent = rawText(delivery, framing, dice)
        const text = changedText(
          rawText(changed(delivery, headChanges, delivery), framing, dice),
          textChanges,
        )
        const verifier = verifierFor(signing, { body })
        const arrivals = await listener.send(text, verifier as never)
        const accepted = arrivals.filter((arrival) => arrival.outcome === 'accepted')
        tally.count(
          accepted.length > 0 ? 'accepted' : 'refused',
          text === sent ? 'as it was sent' : 'changed',
        )
        for (const arrival of accepted) expectProved(arrival, delivery, signing)
      },
    )
    await holds(law, 1000)
    tally.expectBoth('raw HTTP')
  })
})
