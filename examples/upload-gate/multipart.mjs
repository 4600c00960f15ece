// @ts-check
// An upload in parts: each part is a proved upload of its own, and the call that completes it names them all.
import { createHash, randomBytes } from 'node:crypto'
import { signedObjectHeaders } from './object-headers.mjs'
import { empty, escapeXml, S3Error, tag, xml } from './s3-answers.mjs'
import { takeUpload } from './upload.mjs'

/** @typedef {import('./s3-calls.mjs').Call} Call */

/** @type {(bucket: string, key: string, uploadId: string) => import('./store.mjs').Name} */
const uploadEntry = (bucket, key, uploadId) => ['upload', bucket, key, uploadId]

/** @param {Call} call */
const nameOf = ({ address: { bucket, key = '', query } }) =>
  uploadEntry(bucket, key, query.get('uploadId') ?? '')

/**
 * Takes one part in.
 *
 * @param {import('./store.mjs').Store} store
 * @param {import('./address.mjs').Address} address
 * @param {Omit<import('./upload.mjs').Upload, 'name'>} upload
 */
export async function takePart(store, { bucket, key = '', query }, upload) {
  const uploadId = query.get('uploadId') ?? ''
  const partNumber = query.get('partNumber') ?? ''
  if (!/^[1-9]\d{0,3}$|^10000$/.test(partNumber)) {
    throw new S3Error('InvalidArgument', 400, 'partNumber must be from 1 to 10000')
  }
  const whole = uploadEntry(bucket, key, uploadId)
  await findUpload(store, whole)
  const part = await takeUpload(store, { ...upload, name: ['part', uploadId, partNumber] })
  // It may have been completed or given up meanwhile: then nobody would ever remove this part.
  if (!(await store.find(whole))) await store.remove(part.name)
  await findUpload(store, whole)
  return part
}

/**
 * @param {import('./store.mjs').Store} store
 * @param {import('./store.mjs').Name} name
 */
async function findUpload(store, name) {
  const upload = await store.find(name)
  if (!upload) throw new S3Error('NoSuchUpload', 404, 'There is no such upload')
  return upload
}

/** @param {Call} call */
export async function startUpload({ store, address: { bucket, key = '' }, headers, signedHeaders }) {
  const uploadId = randomBytes(16).toString('hex')
  const nothing = await store.receive((async function* () {})())
  await store.keep(uploadEntry(bucket, key, uploadId), nothing, {
    headers: signedObjectHeaders(headers, signedHeaders),
  })
  const fields = [tag('Bucket', escapeXml(bucket)), tag('Key', escapeXml(key)), tag('UploadId', uploadId)]
  return xml(tag('InitiateMultipartUploadResult', fields.join('')))
}

/** @param {Call} call */
export async function completeUpload(call) {
  const { store, address, body, maxBytes } = call
  const { bucket, key = '' } = address
  const upload = await findUpload(store, nameOf(call))
  const parts = await findParts(store, upload.name[3] ?? '', body)
  if (parts.reduce((total, { size }) => total + size, 0) > maxBytes) {
    throw new S3Error('EntityTooLarge', 400, `The object is larger than ${maxBytes} bytes`)
  }
  const content = async function* () {
    for (const part of parts) {
      const opened = await store.open(part.name)
      if (opened) yield* opened.file.createReadStream()
      if (opened?.entry.id !== part.id) throw new S3Error('InvalidPart', 400, 'A part was replaced meanwhile')
    }
  }
  const md5 = createHash('md5')
  for (const { etag } of parts) md5.update(etag, 'hex')
  const etag = `${md5.digest('hex')}-${parts.length}`
  const { headers } = upload
  await store.keep(['object', bucket, key], await store.receive(content()), { etag, headers })
  await forgetUpload(store, upload.name)
  const fields = [
    tag('Location', `/${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`),
    tag('Bucket', escapeXml(bucket)),
    tag('Key', escapeXml(key)),
    tag('ETag', `&quot;${etag}&quot;`),
  ]
  return xml(tag('CompleteMultipartUploadResult', fields.join('')))
}

/**
 * The parts that the client names, in its order.
 *
 * @param {import('./store.mjs').Store} store
 * @param {string} uploadId
 * @param {string} body
 */
async function findParts(store, uploadId, body) {
  const parts = []
  for (const piece of body.split('</Part>').slice(0, -1)) {
    const part = piece.slice(piece.lastIndexOf('<Part>'))
    const number = /<PartNumber>\s*(\d+)\s*<\/PartNumber>/.exec(part)?.[1] ?? ''
    const etag = /<ETag>(?:\s|"|&quot;|&#34;)*([\da-f]+)/i.exec(part)?.[1] ?? ''
    const entry = await store.find(['part', uploadId, number])
    if (entry?.etag !== etag)
      throw new S3Error('InvalidPart', 400, `Part ${number} is not there, or another one`)
    parts.push(entry)
  }
  if (parts.length === 0) throw new S3Error('MalformedXML', 400, 'The call names no parts')
  return parts
}

/** @param {Call} call */
export async function abortUpload(call) {
  const upload = await findUpload(call.store, nameOf(call))
  await forgetUpload(call.store, upload.name)
  return empty({}, 204)
}

/**
 * @param {import('./store.mjs').Store} store
 * @param {import('./store.mjs').Name} name
 */
async function forgetUpload(store, name) {
  await store.remove(name) // first: a part that comes now finds that there is no upload, and goes
  for (const part of await store.list(['part', name[3] ?? ''])) await store.remove(part.name)
}

/** @param {Call} call */
export async function listUploads({ store, address: { bucket, query } }) {
  const prefix = query.get('prefix') ?? ''
  const uploads = (await store.list(['upload', bucket])).filter(({ name }) => name[2]?.startsWith(prefix))
  const items = uploads.map(({ name: [, , key = '', uploadId = ''], modified }) =>
    tag('Upload', tag('Key', escapeXml(key)) + tag('UploadId', uploadId) + tag('Initiated', modified)),
  )
  const head = tag('Bucket', escapeXml(bucket)) + tag('IsTruncated', false)
  return xml(tag('ListMultipartUploadsResult', head + items.join('')))
}
