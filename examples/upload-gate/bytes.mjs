// @ts-check

/**
 * Reads a small body into one buffer. What is held grows with its bytes, not with the pieces that they come in: an
 * array of pieces takes some 200 bytes of memory for each piece of a single byte.
 *
 * @param {AsyncIterable<Uint8Array>} body
 * @param {(count: number) => void} admit Told how many bytes come next, before they are kept. It throws where they
 *   are too many.
 * @returns {Promise<Buffer<ArrayBuffer>>}
 */
export async function readBytes(body, admit) {
  let held = Buffer.allocUnsafeSlow(4096)
  let size = 0
  for await (const piece of body) {
    admit(piece.length)
    const end = size + piece.length
    if (end > held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * held.length))
      larger.set(held.subarray(0, size))
      held = larger
    }
    held.set(piece, size)
    size = end
  }
  return held.subarray(0, size)
}
