// @ts-check
// Takes a body in while it is verified, and keeps it where all of it was proved.
import { S3Error } from './s3-answers.mjs'

/**
 * @typedef {object} Upload
 * @property {import('./store.mjs').Name} name
 * @property {ReadableStream<Uint8Array>} body As the verifier gives it: it ends in an error where it is not proved.
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {readonly string[]} signedHeaders
 */

/** Kept with the object, and sent with it, beside `x-amz-meta-*`. */
const KEPT = ['content-type', 'cache-control', 'content-disposition', 'content-language', 'expires']

/**
 * @param {import('./store.mjs').Store} store
 * @param {Upload} upload
 * @returns {Promise<import('./store.mjs').Entry>}
 */
export async function takeUpload(store, { name, body, headers, signedHeaders }) {
  const received = await store.receive(body)
  // From here on every byte is proved.
  try {
    checkContentMd5(headers['content-md5'], received)
    return await store.keep(name, received, { headers: keptHeaders(headers, signedHeaders) })
  } catch (error) {
    await store.discard(received)
    throw error
  }
}

/**
 * @param {string | string[] | undefined} claimed
 * @param {import('./store.mjs').Received} received
 */
function checkContentMd5(claimed, { md5 }) {
  if (claimed === undefined || claimed === Buffer.from(md5, 'hex').toString('base64')) return
  throw new S3Error('BadDigest', 400, 'The body does not have the Content-MD5 that it says')
}

/**
 * What the signature covers, and nothing else: an unsigned header is anybody's.
 *
 * @param {import('node:http').IncomingHttpHeaders} headers
 * @param {readonly string[]} signedHeaders
 */
export function keptHeaders(headers, signedHeaders) {
  /** @type {Record<string, string>} */
  const kept = {}
  for (const name of signedHeaders) {
    const value = headers[name]
    if ((KEPT.includes(name) || name.startsWith('x-amz-meta-')) && value !== undefined)
      kept[name] = String(value)
  }
  // `aws-chunked` is how the body came, and no property of the object.
  const codings = (headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim())
  const encoding = codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',')
  if (encoding && signedHeaders.includes('content-encoding')) kept['content-encoding'] = encoding
  return kept
}
