// @ts-check
// multipart/form-data as it arrives: the fields, and then the file, of which nothing is held. See RFC 7578.
import { ByteQueue } from './bytes.mjs'
import { S3Error } from './s3-answers.mjs'

/** For all that comes before the file: S3 allows 20 KiB of fields, and each has some lines around it. */
const MAX_BYTES_BEFORE_FILE = 64 * 1024

/**
 * @typedef {object} Form
 * @property {[name: string, value: string][]} fields Those that come before the file.
 * @property {{ name: string, content: AsyncIterable<Uint8Array> }} file Its content is to be read once. Nothing that
 *   comes behind it is looked at.
 */

/**
 * Reads a form up to the first byte of its file.
 *
 * @param {string} contentType
 * @param {AsyncIterable<Uint8Array>} body
 * @returns {Promise<Form>}
 */
export async function readForm(contentType, body) {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  if (!boundary) throw malformed('the Content-Type has no boundary')
  const delimiter = Buffer.from(`\r\n--${boundary[1] ?? boundary[2]}`, 'latin1')
  const reader = new Reader(body)

  if ((await reader.until(delimiter)).length > 0) throw malformed('it does not begin with its boundary')
  /** @type {[name: string, value: string][]} */
  const fields = []
  while ((await reader.until('\r\n')).length === 0) {
    const { name, filename = '' } = readDisposition(text(await reader.until('\r\n\r\n')))
    if (name === undefined) throw malformed('a part has no name')
    if (name.toLowerCase() === 'file') {
      return { fields, file: { name: filename, content: reader.contentUntil(delimiter) } }
    }
    fields.push([name, text(await reader.until(delimiter))])
  }
  throw malformed('it has no file')
}

class Reader {
  #queue = new ByteQueue()
  #pieces
  #room = MAX_BYTES_BEFORE_FILE

  /** @param {AsyncIterable<Uint8Array>} body */
  constructor(body) {
    this.#pieces = body[Symbol.asyncIterator]()
    this.#queue.append(Buffer.from('\r\n')) // so that the first boundary begins as the others do
  }

  async #more() {
    const { done, value } = await this.#pieces.next()
    if (done) throw malformed('it ends in the middle')
    this.#queue.append(value)
  }

  /**
   * What comes before the mark, which is left out.
   *
   * @param {string | Buffer} mark
   */
  async until(mark) {
    let searched = 0
    while (true) {
      const { held } = this.#queue
      const at = held.indexOf(mark, searched)
      if ((at < 0 ? held.length : at) > this.#room) {
        throw new S3Error('MaxPostPreDataLengthExceeded', 400, 'The form has too much before its file')
      }
      if (at >= 0) {
        this.#room -= at + mark.length
        this.#queue.take(at + mark.length)
        return held.subarray(0, at)
      }
      searched = Math.max(0, held.length - mark.length + 1)
      await this.#more()
    }
  }

  /**
   * The same, as it comes.
   *
   * @param {Buffer} mark
   */
  async *contentUntil(mark) {
    while (true) {
      const at = this.#queue.held.indexOf(mark)
      // The last bytes may be the beginning of the mark.
      const ready = at < 0 ? this.#queue.held.length - mark.length + 1 : at
      if (ready > 0) yield this.#queue.take(ready)
      if (at >= 0) return
      await this.#more()
    }
  }
}

/** @param {string} head Of a part. */
function readDisposition(head) {
  // Lines end with CR LF alone: a name may hold a character that JavaScript, too, takes for the end of a line.
  const [, parameters = ''] =
    /(?:^|\r\n)content-disposition:[ \t]*form-data[ \t]*(;[^\r\n]*)/i.exec(head) ?? []
  /** @type {{ name?: string, filename?: string }} */
  const read = {}
  for (const [, key = '', value = ''] of parameters.matchAll(/;\s*([\w*-]+)="((?:\\"|[^"])*)"/g)) {
    if (key === 'name' || key === 'filename') read[key] = unescapeQuotes(value)
  }
  return read
}

/** Browsers write `%22`, `%0D` and `%0A`, and other clients `\"`. */
const unescapeQuotes = (/** @type {string} */ value) =>
  value.replace(/\\"/g, '"').replace(/%(?:22|0D|0A)/gi, decodeURIComponent)

/** @param {Uint8Array} bytes */
function text(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformed('a field is not UTF-8')
  }
}

const malformed = (/** @type {string} */ what) =>
  new S3Error('MalformedPOSTRequest', 400, `The body is not a well-formed multipart/form-data: ${what}`)
