// What is given out is what was proved, though the source fills one buffer over and over, as readers of files do.
import { describe, expect, it } from 'vitest'
import type { SigningAlgorithm } from '../../src/algorithms/algorithm.ts'
import { signChunkedRequest } from '../../src/chunked/index.ts'
import { sigv4, Verifier, type VerifierOptions } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import { drain } from '../support/attack-streams.ts'
import { bytes, headerSigned, KEY, NOW, verifier } from '../support/attack-world.ts'
import { CHUNK_BYTES, decoderStream, encoderStream } from '../support/forge-chunks.ts'

const S3 = { service: 's3' }
const SCOPE = { service: 's3', region: 'us-east-1' }
const URL_TEXT = 'https://b.s3.us-east-1.amazonaws.com/key'
const DATA = Uint8Array.from({ length: 3 * CHUNK_BYTES + 100 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)

/** Gives bytes in pieces that all lie in one buffer, which is empty once the next is asked for. */
async function* reused(data: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(pieceBytes)
  for (let at = 0; at < data.length; at += pieceBytes) {
    const piece = data.subarray(at, at + pieceBytes)
    buffer.set(piece)
    yield buffer.subarray(0, piece.length)
    buffer.fill(0)
  }
}

/** What a consumer sees that is done with each piece before it asks for the next. */
async function collect(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const seen: Uint8Array[] = []
  for await (const piece of stream) seen.push(Uint8Array.from(piece))
  return Buffer.concat(seen)
}

describe('a body whose hash is signed', () => {
  it.each([1, 2, 6])('in pieces of %i bytes', async (pieceBytes) => {
    const put = headerSigned({ method: 'PUT', body: 'aabbcc' }, S3)
    const verify = (body: VerifierOptions['body']) =>
      verifier({ ...S3, body }).verifyReceived({ ...put, body: reused(bytes('aabbcc'), pieceBytes) })
    expect(await drain((await verify('stream')).body)).toEqual({ text: 'aabbcc', error: undefined })
    expect((await verify('buffer')).body).toEqual(bytes('aabbcc'))
  })
})

describe('a body in chunks', () => {
  const modes = {
    signed: { algorithm: sigv4 },
    'signed, with a trailer': { algorithm: sigv4, checksum: 'crc32' },
    'signed by ECDSA': { algorithm: sigv4a },
    unsigned: { algorithm: sigv4, checksum: 'crc32', chunkSignatures: 'unsigned' },
  } as const

  const verify = async (mode: keyof typeof modes, pieceBytes: number, body: VerifierOptions['body']) => {
    const request = await signChunkedRequest(URL_TEXT, {
      ...SCOPE,
      ...modes[mode],
      credentials: KEY,
      signingDate: NOW,
      chunkBytes: CHUNK_BYTES,
      init: { method: 'PUT', body: reused(DATA, pieceBytes) as unknown as BodyInit },
      decodedContentLength: DATA.length,
    })
    const wire = await collect(request.body!)
    const received = await new Verifier({
      ...SCOPE,
      getKeys: () => KEY,
      algorithms: [sigv4, sigv4a],
      payloads: ['streaming', 'streaming-unsigned-trailer'],
      now: () => NOW,
      body,
    }).verifyReceived({
      method: 'PUT',
      target: '/key',
      headers: [...request.headers, ['host', new URL(URL_TEXT).host]],
      body: reused(wire, pieceBytes),
    })
    return received.body
  }

  for (const mode of Object.keys(modes) as (keyof typeof modes)[]) {
    // Chunks cut in many pieces, cut in two, whole within a piece, and all of the body in one.
    it.each([
      100,
      CHUNK_BYTES,
      2.5 * CHUNK_BYTES,
      5 * CHUNK_BYTES,
    ])(`${mode}, in pieces of %i bytes`, async (pieceBytes) => {
      const streamed = await verify(mode, pieceBytes, 'stream')
      expect(Buffer.compare(await collect(streamed as ReadableStream), DATA)).toBe(0)
      const buffered = await verify(mode, pieceBytes, 'buffer')
      expect(Buffer.compare(buffered as Uint8Array, DATA)).toBe(0)
    })
  }
})

describe('ChunkedDecoderStream', () => {
  it('gives out what was proved, where the buffer is used again while its signature is checked', async () => {
    const wire = await collect(new Blob([DATA]).stream().pipeThrough(encoderStream()))
    const first = wire.slice(0, wire.indexOf('\r\n') + 2 + CHUNK_BYTES)
    /** SigV4 whose signatures take their time to be checked, as with WebCrypto. */
    const algorithm: SigningAlgorithm = {
      ...sigv4,
      deriveKey: (...args) => {
        const key = sigv4.deriveKey(...args)
        const verify = async (stringToSign: string, signature: string): Promise<boolean> => {
          await new Promise((resolve) => setTimeout(resolve))
          first.fill(0)
          return key.verify(stringToSign, signature)
        }
        return { sign: (text) => key.sign(text), verify }
      },
    }
    const { readable, writable } = decoderStream({ decodedContentLength: DATA.length, algorithm })
    const seen = collect(readable)
    const writer = writable.getWriter()
    await writer.write(first)
    await writer.write(wire.subarray(first.length))
    await writer.close()
    expect(Buffer.compare(await seen, DATA)).toBe(0)
  })
})
