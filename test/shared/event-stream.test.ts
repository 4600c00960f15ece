// The further vectors of signed event streams: strings to sign, signatures and frames, signed and verified.
import { describe, expect, it } from 'vitest'
import { createKeyCache } from '../../src/algorithms/key-cache.ts'
import { sigv4 } from '../../src/algorithms/sigv4.ts'
import { buildEventStringToSign } from '../../src/canonical/event-string-to-sign.ts'
import {
  decodeMessage,
  type EventHeaders,
  EventSignerStream,
  EventVerifierStream,
  encodeMessage,
  seedSignatureOf,
  signEvent,
} from '../../src/event-stream/index.ts'
import { signHeaders } from '../../src/index.ts'
import { concat, EMPTY, hexOf, ofHex, through, utf8 } from '../support/event-world.ts'
import { loadShared, type SharedCase, toParts, toSigningOptions } from '../support/shared-vectors.ts'

interface Event {
  timestamp: string
  nonSignatureHeadersHex: string
  payload?: string
  payloadHex?: string
  previousSignature: string
  stringToSign: string
  signature: string
  signedFrameHex?: string
}

interface EventCase extends SharedCase {
  seedSignature?: string
  events: Event[]
  frameHex: string
  decoded: {
    totalLength: number
    headers: ({ type: 'timestamp'; milliseconds: number } | { type: 'byteArray'; hex: string })[]
    payload: string
  }
  frames: string[]
  rejectAt: number
}

const all = loadShared<EventCase>('event-stream.json')
const ofKind = (kind: string): EventCase[] => all.filter((vector) => vector.kind === kind)

const payloadOf = ({ payload, payloadHex }: Event): Uint8Array =>
  payloadHex === undefined ? utf8(payload ?? '') : ofHex(payloadHex)
const seedOf = ({ seedSignature, header }: EventCase): string => seedSignature ?? header!.signature
const dayOf = (timestamp: string): string => timestamp.slice(0, 10).replaceAll('-', '')
const scopeOf = ({ context }: EventCase) => ({
  credentials: context,
  region: context.region,
  service: context.service,
})
const verifierOf = (vector: EventCase, timestamp: string): EventVerifierStream => {
  const { accessKeyId, secretAccessKey, region, service } = vector.context
  const credential = `${accessKeyId}/${dayOf(timestamp)}/${region}/${service}/aws4_request`
  return new EventVerifierStream({ seedSignature: seedOf(vector), credential, key: { secretAccessKey } })
}

/**
 * Strings to sign that are no stream: they have bytes for headers that are none, or no signature before them, or
 * one date in the header and another beside it. Held to at each step; as messages they are refused.
 */
const STEPS_ONLY = ['smithy-ts-ruby-event', 'go-stream-signer']
/** The source has no event that closes it. */
const OPEN_ENDED = ['smithy-rs-string-to-sign']

describe('the vectors', () => {
  it('are there', () => {
    const kinds = ['eventStream', 'eventStreamFrame', 'eventStreamReject']
    expect([all.length, ...kinds.map((kind) => ofKind(kind).length)]).toEqual([7, 5, 1, 1])
  })
})

describe('the events, step by step', () => {
  for (const vector of ofKind('eventStream')) {
    for (const [i, event] of vector.events.entries()) {
      it(`${vector.name} event ${i + 1}`, () => {
        const { region, service } = vector.context
        const amzDate = event.timestamp.replaceAll(/[-:]/g, '')
        const scope = { scopeDate: amzDate.slice(0, 8), region, service }
        const stringToSign = buildEventStringToSign({
          amzDate,
          credentialScope: sigv4.formatScope(scope),
          priorSignature: event.previousSignature,
          headers: ofHex(event.nonSignatureHeadersHex),
          payload: payloadOf(event),
        })
        expect(stringToSign).toBe(event.stringToSign)
        const key = sigv4.deriveKey(vector.context, scope, createKeyCache())
        expect(key.sign(stringToSign)).toBe(event.signature)
        expect(key.verify(stringToSign, event.signature)).toBe(true)
      })
    }
  }
})

describe('whole streams', () => {
  const streams = ofKind('eventStream').filter(({ name }) => !STEPS_ONLY.includes(name))
  it('are there', () => expect(streams).toHaveLength(3))

  for (const vector of streams) {
    const frames = vector.events.map(({ signedFrameHex }) => ofHex(signedFrameHex!))
    const payloads = vector.events.map(payloadOf)
    const [first] = vector.events as [Event]

    it(`${vector.name}: signEvent makes each frame`, () => {
      for (const event of vector.events) {
        const signed = signEvent({
          ...scopeOf(vector),
          payload: payloadOf(event),
          priorSignature: event.previousSignature,
          signingDate: new Date(event.timestamp),
        })
        expect(signed.stringToSign).toBe(event.stringToSign)
        expect(signed.signature).toBe(event.signature)
        expect(hexOf(signed.message)).toBe(event.signedFrameHex)
      }
    })

    it(`${vector.name}: EventSignerStream makes the stream`, async () => {
      const dates = vector.events.map(({ timestamp }) => Date.parse(timestamp))
      const clock = [dates[0]!, ...dates, dates.at(-1)!].values()
      const now = () => clock.next().value!
      const stream = new EventSignerStream({ ...scopeOf(vector), seedSignature: seedOf(vector), now })
      const { seen, reason } = await through(
        stream,
        payloads.filter(({ length }) => length > 0),
      )
      expect(reason).toBeUndefined()
      expect(seen.slice(0, frames.length).map(hexOf)).toEqual(frames.map(hexOf))
    })

    it(`${vector.name}: EventVerifierStream proves the stream`, async () => {
      const { seen, reason } = await through(verifierOf(vector, first.timestamp), [concat(frames)])
      const isOpen = OPEN_ENDED.includes(vector.name)
      expect(reason).toBe(isOpen ? 'incomplete-body' : undefined)
      // An error takes back what was not read yet, so the frames of an open stream come one by one.
      const last = await through(verifierOf(vector, first.timestamp), frames)
      expect(last.seen).toEqual(payloads.filter(({ length }) => length > 0))
      if (!isOpen) expect(seen).toEqual(last.seen)
    })

    it(`${vector.name}: the frames decode, and encode again`, () => {
      for (const frame of frames) expect(encodeMessage(decodeMessage(frame))).toEqual(frame)
    })
  }

  it('smithy-rs-string-to-sign: the message inside is one with a header of text', () => {
    const [event] = all.find(({ name }) => name === 'smithy-rs-string-to-sign')!.events as [Event]
    const headers: EventHeaders = { 'some-header': { type: 'string', value: 'value' } }
    expect(hexOf(encodeMessage({ headers, body: utf8('test payload') }))).toBe(event.payloadHex)
  })

  it('smithy-ts-ruby-event: refused as a message, whose two dates are not one', async () => {
    const vector = all.find(({ name }) => name === 'smithy-ts-ruby-event')!
    const [{ signedFrameHex, timestamp }] = vector.events as [Event]
    // No seed stands before it; one must be given.
    const stream = verifierOf({ ...vector, seedSignature: '0'.repeat(64) }, timestamp)
    const { seen, reason } = await through(stream, [ofHex(signedFrameHex!)])
    expect([seen, reason]).toEqual([[], 'chunk-signature-mismatch'])
  })
})

describe('the requests that open the streams', () => {
  const opened = ofKind('eventStream').filter(({ request }) => request)
  it('are there', () => expect(opened).toHaveLength(2))

  for (const vector of opened) {
    it(`${vector.name}: its signature is the seed`, () => {
      const parts = toParts(vector.request)
      const name = 'x-amz-content-sha256'
      const headers = [...(parts.headers as [string, string][]), [name, vector.context.payloadHash!] as const]
      // The vectors say nothing of paths: all is as for any service but S3.
      const options = { ...toSigningOptions(vector, 'header'), profile: {} }
      const signed = signHeaders({ ...parts, headers }, options)
      expect(signed.trace.canonicalRequest).toBe(vector.header!.canonicalRequest)
      expect(seedSignatureOf(signed)).toBe(vector.header!.signature)
      expect(seedSignatureOf({ headers: vector.header!.signedRequest!.headers })).toBe(
        vector.header!.signature,
      )
    })
  }
})

describe('frames', () => {
  for (const { name, frameHex, decoded } of ofKind('eventStreamFrame')) {
    it(`${name} decodes, and encodes again`, () => {
      const frame = ofHex(frameHex)
      const message = decodeMessage(frame)
      expect(frame).toHaveLength(decoded.totalLength)
      const values = decoded.headers.map((header) =>
        header.type === 'timestamp' ? new Date(header.milliseconds) : ofHex(header.hex),
      )
      expect(Object.values(message.headers).map(({ value }) => value)).toEqual(values)
      expect(message.body).toEqual(EMPTY)
      expect(hexOf(encodeMessage(message))).toBe(frameHex)
    })
  }
})

describe('refusals', () => {
  for (const vector of ofKind('eventStreamReject')) {
    it(`${vector.name} is refused at frame ${vector.rejectAt + 1}`, async () => {
      const { seen, reason } = await through(verifierOf(vector, '2024-01-01'), vector.frames.map(ofHex))
      expect([seen.length, reason]).toEqual([vector.rejectAt, 'chunk-signature-mismatch'])
    })
  }
})
