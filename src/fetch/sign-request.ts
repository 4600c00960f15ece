import { isNative } from '../crypto/backend.ts'
import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { splitUrl } from '../fields/host.ts'
import { CONTENT_TYPE, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { profileFor } from '../profiles.ts'
import { signHeadersHashing } from '../sign/headers.ts'
import type { SigningOptions } from '../sign/options.ts'
import { hashBody } from '../sign/payload.ts'
import type { CredentialProvider, Credentials, ServiceProfile } from '../types.ts'
import { fixBody, refuseUnhashedStream, type WireBody } from './body.ts'
import { dropOldSignature, withoutPresign } from './old-signature.ts'

/** How to sign what fetch takes. */
export interface SignRequestOptions extends Omit<SigningOptions, 'credentials'> {
  readonly credentials: Credentials | CredentialProvider
  /** As for fetch: over what the input says. */
  readonly init?: RequestInit | undefined
}

/** From here on WebCrypto, which works beside the program, beats hashing in JavaScript. */
const WEBCRYPTO_FROM_BYTES = 65_536

/**
 * The URL that the runtime will send.
 *
 * @throws {RangeError} where that is another path than the one that was written: `URL` collapses `.` and `..`,
 *   which are part of an S3 key.
 */
function urlToSend(input: string | URL, profile: ServiceProfile): string {
  if (typeof input !== 'string') return input.href
  let href: string
  try {
    href = new URL(input, (globalThis as { location?: { href: string } }).location?.href).href
  } catch {
    throw invalidArgValue('the URL', 'must be an absolute http or https URL')
  }
  const written = profile.pathNormalization === 'verbatim' ? (splitUrl(input)?.path ?? input) : ''
  if (/(?:^|[/\\])(?:\.|%2e){1,2}(?=[/\\]|$)|[\t\r\n\\]/i.test(written)) {
    throw invalidArgValue(
      'the URL',
      'has "." or ".." segments, backslashes or line breaks in its path, which the runtime would resolve before it sends the request: another key would be signed',
    )
  }
  return href
}

/** The body of the request: what `init` gives, else what the Request holds. */
async function wireBody(request: Request | undefined, init: RequestInit, passThrough: boolean): Promise<WireBody> {
  if (!request || (init.body !== undefined && init.body !== null)) return fixBody(init.body)
  if (request.body === null || request.method === 'GET' || request.method === 'HEAD') return fixBody(null)
  if (passThrough) return { body: undefined, isStream: true, contentType: undefined }
  if (request.bodyUsed) throw invalidArgValue('the Request', 'has a body that was read already')
  return { ...(await fixBody(await request.clone().arrayBuffer())), contentType: undefined }
}

async function bodyHasher(body: WireBody['body']): Promise<(body: unknown) => string> {
  const bytes = typeof body === 'string' && body.length >= WEBCRYPTO_FROM_BYTES ? encodeUtf8(body) : body
  const { subtle } = globalThis.crypto ?? {}
  if (isNative() || !subtle || !(bytes instanceof Uint8Array) || bytes.length < WEBCRYPTO_FROM_BYTES) return hashBody
  const hex = encodeHex(new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)))
  return () => hex
}

const isRequest = (input: unknown): input is Request =>
  typeof input === 'object' && input !== null && 'url' in input && 'headers' in input

/**
 * Signs what fetch takes, and resolves to a Request that is ready to send. The input is not changed; the body
 * of a Request that is signed as a stream is moved into the new one.
 *
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`: for one, a
 *   stream without `payload: 'unsigned'` or an `x-amz-content-sha256` header of its own.
 */
export async function signRequest(input: Request | string | URL, options: SignRequestOptions): Promise<Request> {
  if (options === null || typeof options !== 'object') throw invalidArgType('options', 'an object', options)
  const { init = {}, credentials, ...rest } = options
  const request = isRequest(input) ? input : undefined
  if (!request && typeof input !== 'string' && typeof (input as URL | undefined)?.href !== 'string') {
    throw invalidArgType('the input', 'a Request, a string or a URL', input)
  }
  const profile = { ...profileFor(rest.service), ...rest.profile }
  const written = request ? request.url : urlToSend(input as string | URL, profile)
  const url = withoutPresign(written)

  const headers = new Headers(init.headers ?? request?.headers)
  dropOldSignature(headers, profile)
  const passThrough = rest.payload === 'unsigned' || headers.has(X_AMZ_CONTENT_SHA256)
  const wire = await wireBody(request, init, passThrough)
  if (wire.isStream && !passThrough) refuseUnhashedStream()
  if (wire.contentType && !headers.has(CONTENT_TYPE)) headers.set(CONTENT_TYPE, wire.contentType)

  const method = init.method ?? request?.method ?? 'GET'
  const hash = wire.isStream ? hashBody : await bodyHasher(wire.body)
  const signed = signHeadersHashing(
    { method, url, headers, body: wire.isStream ? null : (wire.body as string | Uint8Array | undefined) },
    { ...rest, credentials: typeof credentials === 'function' ? await credentials() : credentials },
    hash,
  )
  for (const [name, value] of Object.entries(signed.headers)) headers.set(name, value)

  const sent: RequestInit & { duplex?: 'half' } = { ...init, method, headers }
  if (wire.body !== undefined) sent.body = wire.body as BodyInit
  if (wire.isStream) sent.duplex = 'half'
  return buildRequest(request, url, written, sent)
}

function buildRequest(request: Request | undefined, url: string, written: string, init: RequestInit): Request {
  try {
    if (!request) return new Request(url, init)
    // A Request keeps its own settings (signal, redirect, cache, …); another URL needs them copied over.
    return url === written ? new Request(request, init) : new Request(url, new Request(request, init))
  } catch (cause) {
    throw Object.assign(invalidArgValue('the request', `cannot be built: ${(cause as Error).message}`), { cause })
  }
}
