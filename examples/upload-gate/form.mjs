// @ts-check
// Forms that browsers upload: what signs them is a policy in the form, which says what may be uploaded.
import { verifyPostForm } from 'countersign/post-policy'
import { readBytes } from './bytes.mjs'
import { formObjectHeaders } from './object-headers.mjs'
import { empty, escapeXml, S3Error, tag, xml } from './s3-answers.mjs'

/** The runtime's parser holds a form in memory: what is larger has to come as a PUT. */
const MAX_FORM_BYTES = 16 * 1024 * 1024

/** @param {import('node:http').IncomingMessage} req */
export const isForm = ({ method, headers }) =>
  method === 'POST' &&
  headers.authorization === undefined &&
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')

/**
 * @typedef {object} FormUpload
 * @property {string} contentType
 * @property {AsyncIterable<Uint8Array>} received
 * @property {string} bucket That the request addresses: the form has no say in it.
 * @property {import('countersign').VerifierOptions} policy
 * @property {import('./store.mjs').Store} store
 * @property {(count: number) => void} claim Asks for the memory that the form takes. It throws where there is none.
 */

/**
 * @param {FormUpload} upload
 * @returns {Promise<Response>}
 */
export async function acceptForm({ contentType, received, bucket, policy, store, claim }) {
  const maxBytes = Math.min(policy.maxBodyBytes ?? MAX_FORM_BYTES, MAX_FORM_BYTES)
  let size = 0
  const bytes = await readBytes(received, (count) => {
    size += count
    if (size > maxBytes) throw new S3Error('EntityTooLarge', 400, 'The form is too large')
    claim(count)
  })
  const form = await parseForm(contentType, bytes)
  // Throws unless every field and the size of the file are such as the signed policy says.
  const { key, fields } = await verifyPostForm(form, { ...policy, bucket })

  const headers = formObjectHeaders(fields)
  const { etag } = await store.keep(['object', bucket, key], await store.receive(fileOf(form)), { headers })
  return answerForm({ bucket, key, etag: `"${etag}"` }, fields)
}

/**
 * @param {string} contentType
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function parseForm(contentType, bytes) {
  return new Response(bytes, { headers: { 'content-type': contentType } }).formData().catch(() => {
    throw new S3Error('MalformedPOSTRequest', 400, 'The body is not a well-formed multipart/form-data')
  })
}

/**
 * The same one that the verifier takes for the file: the first.
 *
 * @param {FormData} form
 * @returns {AsyncIterable<Uint8Array>}
 */
function fileOf(form) {
  const [, file = ''] = [...form].find(([name]) => name.toLowerCase() === 'file') ?? []
  return typeof file === 'string' ? new Blob([file]).stream() : file.stream()
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
