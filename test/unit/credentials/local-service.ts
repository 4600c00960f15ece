// Services on this machine that imitate AWS's, and what they have seen.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CredentialsError } from '../../../src/credentials/credentials-error.ts'
import type { CredentialProvider } from '../../../src/types.ts'

export interface Seen {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}
export interface LocalService {
  readonly url: string
  readonly seen: Seen[]
  /** Sends whatever goes anywhere to this service: path, method, headers and body stay. */
  readonly fetch: typeof fetch
}
type Handler = (request: Seen, response: ServerResponse) => void

const servers: Server[] = []

export async function serve(handler: Handler): Promise<LocalService> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method = '', url: path = '' } = request
    const arrived = { method, path, headers: request.headers as Seen['headers'], body }
    seen.push(arrived)
    handler(arrived, response)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const rerouted: typeof fetch = (input, init) => {
    const wanted = new URL(String(input))
    return fetch(`${url}${wanted.pathname}${wanted.search}`, init)
  }
  return { url, seen, fetch: rerouted }
}

export function closeServices(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
}

export const sendJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** What a provider rejects with, which must be a CredentialsError. */
export async function refusal(provider: CredentialProvider): Promise<CredentialsError> {
  const outcome = await provider().catch((error: unknown) => error)
  if (outcome instanceof CredentialsError) return outcome
  throw new Error(`not a CredentialsError: ${outcome}`)
}

export const whyOf = async (provider: CredentialProvider): Promise<string | undefined> =>
  (await refusal(provider)).attempts.at(-1)?.why

/** Reads from a table of texts. */
export const filesOf =
  (files: Readonly<Record<string, string>>) =>
  async (path: string): Promise<string> => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
    return text
  }
