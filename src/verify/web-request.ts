import { invalidArgType, quote } from '../errors.ts'
import { AWS_CHUNKED } from '../fields/aws-chunked.ts'
import { splitUrl } from '../fields/url.ts'
import { HOST } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import { alreadyRead } from './body/source.ts'
import type { ReceivedRequest } from './received.ts'
import type { VerifierSettings } from './settings.ts'

const CONTENT_ENCODING = 'content-encoding'

/** What came of the verification of a Request. */
export interface CheckedParts {
  /** As the client addressed it. */
  readonly url: string
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null
  /** The body came out of chunks or events: headers that describe it on the wire do not hold any more. */
  readonly isDecoded: boolean
}

function decodedHeaders(headers: Headers): Headers {
  const decoded = new Headers(headers)
  const codings = (headers.get(CONTENT_ENCODING) ?? '').split(',').map((coding) => coding.trim())
  const kept = codings.filter((coding) => coding.toLowerCase() !== AWS_CHUNKED && coding !== '')
  if (kept.length > 0) decoded.set(CONTENT_ENCODING, kept.join(', '))
  else decoded.delete(CONTENT_ENCODING)
  decoded.delete('content-length')
  return decoded
}

/** The request for the application: the checked body, headers that describe it, and the URL that was proved. */
export function checkedRequest(request: Request, { url, body, isDecoded }: CheckedParts): Request {
  const isSameUrl = new URL(url).href === request.url
  if (body === null && isSameUrl) return request
  const init: RequestInit & { duplex?: 'half' } = {}
  if (body !== null) {
    init.body = body as BodyInit
    init.duplex = 'half'
  }
  if (isDecoded) init.headers = decodedHeaders(request.headers)
  if (isSameUrl) return new Request(request, init)
  const { method, headers, signal } = request
  return new Request(url, { method, headers, signal, ...init })
}

/** Some browsers do not show the body of a Request, and may hold one all the same. */
function readLate(request: Request): AsyncIterable<Uint8Array> | null {
  if (/^(?:GET|HEAD)$/.test(request.method)) return null
  async function* read(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(await request.arrayBuffer())
  }
  return read()
}

/** What a URL says; a client may name a host that no signer takes, such as `a!b`: to a URL it is one. */
interface WebUrl {
  readonly scheme: 'http' | 'https'
  readonly host: string
  /** Path and query, as the runtime has them. */
  readonly target: string
}

function readUrl(url: string): WebUrl {
  const [, scheme, rest = ''] = /^(https?):\/\/[^/?#]*([^#]*)/i.exec(url) ?? []
  if (scheme === undefined || !URL.canParse(url)) {
    throw new SignatureError(
      'malformed-request',
      `The URL must be one of http or https; it is ${quote(url.split(':', 1)[0] ?? '')}`,
    )
  }
  const host = splitUrl(url)?.host ?? new URL(url).host
  const target = rest.startsWith('/') ? rest : `/${rest}`
  return { scheme: scheme.toLowerCase() as WebUrl['scheme'], host, target }
}

/**
 * A fetch-style Request as it arrived. Some runtimes leave `host` to the URL.
 *
 * @throws {SignatureError} `malformed-request`, `body-already-read`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function receivedFromRequest(
  request: Request,
  { externalAddresses }: VerifierSettings,
): ReceivedRequest {
  if (typeof request?.url !== 'string' || typeof request.headers?.get !== 'function') {
    throw invalidArgType('the request', 'a Request (anything else is for verifyReceived)', request)
  }
  const { scheme, host, target } = readUrl(request.url)
  const headers = [...request.headers]
  const sent = request.headers.get(HOST)
  if (sent === null) headers.push([HOST, host])
  // With one external address it does not matter: that is what is proved, and what the application gets to see.
  else if (externalAddresses.length !== 1 && splitUrl(`${scheme}://${sent.trim()}`)?.host !== host) {
    throw new SignatureError(
      'malformed-request',
      `The host header ${quote(sent)} is not the host ${quote(host)} of the URL: behind a proxy say externalUrl`,
    )
  }
  if (request.bodyUsed) throw alreadyRead()
  return {
    method: request.method,
    target,
    headers,
    body: request.body === undefined ? readLate(request) : request.body,
    scheme,
  }
}
