import { AWS4_ECDSA_P256_SHA256, AWS4_HMAC_SHA256 } from '../names.ts'

/*
 * The framing of aws-chunked bodies:
 *
 *     signed    <hex size>;chunk-signature=<signature>\r\n <data> \r\n …
 *               0;chunk-signature=<signature>\r\n
 *               [<name>:<value>\r\n … x-amz-trailer-signature:<signature>\r\n]
 *               \r\n
 *     unsigned  <hex size>\r\n <data> \r\n … 0\r\n [<name>:<value>\r\n …] \r\n
 *
 * See "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks".
 */

/** Every way to send a body in chunks. */
export interface ChunkedMode {
  /** The value of `x-amz-content-sha256`. */
  readonly contentSha256: string
  /** The algorithm of the chunks' signatures; undefined where they have none. */
  readonly algorithm: string | undefined
  readonly hasTrailer: boolean
}

export const CHUNKED_MODES: readonly ChunkedMode[] = [
  { contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', algorithm: AWS4_HMAC_SHA256, hasTrailer: false },
  {
    contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    algorithm: AWS4_HMAC_SHA256,
    hasTrailer: true,
  },
  {
    contentSha256: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    algorithm: AWS4_ECDSA_P256_SHA256,
    hasTrailer: false,
  },
  {
    contentSha256: 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
    algorithm: AWS4_ECDSA_P256_SHA256,
    hasTrailer: true,
  },
  { contentSha256: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', algorithm: undefined, hasTrailer: true },
]

export const CHUNK_SIGNATURE = ';chunk-signature='
export const X_AMZ_TRAILER = 'x-amz-trailer'
export const X_AMZ_TRAILER_SIGNATURE = 'x-amz-trailer-signature'
export const X_AMZ_DECODED_CONTENT_LENGTH = 'x-amz-decoded-content-length'
export const X_AMZ_CHECKSUM = 'x-amz-checksum-'
export const AWS_CHUNKED = 'aws-chunked'

/**
 * Characters of a signature on the wire. ECDSA signatures vary in length: `*` pads them to the longest, so that
 * the length of the body is known beforehand.
 */
export function signatureWidth(algorithm: string | undefined): number {
  return algorithm === AWS4_ECDSA_P256_SHA256 ? 144 : 64
}

/** What the length of an encoded body depends on. */
export interface EncodedLengthParts {
  readonly decodedContentLength: number
  readonly chunkBytes: number
  readonly algorithm: string | undefined
  /** Trailer names with the lengths of their values. */
  readonly trailers: readonly (readonly [name: string, valueLength: number])[]
}

/** Bytes of the whole encoded body. */
export function encodedLength({
  decodedContentLength,
  chunkBytes,
  algorithm,
  trailers,
}: EncodedLengthParts): number {
  const signature = algorithm === undefined ? 0 : CHUNK_SIGNATURE.length + signatureWidth(algorithm)
  const chunkLength = (size: number): number => size.toString(16).length + signature + 2 + size + 2
  const full = Math.floor(decodedContentLength / chunkBytes)
  const rest = decodedContentLength % chunkBytes
  const chunks = full * chunkLength(chunkBytes) + (rest > 0 ? chunkLength(rest) : 0)
  const lastHeader = 1 + signature + 2
  let trailer = 0
  for (const [name, valueLength] of trailers) trailer += name.length + 1 + valueLength + 2
  if (trailers.length > 0 && algorithm !== undefined) {
    trailer += X_AMZ_TRAILER_SIGNATURE.length + 1 + signatureWidth(algorithm) + 2
  }
  return chunks + lastHeader + trailer + 2
}
