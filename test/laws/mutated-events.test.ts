import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BodyMode, isSignatureError, signHeaders, Verifier } from '../../src/index.ts'
import { anyCuts } from '../support/arbitrary-event.ts'
import {
  anyEventChange,
  anyPayloads,
  changedStream,
  dateFirst,
  framesOf,
  type Messages,
  signStream,
} from '../support/arbitrary-event-wire.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { Tally } from '../support/arbitrary-tally.ts'
import { KEY, type Pair } from '../support/attack-world.ts'
import { concat, hexOf, MIDNIGHT, SCOPE } from '../support/event-world.ts'

const CLAIM = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-EVENTS' }
const head = signHeaders(
  {
    method: 'POST',
    url: 'https://transcribe.example/',
    headers: CLAIM,
  },
  { ...SCOPE, signingDate: MIDNIGHT },
)
const headers: Pair[] = [['host', 'transcribe.example'], ...Object.entries({ ...CLAIM, ...head.headers })]

async function receive(
  wire: readonly Uint8Array[],
  mode: BodyMode,
): Promise<{ isAccepted: boolean; seen: string }> {
  async function* arriving(): AsyncGenerator<Uint8Array> {
    for (const piece of wire) {
      const buffer = Uint8Array.from(piece)
      yield buffer
      buffer.fill(0x21)
    }
  }
  const verifier = new Verifier<unknown, BodyMode>({
    getKeys: () => KEY,
    service: SCOPE.service,
    region: SCOPE.region,
    body: mode,
    now: () => MIDNIGHT,
  })
  let seen = ''
  try {
    const { body } = await verifier.verifyReceived({ method: 'POST', target: '/', headers, body: arriving() })
    if (body instanceof Uint8Array) seen = hexOf(body)
    else for await (const part of body!) seen += hexOf(part)
    return { isAccepted: true, seen }
  } catch (error) {
    if (!isSignatureError(error)) throw error
    return { isAccepted: false, seen }
  }
}

/** How many messages, from the first on, arrived as they were sent. */
function intactCount(sent: Messages, arrived: Messages): number {
  const isIntact = (message: Uint8Array, i: number): boolean =>
    arrived[i] !== undefined && Buffer.compare(dateFirst(arrived[i]), message) === 0
  const firstChanged = sent.findIndex((message, i) => !isIntact(message, i))
  return firstChanged < 0 ? sent.length : firstChanged
}

describe('mutation: no event is given away that was not signed for its place', () => {
  it('whatever was done to the stream, however it is cut, buffered and streamed', async () => {
    const tally = new Tally()
    const law = fc.asyncProperty(
      fc.tuple(anyPayloads, anyPayloads),
      fc.array(anyEventChange, { maxLength: 3 }),
      anyCuts,
      fc.constantFrom('buffer' as const, 'stream' as const),
      async ([payloads, another], changes, cut, mode) => {
        const sent = signStream(payloads, head.trace.signature)
        const others = {
          ofTheKey: signStream(another, 'a'.repeat(64)),
          ofAnother: signStream(payloads, head.trace.signature, 'another key'),
        }
        const wire = changedStream(sent, changes, others)
        const { isAccepted, seen } = await receive(cut(wire), mode)
        const isSame = Buffer.compare(wire, concat(sent)) === 0
        tally.count(isAccepted ? 'accepted' : 'refused', isSame ? 'as it was sent' : 'changed')

        const count = intactCount(sent, framesOf(wire))
        if (isAccepted) {
          expect(count).toBe(sent.length)
          // The order of the two headers has no bearing on the length.
          expect(wire.length).toBe(concat(sent).length)
          expect(seen).toBe(hexOf(concat(payloads)))
          return
        }
        expect(isSame).toBe(false)
        if (mode === 'buffer') expect(seen).toBe('')
        const possible = payloads.map((_, i) => hexOf(concat(payloads.slice(0, i))))
        expect([...possible, hexOf(concat(payloads))].slice(0, count + 1)).toContain(seen)
      },
    )
    await holds(law, 700)
    tally.expectBoth('event streams', 0.01)
  })
})
