import { describe, expect, it, vi } from 'vitest'
import {
  decodeMessage,
  EventSignerStream,
  encodeMessage,
  seedSignatureOf,
  signEvent,
} from '../../src/event-stream/index.ts'
import { presignUrl, signHeaders, signRequest } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import {
  audio,
  DAY,
  EMPTY,
  MIDNIGHT,
  misuse,
  ofHex,
  SCOPE,
  SEED,
  signAll,
  through,
  utf8,
} from '../support/event-world.ts'

const TYPE = 'ERR_INVALID_ARG_TYPE'
const VALUE = 'ERR_INVALID_ARG_VALUE'
const event = { ...SCOPE, payload: audio('a'), priorSignature: SEED, signingDate: MIDNIGHT }

describe('signEvent', () => {
  it('wraps the message into one with its date and its signature, in this order', () => {
    const { message, signature, stringToSign } = signEvent(event)
    const { headers, body } = decodeMessage(message)
    expect(Object.entries(headers)).toEqual([
      [':date', { type: 'timestamp', value: new Date(MIDNIGHT) }],
      [':chunk-signature', { type: 'binary', value: ofHex(signature) }],
    ])
    expect(body).toEqual(audio('a'))
    expect(stringToSign.split('\n').slice(0, 4)).toEqual([
      'AWS4-HMAC-SHA256-PAYLOAD',
      '20240101T000000Z',
      '20240101/us-west-2/transcribe/aws4_request',
      SEED,
    ])
  })

  it('makes the message inside where headers are given', () => {
    const headers = { ':event-type': { type: 'string', value: 'AudioEvent' } } as const
    expect(signEvent({ ...event, headers, payload: utf8('a') })).toEqual(signEvent(event))
    const { body } = decodeMessage(signEvent({ ...event, headers: {}, payload: EMPTY }).message)
    expect(body).toEqual(encodeMessage({ headers: {}, body: EMPTY }))
  })

  it('drops fractions of a second, before the epoch too', () => {
    expect(signEvent({ ...event, signingDate: MIDNIGHT + 999 })).toEqual(signEvent(event))
    expect(signEvent({ ...event, signingDate: new Date(MIDNIGHT + 1) })).toEqual(signEvent(event))
    expect(signEvent({ ...event, signingDate: -1 })).toEqual(signEvent({ ...event, signingDate: -1000 }))
  })

  it('is not defined for SigV4A', () => {
    expect(() => signEvent({ ...event, algorithm: sigv4a })).toThrow(misuse(VALUE, /not defined for SigV4A/))
  })

  const refused: [option: string, value: unknown, code: string][] = [
    ['payload', 'text', TYPE],
    ['payload', undefined, TYPE],
    ['headers', 'text', TYPE],
    ['priorSignature', undefined, TYPE],
    ['priorSignature', '', VALUE],
    ['priorSignature', SEED.toUpperCase(), VALUE],
    ['signingDate', undefined, TYPE],
    ['signingDate', '2024-01-01', TYPE],
    ['signingDate', Number.NaN, VALUE],
    ['credentials', undefined, TYPE],
    ['service', '', VALUE],
    ['region', 'a/b', VALUE],
  ]
  for (const [option, value, code] of refused) {
    it(`refuses ${option} ${value === '' ? 'of nothing' : String(value).slice(0, 20)}`, () => {
      expect(() => signEvent({ ...event, [option]: value } as never)).toThrow(misuse(code))
    })
  }
  it('refuses options that are none', () => expect(() => signEvent(undefined as never)).toThrow(misuse(TYPE)))
})

describe('EventSignerStream', () => {
  const stream = (now: () => number, options = {}) =>
    new EventSignerStream({ ...SCOPE, seedSignature: SEED, now, ...options })

  it('signs as signEvent does, each event after the one before, and closes the stream', async () => {
    let now = MIDNIGHT
    const { seen } = await through(
      stream(() => (now += 1000)),
      [audio('a'), audio('b')],
    )
    expect(seen).toEqual(signAll([audio('a'), audio('b'), EMPTY], { start: MIDNIGHT + 2000 }))
  })

  it('sends the closing event where there is no other', async () => {
    const { seen } = await through(
      stream(() => MIDNIGHT),
      [],
    )
    expect(seen).toEqual(signAll([EMPTY], { start: MIDNIGHT }))
  })

  it('takes the key of each day', async () => {
    const dates = [MIDNIGHT, MIDNIGHT + DAY - 1000, MIDNIGHT + DAY]
    const clock = [MIDNIGHT, ...dates].values()
    const { seen } = await through(
      stream(() => clock.next().value!),
      [audio('a'), audio('b')],
    )
    expect(seen).toEqual(signAll([audio('a'), audio('b'), EMPTY], { dates }))
  })

  it('does not follow a clock that is set back', async () => {
    const clock = [MIDNIGHT, MIDNIGHT + 5000, MIDNIGHT - DAY, MIDNIGHT + 6000].values()
    const { seen } = await through(
      stream(() => clock.next().value!),
      [audio('a'), audio('b')],
    )
    const dates = [MIDNIGHT + 5000, MIDNIGHT + 5000, MIDNIGHT + 6000]
    expect(seen).toEqual(signAll([audio('a'), audio('b'), EMPTY], { dates }))
  })

  it('takes the time of the clock', async () => {
    vi.useFakeTimers({ now: MIDNIGHT + 7000, toFake: ['Date'] })
    try {
      const { seen } = await through(new EventSignerStream({ ...SCOPE, seedSignature: SEED }), [])
      expect(seen).toEqual(signAll([EMPTY], { start: MIDNIGHT + 7000 }))
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuses to send an empty message, which would close the stream, and what is no bytes', async () => {
    for (const [piece, code] of [
      [EMPTY, VALUE],
      ['text', TYPE],
      [undefined, TYPE],
    ] as const) {
      const { seen, error } = await through(
        stream(() => MIDNIGHT),
        [audio('a'), piece as Uint8Array],
      )
      expect(seen).toHaveLength(1)
      expect(error).toEqual(misuse(code))
    }
  })

  it('refuses a clock that gives no time', async () => {
    const clock = [MIDNIGHT, Number.NaN].values()
    const { error } = await through(
      stream(() => clock.next().value!),
      [audio('a')],
    )
    expect(error).toEqual(misuse(VALUE))
    expect(() => stream(() => undefined as never)).toThrow(misuse(TYPE))
    expect(() => stream(0 as never)).toThrow(misuse(TYPE))
  })

  it('refuses bad options at once', () => {
    const now = () => MIDNIGHT
    expect(() => stream(now, { seedSignature: 'x' })).toThrow(misuse(VALUE))
    expect(() => stream(now, { seedSignature: undefined })).toThrow(misuse(TYPE))
    expect(() => stream(now, { algorithm: sigv4a })).toThrow(misuse(VALUE, /not defined for SigV4A/))
    expect(() => stream(now, { credentials: {} })).toThrow(misuse(TYPE))
    expect(() => new EventSignerStream(null as never)).toThrow(misuse(TYPE))
  })
})

describe('seedSignatureOf', () => {
  const signing = { ...SCOPE, signingDate: MIDNIGHT }
  const url = 'https://transcribestreaming.us-west-2.amazonaws.com/stream-transcription'
  const signed = signHeaders({ method: 'POST', url }, signing)
  const presigned = presignUrl({ url }, signing)

  it('reads an Authorization header', async () => {
    expect(seedSignatureOf(signed)).toBe(signed.trace.signature)
    expect(seedSignatureOf({ headers: new Headers(signed.headers) })).toBe(signed.trace.signature)
    const pairs = Object.entries(signed.headers).map(([name, value]) => [name.toUpperCase(), value] as const)
    expect(seedSignatureOf({ headers: pairs })).toBe(signed.trace.signature)
    const request = await signRequest(url, { ...signing, init: { method: 'POST' } })
    expect(seedSignatureOf(request)).toBe(signed.trace.signature)
  })

  it('reads a presigned URL', () => {
    for (const input of [presigned, presigned.url, new URL(presigned.url), new Request(presigned.url)]) {
      expect(seedSignatureOf(input)).toBe(presigned.trace.signature)
    }
    expect(seedSignatureOf(`${presigned.url}#a?b`.replace('https', 'wss'))).toBe(presigned.trace.signature)
  })

  it('refuses what carries none, or two', () => {
    for (const input of [url, new URL(url), { headers: {} }, {}, new Request(url)]) {
      expect(() => seedSignatureOf(input)).toThrow(misuse(VALUE, /must carry one signature/))
    }
    expect(() => seedSignatureOf({ ...presigned, headers: signed.headers })).toThrow(
      misuse(VALUE, /one signature/),
    )
    const { authorization } = signed.headers as { authorization: string }
    const twice = { headers: { authorization: [authorization, authorization] } }
    expect(() => seedSignatureOf(twice)).toThrow(misuse(VALUE, /one signature/))
  })

  it('refuses what is signed otherwise', () => {
    const v4a = { ...signing, algorithm: sigv4a }
    expect(() => seedSignatureOf(signHeaders({ url }, v4a))).toThrow(misuse(VALUE, /not defined for SigV4A/))
    expect(() => seedSignatureOf(presignUrl({ url }, v4a))).toThrow(misuse(VALUE, /not defined for SigV4A/))
    const { authorization } = signed.headers as { authorization: string }
    expect(() => seedSignatureOf({ headers: { authorization: authorization.slice(0, -1) } })).toThrow(
      misuse(VALUE),
    )
    const halfSigned = presigned.url.replace('X-Amz-Signature', 'x-other')
    for (const input of [halfSigned, { headers: { authorization: 'Bearer token' } }]) {
      expect(() => seedSignatureOf(input)).toThrow(
        expect.objectContaining({ reason: 'malformed-authorization' }),
      )
    }
  })

  it('refuses what is no input', () => {
    for (const input of [undefined, null, 1]) {
      expect(() => seedSignatureOf(input as never)).toThrow(misuse(TYPE))
    }
  })
})
