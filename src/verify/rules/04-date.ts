import { invalidArgType } from '../../errors.ts'
import { formatAmzDate, parseAmzDate, parseHttpDate } from '../../fields/amz-date.ts'
import { PRESIGN, X_AMZ_DATE } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import { type ClaimContext, type Context, headerValue, type QueryClaim, type SignedAt } from '../context.ts'
import type { VerifierSettings } from '../settings.ts'

type DatedContext = Omit<Context, 'signedAt'>

const malformed = (name: string): SignatureError =>
  new SignatureError('malformed-date', `${name} must be a real date, written YYYYMMDDTHHMMSSZ`)

/** The date of a claim that carries it. */
export function claimedDate(name: string, amzDate: string): SignedAt {
  const milliseconds = parseAmzDate(amzDate)
  if (milliseconds === undefined) throw malformed(name)
  return { milliseconds, amzDate }
}

function queryDate({ amzDate }: QueryClaim): SignedAt {
  if (!amzDate) throw new SignatureError('missing-date', `The query has no ${PRESIGN.date}`)
  return claimedDate(PRESIGN.date, amzDate)
}

/** `x-amz-date` beats `Date`, and whichever it is must be signed. */
function headerDate({ head, claim }: DatedContext): SignedAt {
  const name = head.headers.has(X_AMZ_DATE) ? X_AMZ_DATE : 'date'
  const text = headerValue(head.headers, name)
  if (!text) throw new SignatureError('missing-date', 'The request has no x-amz-date and no date header')
  let amzDate = text
  let milliseconds = parseAmzDate(text)
  if (milliseconds === undefined && name === 'date') {
    milliseconds = parseHttpDate(text)
    if (milliseconds !== undefined) amzDate = formatAmzDate(milliseconds)
  }
  if (milliseconds === undefined) throw malformed(name)
  if (!claim.signedHeaders.includes(name)) {
    throw new SignatureError('header-not-signed', `The header ${name} must be signed`, {
      details: { headersNotSigned: [name] },
    })
  }
  return { milliseconds, amzDate }
}

function readExpires({ expires }: QueryClaim, { maxExpiresInSeconds }: VerifierSettings): number {
  if (expires === undefined) {
    throw new SignatureError(
      'malformed-authorization',
      `The query has no ${PRESIGN.expires}; a service that does without takes profile: { presignedExpires: 'omit' }`,
    )
  }
  const seconds = /^[1-9]\d{0,6}$/.test(expires) ? Number(expires) : 0
  if (seconds >= 1 && seconds <= maxExpiresInSeconds) return seconds
  throw new SignatureError(
    'malformed-authorization',
    `${PRESIGN.expires} must be a whole number from 1 to ${maxExpiresInSeconds}: see maxExpiresInSeconds`,
  )
}

/**
 * The server's clock.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`: a clock that gives no number must not make every signature fresh.
 */
export function readClock({ now }: VerifierSettings): number {
  const milliseconds = now()
  if (Number.isFinite(milliseconds)) return milliseconds
  throw invalidArgType('what now gives', 'milliseconds since the epoch', milliseconds)
}

/** The date of the scope, which decides the key, is that of the signature. */
export function checkScopeDate({ credential }: ClaimContext['claim'], { amzDate }: SignedAt): void {
  const expected = amzDate.slice(0, 8)
  if (credential.scopeDate === expected) return
  throw new SignatureError(
    'scope-mismatch',
    `The credential's date must be ${expected}, as signed; it is ${credential.scopeDate}`,
    { details: { expected } },
  )
}

/** The date has come, give or take the skew. */
export function checkNotAhead(
  { claim, profile, settings }: ClaimContext,
  signedAt: SignedAt,
  now: number,
): void {
  const maxSkewSeconds = settings.skewSeconds?.future ?? profile.maxSkewSeconds
  if (signedAt.milliseconds - now <= maxSkewSeconds * 1000) return
  const details = { requestTime: signedAt.amzDate, serverTime: formatAmzDate(now), maxSkewSeconds }
  throw new SignatureError(
    claim.carrier === 'header' ? 'request-time-skewed' : 'request-not-yet-valid',
    `Signature not yet current: ${details.requestTime} is later than ${details.serverTime} by more than ${maxSkewSeconds} s: check the clocks`,
    { details },
  )
}

/** A header is good for as long as the skew allows. */
function checkNotStale({ profile, settings }: DatedContext, signedAt: SignedAt, now: number): void {
  const maxSkewSeconds = settings.skewSeconds?.past ?? profile.maxSkewSeconds
  if (now - signedAt.milliseconds <= maxSkewSeconds * 1000) return
  const details = { requestTime: signedAt.amzDate, serverTime: formatAmzDate(now), maxSkewSeconds }
  throw new SignatureError(
    'request-time-skewed',
    `Signature expired: ${details.requestTime} is earlier than ${details.serverTime} by more than ${maxSkewSeconds} s: check the clocks`,
    { details },
  )
}

/** A presigned URL is good until its own end. */
function checkNotExpired(signedAt: SignedAt, expiresInSeconds: number, now: number): void {
  const expiresAt = signedAt.milliseconds + expiresInSeconds * 1000
  if (now <= expiresAt) return
  throw new SignatureError('request-expired', 'Request has expired: presign it anew', {
    details: {
      requestTime: signedAt.amzDate,
      serverTime: formatAmzDate(now),
      expiresAt: formatAmzDate(expiresAt),
    },
  })
}

/**
 * Rule 4: the date is a real instant, it is that of the scope, and now is within its reach: within the skew for
 * a header, from `date - skew` to `date + expires` for a presigned URL.
 *
 * @throws {SignatureError} `missing-date`, `malformed-date`, `scope-mismatch`, `header-not-signed`,
 *   `malformed-authorization`, `request-time-skewed`, `request-not-yet-valid`, `request-expired`
 */
export function checkDate(context: DatedContext): SignedAt {
  const { claim, profile, settings } = context
  const signedAt = claim.carrier === 'query' ? queryDate(claim) : headerDate(context)
  checkScopeDate(claim, signedAt)
  const hasExpiry =
    claim.carrier === 'query' && (profile.presignedExpires === 'send' || claim.expires !== undefined)
  const expiresInSeconds = hasExpiry ? readExpires(claim, settings) : undefined
  const now = readClock(settings)
  checkNotAhead(context, signedAt, now)
  if (expiresInSeconds === undefined) checkNotStale(context, signedAt, now)
  else checkNotExpired(signedAt, expiresInSeconds, now)
  return signedAt
}
