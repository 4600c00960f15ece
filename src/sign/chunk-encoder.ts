import {
  buildChunkStringToSign,
  buildTrailerStringToSign,
  type ChunkScope,
  canonicalTrailers,
} from '../canonical/chunk-string-to-sign.ts'
import type { Checksum } from '../checksums/checksum.ts'
import { encodeBase64 } from '../encoding/base64.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { CHUNK_SIGNATURE, signatureWidth, X_AMZ_TRAILER_SIGNATURE } from '../fields/aws-chunked.ts'
import type { MaybePromise } from '../types.ts'

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

const CRLF = '\r\n'

/**
 * Puts bytes into chunks of one size, whatever pieces they come in. Each frame is one allocation, filled as the
 * data arrives.
 */
export class ChunkEncoder {
  readonly #options: ChunkEncoderOptions
  /** Room for the longest header in front of the data. */
  readonly #headerRoom: number
  readonly #width: number
  #priorSignature: string
  #frame: Uint8Array | undefined
  #filled = 0

  constructor(options: ChunkEncoderOptions) {
    this.#options = options
    const { signing, chunkBytes } = options
    this.#width = signatureWidth(signing?.scope.algorithm)
    this.#priorSignature = signing?.seedSignature ?? ''
    const signature = signing ? CHUNK_SIGNATURE.length + this.#width : 0
    this.#headerRoom = chunkBytes.toString(16).length + signature + CRLF.length
  }

  /** Takes data, and hands each frame over as it is full. */
  async push(bytes: Uint8Array, emit: (frame: Uint8Array) => void): Promise<void> {
    const { chunkBytes, checksum } = this.#options
    checksum?.state.update(bytes)
    for (let at = 0; at < bytes.length; ) {
      this.#frame ??= new Uint8Array(this.#headerRoom + chunkBytes + CRLF.length)
      const piece = bytes.subarray(at, at + chunkBytes - this.#filled)
      this.#frame.set(piece, this.#headerRoom + this.#filled)
      this.#filled += piece.length
      at += piece.length
      if (this.#filled === chunkBytes) emit(await this.#finishFrame(this.#frame))
    }
  }

  /** Hands over the rest: a last chunk, the empty one, the trailers. */
  async finish(emit: (frame: Uint8Array) => void): Promise<void> {
    if (this.#frame) emit(await this.#finishFrame(this.#frame))
    const header = await this.#chunkHeader(new Uint8Array(0))
    emit(encodeLatin1(header + (await this.#trailerLines()) + CRLF))
  }

  async #finishFrame(frame: Uint8Array): Promise<Uint8Array> {
    const end = this.#headerRoom + this.#filled
    const header = encodeLatin1(await this.#chunkHeader(frame.subarray(this.#headerRoom, end)))
    const start = this.#headerRoom - header.length
    frame.set(header, start)
    frame.set(encodeLatin1(CRLF), end)
    this.#frame = undefined
    this.#filled = 0
    return frame.subarray(start, end + CRLF.length)
  }

  async #chunkHeader(data: Uint8Array): Promise<string> {
    const { signing } = this.#options
    const size = data.length.toString(16)
    if (!signing) return size + CRLF
    this.#priorSignature = await signing.sign(
      buildChunkStringToSign(signing.scope, this.#priorSignature, data),
    )
    return size + CHUNK_SIGNATURE + this.#priorSignature.padEnd(this.#width, '*') + CRLF
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
