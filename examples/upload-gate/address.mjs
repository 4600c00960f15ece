// @ts-check
import { S3Error } from './s3-answers.mjs'

/**
 * Where a request points to.
 * @typedef {{ bucket: string, key: string | undefined, query: URLSearchParams }} Address
 */

/**
 * @param {string} target As it came.
 * @param {string} [provedPath] Of a request that was proved. A form proves nothing of the path that it is sent to.
 * @returns {Address}
 */
export function readAddress(target, provedPath) {
  const decoded = decodePath(target)
  const path = provedPath ?? decoded
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  return { bucket, key: key || undefined, query: new URLSearchParams(target.split(/\?(.*)/s)[1]) }
}

/**
 * @param {string} target
 * @throws {S3Error} Where it is no UTF-8: such a path can be proved, and two of them would be one key.
 */
function decodePath(target) {
  try {
    return decodeURIComponent(target.split('?', 1)[0] ?? '')
  } catch {
    throw new S3Error('InvalidURI', 400, 'The path is not percent-encoded UTF-8')
  }
}

/** What a client may add to the URL of an upload: the names that SDKs and presigned URLs have. */
const HARMLESS = /^(?:x-id|X-Amz-[\w-]+|partNumber|uploadId)$/i

/**
 * Whether the body of a PUT is to be kept: there are PUTs that set a property, or copy.
 *
 * @param {Address} address
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
export const isUpload = ({ key, query }, headers) =>
  key !== undefined &&
  headers['x-amz-copy-source'] === undefined &&
  [...query.keys()].every((parameter) => HARMLESS.test(parameter))
