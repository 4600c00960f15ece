import { sha256 } from '../../crypto/backend.ts'
import { type IncrementalSha256, incrementalSha256 } from '../../crypto/incremental.ts'

/** The data of one signed chunk, and its hash. A chunk that comes in one piece is left where it lies. */
export class ChunkData {
  readonly #size: number
  #data: Uint8Array = new Uint8Array(0)
  #filled = 0
  #hash: IncrementalSha256 | undefined

  constructor(size: number) {
    this.#size = size
  }

  add(piece: Uint8Array): void {
    if (piece.length === this.#size) {
      this.#data = piece
      return
    }
    if (!this.#hash) {
      this.#hash = incrementalSha256()
      this.#data = new Uint8Array(this.#size)
    }
    // Hashed where it lies: that brings it into the cache of the processor for the copy.
    this.#hash.update(piece)
    this.#data.set(piece, this.#filled)
    this.#filled += piece.length
  }

  /** All of it, once it is there. */
  get data(): Uint8Array {
    return this.#data
  }

  /** Lower-case hex; ends the hash. */
  hashHex(): string {
    return this.#hash?.digestHex() ?? sha256().hashHex(this.#data)
  }
}
