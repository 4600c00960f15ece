import { once } from 'node:events'
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Socket,
} from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'

/** Changes a request on its way. What it gives back must be as long as what it was given. */
export interface Tampering {
  head?(head: string): string
  body?(body: Buffer): Buffer
}

/** A hop between client and gate: it keeps the head of every request, and can change what passes. */
export interface Wire {
  readonly port: number
  readonly heads: string[]
  /** Which requests are tampered with, and how. */
  tampering: { matches(head: string): boolean; how: Tampering } | undefined
  close(): void
}

const HEAD_END = '\r\n\r\n'
/** Finds the end of a body in HTTP/1.1's own chunks. A look at its last bytes would not do: data may look so. */
class ChunkedEnd {
  #line = ''
  #skip = 0
  #isLast = false

  /** @returns How many of the bytes belong to the body, and whether it ends with them. */
  scan(bytes: Buffer): { taken: number; isEnd: boolean } {
    let at = 0
    while (at < bytes.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length - at)
        this.#skip -= skipped
        at += skipped
        continue
      }
      this.#line += String.fromCharCode(bytes[at++]!)
      if (!this.#line.endsWith('\r\n')) continue
      const line = this.#line.slice(0, -2)
      this.#line = ''
      if (this.#isLast && line === '') return { taken: at, isEnd: true }
      if (this.#isLast) continue
      const size = Number.parseInt(line, 16)
      this.#isLast = size === 0
      this.#skip = this.#isLast ? 0 : size + 2
    }
    return { taken: at, isEnd: false }
  }
}

/** Cuts what a client sends into heads and bodies: one connection may carry many requests. */
class RequestCutter {
  readonly #wire: Wire
  readonly #forward: (bytes: Buffer) => void
  #pending = Buffer.alloc(0)
  #left = 0
  #chunked: ChunkedEnd | undefined
  #how: Tampering | undefined
  #held: Buffer[] = []

  constructor(wire: Wire, forward: (bytes: Buffer) => void) {
    this.#wire = wire
    this.#forward = forward
  }

  push(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0; )
      rest = this.#inBody ? this.#takeBody(rest) : this.#takeHead(rest)
  }

  get #inBody(): boolean {
    return this.#left > 0 || this.#chunked !== undefined
  }

  #takeHead(bytes: Buffer): Buffer {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const end = this.#pending.indexOf(HEAD_END)
    if (end < 0) return Buffer.alloc(0)
    const rest = this.#pending.subarray(end + HEAD_END.length)
    const head = this.#pending.subarray(0, end).toString('latin1')
    this.#pending = Buffer.alloc(0)
    this.#wire.heads.push(head)
    this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head) ? new ChunkedEnd() : undefined
    const { tampering } = this.#wire
    this.#how = tampering?.matches(head) ? tampering.how : undefined
    this.#forward(Buffer.from((this.#how?.head?.(head) ?? head) + HEAD_END, 'latin1'))
    return rest
  }

  #takeBody(bytes: Buffer): Buffer {
    let taken = Math.min(this.#left, bytes.length)
    if (this.#chunked) {
      const scanned = this.#chunked.scan(bytes)
      taken = scanned.taken
      if (scanned.isEnd) this.#chunked = undefined
    } else this.#left -= taken
    const piece = bytes.subarray(0, taken)

    if (this.#how?.body) this.#held.push(piece)
    else this.#forward(piece)
    if (!this.#inBody && this.#how?.body) this.#forward(this.#how.body(Buffer.concat(this.#held.splice(0))))
    return bytes.subarray(taken)
  }
}

/** @param tls Both sides speak TLS: the client with the wire, and the wire with the gate. */
export async function layWire(gatePort: number, tls?: { cert: Buffer; key: Buffer }): Promise<Wire> {
  const heads: string[] = []
  const sockets = new Set<Socket>()
  const accept = (client: Socket): void => {
    const gate = tls
      ? connectTls({ port: gatePort, host: '127.0.0.1', rejectUnauthorized: false })
      : connectTcp(gatePort, '127.0.0.1')
    const cutter = new RequestCutter(wire, (bytes) => void gate.write(bytes))
    client.on('data', (bytes: Buffer) => cutter.push(bytes))
    client.on('end', () => gate.end())
    gate.pipe(client)
    for (const [one, other] of [
      [client, gate],
      [gate, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.end()
      })
    }
  }
  const server = tls ? createTlsServer(tls, accept) : createTcpServer(accept)
  server.on('tlsClientError', () => {})
  const wire: Wire = {
    port: 0,
    heads,
    tampering: undefined,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(wire, { port: (server.address() as AddressInfo).port })
}

/** Another hex digit in the place of each, so that what is wrong is the signature and not its form. */
const flip = (digit: string): string => (digit === '0' ? '1' : '0')

function replaceAt(body: Buffer, at: number, change: (character: string) => string): Buffer {
  const changed = Buffer.from(body)
  changed.write(change(String.fromCharCode(changed[at]!)), at, 'latin1')
  return changed
}

/** A byte of the data, in the middle of the body. */
export const changedData: Tampering = {
  body: (body) => replaceAt(body, body.length >> 1, (c) => String.fromCharCode(c.charCodeAt(0) ^ 1)),
}

/** The signature in the Authorization header or in the query, in its last digit. */
export const changedSignature: Tampering = {
  head: (head) => head.replace(/(Signature=[\da-f]{63})([\da-f])/i, (_, start, last) => start + flip(last)),
}

/** A character soon after a text: of the last place where it stands. */
const changedAfter = (text: string, distance: number): Tampering => ({
  body: (body) => replaceAt(body, body.lastIndexOf(text) + text.length + distance, flip),
})

export const changedChunkSignature: Tampering = changedAfter(';chunk-signature=', 3)
export const changedTrailerSignature: Tampering = changedAfter('x-amz-trailer-signature:', 3)

/** The value of the checksum after the body. */
export const changedTrailer: Tampering = {
  body(body) {
    const name = body.lastIndexOf('x-amz-checksum-')
    return replaceAt(body, body.indexOf(':', name) + 1, (c) => (c === 'A' ? 'B' : 'A'))
  },
}
