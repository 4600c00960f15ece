import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type PresignOptions,
  profileFor,
  type RequestParts,
  type ServiceProfile,
  type SigningOptions,
  type VerifierOptions,
} from '../../src/index.ts'

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

/**
 * The body as it arrives. Cases that announce one and leave it out get zeros where the body is unsigned; the hash of
 * nothing cannot be mended so.
 */
export function toReceivedBody(request: SharedRequest, { canonicalRequest }: SharedForm): Uint8Array {
  const body = toBody(request)
  const length = request.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  const isLeftOut = body.length === 0 && canonicalRequest.endsWith('\nUNSIGNED-PAYLOAD')
  return isLeftOut ? new Uint8Array(Number(length ?? 0)) : body
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

/** Services that exist in the sources' tests alone: what a case says of its settings is all that is known of them. */
const MADE_UP = /^(?:service|foo|example|mockAPI|myservice|SERVICE|signing-service|someservice|test-service)$/

/** Cases of real services that are configured otherwise than the service is. */
export const OTHER_SETTINGS: Readonly<Record<string, Partial<ServiceProfile>>> = {
  // The guide's call has no body, and leaves the hash of none out.
  'glacier-docs-create-vault': { contentSha256: 'omit' },
  // Recorded from the SDK for browsers, which sends the hash to every service.
  's3s-sts-assume-role': { contentSha256: 'send' },
  // Presigned without X-Amz-Expires.
  'aws4-dynamodb-sign-query': { presignedExpires: 'omit' },
  'smithy-go-query-existing-param': { presignedExpires: 'omit' },
  'smithy-go-query-session-token': { presignedExpires: 'omit' },
  // Signed with the option DisableURIPathEscaping.
  'go-v4-es-disable-path-escaping': { pathEncoding: 'once', pathNormalization: 'verbatim' },
}

/** The settings that a case describes. */
function describedSettings({ context, header, query }: SharedCase): Partial<ServiceProfile> {
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
  }
}

/** What a case needs over its service's own profile. */
export function settingsOf(vector: SharedCase): Partial<ServiceProfile> {
  return MADE_UP.test(vector.context.service)
    ? describedSettings(vector)
    : (OTHER_SETTINGS[vector.name] ?? {})
}

export function toProfile(vector: SharedCase): ServiceProfile {
  return { ...profileFor(vector.context.service), ...settingsOf(vector) }
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
      ? { ...settingsOf(vector), pathEncoding: 'once' }
      : settingsOf(vector),
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

/** The token that belongs to the key. For S3 Express the cases have it in the request alone. */
export function sessionTokenOf({ context, request }: SharedCase): string | undefined {
  const inHeader = request.headers.find(([name]) => name === 'x-amz-s3session-token')?.[1]
  const inQuery = /[?&]X-Amz-S3session-Token=([^&]*)/.exec(request.target)?.[1]
  return context.sessionToken ?? inHeader ?? inQuery
}

export function toVerifierOptions(
  vector: SharedCase,
  sessionToken: string | undefined = sessionTokenOf(vector),
): VerifierOptions {
  const { accessKeyId, secretAccessKey, region, service, timestamp } = vector.context
  return {
    getKeys: (lookup) => (lookup.accessKeyId === accessKeyId ? { secretAccessKey, sessionToken } : undefined),
    region,
    service,
    now: () => Date.parse(timestamp),
    payloads: ['signed', 'unsigned'],
    profile: settingsOf(vector),
  }
}
