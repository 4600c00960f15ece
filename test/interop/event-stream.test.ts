// Event streams beside @smithy/signature-v4 and the codec that it comes with.
import { createRequire } from 'node:module'
import { Sha256 } from '@aws-crypto/sha256-js'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeMessage,
  type EventHeader,
  type EventHeaders,
  encodeMessage,
  signEvent,
} from '../../src/event-stream/index.ts'
import { encodeEventDate } from '../../src/fields/signed-event.ts'
import { anyBody, anyCuts, anyHeaders } from '../support/arbitrary-event.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { concat, EMPTY, hexOf, MIDNIGHT, ofHex, SCOPE, SEED, verify } from '../support/event-world.ts'

type PeerHeaders = Record<string, { type: string; value: unknown }>
interface Peer {
  EventStreamCodec: new (
    toUtf8: (bytes: Uint8Array) => string,
    fromUtf8: (text: string) => Uint8Array,
  ) => {
    encode(message: { headers: PeerHeaders; body: Uint8Array }): Uint8Array
    decode(bytes: Uint8Array): { headers: PeerHeaders; body: Uint8Array }
  }
  Int64: new (bytes: Uint8Array) => object
}

const require = createRequire(import.meta.url)
const ofPeer = createRequire(require.resolve('@smithy/signature-v4'))
const { EventStreamCodec, Int64 } = ofPeer('@smithy/core/event-streams') as Peer
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => new Uint8Array(Buffer.from(text, 'utf8')),
)

/** Theirs has no bigint. */
function toPeer({ type, value }: EventHeader): { type: string; value: unknown } {
  if (type !== 'long') return { type, value }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, value)
  return { type, value: new Int64(bytes) }
}
const toPeerHeaders = (headers: EventHeaders): PeerHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, toPeer(header)]))

const signer = new SignatureV4({ ...SCOPE, sha256: Sha256 })
const anyMoment = fc.nat({ max: 86_399_999 }).map((milliseconds) => MIDNIGHT + milliseconds)
/** Theirs assigns names to an object, and loses this one. */
const theirHeaders = anyHeaders.filter((headers) => !Object.hasOwn(headers, '__proto__'))
const anyMessage = fc.record({ headers: theirHeaders, body: anyBody })

describe('differential: messages', () => {
  it('are the same bytes, and each reads those of the other', async () => {
    const law = fc.asyncProperty(anyMessage, async (message) => {
      const headers = toPeerHeaders(message.headers)
      const theirs = codec.encode({ headers, body: message.body })
      expect(hexOf(encodeMessage(message))).toBe(hexOf(theirs))
      expect(decodeMessage(theirs)).toEqual(message)
      expect(codec.decode(encodeMessage(message))).toEqual({ headers, body: message.body })
    })
    await holds(law, 300)
  })
})

describe('differential: events', () => {
  it('have the same signature', async () => {
    const law = fc.asyncProperty(anyBody, anyMoment, async (payload, moment) => {
      const ours = signEvent({ ...SCOPE, payload, priorSignature: SEED, signingDate: moment })
      const headers = encodeEventDate(moment - (moment % 1000))
      const options = { signingDate: new Date(moment), priorSignature: SEED }
      expect(await signer.sign({ headers, payload }, options)).toBe(ours.signature)
    })
    await holds(law, 100)
  })

  it('that they sign in a stream, with milliseconds, are proved here', async () => {
    const law = fc.asyncProperty(
      fc.array(anyMessage, { maxLength: 4 }),
      anyMoment,
      anyCuts,
      async (messages, start, cut) => {
        const payloads = messages.map((message) => encodeMessage(message))
        const wire: Uint8Array[] = []
        let priorSignature = SEED
        for (const [i, body] of [...payloads, EMPTY].entries()) {
          const signingDate = new Date(start + i * 777)
          const headers = { ':date': { type: 'timestamp', value: signingDate } } as const
          const signable = { message: { headers, body }, priorSignature }
          const { signature } = await signer.signMessage(signable, { signingDate })
          const withSignature = {
            ...headers,
            ':chunk-signature': { type: 'binary', value: ofHex(signature) },
          }
          wire.push(codec.encode({ headers: withSignature, body }))
          priorSignature = signature
        }
        expect(await verify(cut(concat(wire)))).toEqual({
          seen: payloads,
          reason: undefined,
          error: undefined,
        })
      },
    )
    await holds(law, 60)
  })
})
