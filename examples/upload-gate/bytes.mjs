// @ts-check

/**
 * Bytes that wait until enough of them are there. What is held grows with the bytes, not with the pieces that they
 * come in: a list of pieces takes some 200 bytes of memory for each piece of a single byte.
 */
export class ByteQueue {
  #room = Buffer.allocUnsafeSlow(4096)
  #start = 0
  #end = 0

  get held() {
    return this.#room.subarray(this.#start, this.#end)
  }

  /** @param {Uint8Array} piece */
  append(piece) {
    if (this.#end + piece.length > this.#room.length) {
      const { held } = this
      // A new room, and never this one again: what was taken from it may be in use.
      this.#room = Buffer.allocUnsafeSlow(Math.max(4096, 2 * (held.length + piece.length)))
      this.#room.set(held)
      this.#start = 0
      this.#end = held.length
    }
    this.#room.set(piece, this.#end)
    this.#end += piece.length
  }

  /** @param {number} count From the front. */
  take(count) {
    const taken = this.held.subarray(0, count)
    this.#start += taken.length
    return taken
  }
}
