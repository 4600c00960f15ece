import { invalidArgType } from '../errors.ts'
import { AWS_CHUNKED } from '../fields/aws-chunked.ts'
import { splitUrl, type UrlParts } from '../fields/url.ts'
import { HOST } from '../names.ts'
import type { ReceivedRequest } from './received.ts'

const CONTENT_ENCODING = 'content-encoding'

/** The request for the application: the checked body, and headers that describe it. */
export function checkedRequest(request: Request, body: BodyInit, isDecoded: boolean): Request {
  const init: RequestInit & { duplex?: 'half' } = { body, duplex: 'half' }
  if (!isDecoded) return new Request(request, init)
  const headers = new Headers(request.headers)
  const codings = (headers.get(CONTENT_ENCODING) ?? '').split(',').map((coding) => coding.trim())
  const kept = codings.filter((coding) => coding.toLowerCase() !== AWS_CHUNKED && coding !== '')
  if (kept.length > 0) headers.set(CONTENT_ENCODING, kept.join(', '))
  else headers.delete(CONTENT_ENCODING)
  headers.delete('content-length')
  return new Request(request, { ...init, headers })
}

/** Some browsers do not show the body of a Request, and may hold one all the same. */
function readLate(request: Request): AsyncIterable<Uint8Array> | null {
  if (/^(?:GET|HEAD)$/.test(request.method)) return null
  async function* read(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(await request.arrayBuffer())
  }
  return read()
}

/** A client may name a host that no signer takes, such as `a!b`: to a URL it is one. */
function urlParts(url: string): Pick<UrlParts, 'host' | 'path' | 'query'> | undefined {
  const parts = splitUrl(url)
  if (parts || !URL.canParse(url)) return parts
  const { protocol, host, pathname, search } = new URL(url)
  return /^https?:$/.test(protocol) ? { host, path: pathname, query: search.slice(1) } : undefined
}

/**
 * A fetch-style Request as it arrived. Some runtimes leave `host` to the URL.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function receivedFromRequest(request: Request): ReceivedRequest {
  const parts = typeof request?.url === 'string' ? urlParts(request.url) : undefined
  if (!parts || typeof request.headers?.has !== 'function')
    throw invalidArgType('the request', 'a Request', request)
  const headers = [...request.headers]
  if (!request.headers.has(HOST)) headers.push([HOST, parts.host])
  const at = request.url.indexOf('?')
  return {
    method: request.method,
    target: (parts.path || '/') + (at < 0 ? '' : `?${parts.query}`),
    headers,
    body: request.body === undefined ? readLate(request) : request.body,
  }
}
