import { checkText, invalidArgType, invalidArgValue } from '../errors.ts'
import { splitUrl } from '../fields/url.ts'
import { CONTENT_TYPE, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { adaptProfile } from '../profiles.ts'
import type { ServiceProfile } from '../types.ts'
import { fixBody, type WireBody } from './body.ts'
import type { Call } from './call.ts'
import { dropOldSignature, withoutPresign } from './old-signature.ts'
import { sendsStream } from './stream-support.ts'

/** What fetch takes, read, and rid of older signatures. */
export interface Outgoing {
  /** The Request whose settings (mode, cache, …) are kept. */
  readonly source: Request | undefined
  readonly method: string
  readonly url: string
  /** A copy: it may be written to. */
  readonly headers: Headers
  readonly init: RequestInit
  readonly call: Call
}

/** Path segments and characters that `URL` resolves or drops. */
const REWRITTEN_BY_URL = /(?:^|[/\\])(?:\.|%2e){1,2}(?=[/\\]|$)|[\t\r\n\\]/i

/**
 * The URL that the runtime will send.
 *
 * @throws {RangeError} where that is another path than the one that was written: `URL` collapses `.` and `..`,
 *   which are part of an S3 key.
 */
function urlToSend(input: string | URL, profile: ServiceProfile): string {
  if (typeof input !== 'string') return input.href
  if (profile.pathNormalization === 'verbatim' && REWRITTEN_BY_URL.test(splitUrl(input)?.path ?? input)) {
    throw invalidArgValue(
      'the URL',
      'has "." or ".." segments or "\\", which fetch resolves: another path would be sent',
    )
  }
  try {
    return new URL(input, globalThis.location?.href).href
  } catch {
    throw invalidArgValue('the URL', 'must be absolute')
  }
}

/** Does what a runtime may refuse, with a code of ours. */
function attempt<T>(option: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw Object.assign(invalidArgValue(option, `cannot be sent: ${(cause as Error).message}`), { cause })
  }
}

/** The input, if it is a Request; one of another realm or library counts as one. */
export function requestOf(input: Request | string | URL): Request | undefined {
  return typeof (input as Request | undefined)?.url === 'string' ? (input as Request) : undefined
}

/** The signal that fetch would follow. */
export function signalOf(input: Request | string | URL, init: RequestInit): AbortSignal | null | undefined {
  return init.signal === undefined ? requestOf(input)?.signal : init.signal
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readOutgoing(input: Request | string | URL, init: RequestInit, call: Call): Outgoing {
  const source = requestOf(input)
  const isRequest = typeof source?.clone === 'function'
  if (source ? !isRequest : typeof ((input as URL | undefined)?.href ?? input) !== 'string') {
    throw invalidArgType('the input', 'a Request, a string or a URL', input)
  }
  const profile = adaptProfile(call.service, call.profile)
  const url = withoutPresign(source ? source.url : urlToSend(input as string | URL, profile))
  const headers = attempt('headers', () => new Headers(init.headers ?? source?.headers))
  dropOldSignature(headers, profile)
  const { method = source?.method ?? 'GET' } = init
  checkText('method', method, { pattern: /./, rule: 'must be an HTTP method' })
  // fetch sends `patch` as it is written, and no server takes it for PATCH.
  return { source, method: method.toUpperCase(), url, headers, init, call }
}

/** The body of the request: what `init` gives, else what the Request holds. */
async function readBody({ source, init }: Outgoing, passThrough: boolean): Promise<WireBody> {
  if (!source || (init.body ?? null) !== null) return fixBody(init.body)
  if (source.body === null || /^(?:GET|HEAD)$/.test(source.method)) return fixBody(null)
  if (passThrough) return { body: undefined, isStream: true }
  if (source.bodyUsed) throw invalidArgValue('the Request', 'has a body that was read already')
  return fixBody(await source.clone().arrayBuffer())
}

/** The body, to be sent as often as need be if it is no stream. Its type joins the headers. */
export async function takeBody(outgoing: Outgoing): Promise<WireBody> {
  const { headers, call } = outgoing
  return withType(
    headers,
    await readBody(outgoing, call.payload === 'unsigned' || headers.has(X_AMZ_CONTENT_SHA256)),
  )
}

/** Adds a body's type to the headers, unless they have one. */
export function withType(headers: Headers, body: WireBody): WireBody {
  if (body.contentType && !headers.has(CONTENT_TYPE)) headers.set(CONTENT_TYPE, body.contentType)
  return body
}

/** The Request to send, whose headers are signed. */
export function buildRequest({ source, method, url, headers, init }: Outgoing, sent: WireBody): Request {
  const { body, isStream } = sent
  const settings: RequestInit & { duplex?: 'half' } = { ...init, method, headers }
  if (body !== undefined) settings.body = body as BodyInit
  if (isStream) settings.duplex = 'half'
  return attempt('the request', () => {
    if (isStream && body && !sendsStream(body)) {
      throw new TypeError('fetch takes no stream here: give bytes, text or a Blob')
    }
    if (!source) return new Request(url, settings)
    const signed = new Request(source, settings)
    // A Request keeps its own settings (signal, redirect, cache, …); for another URL they are copied over.
    return url === source.url ? signed : new Request(url, signed)
  })
}
