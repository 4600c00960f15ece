import { SignatureError } from '../signature-error.ts'

/** The longest line: a chunk header of SigV4A has 180 characters, a trailer some more. */
const MAX_LINE_BYTES = 4096
const CR = 13
const LF = 10

/** Puts lines that end in CR LF together from bytes that come in pieces. */
export class ChunkLines {
  #line = ''

  /**
   * @returns How many bytes were taken, and the line without its end once that is there.
   * @throws {SignatureError} `malformed-chunk`
   */
  take(bytes: Uint8Array, from: number): { taken: number; line: string | undefined } {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === LF && this.#line.endsWith('\r')) {
        const line = this.#line.slice(0, -1)
        this.#line = ''
        return { taken: at - from + 1, line }
      }
      // A CR ends the line or is out of place; a line feed may stand at the end of a trailer's value.
      if (this.#line.endsWith('\r') || (byte !== CR && byte !== LF && (byte < 0x20 || byte > 0x7e))) {
        throw new SignatureError('malformed-chunk', 'A line of the framing has a character out of place')
      }
      if (this.#line.length === MAX_LINE_BYTES) {
        throw new SignatureError(
          'malformed-chunk',
          `A line of the framing is longer than ${MAX_LINE_BYTES} bytes`,
        )
      }
      this.#line += String.fromCharCode(byte)
    }
    return { taken: bytes.length - from, line: undefined }
  }
}
