// A server of node:http: texts are written to its socket, and its parser reads them.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type BodyMode, isSignatureError, type VerifiedReceived, type Verifier } from '../../src/index.ts'
import { type ApplicationReading, readByApplications } from './arbitrary-reading.ts'
import type { Pair } from './arbitrary-request.ts'

/** What became of one request that Node's parser took. */
export type Arrival =
  | { readonly outcome: 'refused'; readonly reason: string }
  | {
      readonly outcome: 'accepted'
      readonly req: IncomingMessage
      readonly verified: VerifiedReceived<unknown, BodyMode>
      readonly body: Uint8Array | null
      readonly reading: ApplicationReading
    }

type AnyVerifier = Verifier<unknown, BodyMode>

async function bytesOf(body: VerifiedReceived['body']): Promise<Uint8Array | null> {
  return body instanceof ReadableStream ? new Uint8Array(await new Response(body).arrayBuffer()) : body
}

async function judge(req: IncomingMessage, verifier: AnyVerifier): Promise<Arrival> {
  const headers = req.rawHeaders.flatMap((name, i, raw): Pair[] => (i % 2 ? [] : [[name, raw[i + 1]!]]))
  const { method = '', url: target = '' } = req
  let verified: VerifiedReceived<unknown, BodyMode>
  let body: Uint8Array | null
  try {
    verified = await verifier.verifyReceived({ method, target, headers, body: req })
    body = await bytesOf(verified.body)
  } catch (error) {
    if (isSignatureError(error)) return { outcome: 'refused', reason: error.reason }
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET')
      return { outcome: 'refused', reason: 'aborted' }
    throw error
  }
  return { outcome: 'accepted', req, verified, body, reading: await readByApplications(req, body) }
}

export class Listener {
  readonly #server: Server
  #verifier: AnyVerifier | undefined
  #arrivals: Promise<Arrival>[] = []

  constructor() {
    this.#server = createServer((req, res) => {
      const arrival = judge(req, this.#verifier!)
      this.#arrivals.push(arrival)
      arrival.then(
        () => res.end(),
        () => res.destroy(),
      )
    })
    // A client that has sent everything says so, and still waits for the answer.
    Object.assign(this.#server, { httpAllowHalfOpen: true })
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  close(): void {
    this.#server.close()
  }

  /** What became of each of the requests that Node's parser found in a text; it may find none. */
  async send(text: string, verifier: AnyVerifier): Promise<Arrival[]> {
    this.#verifier = verifier
    this.#arrivals = []
    const socket = connect((this.#server.address() as AddressInfo).port, '127.0.0.1')
    // Whatever is wrong with the text, the server may break the connection.
    socket.on('error', () => undefined).resume()
    socket.end(Buffer.from(text, 'latin1'))
    await once(socket, 'close')
    return Promise.all(this.#arrivals)
  }
}
