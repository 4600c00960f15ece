// A Verifier proves an event stream from its opening request on.
import { describe, expect, it } from 'vitest'
import { EventSignerStream, encodeMessage, seedSignatureOf } from '../../src/event-stream/index.ts'
import { signRequest, Verifier } from '../../src/index.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const scope = { service: 'transcribe', region: 'us-east-1' }
const BEFORE_MIDNIGHT = Date.UTC(2026, 0, 2, 23, 59, 58)

const event = (text: string): Uint8Array =>
  encodeMessage({
    headers: { ':event-type': { type: 'string', value: 'AudioEvent' } },
    body: new TextEncoder().encode(text),
  })

/** An opening request, and its events, the later of them after midnight. */
async function open(events: readonly Uint8Array[]): Promise<Request> {
  const url = 'https://transcribestreaming.us-east-1.amazonaws.com/stream-transcription'
  const headers = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-EVENTS' }
  const head = await signRequest(url, {
    credentials,
    ...scope,
    signingDate: BEFORE_MIDNIGHT,
    init: { method: 'POST', headers },
  })
  let now = BEFORE_MIDNIGHT
  const signer = new EventSignerStream({
    credentials,
    ...scope,
    seedSignature: seedSignatureOf(head),
    now: () => (now += 1000),
  })
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const one of events) controller.enqueue(one)
      controller.close()
    },
  })
  return new Request(head, { body: source.pipeThrough(signer), duplex: 'half' } as RequestInit)
}

const verifier = (getKeys: ConstructorParameters<typeof Verifier>[0]['getKeys'] = () => credentials) =>
  new Verifier({ getKeys, ...scope, now: () => BEFORE_MIDNIGHT })

describe('Verifier: event streams', () => {
  const events = ['one', 'two', 'three'].map(event)

  it('gives the proved messages as the body, though the day changes between them', async () => {
    const { request, payload } = await verifier().verify(await open(events))
    expect(payload).toBe('streaming')
    expect(Buffer.compare(Buffer.from(await request.arrayBuffer()), Buffer.concat(events))).toBe(0)
  })

  it('refuses a stream with a changed event, and one that ends early', async () => {
    const signed = await open(events)
    const bytes = new Uint8Array(await signed.clone().arrayBuffer())
    const changed = bytes.map((byte, i) => (i === bytes.length - 200 ? byte ^ 1 : byte))
    const sent = (body: Uint8Array<ArrayBuffer>) => new Request(signed.clone(), { body })
    await expect(verifier().verify(sent(changed))).rejects.toMatchObject({ name: 'SignatureError' })
    const early = verifier().verify(sent(bytes.slice(0, bytes.length - 83)))
    await expect(early).rejects.toMatchObject({ reason: 'incomplete-body' })
  })

  it('refuses a head that is not proved before it looks at an event', async () => {
    const other = verifier(() => ({ secretAccessKey: 'another' }))
    await expect(other.verify(await open(events))).rejects.toMatchObject({ reason: 'signature-mismatch' })
  })
})
