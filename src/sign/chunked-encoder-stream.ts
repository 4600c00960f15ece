import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { checkOptions, checkText, invalidArgType, type OptionNames } from '../errors.ts'
import type { ChunkEncoder } from './chunk-encoder.ts'
import { CHUNKING_OPTIONS, type ChunkingOptions, createChunkEncoder, resolveChunking } from './chunked.ts'
import { resolveSigning, SIGNING_OPTIONS, type SigningOptions } from './options.ts'

/** How to encode a body whose request was signed elsewhere: its options, and how the body is cut. */
export interface ChunkedEncoderStreamOptions extends SigningOptions, ChunkingOptions {
  /** Of the request. Default `sigv4`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** When the request was signed: a date, or milliseconds since the epoch. */
  readonly signingDate: Date | number
  /** The signature in the request's Authorization header, in lower-case hex. */
  readonly seedSignature: string
}

const ENCODER_STREAM_OPTIONS: OptionNames<ChunkedEncoderStreamOptions> = /* @__PURE__ */ Object.assign(
  { seedSignature: true } as const,
  SIGNING_OPTIONS,
  CHUNKING_OPTIONS,
)

function createStreamEncoder(options: ChunkedEncoderStreamOptions): ChunkEncoder {
  checkOptions('ChunkedEncoderStream', options, ENCODER_STREAM_OPTIONS)
  const chunking = resolveChunking(options)
  const signing = resolveSigning(options)
  const { seedSignature, signingDate } = options
  // Another moment than the request's, such as now, would sign what no server accepts.
  if (signingDate === undefined) throw invalidArgType('signingDate', 'the date of the request', signingDate)
  checkText('seedSignature', seedSignature, {
    pattern: signing.algorithm.signaturePattern,
    rule: "must be the request's signature in lower-case hex",
  })
  return createChunkEncoder(chunking, signing, seedSignature)
}

/**
 * Encodes a body as aws-chunked while it streams, with memory for one chunk. Chunks that lie whole within a piece go
 * out uncopied: bytes that were written must stay as they are.
 *
 * @see "Signature Calculations for the Authorization Header: Transferring Payload in Multiple Chunks"
 * @example
 * ```ts
 * import { ChunkedEncoderStream } from 'countersign/chunked'
 *
 * const encoder = new ChunkedEncoderStream({
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *   service: 's3',
 *   region: 'us-east-1',
 *   signingDate: new Date('2026-01-01T00:00:00Z'),
 *   seedSignature: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
 * })
 * const body = new Blob(['Hello']).stream().pipeThrough(encoder)
 * console.log((await new Response(body).text()).slice(0, 18)) // 5;chunk-signature=
 * ```
 */
export class ChunkedEncoderStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
   */
  constructor(options: ChunkedEncoderStreamOptions) {
    const encoder = createStreamEncoder(options)
    super({
      transform(bytes, controller) {
        if (!(bytes instanceof Uint8Array)) throw invalidArgType('a chunk of the body', 'a Uint8Array', bytes)
        return encoder.push(bytes, (frame) => controller.enqueue(frame))
      },
      flush: (controller) => encoder.finish((frame) => controller.enqueue(frame)),
    })
  }
}
