import { createHash } from 'node:crypto'
import sha256js from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import { SignatureV4 } from '@smithy/signature-v4'
import aws4Typed from 'aws4'
import { AwsV4Signer } from 'aws4fetch'
import { presignUrl, signHeaders } from '../../src/index.ts'
import {
  credentialsOf,
  hostOf,
  type PEER_CREDENTIALS,
  type PeerRequest,
  targetOf,
  urlOf,
} from './peer-request.ts'

// Its types say less than it takes.
const aws4 = aws4Typed as unknown as {
  readonly RequestSigner: new (
    ...given: readonly unknown[]
  ) => {
    canonicalString(): string
    sign(): { readonly path: string; readonly headers: Readonly<Record<string, string>> }
  }
}

type HeaderPair = readonly [name: string, value: string]

/** What a signer makes of a request, and what its client would send. */
export interface PeerSignature {
  readonly canonicalRequest: string
  readonly signedHeaders: string
  readonly signature: string
}

/** And what its client would send. */
export interface PeerAnswer extends PeerSignature {
  readonly target: string
  /** All but `host`. */
  readonly headers: readonly HeaderPair[]
}

export type PeerSigner = (request: PeerRequest) => Promise<PeerAnswer>
type OwnSigner = (request: PeerRequest) => PeerSignature

const HASH = 'x-amz-content-sha256'
const UNSIGNED = 'UNSIGNED-PAYLOAD'
const amzDate = (request: PeerRequest): string =>
  `${new Date(request.signingDate).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
const readClaims = (authorization: string) => {
  const [, signedHeaders = '', signature = ''] = /SignedHeaders=(\S+), Signature=(\w+)$/.exec(authorization)!
  return { signedHeaders, signature }
}
const readQuery = (target: string) => {
  const query = new URLSearchParams(target.slice(target.indexOf('?')))
  return {
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
    signature: query.get('X-Amz-Signature') ?? '',
  }
}

/** The payload hash that a client of S3 or Glacier, or one that signs no payload, puts into a header. */
function contentSha256(request: PeerRequest): string | undefined {
  const { carrier, payload, service, body } = request
  if (carrier === 'query') return undefined
  if (payload === 'unsigned') return UNSIGNED
  if (service !== 's3' && service !== 'glacier') return undefined
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex')
}

/** The caller's headers as one text a name. */
const joinedHeaders = ({ headers }: PeerRequest): [string, string][] =>
  headers.map(([name, lines]) => [
    name,
    lines.map((line) => line.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')).join(','),
  ])

// --- ours -----------------------------------------------------------------------------------------

const ownHeaders = (request: PeerRequest): HeaderPair[] =>
  request.headers.flatMap(([name, lines]) => lines.map((line): HeaderPair => [name, line]))

function signOurs(
  request: PeerRequest,
  url: string | URL,
  headers: Headers | Record<string, readonly string[]>,
): PeerSignature {
  const { carrier, method, body, payload, service, region, signingDate, expiresInSeconds } = request
  const parts = { method, url, headers, body }
  const signHeadersOf = request.headers.map(([name]) => name)
  const options = {
    credentials: credentialsOf(request),
    service,
    region,
    signingDate,
    payload,
    signHeaders: signHeadersOf,
  }
  const { trace } =
    carrier === 'header' ? signHeaders(parts, options) : presignUrl(parts, { ...options, expiresInSeconds })
  const { canonicalRequest, signedHeaders, signature } = trace
  return { canonicalRequest, signedHeaders: signedHeaders.join(';'), signature }
}

/** The request as it is written. */
export const ours: OwnSigner = (request) => {
  const headers: Record<string, readonly string[]> = Object.fromEntries(request.headers)
  return signOurs(request, urlOf(request), { ...headers, host: [hostOf(request)] })
}

/** The request as fetch sends it. */
export const oursForFetch: OwnSigner = (request) => {
  const headers = fetchHeaders(request)
  headers.set('host', hostOf(request))
  return signOurs(request, new URL(urlOf(request)), headers)
}

const fetchHeaders = (request: PeerRequest): Headers => new Headers(ownHeaders(request) as [string, string][])

// --- @smithy/signature-v4 -------------------------------------------------------------------------

function smithyQuery({ query }: PeerRequest): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = Object.create(null)
  for (const { name, value } of query) {
    if (value === undefined) throw new TypeError('the query is not text, which is all that it takes')
    bag[name] = name in bag ? [bag[name]!, value].flat() : value
  }
  return bag
}

const queryText = (bag: Record<string, unknown>): string =>
  Object.entries(bag)
    .flatMap(([name, values]) =>
      [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`),
    )
    .join('&')

export const smithy: PeerSigner = async (request) => {
  const { carrier, method, path, service, region, payload, signingDate, expiresInSeconds } = request
  const signer = new SignatureV4({
    service,
    region,
    credentials: credentialsOf(request) as typeof PEER_CREDENTIALS,
    sha256: sha256js.Sha256,
    uriEscapePath: service !== 's3',
    applyChecksum: contentSha256(request) !== undefined,
  })
  let canonicalRequest = ''
  const inner = signer as unknown as { createCanonicalRequest(...given: unknown[]): string }
  const build = inner.createCanonicalRequest.bind(signer)
  inner.createCanonicalRequest = (...given) => {
    canonicalRequest = build(...given)
    return canonicalRequest
  }
  const names = request.headers.map(([name]) => name)
  const headers: Record<string, string> = Object.fromEntries([
    ...joinedHeaders(request),
    ['host', hostOf(request)],
  ])
  // It leaves a payload unsigned that it does not know.
  const body = payload === 'unsigned' ? { stream: true } : request.body
  const message = new HttpRequest({
    method,
    hostname: 'example.com',
    path,
    query: smithyQuery(request),
    headers,
    body,
  } as never)
  const options = { signingDate: new Date(signingDate), signableHeaders: new Set(['host', ...names]) }
  if (carrier === 'header') {
    const { headers: sent } = await signer.sign(message, options)
    const { host: _, ...others } = sent
    return {
      canonicalRequest,
      ...readClaims(sent.authorization!),
      target: targetOf(request),
      headers: Object.entries(others),
    }
  }
  const presigned = await signer.presign(message, {
    ...options,
    expiresIn: expiresInSeconds,
    unhoistableHeaders: new Set(names),
  })
  const target = `${path}?${queryText(presigned.query as Record<string, unknown>)}`
  return { canonicalRequest, ...readQuery(target), target, headers: joinedHeaders(request) }
}

// --- aws4 -----------------------------------------------------------------------------------------

export const aws4Signer: PeerSigner = async (request) => {
  const { carrier, method, service, region, body, expiresInSeconds } = request
  const names = ['host', 'x-amz-date', 'x-amz-security-token', HASH, ...request.headers.map(([name]) => name)]
  const hash = contentSha256(request)
  const headers: Record<string, string | readonly string[]> = { host: hostOf(request) }
  for (const [name, lines] of request.headers) headers[name] = lines.length === 1 ? lines[0]! : lines
  if (hash !== undefined) headers[HASH] = hash
  if (carrier === 'header') headers['x-amz-date'] = amzDate(request)
  const inQuery = `X-Amz-Date=${amzDate(request)}&X-Amz-Expires=${expiresInSeconds}`
  const target = targetOf(request)
  const signer = new aws4.RequestSigner(
    {
      method,
      path: carrier === 'header' ? target : `${target}${target.includes('?') ? '&' : '?'}${inQuery}`,
      headers,
      body,
      service,
      region,
      signQuery: carrier === 'query',
      extraHeadersToInclude: Object.fromEntries(names.map((name) => [name, true])),
      // It adds these to a request with a body, and signs them.
      extraHeadersToIgnore: { 'content-type': true, 'content-length': true },
    },
    credentialsOf(request),
  )
  // Once it has signed a query, its canonical request has the signature in it.
  const canonicalRequest: string = signer.canonicalString()
  const signed = signer.sign()
  const claims = carrier === 'header' ? readClaims(signed.headers.Authorization!) : readQuery(signed.path)
  const sent = Object.entries(signed.headers as Record<string, string | readonly string[]>)
    .filter(([name]) => name !== 'host')
    .flatMap(([name, values]) => [values].flat().map((value): HeaderPair => [name, String(value)]))
  return { canonicalRequest, ...claims, target: signed.path, headers: sent }
}

// --- aws4fetch ------------------------------------------------------------------------------------

export const aws4fetch: PeerSigner = async (request) => {
  const { carrier, method, service, region, body, expiresInSeconds } = request
  const headers = fetchHeaders(request)
  if (request.hostHeader !== undefined) headers.set('host', request.hostHeader)
  const hash = contentSha256(request)
  if (hash !== undefined) headers.set(HASH, hash)
  const url = new URL(urlOf(request))
  if (carrier === 'query') url.search += `${url.search ? '&' : '?'}X-Amz-Expires=${expiresInSeconds}`
  const signer = new AwsV4Signer({
    ...credentialsOf(request),
    method,
    url: url.href,
    headers,
    body: body ?? null,
    service,
    region,
    datetime: amzDate(request),
    signQuery: carrier === 'query',
    allHeaders: true,
  } as ConstructorParameters<typeof AwsV4Signer>[0])
  const canonicalRequest = await signer.canonicalString()
  const signed = await signer.sign()
  const target = signed.url.href.slice(signed.url.origin.length)
  const authorization = signed.headers.get('authorization')
  const sent = [...signed.headers].filter(([name]) => name !== 'host')
  // The token of the IoT gateway it leaves to its caller, who adds it once the headers are signed.
  const { sessionToken } = request
  if (carrier === 'header' && service === 'iotdevicegateway' && sessionToken !== undefined) {
    sent.push(['x-amz-security-token', sessionToken])
  }
  const claims = authorization === null ? readQuery(target) : readClaims(authorization)
  return { canonicalRequest, ...claims, target, headers: sent }
}
