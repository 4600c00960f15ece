// @ts-check
// The few other calls of S3 that clients make around an upload. Each was proved before it comes here.

import { Readable } from 'node:stream'
import { abortUpload, completeUpload, listUploads, startUpload } from './multipart.mjs'
import { overridingHeaders } from './object-headers.mjs'
import { describe, empty, escapeXml, notImplemented, S3Error, tag, xml } from './s3-answers.mjs'

/**
 * @typedef {object} Call
 * @property {import('./store.mjs').Store} store
 * @property {string} region
 * @property {string} method
 * @property {import('./address.mjs').Address} address
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {readonly string[]} signedHeaders
 * @property {number} maxBytes
 * @property {string} body
 */

/**
 * @param {Call} call
 * @returns {Promise<Response>}
 */
export async function answerCall(call) {
  const { method, address } = call
  const { bucket, key, query } = address
  const kind = key === undefined ? (bucket ? 'bucket' : 'service') : 'object'
  const subresource = ['uploads', 'uploadId', 'location'].find((name) => query.has(name)) ?? ''
  const unknown = [...query.keys()].find((name) => !KNOWN_PARAMETERS.test(name))
  const handler = handlers[`${method} ${kind} ${subresource}`.trim()]
  if (!handler || unknown || call.headers['x-amz-copy-source']) {
    throw notImplemented(`${method} ${kind} ${unknown ?? subresource}`.trim())
  }
  return handler(call)
}

const KNOWN_PARAMETERS =
  /^(?:x-id|x-amz-[\w-]+|uploads|uploadId|location|list-type|prefix|delimiter|max-keys|max-uploads|encoding-type|fetch-owner|marker|key-marker|upload-id-marker|start-after|metadata|response-(?:cache-control|content-(?:disposition|encoding|language|type)|expires))$/i

/** @type {Record<string, (call: Call) => Response | Promise<Response>>} */
const handlers = {
  // Every bucket is there: keys are told apart by it, and no more.
  'PUT bucket': () => empty(),
  'HEAD bucket': ({ region }) => empty({ 'x-amz-bucket-region': region }),
  'GET bucket location': ({ region }) =>
    xml(tag('LocationConstraint', region === 'us-east-1' ? '' : escapeXml(region))),
  'GET bucket': listObjects,
  'GET bucket uploads': listUploads,
  'HEAD object': headObject,
  'GET object': getObject,
  async 'DELETE object'({ store, address: { bucket, key = '' } }) {
    await store.remove(['object', bucket, key])
    return empty({}, 204)
  },
  'POST object uploads': startUpload,
  'POST object uploadId': completeUpload,
  'DELETE object uploadId': abortUpload,
}

const noSuchKey = () => new S3Error('NoSuchKey', 404, 'There is no such object')

/** @param {Call} call */
async function headObject({ store, address: { bucket, key = '', query } }) {
  const entry = await store.find(['object', bucket, key])
  if (!entry) throw noSuchKey()
  return empty({ ...describe(entry), ...overridingHeaders(query) })
}

/** @param {Call} call */
async function getObject({ store, address: { bucket, key = '', query }, headers }) {
  const overriding = overridingHeaders(query)
  const opened = await store.open(['object', bucket, key])
  if (!opened) throw noSuchKey()
  const { entry, file } = opened
  try {
    const range = readRange(headers.range, entry.size)
    const described = { ...describe(entry), ...overriding }
    const content = /** @type {any} */ (Readable.toWeb(file.createReadStream(range)))
    if (!range) return new Response(content, { headers: described })
    const { start, end } = range
    const length = String(end - start + 1)
    return new Response(content, {
      status: 206,
      headers: {
        ...described,
        'content-length': length,
        'content-range': `bytes ${start}-${end}/${entry.size}`,
      },
    })
  } catch (error) {
    await file.close()
    throw error
  }
}

/**
 * One range; undefined for all of the object.
 *
 * @param {string | undefined} range
 * @param {number} size
 */
function readRange(range, size) {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (!first && !last) return undefined
  const start = first ? Number(first) : Math.max(size - Number(last), 0)
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1
  if (start > end) throw new S3Error('InvalidRange', 416, 'The object has no such range')
  return { start, end }
}

/**
 * Both versions of the listing, always whole: a client that pages gets one page.
 *
 * @param {Call} call
 */
async function listObjects({ store, address: { bucket, query } }) {
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const isEncoded = query.get('encoding-type') === 'url'
  const write = (/** @type {string} */ text) =>
    isEncoded ? encodeURIComponent(text).replaceAll('%2F', '/') : escapeXml(text)

  /** @type {Set<string>} */
  const folders = new Set()
  /** @type {string[]} */
  const contents = []
  const entries = (await store.list(['object', bucket])).map((entry) => ({
    ...entry,
    key: entry.name[2] ?? '',
  }))
  for (const { key, size, etag, modified } of entries.sort((a, b) => (a.key < b.key ? -1 : 1))) {
    if (!key.startsWith(prefix)) continue
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1
    if (cut >= 0) {
      folders.add(key.slice(0, cut + delimiter.length))
      continue
    }
    const fields = [
      tag('Key', write(key)),
      tag('LastModified', modified),
      tag('ETag', `&quot;${etag}&quot;`),
      tag('Size', size),
      tag('StorageClass', 'STANDARD'),
    ]
    contents.push(tag('Contents', fields.join('')))
  }
  const head = [
    tag('Name', escapeXml(bucket)),
    tag('Prefix', write(prefix)),
    tag('Delimiter', write(delimiter)),
    tag('KeyCount', contents.length + folders.size),
    tag('MaxKeys', 1000),
    isEncoded ? tag('EncodingType', 'url') : '',
    tag('IsTruncated', false),
  ]
  const prefixes = [...folders].map((folder) => tag('CommonPrefixes', tag('Prefix', write(folder))))
  return xml(tag('ListBucketResult', [...head, ...contents, ...prefixes].join('')))
}
