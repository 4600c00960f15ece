import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { gatherHeaders } from '../canonical/headers.ts'
import type { ChecksumName } from '../checksums/checksum.ts'
import { createChecksum } from '../checksums/create.ts'
import {
  checkOptions,
  checkText,
  checkWholeNumber,
  invalidArgValue,
  type OptionNames,
  type TextRule,
} from '../errors.ts'
import { CHUNKED_MODES, type ChunkedMode, encodedLength, X_AMZ_CHECKSUM } from '../fields/aws-chunked.ts'
import { TOKEN } from '../fields/token.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'
import type { HeadersInput } from '../types.ts'
import { ChunkEncoder } from './chunk-encoder.ts'
import type { Signing } from './options.ts'

/** How a body is cut, signed and closed. */
export interface ChunkingOptions {
  /** Of the request. Default `sigv4`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** Bytes of data in each chunk but the last. 8192 to 67108864 (64 MiB); default 65536. */
  readonly chunkBytes?: number | undefined
  /** Computed while the body streams, and sent as the trailer `x-amz-checksum-…`. Default: none. */
  readonly checksum?: ChecksumName | undefined
  /** Sent after the body, in this order. Default: none. */
  readonly trailers?: HeadersInput | undefined
  /** `'unsigned'`: only the head of the request is signed, and a checksum is needed. Default `'signed'`. */
  readonly chunkSignatures?: 'signed' | 'unsigned' | undefined
}

/** Their names, to tell others by. */
export const CHUNKING_OPTIONS: OptionNames<ChunkingOptions> = {
  algorithm: true,
  chunkBytes: true,
  checksum: true,
  trailers: true,
  chunkSignatures: true,
}

/** The options, checked and complete. */
export interface Chunking {
  /** What the request says of its body. */
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

const CHUNK_SIGNATURES: TextRule = { pattern: /^(?:un)?signed$/, rule: 'must be "signed" or "unsigned"' }
const TRAILER_NAME: TextRule = { pattern: TOKEN, rule: 'must be made of letters, digits and dashes' }
const TRAILER_VALUE: TextRule = { pattern: /^[\t -~]*$/, rule: 'must be printable ASCII' }

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveChunking(options: ChunkingOptions): Chunking {
  const { algorithm, chunkBytes = DEFAULT_CHUNK_BYTES, checksum, chunkSignatures = 'signed' } = options
  checkWholeNumber('chunkBytes', chunkBytes, { min: MIN_CHUNK_BYTES, max: MAX_CHUNK_BYTES })
  if (checksum !== undefined && !Object.hasOwn(CHECKSUM_WIDTHS, checksum)) {
    throw invalidArgValue('checksum', `must be one of ${Object.keys(CHECKSUM_WIDTHS).join(', ')}`)
  }
  checkText('chunkSignatures', chunkSignatures, CHUNK_SIGNATURES)
  const trailers = [...gatherHeaders(options.trailers)].map(
    ([name, lines]) => [name, lines.join(',')] as const,
  )
  for (const [name, value] of trailers) {
    checkText('a trailer name', name, TRAILER_NAME)
    checkText(`trailer ${name}`, value, TRAILER_VALUE)
  }
  const trailerNames = trailers.map(([name]) => name)
  if (checksum !== undefined) trailerNames.push(X_AMZ_CHECKSUM + checksum)
  if (new Set(trailerNames).size < trailerNames.length)
    throw invalidArgValue('trailers', 'must not have the checksum, which is computed')

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

/** What the length of an encoded body depends on. */
export interface ChunkedContentLengthOptions extends ChunkingOptions {
  /** Bytes of the body itself. */
  readonly decodedContentLength: number
}

const CONTENT_LENGTH_OPTIONS: OptionNames<ChunkedContentLengthOptions> = /* @__PURE__ */ Object.assign(
  { decodedContentLength: true } as const,
  CHUNKING_OPTIONS,
)

/**
 * Bytes of an encoded body, for `Content-Length`.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
 * @example
 * ```ts
 * import { chunkedContentLength } from 'countersign/chunked'
 *
 * console.log(chunkedContentLength({ decodedContentLength: 1_000_000, checksum: 'crc32c' })) // 1001647
 * ```
 */
export function chunkedContentLength(options: ChunkedContentLengthOptions): number {
  checkOptions('chunkedContentLength', options, CONTENT_LENGTH_OPTIONS)
  const { decodedContentLength } = options
  checkWholeNumber('decodedContentLength', decodedContentLength, { min: 0, max: Number.MAX_SAFE_INTEGER })
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
