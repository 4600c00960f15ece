import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PresignOptions, RequestParts, SigningOptions, VerifierOptions } from '../../src/index.ts'

export interface SharedRequest {
  method: string
  target: string
  headers: [string, string][]
  body?: string
  bodyHex?: string
}

/** One form of a signed request, with every value on the way. */
export interface SharedForm {
  canonicalRequest: string
  stringToSign: string
  signature: string
  signedRequest?: { target: string; headers: [string, string][] }
}

export interface SharedContext {
  algorithm?: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  region: string
  service: string
  timestamp: string
  expiresIn?: number
  normalizePath: boolean
  uriEncode?: 'double' | 'single' | 'raw'
  signBody?: boolean
  payloadHash?: string
  signedHeaders?: string[]
  querySignedHeaders?: string[]
  omitSessionToken?: boolean
  sessionTokenAfterSigning?: boolean
  amzDate?: string
}

export interface SharedCase {
  name: string
  kind?: string
  context: SharedContext
  request: SharedRequest
  header?: SharedForm
  query?: SharedForm
}

/** The cases of one file in the folder that COUNTERSIGN_VECTORS names. */
export function loadShared<Case = SharedCase>(file: string): Case[] {
  const folder = process.env.COUNTERSIGN_VECTORS
  if (!folder) throw new Error('COUNTERSIGN_VECTORS names no folder')
  return JSON.parse(readFileSync(join(folder, file), 'utf8')).cases
}

/** Header values on the wire are bytes, one character each; the files hold them as text. */
export function toBytesText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function toPairs(headers: readonly [string, string][]): [string, string][] {
  return headers.map(([name, value]) => [name, toBytesText(value)])
}

export function toBody({ body, bodyHex }: SharedRequest): Uint8Array {
  return bodyHex === undefined ? new TextEncoder().encode(body ?? '') : Buffer.from(bodyHex, 'hex')
}

export function hostOf({ headers }: SharedRequest): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
}

/** Raw spaces and raw UTF-8, which no request line can hold. */
const NOT_SENDABLE = /[ \u0080-\uffff]/

const sendable = (target: string): string => target.replace(/[ \u0080-\uffff]+/g, encodeURIComponent)

export function toParts(request: SharedRequest): RequestParts {
  const { method, target } = request
  const url = `https://${hostOf(request) ?? 'no-host.example'}${sendable(target)}`
  return {
    method,
    // Some runtimes send a "^" in a path as it is: there it stands in the href of a URL.
    url: target.includes('^') ? ({ href: url } as URL) : url,
    headers: toPairs(request.headers),
    body: toBody(request),
  }
}

/** The profile that a case describes, whatever its service's own would be. */
export function toProfile({ context, header, query }: SharedCase) {
  const { uriEncode = 'double', normalizePath, signBody, signedHeaders } = context
  const sendsHash = signBody === true || signedHeaders?.includes('x-amz-content-sha256') === true
  const appends = context.omitSessionToken || context.sessionTokenAfterSigning
  const hasExpires = /X-Amz-Expires=/.test(query?.canonicalRequest ?? header?.canonicalRequest ?? '')
  return {
    pathEncoding: uriEncode === 'double' ? 'twice' : 'once',
    pathNormalization: normalizePath ? 'normalize' : 'verbatim',
    contentSha256: sendsHash ? 'send' : 'omit',
    presignedExpires: query && !hasExpires ? 'omit' : 'send',
    sessionToken: appends ? 'appended' : 'signed',
    unsignedHeaders: [],
  } as const
}

export function toSigningOptions(vector: SharedCase, form: 'header' | 'query'): SigningOptions {
  const { context, request } = vector
  const signed =
    form === 'query' ? (context.querySignedHeaders ?? context.signedHeaders) : context.signedHeaders
  const unsigned = request.headers
    .map(([name]) => name.toLowerCase())
    .filter((name) => signed?.includes(name) === false)
  return {
    credentials: context,
    region: context.region,
    service: context.service,
    signingDate: new Date(context.timestamp),
    payload: context.payloadHash === 'UNSIGNED-PAYLOAD' ? 'unsigned' : 'signed',
    // What had to be encoded to be sent is not encoded once more.
    profile: NOT_SENDABLE.test(request.target)
      ? { ...toProfile(vector), pathEncoding: 'once' }
      : toProfile(vector),
    signHeaders: signed ?? 'all',
    excludeHeaders: unsigned,
  }
}

export function toPresignOptions(vector: SharedCase): PresignOptions {
  const { context, request } = vector
  const inTarget = /X-Amz-Expires=(\d+)/.exec(request.target)?.[1]
  const expiresInSeconds = context.expiresIn ?? (inTarget === undefined ? undefined : Number(inTarget))
  return { ...toSigningOptions(vector, 'query'), expiresInSeconds }
}

export function toVerifierOptions(vector: SharedCase): VerifierOptions {
  const { accessKeyId, secretAccessKey, region, service, timestamp } = vector.context
  return {
    getKeys: (lookup) =>
      lookup.accessKeyId === accessKeyId ? { secretAccessKey, sessionToken: lookup.sessionToken } : undefined,
    region,
    service,
    now: () => Date.parse(timestamp),
    payloads: ['signed', 'unsigned'],
    profile: { ...toProfile(vector), errorCodes: 'aws' },
  }
}
