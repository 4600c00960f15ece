const FIRST_BLOCK_BYTES = 1024
const MAX_BLOCK_BYTES = 64 * 1024

/**
 * Bytes that come in pieces, kept until all are there: the memory they take grows with the bytes and not with the
 * pieces, of which each may be one byte.
 */
export class CollectedBytes {
  readonly #blocks: Uint8Array[] = []
  /** The last block, and how much of it is filled. */
  #block: Uint8Array = new Uint8Array(0)
  #filled = 0
  #length = 0

  /** Copies a piece: the source may use its buffer again. */
  add(piece: Uint8Array): void {
    const fitting = piece.subarray(0, this.#block.length - this.#filled)
    this.#block.set(fitting, this.#filled)
    this.#filled += fitting.length
    this.#length += piece.length
    const rest = piece.subarray(fitting.length)
    if (rest.length === 0) return
    // As much room again as there is so far; a first piece, which often is the only one, gets no more than it needs.
    const room =
      this.#length === piece.length ? 0 : Math.min(Math.max(this.#length, FIRST_BLOCK_BYTES), MAX_BLOCK_BYTES)
    this.#block = new Uint8Array(Math.max(rest.length, room))
    this.#block.set(rest)
    this.#filled = rest.length
    this.#blocks.push(this.#block)
  }

  /** All of them. */
  bytes(): Uint8Array {
    if (this.#blocks.length <= 1) return this.#block.subarray(0, this.#filled)
    const all = new Uint8Array(this.#length)
    let at = 0
    for (const block of this.#blocks) {
      const used = block === this.#block ? block.subarray(0, this.#filled) : block
      all.set(used, at)
      at += used.length
    }
    return all
  }
}
