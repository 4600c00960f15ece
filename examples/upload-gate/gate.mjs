// @ts-check
// An HTTP service that takes S3 uploads, and keeps only what is proved.
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { isSignatureError, Verifier } from 'countersign'
import { acceptForm, isForm } from './form.mjs'
import { partName } from './multipart.mjs'
import { empty, S3Error } from './s3-answers.mjs'
import { answerCall } from './s3-calls.mjs'
import { takeUpload } from './upload.mjs'

/**
 * @typedef {object} GateOptions
 * @property {import('countersign').Credentials} credentials Who signs with these may do everything.
 * @property {string} region
 * @property {import('./store.mjs').Store} store
 * @property {number} maxBytes The largest object.
 * @property {readonly import('countersign').PayloadMode[]} payloads
 * @property {{ cert: string | Buffer, key: string | Buffer }} [tls]
 * @property {(line: string) => void} [onRefused] Told of each request that is refused, and why.
 */

/**
 * Where a request points to.
 * @typedef {{ bucket: string, key: string | undefined, query: URLSearchParams }} Address
 */

/** @param {GateOptions} options */
export function createGate({ credentials, region, store, maxBytes, payloads, tls, onRefused }) {
  /** @type {import('countersign').VerifierOptions} */
  const policy = {
    service: 's3',
    region,
    getKeys: ({ accessKeyId, sessionToken }) =>
      accessKeyId === credentials.accessKeyId && sessionToken === undefined
        ? { secretAccessKey: credentials.secretAccessKey }
        : undefined,
    payloads,
    body: 'stream',
    maxBodyBytes: maxBytes,
  }
  const verifier = new Verifier(policy)

  /**
   * @param {import('node:http').IncomingMessage} req
   * @param {AsyncIterable<Uint8Array>} received
   */
  async function answer(req, received) {
    const { method = '', url: target = '', headers } = req
    if (isForm(req)) {
      const { bucket } = readAddress(target)
      return acceptForm({ contentType: headers['content-type'] ?? '', received, bucket, policy, store })
    }

    // Throws unless the head of the request is proved. It has to see the target and the headers as they arrived.
    const verified = await verifier.verifyReceived({
      method,
      target,
      headers: headerPairs(req),
      body: received,
    })
    const body = /** @type {ReadableStream<Uint8Array>} */ (verified.body)
    const address = readAddress(target)
    const { signedHeaders } = verified
    if (method !== 'PUT' || !isUpload(address, headers)) {
      const text = await readSmall(body)
      return answerCall({ store, region, maxBytes, method, address, headers, signedHeaders, body: text })
    }
    const { bucket, key = '', query } = address
    const name = query.has('uploadId') ? await partName(store, address) : ['object', bucket, key]
    const { etag } = await takeUpload(store, { name, body, headers, signedHeaders })
    return empty({ etag: `"${etag}"` })
  }

  /**
   * @param {import('node:http').IncomingMessage} req
   * @param {import('node:http').ServerResponse} res
   * @param {boolean} isAwaited Whether the client waits for `100 Continue` before it sends the body.
   */
  async function serve(req, res, isAwaited) {
    const wire = { isAwaited }
    const response = await answer(req, readWire(req, res, wire)).catch((error) => {
      if (isRefusal(error)) onRefused?.(`refused ${req.method} ${describeRefusal(error)}`)
      return refuse(error)
    })
    if (!req.complete) response.headers.set('connection', 'close')
    res.writeHead(response.status, Object.fromEntries(response.headers))
    const content = req.method === 'HEAD' ? null : response.body
    if (content) await pipeline(Readable.fromWeb(/** @type {any} */ (content)), res, { end: false })
    // A body that is not wanted: a client that has begun to send it finishes, or its connection would break first.
    if (!req.complete && !wire.isAwaited) await drained(req)
    res.end()
  }

  const server = tls ? createHttpsServer(tls) : createHttpServer()
  for (const event of ['request', 'checkContinue']) {
    server.on(event, (req, res) => {
      serve(req, res, event === 'checkContinue').catch(() => res.destroy()) // the client has gone
    })
  }
  return server
}

/**
 * The body as it arrives. `100 Continue` goes out when the verifier asks for the first byte: not before the head
 * of the request is proved.
 *
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 * @param {{ isAwaited: boolean }} wire
 */
async function* readWire(req, res, wire) {
  if (wire.isAwaited) res.writeContinue()
  wire.isAwaited = false
  yield* req.iterator({ destroyOnReturn: false })
}

const DRAIN_MILLISECONDS = 10_000

/**
 * Reads on, for nothing and for a while.
 *
 * @param {import('node:http').IncomingMessage} req
 */
async function drained(req) {
  await finished(req.resume(), { signal: AbortSignal.timeout(DRAIN_MILLISECONDS) }).catch(() => req.destroy())
}

/** @type {(error: unknown) => error is import('countersign').SignatureError | S3Error} */
const isRefusal = (error) => isSignatureError(error) || error instanceof S3Error

/** @param {import('countersign').SignatureError | S3Error} error */
function describeRefusal(error) {
  if (!isSignatureError(error)) return `${error.status} ${error.code}: ${error.message}`
  // S3 has one code for several reasons.
  return `${error.status} ${error.awsCode} (${error.reason}): ${error.message}`
}

/** @param {unknown} error */
function refuse(error) {
  if (isSignatureError(error)) {
    const response = error.toResponse('xml')
    response.headers.set('x-refusal-reason', error.reason)
    return response
  }
  if (error instanceof S3Error) return error.toResponse()
  const isGone = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  if (!isGone) console.error(error)
  return new S3Error('InternalError', 500, 'Something went wrong here').toResponse()
}

/**
 * `rawHeaders` is a flat list: name, value, name, value. Unlike `headers`, it keeps repeated names apart.
 *
 * @param {import('node:http').IncomingMessage} req
 * @returns {[name: string, value: string][]}
 */
export function headerPairs({ rawHeaders }) {
  /** @type {[string, string][]} */
  const pairs = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  }
  return pairs
}

/**
 * @param {string} target
 * @returns {Address}
 */
function readAddress(target) {
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
const isUpload = ({ key, query }, headers) =>
  key !== undefined &&
  headers['x-amz-copy-source'] === undefined &&
  [...query.keys()].every((parameter) => HARMLESS.test(parameter))

const MAX_SMALL_BYTES = 1024 * 1024

/** @param {AsyncIterable<Uint8Array>} body To its end: it is proved only there. */
async function readSmall(body) {
  const chunks = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_SMALL_BYTES) throw new S3Error('EntityTooLarge', 400, 'This call takes no such large body')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
