import { checkObject, checkText, invalidArgType, invalidArgValue } from '../errors.ts'
import { splitUrl } from '../fields/url.ts'
import { CONTENT_TYPE, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { adaptProfile } from '../profiles.ts'
import { draftHeaders, finishHeaders, type HeadersDraft } from '../sign/headers.ts'
import type { SigningOptions } from '../sign/options.ts'
import type { CredentialProvider, Credentials, RequestParts, ServiceProfile } from '../types.ts'
import { bodyHasher, fixBody, type WireBody } from './body.ts'
import { dropOldSignature, withoutPresign } from './old-signature.ts'

/** How to sign what fetch takes. */
export interface SignRequestOptions extends Omit<SigningOptions, 'credentials'> {
  readonly credentials: Credentials | CredentialProvider
  /** As for fetch: over what the input says. */
  readonly init?: RequestInit | undefined
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

function readHeaders(headers: HeadersInit | undefined): Headers {
  try {
    return new Headers(headers)
  } catch (cause) {
    throw Object.assign(invalidArgValue('headers', `cannot be sent: ${(cause as Error).message}`), { cause })
  }
}

/** The body of the request: what `init` gives, else what the Request holds. */
async function wireBody(
  request: Request | undefined,
  init: RequestInit,
  passThrough: boolean,
): Promise<WireBody> {
  if (!request || (init.body ?? null) !== null) return fixBody(init.body)
  if (request.body === null || /^(?:GET|HEAD)$/.test(request.method)) return fixBody(null)
  if (passThrough) return { body: undefined, isStream: true }
  if (request.bodyUsed) throw invalidArgValue('the Request', 'has a body that was read already')
  return fixBody(await request.clone().arrayBuffer())
}

export function buildRequest(request: Request | undefined, url: string, init: RequestInit): Request {
  try {
    if (!request) return new Request(url, init)
    const signed = new Request(request, init)
    // A Request keeps its own settings (signal, redirect, cache, …); for another URL they are copied over.
    return url === request.url ? signed : new Request(url, signed)
  } catch (cause) {
    throw Object.assign(invalidArgValue('the request', `cannot be built: ${(cause as Error).message}`), {
      cause,
    })
  }
}

/** What fetch takes, read, and rid of older signatures. */
export interface PreparedRequest {
  readonly request: Request | undefined
  readonly method: string
  readonly url: string
  /** A copy: it may be written to. */
  readonly headers: Headers
  readonly options: SignRequestOptions
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function prepareRequest(input: Request | string | URL, options: SignRequestOptions): PreparedRequest {
  const request = typeof (input as Request | undefined)?.url === 'string' ? (input as Request) : undefined
  const isRequest = typeof request?.clone === 'function'
  if (request ? !isRequest : typeof ((input as URL | undefined)?.href ?? input) !== 'string') {
    throw invalidArgType('the input', 'a Request, a string or a URL', input)
  }
  const { init = {} } = options
  const profile = adaptProfile(options.service, options.profile)
  const url = withoutPresign(request ? request.url : urlToSend(input as string | URL, profile))
  const headers = readHeaders(init.headers ?? request?.headers)
  dropOldSignature(headers, profile)
  const { method = request?.method ?? 'GET' } = init
  checkText('method', method, { pattern: /./, rule: 'must be an HTTP method' })
  // fetch sends `patch` as it is written, and no server takes it for PATCH.
  return { request, method: method.toUpperCase(), url, headers, options }
}

/** Signs a prepared request, and adds to its headers what must be sent. */
export async function signPrepared(
  { method, url, headers, options }: PreparedRequest,
  body: unknown,
): Promise<{ draft: HeadersDraft; signature: string }> {
  const { credentials } = options
  const draft = draftHeaders(
    // As a URL, not as text: this is what the runtime will send.
    { method, url: { href: url } as URL, headers, body: body as RequestParts['body'] },
    { ...options, credentials: typeof credentials === 'function' ? await credentials() : credentials },
    await bodyHasher(body),
  )
  const { signer } = draft.signing
  const { stringToSign } = draft.trace
  const signature = await (signer.signAsync?.(stringToSign) ?? signer.sign(stringToSign))
  const added = finishHeaders(draft, signature).headers
  for (const name in added) headers.set(name, added[name]!)
  return { draft, signature }
}

/**
 * Signs what fetch takes, and resolves to a Request that is ready to send. The input is not changed; the body
 * of a Request that is signed as a stream is moved into the new one.
 *
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`: for one, a
 *   stream without `payload: 'unsigned'` or an `x-amz-content-sha256` header of its own.
 */
export async function signRequest(
  input: Request | string | URL,
  options: SignRequestOptions,
): Promise<Request> {
  checkObject('options', options)
  const prepared = prepareRequest(input, options)
  const { request, method, url, headers } = prepared
  const { init = {} } = options
  const passThrough = options.payload === 'unsigned' || headers.has(X_AMZ_CONTENT_SHA256)
  const { body, isStream, contentType } = await wireBody(request, init, passThrough)
  if (contentType && !headers.has(CONTENT_TYPE)) headers.set(CONTENT_TYPE, contentType)
  await signPrepared(prepared, body)

  const sent: RequestInit & { duplex?: 'half' } = { ...init, method, headers }
  if (body !== undefined) sent.body = body as BodyInit
  if (isStream) sent.duplex = 'half'
  return buildRequest(request, url, sent)
}
