// @ts-check
// An HTTP service that takes S3 uploads, and keeps only what is proved.
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Verifier } from 'countersign'
import { isUpload, readAddress } from './address.mjs'
import { ByteQueue } from './bytes.mjs'
import { createFormAcceptor, isForm } from './form.mjs'
import { takePart } from './multipart.mjs'
import { describeOutcome, refuse } from './refusals.mjs'
import { empty, S3Error } from './s3-answers.mjs'
import { answerCall } from './s3-calls.mjs'
import { takeUpload } from './upload.mjs'
import { openWire } from './wire.mjs'

/**
 * @typedef {object} GateOptions
 * @property {import('countersign').Credentials} credentials Who signs with these may do everything.
 * @property {string} region
 * @property {import('./store.mjs').Store} store
 * @property {number} maxBytes The largest object.
 * @property {readonly import('countersign').PayloadMode[]} payloads
 * @property {number} idleSeconds A client that sends nothing, or takes nothing, for as long is given up.
 * @property {{ cert: string | Buffer, key: string | Buffer }} [tls]
 * @property {(line: string) => void} [onRefused] Told of each request that is refused or broken off, and why.
 */

const HEAD_MILLISECONDS = 60_000
const MAX_SMALL_BYTES = 1024 * 1024

/** @param {GateOptions} options */
export function createGate(options) {
  const { credentials, region, store, maxBytes, payloads, tls, onRefused } = options
  const { accessKeyId, secretAccessKey } = credentials
  const idleMilliseconds = options.idleSeconds * 1000
  // A Map: in a plain object, the client that calls itself `constructor` finds a key.
  const keys = new Map([[accessKeyId, { secretAccessKey }]])
  const policy = {
    service: 's3',
    region,
    getKeys: (/** @type {import('countersign').KeyLookup} */ lookup) => keys.get(lookup.accessKeyId),
    payloads,
    body: /** @type {const} */ ('stream'),
    maxBodyBytes: maxBytes,
  }
  const verifier = new Verifier(policy)
  const acceptForm = createFormAcceptor({ policy, store, maxBytes, unprovedMilliseconds: idleMilliseconds })

  /**
   * @param {import('node:http').IncomingMessage} req
   * @param {import('./wire.mjs').Wire} wire
   */
  async function answer(req, wire) {
    const { method = '', url: target = '', headers } = req
    if (isForm(req)) {
      const { bucket, key } = readAddress(target)
      if (!bucket || key)
        throw new S3Error('MethodNotAllowed', 405, 'A form is sent to a bucket: POST /bucket')
      return acceptForm(headers['content-type'] ?? '', wire, bucket)
    }

    // Throws unless the head of the request is proved. It has to see the target and the headers as they arrived.
    const verified = await verifier.verifyReceived({
      method,
      target,
      headers: headerPairs(req),
      body: wire.body(),
    })
    const address = readAddress(target, verified.path)
    const { signedHeaders } = verified
    const body = /** @type {ReadableStream<Uint8Array>} There, as one was given. */ (verified.body)
    if (method !== 'PUT' || !isUpload(address, headers)) {
      const text = await readText(body)
      return answerCall({ store, region, maxBytes, method, address, headers, signedHeaders, body: text })
    }
    const upload = { body, headers, signedHeaders }
    const { bucket, key = '', query } = address
    const { etag } = query.has('uploadId')
      ? await takePart(store, address, upload)
      : await takeUpload(store, { ...upload, name: ['object', bucket, key] })
    return empty({ etag: `"${etag}"` })
  }

  /** @type {WeakSet<import('node:http').IncomingMessage>} */
  const reported = new WeakSet()

  /**
   * Once for each request: whoever is refused may also hang up before he has heard it.
   *
   * @param {import('node:http').IncomingMessage} req
   * @param {unknown} error
   */
  function report(req, error) {
    if (reported.has(req)) return
    reported.add(req)
    const { isFault, line } = describeOutcome(req, error)
    if (isFault) console.error(line)
    else onRefused?.(line)
  }

  /**
   * @param {import('node:http').IncomingMessage} req
   * @param {import('node:http').ServerResponse} res
   * @param {boolean} isAwaited Whether the client waits for `100 Continue` before it sends the body.
   */
  async function serve(req, res, isAwaited) {
    const wire = openWire(req, res, { isAwaited, idleMilliseconds })
    const response = await answer(req, wire).catch((error) => {
      report(req, error)
      return refuse(error)
    })
    if (res.destroyed) return response.body?.cancel()
    if (!req.complete) response.headers.set('connection', 'close')
    res.writeHead(response.status, Object.fromEntries(response.headers))
    const content = req.method === 'HEAD' ? null : response.body
    res.setTimeout(idleMilliseconds, () => res.destroy())
    if (content) await pipeline(Readable.fromWeb(/** @type {any} */ (content)), res, { end: false })
    await wire.drain()
    res.end()
  }

  // No limit on the time that a whole request takes: a large upload may come slowly, as long as it comes.
  const timeouts = { requestTimeout: 0, headersTimeout: HEAD_MILLISECONDS }
  const server = tls ? createHttpsServer({ ...tls, ...timeouts }) : createHttpServer(timeouts)
  for (const event of ['request', 'checkContinue']) {
    server.on(event, (req, res) => {
      serve(req, res, event === 'checkContinue').catch((error) => {
        report(req, error)
        res.destroy()
      })
    })
  }
  return server
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

/** @param {AsyncIterable<Uint8Array>} body To its end: it is proved only there. */
async function readText(body) {
  const queue = new ByteQueue()
  for await (const piece of body) {
    if (queue.held.length + piece.length > MAX_SMALL_BYTES) {
      throw new S3Error('EntityTooLarge', 400, 'This call takes no such large body')
    }
    queue.append(piece)
  }
  return queue.held.toString('utf8')
}
