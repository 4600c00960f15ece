// What the streams of aws-chunked bodies give out, and when.
import { describe, expect, it } from 'vitest'
import { CHUNK_BYTES, decoderStream, encoderStream } from '../support/forge-chunks.ts'

const SIGNATURE = '0'.repeat(64)

async function encode(...pieces: Uint8Array[]): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  for await (const part of source.pipeThrough(encoderStream())) parts.push(part)
  return parts
}

describe('ChunkedEncoderStream', () => {
  it('gives a header and the data of each chunk, uncopied where it lies whole within a piece', async () => {
    const piece = new Uint8Array(2 * CHUNK_BYTES + 5).fill(1)
    const parts = await encode(piece)
    expect(parts.map(({ length }) => length)).toEqual([
      `2000;chunk-signature=${SIGNATURE}\r\n`.length,
      CHUNK_BYTES,
      `\r\n2000;chunk-signature=${SIGNATURE}\r\n`.length,
      CHUNK_BYTES,
      `\r\n5;chunk-signature=${SIGNATURE}\r\n11111\r\n0;chunk-signature=${SIGNATURE}\r\n\r\n`.length,
    ])
    expect(parts[1]!.buffer).toBe(piece.buffer)
    expect(parts[3]!.buffer).toBe(piece.buffer)
  })

  it('gives a small body in one piece', async () => {
    expect(await encode(new Uint8Array(5))).toHaveLength(1)
    expect(await encode()).toHaveLength(1)
  })

  it('gathers what comes in smaller pieces', async () => {
    const pieces = Array.from({ length: 100 }, (_, i) => new Uint8Array(100).fill(i))
    const parts = await encode(...pieces)
    expect(parts.map(({ length }) => length)).toEqual([87, CHUNK_BYTES, 88 + 10_000 - CHUNK_BYTES + 88])
    expect(parts[1]).toEqual(Uint8Array.from(Buffer.concat(pieces).subarray(0, CHUNK_BYTES)))
  })
})

describe('ChunkedDecoderStream', () => {
  it('gives a chunk as soon as its signature holds, and the last when the end of the body is proved', async () => {
    const wire = await encode(new Uint8Array(2 * CHUNK_BYTES).fill(7))
    const { readable, writable } = decoderStream({ decodedContentLength: 2 * CHUNK_BYTES })
    const writer = writable.getWriter()
    const reader = readable.getReader()
    let given = 0
    const read = async () => {
      const { value } = await reader.read()
      given += value?.length ?? 0
    }
    const turn = () => new Promise((resolve) => setTimeout(resolve))

    const first = read()
    for (const part of wire.slice(0, 2)) await writer.write(part)
    await first
    expect(given).toBe(CHUNK_BYTES)

    const second = read()
    for (const part of wire.slice(2)) await writer.write(part)
    await turn()
    expect(given).toBe(CHUNK_BYTES)
    await writer.close()
    await second
    expect(given).toBe(2 * CHUNK_BYTES)
  })
})
