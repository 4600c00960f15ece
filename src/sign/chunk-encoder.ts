import {
  buildChunkStringToSign,
  buildTrailerStringToSign,
  type ChunkScope,
  canonicalTrailers,
} from '../canonical/chunk-string-to-sign.ts'
import type { Checksum } from '../checksums/checksum.ts'
import { sha256 } from '../crypto/backend.ts'
import { encodeBase64 } from '../encoding/base64.ts'
import { concatBytes } from '../encoding/concat.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { CHUNK_SIGNATURE, signatureWidth, X_AMZ_TRAILER_SIGNATURE } from '../fields/aws-chunked.ts'
import { andThen, type MaybePromise } from '../maybe-promise.ts'

/** How a body is put into chunks. */
export interface ChunkEncoderOptions {
  /** Signs the chunks; undefined: they are not signed. */
  readonly signing:
    | {
        readonly scope: ChunkScope
        readonly seedSignature: string
        sign(stringToSign: string): MaybePromise<string>
      }
    | undefined
  readonly chunkBytes: number
  /** Computed over the data and sent as the trailer of that name. */
  readonly checksum: { readonly name: string; readonly state: Checksum } | undefined
  readonly trailers: readonly (readonly [name: string, value: string])[]
}

type Emit = (part: Uint8Array) => void

const CRLF = '\r\n'
const NOTHING = new Uint8Array(0)

/**
 * Puts bytes into chunks of one size, whatever pieces they come in. A chunk that lies whole within a piece goes out
 * as it came, uncopied: only what is cut by the end of a piece is gathered, in a buffer of one chunk.
 */
export class ChunkEncoder {
  readonly #options: ChunkEncoderOptions
  readonly #width: number
  #priorSignature: string
  #buffer: Uint8Array | undefined
  #buffered = 0
  /** Ends the data of the chunk before: sent with the next header. */
  #lineEnd = ''

  constructor(options: ChunkEncoderOptions) {
    this.#options = options
    const { signing } = options
    this.#width = signatureWidth(signing?.scope.algorithm)
    this.#priorSignature = signing?.seedSignature ?? ''
  }

  /** Takes data, and hands each chunk over as it is full: its header, then its data. */
  push(bytes: Uint8Array, emit: Emit): MaybePromise<void> {
    const { chunkBytes, checksum } = this.#options
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + chunkBytes - this.#buffered)
      at += piece.length
      checksum?.state.update(piece)
      const chunk = piece.length === chunkBytes ? piece : this.#gather(piece)
      const pending = chunk && this.#emitChunk(chunk, emit)
      if (pending) return pending.then(() => this.push(bytes.subarray(at), emit))
    }
  }

  /** Hands over the rest: a last chunk, the empty one, the trailers. */
  async finish(emit: Emit): Promise<void> {
    const rest = this.#buffer?.subarray(0, this.#buffered) ?? NOTHING
    const header = rest.length > 0 ? await this.#chunkHeader(rest) : ''
    if (header) this.#lineEnd = CRLF
    const end = (await this.#chunkHeader(NOTHING)) + (await this.#trailerLines()) + CRLF
    // In one piece: a small body goes out in one write.
    emit(concatBytes([encodeLatin1(header), rest, encodeLatin1(end)]))
  }

  /** Keeps what is not a whole chunk yet. Returns the chunk once it is. */
  #gather(piece: Uint8Array): Uint8Array | undefined {
    const chunk = this.#buffer ?? new Uint8Array(this.#options.chunkBytes)
    chunk.set(piece, this.#buffered)
    this.#buffered = (this.#buffered + piece.length) % chunk.length
    this.#buffer = this.#buffered === 0 ? undefined : chunk
    return this.#buffer ? undefined : chunk
  }

  #emitChunk(data: Uint8Array, emit: Emit): MaybePromise<void> {
    return andThen(this.#chunkHeader(data), (header) => {
      emit(encodeLatin1(header))
      emit(data)
      this.#lineEnd = CRLF
    })
  }

  #chunkHeader(data: Uint8Array): MaybePromise<string> {
    const { signing } = this.#options
    const size = this.#lineEnd + data.length.toString(16)
    if (!signing) return size + CRLF
    const text = buildChunkStringToSign(signing.scope, this.#priorSignature, sha256().hashHex(data))
    return andThen(signing.sign(text), (signature) => {
      this.#priorSignature = signature
      return size + CHUNK_SIGNATURE + signature.padEnd(this.#width, '*') + CRLF
    })
  }

  async #trailerLines(): Promise<string> {
    const { signing, checksum, trailers } = this.#options
    const all = checksum
      ? [...trailers, [checksum.name, encodeBase64(checksum.state.digest())] as const]
      : trailers
    if (all.length === 0) return ''
    const lines = all.map(([name, value]) => `${name}:${value}${CRLF}`).join('')
    if (!signing) return lines
    const text = buildTrailerStringToSign(signing.scope, this.#priorSignature, canonicalTrailers(all))
    return `${lines}${X_AMZ_TRAILER_SIGNATURE}:${(await signing.sign(text)).padEnd(this.#width, '*')}${CRLF}`
  }
}
