import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BodyMode, isSignatureError, sigv4, Verifier } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import {
  type AnyChunking,
  anyChunkChange,
  anyChunking,
  type ChunkedWire,
  changedWire,
  checksumOf,
  encodeWire,
  wireText,
} from '../support/arbitrary-chunked-wire.ts'
import { anyCuts } from '../support/arbitrary-event.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { Tally } from '../support/arbitrary-tally.ts'
import { KEY, NOW } from '../support/attack-world.ts'

const verifiers = Object.fromEntries(
  (['buffer', 'stream'] as const).map((body) => [
    body,
    new Verifier<unknown, BodyMode>({
      getKeys: () => KEY,
      service: 's3',
      region: 'us-east-1',
      algorithms: [sigv4, sigv4a],
      payloads: ['streaming', 'streaming-unsigned-trailer'],
      minChunkBytes: 0,
      body,
      now: () => NOW,
    }),
  ]),
) as Record<BodyMode, Verifier<unknown, BodyMode>>

interface Received {
  readonly isAccepted: boolean
  /** What the consumer saw, one character a byte. */
  readonly seen: string
}

async function receive(
  headers: ChunkedWire['headers'],
  pieces: readonly Uint8Array[],
  mode: BodyMode,
): Promise<Received> {
  // The source uses its buffer again.
  async function* arriving(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      const buffer = Uint8Array.from(piece)
      yield buffer
      buffer.fill(0x21)
    }
  }
  const parts: Buffer[] = []
  const received = (isAccepted: boolean): Received => ({
    isAccepted,
    seen: Buffer.concat(parts).toString('latin1'),
  })
  try {
    const { body } = await verifiers[mode].verifyReceived({
      method: 'PUT',
      target: '/key',
      headers,
      body: arriving(),
    })
    if (body instanceof Uint8Array) parts.push(Buffer.from(body))
    else for await (const part of body!) parts.push(Buffer.from(part))
    return received(true)
  } catch (error) {
    if (!isSignatureError(error)) throw error
    return received(false)
  }
}

/** How much of a signed body is proved where the wire is changed from a place on. */
function provedLength({ frames }: ChunkedWire, { chunkBytes, body }: AnyChunking, changedAt: number): number {
  let [end, proved] = [0, 0]
  for (const frame of frames) {
    end += frame.length
    // Behind the data there is a line end, which nobody waits for.
    if (end - 2 > changedAt) return proved
    proved = Math.min(proved + chunkBytes, body.length)
  }
  return proved
}

/** What trailers say, however they are written. */
const trailersIn = (text: string): string[] =>
  text
    .split('\r\n')
    .map((line) => {
      const [name = '', value = ''] = line.split(/:(.*)/s)
      return `${name.toLowerCase()}:${value.trim()}`
    })
    .sort()

function firstDifference(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return at
}

describe('mutation: no byte of a chunk is given away that was not signed', () => {
  it('whatever was done to the body, however it is cut, buffered and streamed', async () => {
    const tallies = { signed: new Tally(), unsigned: new Tally() }
    const law = fc.asyncProperty(
      anyChunking,
      anyChunking,
      fc.array(anyChunkChange, { maxLength: 3 }),
      anyCuts,
      fc.constantFrom('buffer' as const, 'stream' as const),
      async (chunking, another, changes, cut, mode) => {
        const { body, checksum } = chunking
        const isSigned = chunking.mode.algorithm !== undefined
        const wire = await encodeWire(chunking)
        const other = await encodeWire({ ...another, mode: chunking.mode })
        const sent = wireText(wire)
        const text = changedWire(wire, changes, other)
        const { isAccepted, seen } = await receive(wire.headers, cut(Buffer.from(text, 'latin1')), mode)
        tallies[isSigned ? 'signed' : 'unsigned'].count(
          isAccepted ? 'accepted' : 'refused',
          text === sent ? 'as it was sent' : 'changed',
        )

        if (text === sent) expect(isAccepted).toBe(true)
        if (isAccepted) {
          expect(seen.length).toBe(body.length)
          if (isSigned) {
            expect(seen).toBe(body)
            // Trailers have spellings; signed chunks have one.
            const framing = sent.length - wire.end.length + wire.end.indexOf('\n') + 1
            expect(text.slice(0, framing)).toBe(sent.slice(0, framing))
            expect(trailersIn(text.slice(framing))).toEqual(trailersIn(sent.slice(framing)))
          } else {
            expect(text.toLowerCase()).toContain(`x-amz-checksum-${checksum}:`)
            expect(text).toContain(checksumOf(seen, checksum))
          }
          return
        }
        if (mode === 'buffer') expect(seen).toBe('')
        // The last of it waits for the end.
        if (body !== '') expect(seen.length).toBeLessThan(body.length)
        if (!isSigned) return
        expect(body.startsWith(seen)).toBe(true)
        expect(seen.length).toBeLessThanOrEqual(provedLength(wire, chunking, firstDifference(text, sent)))
      },
    )
    await holds(law, 1000)
    tallies.signed.expectBoth('signed chunks', 0)
    tallies.unsigned.expectBoth('unsigned chunks', 0)
  })
})
