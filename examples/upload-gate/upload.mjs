// @ts-check
// Takes a body in while it is verified, and keeps it where all of it was proved.
import { signedObjectHeaders } from './object-headers.mjs'
import { S3Error } from './s3-answers.mjs'

/**
 * @typedef {object} Upload
 * @property {import('./store.mjs').Name} name
 * @property {AsyncIterable<Uint8Array>} body As the verifier gives it: it ends in an error where it is not proved.
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {readonly string[]} signedHeaders
 */

/**
 * @param {import('./store.mjs').Store} store
 * @param {Upload} upload
 * @returns {Promise<import('./store.mjs').Entry>}
 */
export async function takeUpload(store, { name, body, headers, signedHeaders }) {
  const kept = signedObjectHeaders(headers, signedHeaders)
  const received = await store.receive(body)
  // From here on every byte is proved.
  const claimed = headers['content-md5']
  if (claimed !== undefined && claimed !== Buffer.from(received.md5, 'hex').toString('base64')) {
    await store.discard(received)
    throw new S3Error('BadDigest', 400, 'The body does not have the Content-MD5 that it says')
  }
  return store.keep(name, received, { headers: kept })
}
