import { SignatureError } from '../../signature-error.ts'

/** The longest line: a chunk header of SigV4A has 180 characters, a trailer some more. */
const MAX_LINE_BYTES = 4096
const LF = 10
const CRLF = '\r\n'
/** A line feed may stand at the end of a trailer's value. */
const LINE = /^[ -~]*\n?$/

/** Puts lines that end in CR LF together from bytes that come in pieces. */
export class ChunkLines {
  #line = ''

  /**
   * @returns How many bytes were taken, and the line without its end once that is there.
   * @throws {SignatureError} `malformed-chunk`
   */
  take(bytes: Uint8Array, from: number): { taken: number; line: string | undefined } {
    const end = bytes.indexOf(LF, from) + 1 || bytes.length
    const taken = end - from
    if (this.#line.length + taken > MAX_LINE_BYTES + CRLF.length) {
      throw new SignatureError(
        'malformed-chunk',
        `A line of the framing is longer than ${MAX_LINE_BYTES} bytes`,
      )
    }
    this.#line += String.fromCharCode.apply(null, bytes.subarray(from, end) as unknown as number[])
    if (!this.#line.endsWith(CRLF)) return { taken, line: undefined }
    const line = this.#line.slice(0, -CRLF.length)
    this.#line = ''
    if (LINE.test(line)) return { taken, line }
    throw new SignatureError('malformed-chunk', 'A line of the framing has a character out of place')
  }
}
