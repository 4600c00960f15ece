import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import { anyRequest, bytesOf } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { anySigning } from '../support/arbitrary-signing.ts'

const chunkSizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 })

function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function* asIterable(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  yield* chunksOf(bytes, sizes)
}

const asStream = (bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunksOf(bytes, sizes)) controller.enqueue(chunk)
      controller.close()
    },
  })

const readAll = async (body: Uint8Array | ReadableStream<Uint8Array> | null): Promise<Uint8Array | null> =>
  body === null ? null : new Uint8Array(await new Response(body as BodyInit).arrayBuffer())

describe('law: what is signed is accepted', () => {
  it('in headers and in the query, for every service profile, and says what was proved', async () => {
    const law = fc.asyncProperty(anyRequest, anySigning, async (request, signing) => {
      const { delivery, trace } = signAndSend(request, signing)
      const proved = await verifierFor(signing).verifyReceived(delivery)

      expect(proved.carrier).toBe(signing.carrier)
      expect(proved.principal).toBe('the caller')
      expect(proved.accessKeyId).toBe(signing.credentials.accessKeyId)
      expect(proved.credentialScope).toBe(trace.credentialScope)
      expect(proved.signedHeaders).toEqual(trace.signedHeaders)
      expect(proved.signingDate.getTime()).toBe(Math.floor(signing.signingDate / 1000) * 1000)
      expect(proved.payload).toBe(trace.hashedPayload === 'UNSIGNED-PAYLOAD' ? 'unsigned' : 'signed')
      expect(proved.body).toEqual(bytesOf(request.body) ?? null)
    })
    await holds(law, 1500)
  })

  it('whether the body arrives whole, as a stream or as an iterable, and is checked first or while it is read', async () => {
    const law = fc.asyncProperty(
      anyRequest,
      anySigning,
      fc.constantFrom('buffer' as const, 'stream' as const),
      fc.constantFrom(asStream, asIterable),
      chunkSizes,
      async (request, signing, mode, toSource, sizes) => {
        const { delivery } = signAndSend(request, signing)
        const body = delivery.body && toSource(delivery.body, sizes)
        const proved = await verifierFor(signing, { body: mode }).verifyReceived({ ...delivery, body })
        expect(await readAll(proved.body)).toEqual(bytesOf(request.body) ?? null)
      },
    )
    await holds(law, 300)
  })
})
