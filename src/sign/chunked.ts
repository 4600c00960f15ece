import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { gatherHeaders } from '../canonical/headers.ts'
import type { ChecksumName } from '../checksums/checksum.ts'
import { createChecksum } from '../checksums/create.ts'
import { checkText, invalidArgValue } from '../errors.ts'
import { CHUNKED_MODES, type ChunkedMode, encodedLength, X_AMZ_CHECKSUM } from '../fields/aws-chunked.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'
import type { HeadersInput } from '../types.ts'
import { ChunkEncoder } from './chunk-encoder.ts'
import { resolveSigning, type Signing, type SigningOptions } from './options.ts'

/** How a body is cut, signed and closed. */
export interface ChunkingOptions {
  readonly algorithm?: SigningAlgorithm | undefined
  /** Bytes of data in each chunk but the last. At least 8192; default 65536. */
  readonly chunkBytes?: number | undefined
  /** Computed while the body streams, and sent as the trailer `x-amz-checksum-…`. */
  readonly checksum?: ChecksumName | undefined
  /** Sent after the body, in this order. */
  readonly trailers?: HeadersInput | undefined
  /** `'unsigned'`: only the head of the request is signed, and a checksum is needed. Default `'signed'`. */
  readonly chunkSignatures?: 'signed' | 'unsigned' | undefined
}

/** The options, checked and complete. */
export interface Chunking {
  readonly mode: ChunkedMode
  readonly chunkBytes: number
  readonly checksum: ChecksumName | undefined
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /** Names of all trailers, in the order in which they are sent. */
  readonly trailerNames: readonly string[]
}

const DEFAULT_CHUNK_BYTES = 65_536
/** S3 refuses smaller ones, save the last. */
const MIN_CHUNK_BYTES = 8192
const MAX_CHUNK_BYTES = 64 * 1024 * 1024

/** Characters in base64. */
const CHECKSUM_WIDTHS: Readonly<Record<ChecksumName, number>> = {
  crc32: 8,
  crc32c: 8,
  crc64nvme: 12,
  sha1: 28,
  sha256: 44,
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveChunking(options: ChunkingOptions): Chunking {
  const { algorithm, chunkBytes = DEFAULT_CHUNK_BYTES, checksum, chunkSignatures = 'signed' } = options
  if (!(Number.isInteger(chunkBytes) && chunkBytes >= MIN_CHUNK_BYTES && chunkBytes <= MAX_CHUNK_BYTES)) {
    throw invalidArgValue(
      'chunkBytes',
      `must be a whole number from ${MIN_CHUNK_BYTES} to ${MAX_CHUNK_BYTES}`,
    )
  }
  if (checksum !== undefined && !Object.hasOwn(CHECKSUM_WIDTHS, checksum)) {
    throw invalidArgValue('checksum', `must be one of ${Object.keys(CHECKSUM_WIDTHS).join(', ')}`)
  }
  checkText('chunkSignatures', chunkSignatures, {
    pattern: /^(?:un)?signed$/,
    rule: 'must be "signed" or "unsigned"',
  })
  const trailers = [...gatherHeaders(options.trailers)].map(
    ([name, lines]) => [name, lines.join(',')] as const,
  )
  for (const [name, value] of trailers) {
    checkText('a trailer name', name, {
      pattern: /^[!#$%&'*+.^_`|~\w-]+$/,
      rule: 'must be made of letters, digits and dashes',
    })
    checkText(`trailer ${name}`, value, { pattern: /^[\t -~]*$/, rule: 'must be printable ASCII' })
  }
  const trailerNames = trailers.map(([name]) => name)
  if (checksum !== undefined) trailerNames.push(X_AMZ_CHECKSUM + checksum)
  if (new Set(trailerNames).size < trailerNames.length)
    throw invalidArgValue('trailers', 'has the checksum already')

  const hasTrailer = trailerNames.length > 0
  const signedBy = chunkSignatures === 'signed' ? (algorithm?.name ?? AWS4_HMAC_SHA256) : undefined
  const mode = CHUNKED_MODES.find((one) => one.algorithm === signedBy && one.hasTrailer === hasTrailer)
  if (!mode) throw invalidArgValue('checksum', 'is needed where the chunks are not signed')
  return { mode, chunkBytes, checksum, trailers, trailerNames }
}

/** Bytes of the encoded body, which is known before the data is. */
export function chunkedLength(
  { mode, chunkBytes, checksum, trailers }: Chunking,
  decodedContentLength: number,
): number {
  const lengths = trailers.map(([name, value]) => [name, value.length] as const)
  if (checksum !== undefined) lengths.push([X_AMZ_CHECKSUM + checksum, CHECKSUM_WIDTHS[checksum]])
  return encodedLength({ decodedContentLength, chunkBytes, algorithm: mode.algorithm, trailers: lengths })
}

/**
 * Bytes of an encoded body, for `Content-Length`.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function chunkedContentLength(
  options: ChunkingOptions & { readonly decodedContentLength: number },
): number {
  const { decodedContentLength } = options
  if (!(Number.isSafeInteger(decodedContentLength) && decodedContentLength >= 0)) {
    throw invalidArgValue('decodedContentLength', 'must be a whole number of bytes')
  }
  return chunkedLength(resolveChunking(options), decodedContentLength)
}

/** The encoder for a body whose request is signed. */
export function createChunkEncoder(
  chunking: Chunking,
  signing: Signing,
  seedSignature: string,
): ChunkEncoder {
  const { mode, chunkBytes, checksum, trailers } = chunking
  const { algorithm, amzDate, credentialScope, signer } = signing
  return new ChunkEncoder({
    signing:
      mode.algorithm === undefined
        ? undefined
        : {
            scope: { algorithm: algorithm.name, amzDate, credentialScope },
            seedSignature,
            sign: (text) => signer.signAsync?.(text) ?? signer.sign(text),
          },
    chunkBytes,
    checksum: checksum && { name: X_AMZ_CHECKSUM + checksum, state: createChecksum(checksum)! },
    trailers,
  })
}

/** How to encode a body whose request was signed elsewhere. */
export interface ChunkedEncoderStreamOptions extends SigningOptions, ChunkingOptions {
  /** The moment at which the request was signed. */
  readonly signingDate: Date | number
  /** The signature in the request's Authorization header. */
  readonly seedSignature: string
}

/**
 * Encodes a body as aws-chunked while it streams, with memory for one chunk. Chunks that lie whole within a piece go
 * out uncopied: bytes that were written must stay as they are.
 */
export class ChunkedEncoderStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: ChunkedEncoderStreamOptions) {
    const encoder = createChunkEncoder(
      resolveChunking(options),
      resolveSigning(options),
      options.seedSignature,
    )
    super({
      transform: (bytes, controller) => encoder.push(bytes, (frame) => controller.enqueue(frame)),
      flush: (controller) => encoder.finish((frame) => controller.enqueue(frame)),
    })
  }
}
