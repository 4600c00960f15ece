// @ts-check
// An HTTP service that lets nothing unproved through to its handlers.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isSignatureError, Verifier } from 'countersign'

/**
 * What a handler gets: all of it is proved.
 * @typedef {object} Call
 * @property {string} caller Who signed it.
 * @property {URLSearchParams} query
 * @property {any} json The body, or undefined where there was none.
 */

/**
 * @param {object} options
 * @param {string} options.region
 * @param {Record<string, import('countersign').Credentials>} options.callers Who may call, with its key.
 * @param {Record<string, (call: Call) => Response | Promise<Response>>} options.routes By method and path:
 *   `'POST /orders'`.
 * @param {number} [options.requestSeconds] In which a whole request has to come. Default 20: bodies are small here.
 */
export function createService({ region, callers, routes, requestSeconds = 20 }) {
  // Maps: in a plain object, `constructor` is the name of something.
  const handlers = new Map(Object.entries(routes))
  const keys = new Map(
    Object.entries(callers).map(([name, { accessKeyId, secretAccessKey }]) => [
      accessKeyId,
      { secretAccessKey, principal: name },
    ]),
  )
  const verifier = new Verifier({
    service: 'execute-api',
    region,
    getKeys: ({ accessKeyId }) => keys.get(accessKeyId),
    maxBodyBytes: 1024 * 1024,
  })

  /** @param {import('node:http').IncomingMessage} req */
  async function answer(req) {
    const { method = '', url: target = '' } = req
    // The one route that is open to all.
    if (method === 'GET' && target === '/health') return Response.json({ up: true })

    // Throws unless the request is proved. It has to see the target and the headers as they arrived.
    const headers = headerPairs(req)
    const { principal, path, body } = await verifier.verifyReceived({ method, target, headers, body: req })

    const route = `${method} ${path}` // decoded, and without detours: as it was signed
    const handler = handlers.get(route)
    if (!handler) return Response.json({ message: `There is no ${route}` }, { status: 404 })
    let json
    try {
      json = parseJson(body)
    } catch {
      return Response.json({ message: 'The body is not JSON' }, { status: 400 })
    }
    const query = new URLSearchParams(target.split(/\?(.*)/s)[1])
    return handler({ caller: principal, query, json })
  }

  /**
   * @param {import('node:http').IncomingMessage} req
   * @param {import('node:http').ServerResponse} res
   */
  async function serve(req, res) {
    const { response, body } = await answer(req)
      .then(readAnswer)
      .catch((error) => readAnswer(refuse(req, error)))
    if (res.destroyed) return
    res.writeHead(response.status, Object.fromEntries(response.headers))
    res.end(body)
    req.resume() // what is left of a refused body is read for nothing: a client hears only when it has sent all
  }

  const requestTimeout = requestSeconds * 1000
  const timeouts = {
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: requestTimeout / 4,
  }
  return createServer(timeouts, (req, res) => {
    // An answer that cannot be sent: nothing may end the process.
    serve(req, res).catch((error) => {
      logFailure(req, error)
      res.destroy()
    })
  })
}

/** @param {Response} response */
const readAnswer = async (response) => ({ response, body: Buffer.from(await response.arrayBuffer()) })

/**
 * @param {import('node:http').IncomingMessage} req
 * @param {unknown} error
 */
function refuse(req, error) {
  if (!isSignatureError(error)) {
    logFailure(req, error)
    return Response.json({ message: 'Something went wrong here' }, { status: 500 })
  }
  const response = error.toResponse()
  // AWS has one code for several reasons: this tells them apart.
  response.headers.set('x-refusal-reason', error.reason)
  return response
}

/**
 * In one line. What comes from outside is quoted in it, so that nobody can write a line of his own.
 *
 * @param {import('node:http').IncomingMessage} req
 * @param {unknown} error
 */
function logFailure({ method, url = '', socket }, error) {
  const { message = error, stack = message } = error instanceof Error ? error : {}
  // Where the client has hung up there is nothing to look into. The query of a presigned URL is a secret.
  const [outcome, text] = socket.destroyed ? ['gone', message] : ['failed', stack]
  const quoted = JSON.stringify([url.split('?', 1)[0], String(text).slice(0, 2000)])
  console.error(`${outcome} ${method} ${quoted.replace(/[^ -~]/g, '?')}`)
}

/**
 * `rawHeaders` is a flat list: name, value, name, value. Unlike `headers`, it keeps repeated names apart.
 *
 * @param {import('node:http').IncomingMessage} req
 * @returns {[name: string, value: string][]}
 */
function headerPairs({ rawHeaders }) {
  /** @type {[string, string][]} */
  const pairs = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    pairs.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  }
  return pairs
}

/** @param {unknown} body */
function parseJson(body) {
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined
  return JSON.parse(new TextDecoder().decode(body))
}

/**
 * Listens on this machine only, on the port that the variable names, or on a free one.
 *
 * @param {import('node:http').Server} server
 * @param {string} variable
 * @returns {Promise<number>} The port.
 * @throws {Error} With a message for people.
 */
export async function listen(server, variable) {
  const wanted = process.env[variable] || '0'
  try {
    server.listen(Number(wanted), '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    const problem = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`
    throw new Error(`Port ${wanted} ${problem}: set ${variable} to another port, or unset it for a free one`)
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
