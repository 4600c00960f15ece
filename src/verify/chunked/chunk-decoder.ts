import {
  buildChunkStringToSign,
  buildTrailerStringToSign,
  type ChunkScope,
  canonicalTrailers,
} from '../../canonical/chunk-string-to-sign.ts'
import { quote } from '../../errors.ts'
import {
  CHUNK_SIGNATURE,
  type ChunkedMode,
  signatureWidth,
  X_AMZ_TRAILER_SIGNATURE,
} from '../../fields/aws-chunked.ts'
import { andThen, type MaybePromise } from '../../maybe-promise.ts'
import { SignatureError } from '../../signature-error.ts'
import { ChunkData } from './chunk-data.ts'
import { ChunkLines } from './chunk-lines.ts'
import type { TrailerChecks } from './trailer-checks.ts'

/** What a chunked body is held to. */
export interface ChunkDecoderOptions {
  readonly mode: ChunkedMode
  readonly scope: ChunkScope
  readonly seedSignature: string
  readonly verify: (stringToSign: string, signatureProvided: string) => MaybePromise<boolean>
  readonly decodedContentLength: number
  readonly maxChunkBytes: number
  /** Of every chunk but the last: each has its price. */
  readonly minChunkBytes: number
  readonly trailers: TrailerChecks
}

type Emit = (piece: Uint8Array) => void

function checkHolds(holds: boolean, refusal: string): void {
  if (holds !== true) throw new SignatureError('chunk-signature-mismatch', refusal)
}

const malformed = (message: string): SignatureError => new SignatureError('malformed-chunk', message)

/** Signed chunks are held to the letter. Of unsigned ones, some clients write the size in upper case. */
const SIGNED_HEADER = /^(0|[1-9a-f][\da-f]{0,7});chunk-signature=([\da-f]+)(\**)$/
const UNSIGNED_HEADER = /^(0|[1-9a-f][\da-f]{0,15})$/i

/**
 * Takes a chunked body apart. Of signed chunks, no byte is given away before its signature holds; of any body, the
 * last piece not before its end is proved: final chunk, length, trailers, checksum.
 *
 * What goes out in the turn in which it was proved is not copied. What waits is: the source may use its buffer again.
 */
export class ChunkDecoder {
  readonly #options: ChunkDecoderOptions
  readonly #lines = new ChunkLines()
  #state: 'header' | 'data' | 'after-data' | 'trailers' | 'done' = 'header'
  #priorSignature: string
  #chunkSignature = ''
  #chunk = new ChunkData(0)
  #left = 0
  #decoded = 0
  /** A chunk below the least size came: it must have been the last. */
  #wasShort = false
  readonly #trailers: [name: string, value: string][] = []
  /** The last of the data: it waits for the end. */
  #heldBack: Uint8Array | undefined

  constructor(options: ChunkDecoderOptions) {
    this.#options = options
    this.#priorSignature = options.seedSignature
  }

  /** Takes bytes off the wire, and hands over what they prove. */
  push(bytes: Uint8Array, emit: Emit): MaybePromise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === 'done') throw malformed('There is data after the end of the body')
      let pending: MaybePromise<void>
      if (this.#state === 'data') {
        const piece = bytes.subarray(at, at + this.#left)
        at += piece.length
        pending = this.#takeData(piece, emit)
      } else {
        const { taken, line } = this.#lines.take(bytes, at)
        at += taken
        pending = line === undefined ? undefined : this.#takeLine(line)
      }
      if (pending) return pending.then(() => this.push(bytes.subarray(at), emit))
    }
  }

  /** The end of the wire: what was held back, where all is proved. */
  finish(emit: Emit): void {
    if (this.#state !== 'done') {
      throw new SignatureError('incomplete-body', 'The body ends before its final chunk does')
    }
    if (this.#heldBack) emit(this.#heldBack)
  }

  #takeData(piece: Uint8Array, emit: Emit): MaybePromise<void> {
    this.#left -= piece.length
    if (this.#left === 0) this.#state = 'after-data'
    if (this.#options.mode.algorithm === undefined) return this.#release(piece, emit)
    this.#chunk.add(piece)
    if (this.#left > 0) return
    const pending = this.#proveChunk()
    if (!pending) return this.#release(this.#chunk.data, emit)
    const data = new Uint8Array(this.#chunk.data)
    return pending.then(() => this.#release(data, emit))
  }

  #release(piece: Uint8Array, emit: Emit): void {
    this.#options.trailers.update(piece)
    const isLast = this.#left === 0 && this.#decoded === this.#options.decodedContentLength
    if (isLast) this.#heldBack = new Uint8Array(piece)
    else emit(piece)
  }

  #takeLine(line: string): MaybePromise<void> {
    switch (this.#state) {
      case 'header':
        return this.#startChunk(line)
      case 'after-data':
        if (line !== '') throw malformed('A chunk is longer than its size says')
        this.#state = 'header'
        return
      default:
        return line === '' ? this.#end() : this.#takeTrailer(line)
    }
  }

  #startChunk(line: string): MaybePromise<void> {
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
      throw new SignatureError(
        'chunk-too-large',
        `A signed chunk may have at most ${maxChunkBytes} bytes: see maxChunkBytes`,
      )
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
          `Only the last chunk may have fewer than ${minChunkBytes} bytes: see minChunkBytes`,
        )
      }
      this.#wasShort = size < minChunkBytes
      this.#chunk = new ChunkData(size)
      this.#left = size
      this.#state = 'data'
      return
    }
    this.#chunk = new ChunkData(0)
    return andThen(this.#proveChunk(), () => this.#endData())
  }

  #endData(): void {
    const { decodedContentLength } = this.#options
    if (this.#decoded < decodedContentLength) {
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

  #proveChunk(): MaybePromise<void> {
    const { mode, scope, verify } = this.#options
    if (mode.algorithm === undefined) return
    const text = buildChunkStringToSign(scope, this.#priorSignature, this.#chunk.hashHex())
    return andThen(verify(text, this.#chunkSignature), (holds) => {
      checkHolds(holds, 'The signature of a chunk is not that of its data')
      this.#priorSignature = this.#chunkSignature
    })
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(':')
    const written = line.slice(0, Math.max(colon, 0))
    this.#options.trailers.checkName(written)
    const name = written.toLowerCase()
    if (this.#trailers.some(([known]) => known === name)) {
      throw new SignatureError('malformed-trailer', `The trailer ${quote(name)} comes twice`)
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

  #end(): MaybePromise<void> {
    const { mode, scope, trailers, verify } = this.#options
    const values = this.#trailers.filter(([name]) => name !== X_AMZ_TRAILER_SIGNATURE)
    const padded = this.#trailers.find(([name]) => name === X_AMZ_TRAILER_SIGNATURE)?.[1]
    trailers.checkAll(values, padded !== undefined)
    if (mode.algorithm === undefined || !mode.hasTrailer) {
      this.#state = 'done'
      return
    }
    const [, signature = '', padding = ''] = /^([\da-f]*)(\**)$/.exec(padded ?? '') ?? []
    const text = buildTrailerStringToSign(scope, this.#priorSignature, canonicalTrailers(values))
    return andThen(verify(text, this.#unpad(signature, padding)), (holds) => {
      checkHolds(holds, 'The signature of the trailers is not theirs')
      this.#state = 'done'
    })
  }
}
