import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMessage, EventSignerStream, encodeMessage } from '../../src/event-stream/index.ts'
import { isSignatureError } from '../../src/index.ts'
import { anyBody, anyCuts, anyHeaders, anyTampering } from '../support/arbitrary-event.ts'
import { holds } from '../support/arbitrary-runs.ts'
import {
  concat,
  DAY,
  EMPTY,
  hexOf,
  MIDNIGHT,
  rawMessage,
  SCOPE,
  SEED,
  signAll,
  through,
  verify,
} from '../support/event-world.ts'

const anyMessage = fc.record({ headers: anyHeaders, body: anyBody })
const payloadsOf = (messages: readonly { headers: object; body: Uint8Array }[]) =>
  messages.map((message) => encodeMessage(message as never))
/** Steps of less than a day, in seconds: the clock is asked twice before the first event. */
const anySteps = fc.array(fc.nat({ max: DAY / 1000 - 1 }), { minLength: 8, maxLength: 8 })

describe('law: decode ∘ encode = id', () => {
  it('for every message', async () => {
    const law = fc.asyncProperty(anyMessage, async (message) => {
      const encoded = encodeMessage(message)
      expect(decodeMessage(encoded)).toEqual(message)
      expect(Object.entries(decodeMessage(encoded).headers)).toEqual(Object.entries(message.headers))
      // And the bytes come back, save where an object has its names in another order.
      expect(hexOf(encodeMessage(decodeMessage(encoded)))).toBe(hexOf(encoded))
    })
    await holds(law, 500)
  })
})

describe('law: what is signed is proved', () => {
  it('however the bytes are cut, over midnights too', async () => {
    const law = fc.asyncProperty(
      fc.array(anyMessage, { maxLength: 6 }),
      anySteps,
      anyCuts,
      async (messages, steps, cut) => {
        const payloads = payloadsOf(messages)
        let now = MIDNIGHT
        let step = 0
        const clock = () => (now += 1000 * steps[step++ % steps.length]!)
        const signing = new EventSignerStream({ ...SCOPE, seedSignature: SEED, now: clock })
        const signed = await through(signing, payloads)
        expect(signed.reason).toBeUndefined()
        const outcome = await verify(cut(concat(signed.seen)))
        expect(outcome).toEqual({ seen: payloads, reason: undefined, error: undefined })
      },
    )
    await holds(law, 150)
  })
})

describe('mutation: no change on the way is overlooked', () => {
  it('and the consumer has seen proved messages only', async () => {
    const counts = new Map<string, number>()
    const law = fc.asyncProperty(
      fc.array(anyMessage, { minLength: 1, maxLength: 4 }),
      anyTampering,
      anyCuts,
      async (messages, [kind, tamper], cut) => {
        const payloads = payloadsOf(messages)
        const wire = tamper(signAll([...payloads, EMPTY]))
        const { seen, reason } = await verify(cut(wire))
        expect(['chunk-signature-mismatch', 'malformed-event', 'incomplete-body']).toContain(reason)
        expect(seen).toEqual(payloads.slice(0, seen.length))
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
      },
    )
    await holds(law, 600)
    expect([...counts.keys()].sort()).toEqual([
      'append',
      'drop',
      'flip',
      'flip and repair',
      'repeat',
      'swap',
      'truncate',
    ])
  })
})

describe('robustness: arbitrary bytes cause documented errors only', () => {
  const anyJunk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .tuple(fc.uint8Array({ maxLength: 80 }), fc.uint8Array({ maxLength: 20 }))
      .map(([headers, body]) => rawMessage(headers, body)),
    fc.uint8Array({ minLength: 67, maxLength: 67 }).map((headers) => rawMessage(headers, EMPTY)),
  )

  it('of decodeMessage', async () => {
    const law = fc.asyncProperty(anyJunk, async (bytes) => {
      try {
        // What can be read can be written again, and is the same.
        const message = decodeMessage(bytes)
        expect(decodeMessage(encodeMessage(message))).toEqual(message)
      } catch (error) {
        expect([isSignatureError(error), (error as { reason: string }).reason]).toEqual([
          true,
          'malformed-event',
        ])
      }
    })
    await holds(law, 1000)
  })

  it('of EventVerifierStream', async () => {
    const law = fc.asyncProperty(anyJunk, anyCuts, async (bytes, cut) => {
      const { seen, reason } = await verify(cut(bytes))
      expect(seen).toEqual([])
      expect(['malformed-event', 'incomplete-body']).toContain(reason)
    })
    await holds(law, 200)
  })
})
