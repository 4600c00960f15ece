// @ts-check
// Forms that browsers upload: what signs them is a policy in the form, which says what may be uploaded.
import { verifyPostForm } from 'countersign/post-policy'
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
 */

/**
 * @param {FormUpload} upload
 * @returns {Promise<Response>}
 */
export async function acceptForm({ contentType, received, bucket, policy, store }) {
  const form = await readForm(contentType, received, policy.maxBodyBytes ?? MAX_FORM_BYTES)
  // Throws unless every field and the size of the file are such as the signed policy says.
  const { key, fields } = await verifyPostForm(form, { ...policy, bucket })

  const name = ['object', bucket, key]
  const { etag } = await store.keep(name, await store.receive(fileOf(form)), { headers: keptFields(fields) })
  const location = `/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`
  const headers = { location, etag: `"${etag}"` }
  if (fields.success_action_status !== '201') {
    return empty(headers, fields.success_action_status === '200' ? 200 : 204)
  }
  const named =
    tag('Location', escapeXml(location)) + tag('Bucket', escapeXml(bucket)) + tag('Key', escapeXml(key))
  return xml(tag('PostResponse', `${named}${tag('ETag', `&quot;${etag}&quot;`)}`), 201, headers)
}

/**
 * @param {string} contentType
 * @param {AsyncIterable<Uint8Array>} received
 * @param {number} maxBytes
 */
async function readForm(contentType, received, maxBytes) {
  const chunks = []
  let size = 0
  for await (const chunk of received) {
    size += chunk.length
    if (size > Math.min(maxBytes, MAX_FORM_BYTES))
      throw new S3Error('EntityTooLarge', 400, 'The form is too large')
    chunks.push(chunk)
  }
  const whole = new Response(Buffer.concat(chunks), { headers: { 'content-type': contentType } })
  return whole.formData().catch(() => {
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

/** @param {Readonly<Record<string, string>>} fields All covered by the policy. */
function keptFields(fields) {
  const kept = Object.entries(fields).filter(
    ([name, value]) =>
      (name === 'content-type' || name.startsWith('x-amz-meta-')) && /^[\t -~]*$/.test(value),
  )
  return Object.fromEntries(kept)
}
