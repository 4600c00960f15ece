import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveSigningKey } from '../../src/algorithms/signing-key.ts'
import { EventVerifierStream } from '../../src/event-stream/index.ts'
import { parseSignedEvent } from '../../src/fields/signed-event.ts'
import { KEY } from '../support/attack-world.ts'
import {
  audio,
  CREDENTIAL,
  concat,
  DAY,
  EMPTY,
  hexOf,
  MIDNIGHT,
  misuse,
  rawMessage,
  SEED,
  signAll,
  textHeader,
  utf8,
  verifierStream,
  verify,
} from '../support/event-world.ts'

const TYPE = 'ERR_INVALID_ARG_TYPE'
const VALUE = 'ERR_INVALID_ARG_VALUE'

describe('EventVerifierStream', () => {
  const good = signAll([audio('a'), audio('b'), EMPTY])
  const proved = [audio('a'), audio('b')]

  it('gives the messages inside, one a chunk', async () => {
    expect(await verify([concat(good)])).toEqual({ seen: proved, reason: undefined, error: undefined })
  })

  it('gives a message away before the next one has come', async () => {
    const stream = verifierStream()
    const writer = stream.writable.getWriter()
    const reader = stream.readable.getReader()
    void writer.write(good[0]!)
    expect((await reader.read()).value).toEqual(audio('a'))
    await reader.cancel()
  })

  it('takes the signature before the date, as some clients send them', async () => {
    const swapped = good.map((message) => {
      const [date, signature, body] = [message.slice(12, 27), message.slice(27, 79), message.slice(79, -4)]
      return rawMessage(concat([signature, date]), body)
    })
    expect((await verify(swapped)).seen).toEqual(proved)
  })

  it('refuses what is not signed with this key, for this scope, after this request', async () => {
    for (const options of [
      { key: { secretAccessKey: 'another' } },
      { credential: CREDENTIAL.replace('us-west-2', 'us-west-1') },
      { credential: CREDENTIAL.replace('transcribe', 'polly') },
      { seedSignature: SEED.replace('0', '1') },
    ]) {
      expect(await verify(good, options)).toMatchObject({ seen: [], reason: 'chunk-signature-mismatch' })
    }
  })

  it('tells what was to be signed, and not the right signature', async () => {
    const { error } = await verify([good[1]!])
    expect(error).toMatchObject({
      awsCode: 'SignatureDoesNotMatch',
      status: 403,
      details: { signatureProvided: hexOf(good[1]!.slice(47, 79)) },
    })
    const { details } = error as { details: object }
    expect(Object.keys(details)).toEqual(['stringToSign', 'signatureProvided'])
  })

  const [a, b, end] = good as [Uint8Array, Uint8Array, Uint8Array]
  const refused: [what: string, messages: Uint8Array[], seen: number, reason: string][] = [
    ['an event that comes again', [a, a, b, end], 1, 'chunk-signature-mismatch'],
    ['an event that comes again later', [a, b, a, end], 2, 'chunk-signature-mismatch'],
    ['a stream without its first event', [b, end], 0, 'chunk-signature-mismatch'],
    ['a stream without an event in the middle', [a, end], 1, 'chunk-signature-mismatch'],
    ['events in another order', [b, a, end], 0, 'chunk-signature-mismatch'],
    ['a stream that is closed early', [end], 0, 'chunk-signature-mismatch'],
    ['a stream that is not closed', [a, b], 2, 'incomplete-body'],
    ['a stream that ends within an event', [a, b, end.slice(0, -1)], 2, 'incomplete-body'],
    ['a stream that ends within a prelude', [a, b.slice(0, 3)], 1, 'incomplete-body'],
    ['no stream at all', [], 0, 'incomplete-body'],
    ['a byte after the end', [a, b, end, Uint8Array.of(0)], 2, 'malformed-event'],
    ['a second end', [a, b, end, end], 2, 'malformed-event'],
    ['a message without a signature', [audio('a'), end], 0, 'malformed-event'],
    ['text in place of messages', [utf8('POST / HTTP/1.1')], 0, 'malformed-event'],
  ]
  for (const [what, messages, count, reason] of refused) {
    it(`refuses ${what}`, async () => {
      const outcome = await verify(messages)
      expect(outcome).toMatchObject({ seen: proved.slice(0, count), reason })
    })
  }

  it('says whether the stream ends within an event', async () => {
    const says = async (messages: Uint8Array[]) => ((await verify(messages)).error as Error).message
    expect(await says([a, b.slice(0, 3)])).toBe('The stream ends within an event')
    expect(await says([a, b.slice(0, 30)])).toBe('The stream ends within an event')
    expect(await says([a, b])).toBe('The stream ends without the event that closes it')
  })

  const date = a.slice(12, 27)
  const signature = a.slice(27, 79)
  const short = concat([signature.slice(0, 18), Uint8Array.of(0, 29), signature.slice(20, 49)])
  const asText = signature.map((byte, i) => (i === 17 ? 7 : i > 19 ? 0x61 : byte))
  const asLong = date.map((byte, i) => (i === 6 ? 5 : byte))
  const heads: [what: string, headers: Uint8Array][] = [
    ['a third header', concat([date, signature, textHeader('a', 'b')])],
    ['no signature', date],
    ['no date', signature],
    ['no header', EMPTY],
    ['another name of the right length', concat([date, signature.map((byte, i) => (i === 1 ? 0x3b : byte))])],
    ['a third header in place of bytes of the signature', concat([date, short, Uint8Array.of(1, 0x78, 0)])],
    ['a signature of another type', concat([date, asText])],
    ['a date of another type', concat([asLong, signature])],
    ['a longer signature', concat([date, signature.slice(0, 18), Uint8Array.of(0, 33), signature.slice(19)])],
  ]
  for (const [what, headers] of heads) {
    it(`refuses an event with ${what}`, async () => {
      const message = rawMessage(headers, a.slice(79, -4))
      expect(await verify([message])).toMatchObject({ seen: [], reason: 'malformed-event' })
    })
  }

  it('has no room for a third header, whoever takes it apart', () => {
    expect(parseSignedEvent(a).payload).toEqual(audio('a'))
    const message = rawMessage(concat([date, signature, textHeader('a', 'b')]), EMPTY)
    expect(() => parseSignedEvent(message)).toThrow(expect.objectContaining({ reason: 'malformed-event' }))
  })

  it('refuses a message with more headers before it makes room for it', async () => {
    const prelude = rawMessage(concat([date, signature, textHeader('a', 'b')]), EMPTY).slice(0, 12)
    expect(await verify([prelude])).toMatchObject({ reason: 'malformed-event' })
  })

  it('refuses a message over the limit before it makes room for it', async () => {
    const limit = a.length
    expect((await verify(good, { maxMessageBytes: limit })).seen).toEqual(proved)
    const prelude = a.slice(0, 12)
    expect(await verify([prelude], { maxMessageBytes: limit - 1 })).toMatchObject({
      reason: 'malformed-event',
    })
    const large = rawMessage(new Uint8Array(67), EMPTY, { total: 16 * 1024 * 1024 + 1 }).slice(0, 12)
    expect(await verify([large])).toMatchObject({ reason: 'malformed-event' })
  })

  it('refuses what is no bytes', async () => {
    for (const piece of ['text', new ArrayBuffer(8), null]) {
      const { error } = await verify([piece as never])
      expect(error).toEqual(misuse(TYPE))
    }
  })

  const bad: [what: string, options: object, error: unknown][] = [
    ['a seed', { seedSignature: 'x' }, misuse(VALUE)],
    ['a seed of another type', { seedSignature: undefined }, misuse(TYPE)],
    ['a credential', { credential: 'x' }, expect.objectContaining({ reason: 'malformed-authorization' })],
    ['a credential of another type', { credential: undefined }, misuse(TYPE)],
    ['a terminator', { credential: CREDENTIAL.replace('aws4', 'aws5') }, misuse(VALUE)],
    ['a day', { credential: CREDENTIAL.replace('20240101', '20240230') }, misuse(VALUE)],
    ['a key', { key: null }, misuse(TYPE)],
    ['a key of another kind', { key: { publicKey: new Uint8Array(65) } }, misuse(VALUE)],
    ['a secret', { key: { secretAccessKey: '' } }, misuse(TYPE)],
    ['a limit', { maxMessageBytes: 0 }, misuse(VALUE)],
  ]
  for (const [what, options, error] of bad) {
    it(`refuses ${what} that is none`, () => expect(() => verifierStream(options)).toThrow(error as Error))
  }
  it('refuses options that are none', () => {
    expect(() => new EventVerifierStream(undefined as never)).toThrow(misuse(TYPE))
  })
})

describe('the dates of events', () => {
  const payloads = [audio('a'), audio('b'), EMPTY]
  const outcome = (dates: number[], options = {}) => verify(signAll(payloads, { dates }), options)
  const NOON = MIDNIGHT + DAY / 2

  it('may be the same, and may pass midnight', async () => {
    expect((await outcome([NOON, NOON, NOON])).reason).toBeUndefined()
    expect((await outcome([MIDNIGHT, MIDNIGHT + DAY - 1000, MIDNIGHT + DAY])).reason).toBeUndefined()
  })

  it('may reach day after day', async () => {
    const dates = [MIDNIGHT + 2 * DAY - 1000, MIDNIGHT + 3 * DAY - 1000, MIDNIGHT + 4 * DAY - 1000]
    expect((await outcome(dates)).reason).toBeUndefined()
  })

  const refused: [what: string, dates: number[], seen: number, says: RegExp][] = [
    ['go back', [NOON, NOON - 1000, NOON], 1, /older/],
    ['go back at the end', [NOON, NOON + 1000, NOON], 2, /older/],
    ['begin before the day of the request', [MIDNIGHT - 1000, MIDNIGHT, MIDNIGHT], 0, /older/],
    [
      'begin two days after the request',
      [MIDNIGHT + 2 * DAY, MIDNIGHT + 2 * DAY, MIDNIGHT + 2 * DAY],
      0,
      /ahead/,
    ],
    ['leap by more than a day', [NOON, NOON + DAY + 1000, NOON + DAY + 1000], 1, /ahead/],
  ]
  for (const [what, dates, count, says] of refused) {
    it(`may not ${what}, with signatures that hold`, async () => {
      const { seen, reason, error } = await outcome(dates)
      expect([seen, reason]).toEqual([payloads.slice(0, count), 'chunk-signature-mismatch'])
      expect((error as Error).message).toMatch(says)
    })
  }

  const signingKey = deriveSigningKey({
    ...KEY,
    scopeDate: '20240101',
    region: 'us-west-2',
    service: 'transcribe',
  })

  it('are those of a derived key, on its day alone', async () => {
    const key = { signingKey }
    expect((await outcome([MIDNIGHT, NOON, NOON], { key })).seen).toEqual(payloads.slice(0, 2))
    const { seen, reason, error } = await outcome([NOON, MIDNIGHT + DAY, MIDNIGHT + DAY], { key })
    expect([seen.length, reason]).toEqual([1, 'chunk-signature-mismatch'])
    expect((error as Error).message).toBe('The signing key is good for 20240101, and an event is of 20240102')
  })

  it('may have milliseconds, as some clients send them', async () => {
    const moment = MIDNIGHT + 1234
    const header = concat([Uint8Array.of(5), utf8(':date'), Uint8Array.of(8), new Uint8Array(8)])
    new DataView(header.buffer).setBigInt64(7, BigInt(moment))
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
    const scope = '20240101/us-west-2/transcribe/aws4_request'
    const lines = ['20240101T000001Z', scope, SEED, sha256(header), sha256(EMPTY)]
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', ...lines].join('\n')
    const signature = createHmac('sha256', signingKey).update(text).digest()
    const headers = concat([
      header,
      Uint8Array.of(16),
      utf8(':chunk-signature'),
      Uint8Array.of(6, 0, 32),
      signature,
    ])
    const message = rawMessage(headers, EMPTY)
    expect(await verify([message])).toEqual({ seen: [], reason: undefined, error: undefined })
  })
})
