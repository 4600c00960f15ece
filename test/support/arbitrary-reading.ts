// What applications on Node read of a request: Express with both of its parsers of queries, and what stands on its own.
import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { parse as parseQuery } from 'node:querystring'
import { PassThrough } from 'node:stream'
import express, { type Express, type ExpressRequest } from 'express'
import qs from 'qs'

export type QueryPair = readonly [name: string, value: string]

/** Everything that was read of one request. */
export interface ApplicationReading {
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Uint8Array
  readonly queries: Readonly<Record<Reader, readonly QueryPair[]>>
}

/** `Express simple` is `querystring`, `Express extended` is `qs`: as Express calls them. */
export type Reader = 'URLSearchParams' | 'querystring' | 'qs' | 'Express simple' | 'Express extended'

/** The values of a parsed query, however deep a parser put them. */
const leaves = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)]

const pairsOf = (query: Readonly<Record<string, unknown>>): QueryPair[] =>
  Object.entries(query).flatMap(([name, value]) => leaves(value).map((leaf): QueryPair => [name, leaf]))

type Told = ExpressRequest & { tell(outcome: { error: unknown } | { req: ExpressRequest }): void }

function applicationWith(queryParser: 'simple' | 'extended'): Express {
  const app = express()
  app.set('query parser', queryParser)
  app.use(express.raw({ type: () => true, limit: 2 ** 20 }))
  app.use((req: ExpressRequest) => (req as Told).tell({ req }))
  app.use((error: unknown, req: ExpressRequest, _res: ServerResponse, _next: unknown) =>
    (req as Told).tell({ error }),
  )
  return app
}

const applications = { simple: applicationWith('simple'), extended: applicationWith('extended') }

/** The request as it goes on to the application: its head as it came, and the body that was proved. */
function forwarded(req: IncomingMessage, body: Uint8Array | null): IncomingMessage {
  // Of a socket that the client has finished writing to, Express reads nothing.
  const next = new IncomingMessage(new PassThrough() as unknown as Socket)
  Object.assign(next, {
    method: req.method,
    url: req.url,
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    complete: true,
  })
  next.headers = req.headers
  if (body) next.push(body)
  next.push(null)
  return next
}

function readBy(app: Express, req: IncomingMessage): Promise<ExpressRequest> {
  return new Promise((resolve, reject) => {
    const tell: Told['tell'] = (outcome) => ('req' in outcome ? resolve(outcome.req) : reject(outcome.error))
    app(Object.assign(req, { tell }), new ServerResponse(req))
  })
}

/** What an application reads of a request whose body was proved. */
export async function readByApplications(
  req: IncomingMessage,
  body: Uint8Array | null,
): Promise<ApplicationReading> {
  const simple = await readBy(applications.simple, forwarded(req, body))
  const extended = await readBy(applications.extended, forwarded(req, body))
  const query = req.url!.split(/\?(.*)/s)[1] ?? ''
  return {
    path: simple.path,
    host: simple.host,
    headers: req.headers,
    body: (simple.body as Uint8Array | undefined) ?? new Uint8Array(),
    queries: {
      // A question mark at the beginning is not part of the first name, unless there are two.
      URLSearchParams: [...new URLSearchParams(`?${query}`)],
      querystring: pairsOf(parseQuery(query)),
      qs: pairsOf(qs.parse(query)),
      'Express simple': pairsOf(simple.query),
      'Express extended': pairsOf(extended.query),
    },
  }
}
