// @ts-check
// Forms that browsers upload: what signs them is a policy in the form, which says what may be uploaded.
import { verifyPostForm } from 'countersign/post-policy'
import { readForm } from './form-reader.mjs'
import { formObjectHeaders } from './object-headers.mjs'
import { empty, escapeXml, S3Error, tag, xml } from './s3-answers.mjs'

/** Anybody may send a form, and what comes before its file is held in memory until it is proved. */
const MAX_UNPROVED_FORMS = 256

/** @param {import('node:http').IncomingMessage} req */
export const isForm = ({ method, headers }) =>
  method === 'POST' &&
  headers.authorization === undefined &&
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')

/**
 * @param {object} options
 * @param {import('countersign').VerifierOptions} options.policy
 * @param {import('./store.mjs').Store} options.store
 * @param {number} options.maxBytes The largest file.
 * @param {number} options.unprovedMilliseconds Within this time a form is proved: its file may take longer.
 */
export function createFormAcceptor({ policy, store, maxBytes, unprovedMilliseconds }) {
  let unproved = 0

  /**
   * @param {string} contentType
   * @param {import('./wire.mjs').Wire} wire
   * @param {string} bucket
   */
  async function prove(contentType, wire, bucket) {
    const { fields, file } = await readForm(contentType, wire.body())
    // Throws unless every field is such as the signed policy says. The size of the file is not known yet.
    const given = { name: file.name, size: /** @type {const} */ ('unknown') }
    return { file, proved: await verifyPostForm(fields, { ...policy, bucket, file: given }) }
  }

  /**
   * @param {string} contentType
   * @param {import('./wire.mjs').Wire} wire
   * @param {string} bucket That the request addresses: the form has no say in it.
   * @returns {Promise<Response>}
   */
  return async function acceptForm(contentType, wire, bucket) {
    if (unproved >= MAX_UNPROVED_FORMS) {
      throw new S3Error('SlowDown', 503, 'Too many forms are being read: send this one again later')
    }
    unproved++
    const { file, proved } = await wire
      .inTime(prove(contentType, wire, bucket), unprovedMilliseconds)
      .finally(() => unproved--)

    const { key, fields, contentLengthRange } = proved
    const headers = formObjectHeaders(fields)
    const { min = 0, max = maxBytes } = contentLengthRange ?? {}
    const content = sized(file.content, { min, max: Math.min(max, maxBytes) })
    const { etag } = await store.keep(['object', bucket, key], await store.receive(content), { headers })
    return answerForm({ bucket, key, etag: `"${etag}"` }, fields)
  }
}

/**
 * @param {AsyncIterable<Uint8Array>} content
 * @param {{ min: number, max: number }} range
 */
async function* sized(content, { min, max }) {
  let size = 0
  for await (const piece of content) {
    size += piece.length
    if (size > max) throw new S3Error('EntityTooLarge', 400, `The file is larger than ${max} bytes`)
    yield piece
  }
  if (size < min) throw new S3Error('EntityTooSmall', 400, `The file is smaller than ${min} bytes`)
}

/**
 * As the form wants it: a page that the browser goes to next, or a status.
 *
 * @param {{ bucket: string, key: string, etag: string }} object
 * @param {Readonly<Record<string, string>>} fields All covered by the policy.
 */
function answerForm(object, { success_action_redirect: redirect = '', success_action_status: status }) {
  const { bucket, key, etag } = object
  if (/^https?:/i.test(redirect) && URL.canParse(redirect)) {
    const page = new URL(redirect)
    page.search += `${page.search ? '&' : ''}${new URLSearchParams(object)}`
    return empty({ location: page.href, etag }, 303)
  }
  const location = `/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`
  if (status !== '201') return empty({ location, etag }, status === '200' ? 200 : 204)
  const named = { Location: location, Bucket: bucket, Key: key, ETag: etag }
  const tags = Object.entries(named).map(([name, text]) => tag(name, escapeXml(text)))
  return xml(tag('PostResponse', tags.join('')), 201, { location, etag })
}
