// @ts-check
// What S3 clients expect to hear: XML, and headers that describe an object.

/** A request that was proved and cannot be done. */
export class S3Error extends Error {
  /**
   * @param {string} code S3's name for it.
   * @param {number} status
   * @param {string} message
   */
  constructor(code, status, message) {
    super(message)
    this.code = code
    this.status = status
  }

  toResponse() {
    return xml(
      tag('Error', tag('Code', escapeXml(this.code)) + tag('Message', escapeXml(this.message))),
      this.status,
    )
  }
}

export const notImplemented = (/** @type {string} */ what) =>
  new S3Error('NotImplemented', 501, `This gate does not know ${what}`)

/** @type {(name: string, content: string | number | boolean) => string} */
export const tag = (name, content) => `<${name}>${content}</${name}>`

/** @type {Record<string, string>} */
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 cannot hold most control characters: listings that need them ask for `encoding-type=url`. */
export const escapeXml = (/** @type {string} */ text) =>
  text.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]/g, '?').replace(/[&<>"]/g, (c) => ENTITIES[c] ?? '')

/** @type {(content: string, status?: number, headers?: Record<string, string>) => Response} */
export const xml = (content, status = 200, headers = {}) =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${content}`, {
    status,
    headers: { ...headers, 'content-type': 'application/xml' },
  })

/** @type {(headers?: Record<string, string>, status?: number) => Response} */
export const empty = (headers = {}, status = 200) => new Response(null, { status, headers })

/** @type {(entry: import('./store.mjs').Entry) => Record<string, string>} */
export const describe = ({ size, etag, modified, headers }) => ({
  'content-type': 'application/octet-stream',
  ...headers,
  'content-length': String(size),
  etag: `"${etag}"`,
  'last-modified': new Date(modified).toUTCString(),
  'accept-ranges': 'bytes',
})
