// @ts-check
import { S3Error } from './s3-answers.mjs'

/**
 * Where a request points to.
 * @typedef {{ bucket: string, key: string | undefined, query: URLSearchParams }} Address
 */

/**
 * @param {string} target
 * @returns {Address}
 */
export function readAddress(target) {
  const [path = '', query = ''] = target.split(/\?(.*)/s, 2)
  const [, bucket = '', key] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  try {
    return {
      bucket: decodeURIComponent(bucket),
      key: key ? decodeURIComponent(key) : undefined,
      query: new URLSearchParams(query),
    }
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
