// Bodies in chunks, written and signed by hand: rightly, though no encoder of ours would write them so.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import {
  ChunkedDecoderStream,
  type ChunkedDecoderStreamOptions,
  ChunkedEncoderStream,
} from '../../src/chunked/index.ts'
import { isSignatureError } from '../../src/index.ts'
import { signByHand } from './attack-forge.ts'
import { AMZ_DATE, KEY, NOW } from './attack-world.ts'

const SCOPE = '20150830/us-east-1/s3/aws4_request'
const SEED = '5eed'.repeat(16)
/** The least that a chunk before another may have. */
export const CHUNK_BYTES = 8192
const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex')

/** The signature of each chunk, chained to the one before, and of the trailers at the end. */
export function signChain(datas: readonly string[], canonicalTrailers?: string): string[] {
  const sign = (kind: string, prior: string, ...hashes: string[]): string => {
    const text = [`AWS4-HMAC-SHA256-${kind}`, AMZ_DATE, SCOPE, prior, ...hashes].join('\n')
    return signByHand(KEY.secretAccessKey, SCOPE, text)
  }
  const signatures: string[] = []
  for (const data of datas)
    signatures.push(sign('PAYLOAD', signatures.at(-1) ?? SEED, sha256(''), sha256(data)))
  if (canonicalTrailers !== undefined)
    signatures.push(sign('TRAILER', signatures.at(-1)!, sha256(canonicalTrailers)))
  return signatures
}

/** CRC-32 of text, as a trailer has it. */
export function checksumOf(data: string): string {
  const digest = Buffer.alloc(4)
  digest.writeUInt32BE(crc32(Buffer.from(data, 'latin1')))
  return digest.toString('base64')
}

export type Decoding = Partial<ChunkedDecoderStreamOptions> & { readonly decodedContentLength: number }

export const encoderStream = (): ChunkedEncoderStream =>
  new ChunkedEncoderStream({
    credentials: KEY,
    service: 's3',
    region: 'us-east-1',
    signingDate: NOW,
    seedSignature: SEED,
    chunkBytes: CHUNK_BYTES,
  })

export const decoderStream = (options: Decoding): ChunkedDecoderStream =>
  new ChunkedDecoderStream({
    contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    seedSignature: SEED,
    amzDate: AMZ_DATE,
    credential: `${KEY.accessKeyId}/${SCOPE}`,
    key: KEY,
    ...options,
  })

/** Decodes a body that arrives in pieces of a size: what came out, and `accepted` or the reason why not. */
export async function decodeForged(
  wire: string,
  options: Decoding,
  pieceBytes: number = wire.length,
): Promise<{ seen: string; outcome: string }> {
  const bytes = Buffer.from(wire, 'latin1')
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes)
        controller.enqueue(Uint8Array.from(bytes.subarray(at, at + pieceBytes)))
      controller.close()
    },
  })
  let seen = ''
  try {
    for await (const piece of source.pipeThrough(decoderStream(options)))
      seen += Buffer.from(piece).toString('latin1')
    return { seen, outcome: 'accepted' }
  } catch (error) {
    if (!isSignatureError(error)) throw error
    return { seen, outcome: error.reason }
  }
}
