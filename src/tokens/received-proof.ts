import { decodePercent, hasBadEscape } from '../encoding/percent.ts'
import { quote } from '../errors.ts'
import { parseAmzDate } from '../fields/amz-date.ts'
import { parseCredential } from '../fields/credential.ts'
import { AWS4_HMAC_SHA256, AWS4_REQUEST, HOST, PRESIGN } from '../names.ts'
import type { SignatureErrorReason } from '../refusal-answers.ts'
import { SignatureError } from '../signature-error.ts'
import type { AudienceHeader } from './audience-header.ts'
import { CALLER_IDENTITY } from './sts-host.ts'

/** What a proof must be like. */
export interface ProofRules {
  readonly isAllowedHost: (host: string) => boolean
  /** Its name in lower case. */
  readonly audience: AudienceHeader | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

const MAX_URL_LENGTH = 8192
/** STS takes a presigned URL for 15 minutes, whatever that says itself. */
const LIFETIME_MILLISECONDS = 900_000
const MAX_SKEW_MILLISECONDS = 300_000

const refuse = (reason: SignatureErrorReason, message: string): SignatureError =>
  new SignatureError(reason, `The proof ${message}`, { carrier: 'query' })
const malformed = (message: string): SignatureError => refuse('malformed-request', message)
const badParameter = (name: string): SignatureError =>
  refuse('malformed-authorization', `has a wrong ${name}`)

/** No port, no user, no other path, and no character that `URL` or STS would read in another way. */
const URL_SHAPE = /^https:\/\/([a-z\d.-]+)\/\?([\w.~%&=;/:-]+)$/

const NAMES: ReadonlySet<string> = /* @__PURE__ */ (() =>
  new Set<string>([
    ...Object.keys(CALLER_IDENTITY),
    PRESIGN.algorithm,
    PRESIGN.credential,
    PRESIGN.date,
    PRESIGN.expires,
    PRESIGN.securityToken,
    PRESIGN.signedHeaders,
    PRESIGN.signature,
  ]))()

/** The parameters, decoded: each known, spelled exactly, once, with one `=`. */
function readQuery(query: string): (name: string) => string {
  const found = new Map<string, string>()
  for (const piece of query.split('&')) {
    const [name = '', value, further] = piece.split('=')
    if (!NAMES.has(name)) throw malformed(`has a query parameter that is not allowed: ${quote(name)}`)
    if (found.has(name)) throw malformed(`has ${name} twice`)
    if (!value || further !== undefined || hasBadEscape(value)) throw badParameter(name)
    found.set(name, decodePercent(value))
  }
  return (name) => found.get(name) ?? ''
}

function checkParameters(get: (name: string) => string): void {
  const right: readonly (readonly [name: string, pattern: RegExp])[] = [
    ...Object.entries(CALLER_IDENTITY).map(([name, value]) => [name, new RegExp(`^${value}$`)] as const),
    [PRESIGN.algorithm, new RegExp(`^${AWS4_HMAC_SHA256}$`)],
    [PRESIGN.expires, /^(?:\d{1,2}|[1-8]\d\d|900)$/],
    [PRESIGN.signature, /^[\da-f]{64}$/],
  ]
  for (const [name, pattern] of right) if (!pattern.test(get(name))) throw badParameter(name)
  const credential = get(PRESIGN.credential)
  const { scopeDate } = parseCredential(credential, 4)
  if (!credential.endsWith(`/sts/${AWS4_REQUEST}`) || !get(PRESIGN.date).startsWith(scopeDate))
    throw refuse('scope-mismatch', 'is not signed for STS on the day of its date')
}

function checkDate(amzDate: string, now: number): void {
  const signedAt = parseAmzDate(amzDate)
  if (signedAt === undefined) throw refuse('malformed-date', `has a wrong ${PRESIGN.date}`)
  if (signedAt > now + MAX_SKEW_MILLISECONDS) throw refuse('request-not-yet-valid', 'is from the future')
  if (now > signedAt + LIFETIME_MILLISECONDS) throw refuse('request-expired', 'has expired')
}

/** Exactly the audience's header is sent and signed beside `host`: another one could change what is asked. */
function checkHeaders(headers: unknown, signedHeaders: string, audience: AudienceHeader | undefined): void {
  if (headers === null || typeof headers !== 'object') throw malformed('has no headers')
  const sent = Object.entries(headers)
  const [pair] = sent
  if (audience && (pair?.[0].toLowerCase() !== audience.name || pair[1] !== audience.value))
    throw refuse(
      'header-not-signed',
      `is not meant for us: ${audience.name} must be ${quote(audience.value)}`,
    )
  if (sent.length > (audience ? 1 : 0)) throw malformed('has a header that is not asked for')
  if (signedHeaders !== (audience ? `${HOST};${audience.name}` : HOST))
    throw refuse('header-not-signed', `must have ${PRESIGN.signedHeaders} of ${HOST} and the audience alone`)
}

/**
 * Holds what came as a proof to the rules, from the outside in, before anything is sent.
 *
 * @returns The URL to fetch, in which nothing can be read in two ways.
 * @throws {SignatureError} where it is no proof, or none for us, or too old.
 */
export function checkProof(proof: unknown, { isAllowedHost, audience, now }: ProofRules): string {
  if (proof === null || typeof proof !== 'object') throw malformed('is no object')
  const { method, url, headers = {} } = proof as Partial<Record<string, unknown>>
  if (method !== 'GET') throw malformed('must be a GET')
  if (typeof url !== 'string' || url.length > MAX_URL_LENGTH)
    throw malformed('has no URL of reasonable length')
  const [, host, query] = URL_SHAPE.exec(url) ?? []
  if (host === undefined) throw malformed('must have a URL "https://<host>/?<query>"')
  if (!isAllowedHost(host)) throw malformed(`is for a host that is not allowed: ${quote(host)}`)
  const get = readQuery(query!)
  checkParameters(get)
  checkDate(get(PRESIGN.date), now)
  checkHeaders(headers, get(PRESIGN.signedHeaders), audience)
  return url
}
