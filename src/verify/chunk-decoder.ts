import {
  buildChunkStringToSign,
  buildTrailerStringToSign,
  type ChunkScope,
  canonicalTrailers,
} from '../canonical/chunk-string-to-sign.ts'
import {
  CHUNK_SIGNATURE,
  type ChunkedMode,
  signatureWidth,
  X_AMZ_TRAILER_SIGNATURE,
} from '../fields/aws-chunked.ts'
import { SignatureError } from '../signature-error.ts'
import type { MaybePromise } from '../types.ts'
import { ChunkLines } from './chunk-lines.ts'
import type { TrailerChecks } from './trailer-checks.ts'

/** What a chunked body is held to. */
export interface ChunkDecoderOptions {
  readonly mode: ChunkedMode
  readonly scope: ChunkScope
  readonly seedSignature: string
  verify(stringToSign: string, signatureProvided: string): MaybePromise<boolean>
  readonly decodedContentLength: number
  readonly maxChunkBytes: number
  /** Of every chunk but the last: each has its price. */
  readonly minChunkBytes: number
  readonly trailers: TrailerChecks
}

const malformed = (message: string): SignatureError => new SignatureError('malformed-chunk', message)

/** Signed chunks are held to the letter. Of unsigned ones, some clients write the size in upper case. */
const SIGNED_HEADER = /^(0|[1-9a-f][\da-f]{0,7});chunk-signature=([\da-f]+)(\**)$/
const UNSIGNED_HEADER = /^(0|[1-9a-f][\da-f]{0,15})$/i

/**
 * Takes a chunked body apart. Of signed chunks, no byte is given away before its signature holds; of any body, the
 * last piece not before its end is proved: final chunk, length, trailers, checksum.
 */
export class ChunkDecoder {
  readonly #options: ChunkDecoderOptions
  readonly #lines = new ChunkLines()
  #state: 'header' | 'data' | 'after-data' | 'trailers' | 'done' = 'header'
  #priorSignature: string
  #chunkSignature = ''
  #chunk: Uint8Array = new Uint8Array(0)
  #left = 0
  #decoded = 0
  /** A chunk below the least size came: it must have been the last. */
  #wasShort = false
  readonly #trailers: [name: string, value: string][] = []
  /** Proved, or all that can be: the last of it waits for the end. */
  #heldBack: Uint8Array | undefined

  constructor(options: ChunkDecoderOptions) {
    this.#options = options
    this.#priorSignature = options.seedSignature
  }

  /** Takes bytes off the wire, and gives what they prove. */
  async push(bytes: Uint8Array): Promise<Uint8Array[]> {
    const ready: Uint8Array[] = []
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'done') throw malformed('There is data after the end of the body')
      if (this.#state === 'data') at += this.#takeData(bytes.subarray(at, at + this.#left), ready)
      else {
        const { taken, line } = this.#lines.take(bytes, at)
        at += taken
        if (line !== undefined) await this.#takeLine(line, ready)
      }
    }
    return ready
  }

  /** The end of the wire: what was held back, where all is proved. */
  finish(): Uint8Array[] {
    if (this.#state !== 'done') {
      throw new SignatureError('incomplete-body', 'The body ends before its final chunk does')
    }
    return this.#heldBack ? [this.#heldBack] : []
  }

  #release(piece: Uint8Array, ready: Uint8Array[]): void {
    this.#options.trailers.update(piece)
    if (this.#heldBack) ready.push(this.#heldBack)
    this.#heldBack = piece
  }

  #takeData(piece: Uint8Array, ready: Uint8Array[]): number {
    if (this.#options.mode.algorithm === undefined) this.#release(Uint8Array.from(piece), ready)
    else this.#chunk.set(piece, this.#chunk.length - this.#left)
    this.#left -= piece.length
    if (this.#left === 0) this.#state = 'after-data'
    return piece.length
  }

  async #takeLine(line: string, ready: Uint8Array[]): Promise<void> {
    switch (this.#state) {
      case 'header':
        return this.#startChunk(line)
      case 'after-data':
        if (line !== '') throw malformed('A chunk is longer than its size says')
        if (this.#options.mode.algorithm !== undefined) {
          await this.#checkChunk()
          this.#release(this.#chunk, ready)
        }
        this.#state = 'header'
        return
      default:
        return line === '' ? this.#end() : this.#takeTrailer(line)
    }
  }

  async #startChunk(line: string): Promise<void> {
    const { mode, maxChunkBytes, minChunkBytes, decodedContentLength } = this.#options
    const isSigned = mode.algorithm !== undefined
    const match = (isSigned ? SIGNED_HEADER : UNSIGNED_HEADER).exec(line)
    if (!match) {
      throw malformed(
        `A chunk must begin with "<hex size>${isSigned ? `${CHUNK_SIGNATURE}<signature>` : ''}"`,
      )
    }
    const size = Number.parseInt(match[1]!, 16)
    if (isSigned) this.#chunkSignature = this.#unpad(match[2]!, match[3]!)
    if (isSigned && size > maxChunkBytes) {
      throw new SignatureError('chunk-too-large', `A signed chunk may have ${maxChunkBytes} bytes`)
    }
    this.#decoded += size
    if (this.#decoded > decodedContentLength) {
      throw new SignatureError(
        'incomplete-body',
        `The body is longer than the ${decodedContentLength} bytes it says`,
      )
    }
    if (size > 0) {
      if (this.#wasShort) {
        throw new SignatureError(
          'chunk-too-small',
          `Only the last chunk may have less than ${minChunkBytes} bytes`,
        )
      }
      this.#wasShort = size < minChunkBytes
      this.#chunk = isSigned ? new Uint8Array(size) : this.#chunk
      this.#left = size
      this.#state = 'data'
      return
    }
    this.#chunk = new Uint8Array(0)
    if (isSigned) await this.#checkChunk()
    if (this.#decoded !== decodedContentLength) {
      throw new SignatureError(
        'incomplete-body',
        `The body is shorter than the ${decodedContentLength} bytes it says`,
      )
    }
    this.#state = 'trailers'
  }

  /** ECDSA signatures are padded to one width by `*`. */
  #unpad(signature: string, padding: string): string {
    if (signature.length + padding.length === signatureWidth(this.#options.mode.algorithm)) return signature
    throw malformed('A chunk has a signature of the wrong length')
  }

  async #checkChunk(): Promise<void> {
    const text = buildChunkStringToSign(this.#options.scope, this.#priorSignature, this.#chunk)
    if (!(await this.#options.verify(text, this.#chunkSignature))) {
      throw new SignatureError('chunk-signature-mismatch', 'The signature of a chunk is not that of its data')
    }
    this.#priorSignature = this.#chunkSignature
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(':')
    const written = line.slice(0, Math.max(colon, 0))
    this.#options.trailers.checkName(written)
    const name = written.toLowerCase()
    if (this.#trailers.some(([known]) => known === name)) {
      throw new SignatureError('malformed-trailer', `The trailer ${name} stands there twice`)
    }
    // minio-go and others end the last value with a line feed of its own.
    this.#trailers.push([
      name,
      line
        .slice(colon + 1)
        .replace(/\n$/, '')
        .trim(),
    ])
  }

  async #end(): Promise<void> {
    const { mode, scope, trailers, verify } = this.#options
    const values = this.#trailers.filter(([name]) => name !== X_AMZ_TRAILER_SIGNATURE)
    const padded = this.#trailers.find(([name]) => name === X_AMZ_TRAILER_SIGNATURE)?.[1]
    trailers.checkAll(values, padded !== undefined)
    if (mode.algorithm !== undefined && mode.hasTrailer) {
      const [, signature = '', padding = ''] = /^([\da-f]*)(\**)$/.exec(padded ?? '') ?? []
      const text = buildTrailerStringToSign(scope, this.#priorSignature, canonicalTrailers(values))
      if (!(await verify(text, this.#unpad(signature, padding)))) {
        throw new SignatureError('chunk-signature-mismatch', 'The signature of the trailers is not theirs')
      }
    }
    this.#state = 'done'
  }
}
