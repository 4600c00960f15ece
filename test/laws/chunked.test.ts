// Laws of bodies in chunks: what goes in comes out, and what was changed does not.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chunkedContentLength,
  type SignChunkedRequestOptions,
  signChunkedRequest,
} from '../../src/chunked/index.ts'
import { isSignatureError, sigv4, Verifier } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'

const NOW = Date.UTC(2026, 0, 2)
const SCOPE = { service: 's3', region: 'us-east-1' }
const BASE = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  ...SCOPE,
  signingDate: NOW,
}
const url = 'https://b.s3.us-east-1.amazonaws.com/key'

const verifier = new Verifier({
  getKeys: () => BASE.credentials,
  ...SCOPE,
  algorithms: [sigv4, sigv4a],
  payloads: ['streaming', 'streaming-unsigned-trailer'],
  body: 'stream',
  now: () => NOW,
})

type Chunking = Partial<SignChunkedRequestOptions>

const chunkings: fc.Arbitrary<Chunking> = fc
  .record({
    algorithm: fc.constantFrom(sigv4, sigv4, sigv4, sigv4a),
    chunkBytes: fc.constantFrom(8192, 10_000, 65_536),
    checksum: fc.constantFrom(undefined, 'crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'),
    trailers: fc.constantFrom(undefined, { 'x-amz-meta-late': 'value' }),
    chunkSignatures: fc.constantFrom('signed', 'signed', 'unsigned'),
  })
  .map(
    (options) =>
      ({
        ...options,
        checksum: options.checksum ?? (options.chunkSignatures === 'unsigned' ? 'crc32' : undefined),
      }) as Chunking,
  )

/** Bodies of up to three small chunks, whose bytes are told apart. */
const bodies = fc
  .tuple(fc.nat(20_000), fc.nat(255))
  .map(([length, seed]) => Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed) & 0xff))

/** Cuts bytes at arbitrary places. */
function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...places, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : places[i - 1], end))
}

async function* pieces(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part
}

interface Wire {
  headers: [string, string][]
  bytes: Uint8Array
}

async function encode(body: Uint8Array, cuts: readonly number[], chunking: Chunking): Promise<Wire> {
  const init = { method: 'PUT', body: pieces(split(body, cuts)) as unknown as BodyInit }
  const request = await signChunkedRequest(url, {
    ...BASE,
    ...chunking,
    decodedContentLength: body.length,
    init,
  })
  const headers = [...request.headers, ['host', new URL(url).host]] as [string, string][]
  return { headers, bytes: new Uint8Array(await request.arrayBuffer()) }
}

/** What the consumer saw, and how it ended. */
async function decode(
  { headers, bytes }: Wire,
  cuts: readonly number[] = [],
): Promise<{ seen: Uint8Array; error: unknown }> {
  const seen: Uint8Array[] = []
  try {
    const body = pieces(split(bytes, cuts))
    const verified = await verifier.verifyReceived({ method: 'PUT', target: '/key', headers, body })
    const reader = (verified.body as ReadableStream<Uint8Array>).getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) seen.push(next.value)
    return { seen: Buffer.concat(seen), error: undefined }
  } catch (error) {
    return { seen: Buffer.concat(seen), error }
  }
}

const isPrefix = (part: Uint8Array, whole: Uint8Array): boolean =>
  part.length <= whole.length && Buffer.compare(part, whole.subarray(0, part.length)) === 0
const cuts = fc.array(fc.nat(), { maxLength: 6 })
const runs = (numRuns: number) => ({ numRuns: numRuns * Number(process.env.COUNTERSIGN_RUNS ?? 1) })

describe('law: bodies in chunks', () => {
  it('decode(encode(x)) = x, however both are cut, and the length is the announced one', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, chunkings, cuts, cuts, async (body, chunking, cutsIn, cutsOut) => {
        const wire = await encode(body, cutsIn, chunking)
        expect(wire.bytes.length).toBe(
          chunkedContentLength({ ...chunking, decodedContentLength: body.length }),
        )
        expect(Object.fromEntries(wire.headers)['content-length']).toBe(String(wire.bytes.length))
        const { seen, error } = await decode(wire, cutsOut)
        expect(error).toBeUndefined()
        expect(Buffer.compare(seen, body)).toBe(0)
      }),
      runs(150),
    )
  })

  const changes: Readonly<Record<string, (bytes: Uint8Array, at: number, length: number) => Uint8Array>> = {
    flipped: (bytes, at, length) => bytes.map((byte, i) => (i === at ? byte ^ (1 << (length % 8)) : byte)),
    dropped: (bytes, at, length) =>
      Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + (length % 9000) + 1)]),
    repeated: (bytes, at, length) =>
      Buffer.concat([bytes.subarray(0, at + (length % 9000) + 1), bytes.subarray(at)]),
    truncated: (bytes, at) => bytes.subarray(0, at),
    extended: (bytes, at) => Buffer.concat([bytes, Uint8Array.of(at & 0xff)]),
  }
  for (const [what, change] of Object.entries(changes)) {
    it(`${what} bytes are refused, and only proved bytes were seen`, async () => {
      await fc.assert(
        fc.asyncProperty(
          bodies,
          chunkings,
          fc.nat(),
          fc.nat(),
          cuts,
          async (body, chunking, at, length, cutsOut) => {
            const wire = await encode(body, [], chunking)
            const bytes = change(wire.bytes, at % wire.bytes.length, length)
            fc.pre(Buffer.compare(bytes, wire.bytes) !== 0)
            const { seen, error } = await decode({ ...wire, bytes }, cutsOut)
            // Of unsigned chunks a size may be written in upper case: the one change that changes nothing.
            const sameMeaning =
              chunking.chunkSignatures === 'unsigned' && isPrefix(seen, body) && seen.length === body.length
            if (error === undefined && sameMeaning) return
            expect(isSignatureError(error), String(error)).toBe(true)
            if (chunking.chunkSignatures === 'signed') expect(isPrefix(seen, body)).toBe(true)
            if (body.length > 0)
              expect(seen.length).toBeLessThan(
                body.length + (chunking.chunkSignatures === 'signed' ? 0 : 9001),
              )
          },
        ),
        runs(150),
      )
    })
  }

  it('swapped and repeated chunks are refused', async () => {
    const body = Uint8Array.from({ length: 3 * 8192 }, (_, i) => i >> 13)
    const { headers, bytes } = await encode(body, [], { chunkBytes: 8192 })
    const frame = 8192 + '2000;chunk-signature='.length + 64 + 4
    const frames = [0, 1, 2].map((n) => bytes.subarray(n * frame, (n + 1) * frame))
    const rest = bytes.subarray(3 * frame)
    for (const order of [
      [1, 0, 2],
      [0, 2, 1],
      [0, 0, 1],
      [0, 1, 1],
      [0, 2, 2],
      [2, 1, 0],
    ]) {
      const { seen, error } = await decode({
        headers,
        bytes: Buffer.concat([...order.map((n) => frames[n]!), rest]),
      })
      expect(error).toMatchObject({ reason: 'chunk-signature-mismatch' })
      expect(isPrefix(seen, body)).toBe(true)
    }
  })

  it('nothing but a refusal comes of arbitrary bytes', async () => {
    const { headers } = await encode(new Uint8Array(10), [], {})
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), cuts, async (bytes, cutsOut) => {
        const { seen, error } = await decode({ headers, bytes }, cutsOut)
        expect([seen.length, isSignatureError(error)]).toEqual([0, true])
      }),
      runs(300),
    )
  })
})
