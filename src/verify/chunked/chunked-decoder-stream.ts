import type { SigningAlgorithm, VerificationKey } from '../../algorithms/algorithm.ts'
import { sharedKeyCache } from '../../algorithms/key-cache.ts'
import { sigv4 } from '../../algorithms/sigv4.ts'
import { checkObject, checkText, invalidArgValue } from '../../errors.ts'
import { parseAmzDate } from '../../fields/amz-date.ts'
import { chunkedModeOf } from '../../fields/content-sha256.ts'
import { parseCredential } from '../../fields/credential.ts'
import { importKey } from '../key-import.ts'
import { ChunkDecoder } from './chunk-decoder.ts'
import { TrailerChecks } from './trailer-checks.ts'

/** What is known from the verified head of a request whose body is to be decoded. */
export interface ChunkedDecoderStreamOptions {
  /** The signed `x-amz-content-sha256`: one of the `STREAMING-…PAYLOAD…` values. */
  readonly contentSha256: string
  /** Bytes of the body inside the chunks: the signed `x-amz-decoded-content-length`. */
  readonly decodedContentLength: number
  /** The signed `x-amz-trailer`. */
  readonly trailer?: string | undefined
  /** The signature in the request's Authorization header. */
  readonly seedSignature: string
  /** `YYYYMMDDTHHMMSSZ`, of the request. */
  readonly amzDate: string
  /** `<accessKeyId>/<scope>`, of the request. */
  readonly credential: string
  /** Of that access key id: a secret, a signing key, or for SigV4A a public key. */
  readonly key: VerificationKey
  /** Default `sigv4`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** Default 16 MiB. */
  readonly maxChunkBytes?: number | undefined
  /** Default 8192, as S3 has it. */
  readonly minChunkBytes?: number | undefined
}

/**
 * Decodes an aws-chunked body whose head was verified elsewhere. No byte of a signed chunk comes out before its
 * signature holds; the stream fails with a `SignatureError`. What comes out may share its memory with what was
 * written. `Verifier` does all this by itself.
 *
 * @see "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
 * @example
 * ```ts
 * import { ChunkedDecoderStream, ChunkedEncoderStream } from 'countersign/chunked'
 *
 * const seedSignature = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 * const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const encoder = new ChunkedEncoderStream({
 *   credentials: key,
 *   service: 's3',
 *   region: 'us-east-1',
 *   signingDate: Date.UTC(2026, 0, 1),
 *   seedSignature,
 * })
 * const decoder = new ChunkedDecoderStream({
 *   contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
 *   decodedContentLength: 5,
 *   seedSignature,
 *   amzDate: '20260101T000000Z',
 *   credential: 'AKIDEXAMPLE/20260101/us-east-1/s3/aws4_request',
 *   key,
 * })
 * const body = new Blob(['Hello']).stream().pipeThrough(encoder).pipeThrough(decoder)
 * console.log(await new Response(body).text()) // Hello
 * ```
 */
export class ChunkedDecoderStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   * @throws {SignatureError} `malformed-authorization`, `malformed-trailer`
   */
  constructor(options: ChunkedDecoderStreamOptions) {
    checkObject('options', options)
    const { contentSha256, amzDate, credential, key, algorithm = sigv4, seedSignature } = options
    const { decodedContentLength, maxChunkBytes = 16 * 1024 * 1024, minChunkBytes = 8192 } = options
    const mode = chunkedModeOf(contentSha256)
    if (!mode) throw invalidArgValue('contentSha256', 'must be one of the STREAMING-…PAYLOAD… values')
    if (parseAmzDate(amzDate) === undefined)
      throw invalidArgValue('amzDate', 'must be written YYYYMMDDTHHMMSSZ')
    checkText('seedSignature', seedSignature, { pattern: /^[\da-f]+$/, rule: 'must be lower-case hex' })
    if (!(Number.isSafeInteger(decodedContentLength) && decodedContentLength >= 0)) {
      throw invalidArgValue('decodedContentLength', 'must be a whole number of bytes')
    }
    checkObject('key', key)
    const parsed = parseCredential(credential, algorithm.scopeParts)
    const verifier = importKey(key, { algorithm, credential: parsed, keyCache: sharedKeyCache() })
    if (!verifier) throw invalidArgValue('key', `is not one for ${algorithm.name}`)
    const credentialScope = credential.slice(parsed.accessKeyId.length + 1)
    const decoder = new ChunkDecoder({
      mode,
      scope: { algorithm: algorithm.name, amzDate, credentialScope },
      seedSignature,
      verify: (stringToSign, signature) => verifier.verify(stringToSign, signature),
      decodedContentLength,
      maxChunkBytes,
      minChunkBytes,
      trailers: new TrailerChecks(mode, options.trailer),
    })
    super({
      transform: (bytes, controller) => decoder.push(bytes, (piece) => controller.enqueue(piece)),
      flush: (controller) => decoder.finish((piece) => controller.enqueue(piece)),
    })
  }
}
