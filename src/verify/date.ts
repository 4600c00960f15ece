import { invalidArgType } from '../errors.ts'
import { formatAmzDate, parseAmzDate, parseHttpDate } from '../fields/amz-date.ts'
import { PRESIGN, X_AMZ_DATE } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import { type Claim, headerValue } from './claim.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedHead } from './received.ts'

/** The moment of signing, and the text that stands for it in the string to sign. */
export interface SignedAt {
  readonly milliseconds: number
  readonly amzDate: string
}

const malformed = (message: string): SignatureError => new SignatureError('malformed-date', message)

function presignedDate(claim: Claim): SignedAt {
  if (!claim.amzDate) throw new SignatureError('missing-date', `The query has no ${PRESIGN.date}`)
  const milliseconds = parseAmzDate(claim.amzDate)
  if (milliseconds === undefined)
    throw malformed(`${PRESIGN.date} must be a real date, written YYYYMMDDTHHMMSSZ`)
  return { milliseconds, amzDate: claim.amzDate }
}

/** `x-amz-date` beats `Date`, and whichever it is must be signed. */
function headerDate({ headers }: ReceivedHead, claim: Claim): SignedAt {
  const name = headers.has(X_AMZ_DATE) ? X_AMZ_DATE : 'date'
  const text = headerValue(headers, name)
  if (!text) throw new SignatureError('missing-date', 'The request has no x-amz-date and no date header')
  const milliseconds = parseAmzDate(text) ?? (name === 'date' ? parseHttpDate(text) : undefined)
  if (milliseconds === undefined) throw malformed(`${name} must be a real date, written YYYYMMDDTHHMMSSZ`)
  if (!claim.signedHeaders.includes(name)) {
    throw new SignatureError('header-not-signed', `The header ${name} must be signed`, {
      details: { headersNotSigned: [name] },
    })
  }
  return { milliseconds, amzDate: formatAmzDate(milliseconds) }
}

function parseExpires(claim: Claim, maxExpiresInSeconds: number): number {
  const { expires } = claim
  if (expires === undefined)
    throw new SignatureError('malformed-authorization', `The query has no ${PRESIGN.expires}`)
  const seconds = /^[1-9]\d{0,6}$/.test(expires) ? Number(expires) : 0
  if (seconds < 1 || seconds > maxExpiresInSeconds) {
    throw new SignatureError(
      'malformed-authorization',
      `${PRESIGN.expires} must be a whole number from 1 to ${maxExpiresInSeconds}`,
    )
  }
  return seconds
}

/**
 * Rule 4: the date is a real instant, it is that of the scope, and now is within its reach: within the skew for
 * a header, from `date - skew` to `date + expires` for a presigned URL.
 *
 * @throws {SignatureError}
 */
export function checkDate(
  head: ReceivedHead,
  claim: Claim,
  policy: VerifierPolicy,
  profile: ServiceProfile,
): SignedAt {
  const signedAt = claim.carrier === 'query' ? presignedDate(claim) : headerDate(head, claim)
  const { scopeDate } = claim.credential
  const day = signedAt.amzDate.slice(0, 8)
  if (scopeDate !== day) {
    throw new SignatureError(
      'scope-mismatch',
      `The credential's date must be ${day}, as signed; it is ${scopeDate}`,
      {
        details: { expected: day },
      },
    )
  }
  const skew = policy.skewSeconds ?? { past: profile.maxSkewSeconds, future: profile.maxSkewSeconds }
  const presignedFor =
    claim.carrier === 'query' && (profile.presignedExpires === 'send' || claim.expires !== undefined)
      ? parseExpires(claim, policy.maxExpiresInSeconds)
      : undefined
  const now = policy.now()
  // A clock that gives no number must not make every signature fresh.
  if (!Number.isFinite(now)) throw invalidArgType('what now gives', 'milliseconds since the epoch', now)

  const text = { requestTime: signedAt.amzDate, serverTime: formatAmzDate(now) }
  const { milliseconds } = signedAt
  if (milliseconds - now > skew.future * 1000) {
    throw new SignatureError(
      claim.carrier === 'query' ? 'request-not-yet-valid' : 'request-time-skewed',
      `Signature not yet current: ${text.requestTime} is later than ${text.serverTime} by more than ${skew.future} s`,
      { details: { ...text, maxSkewSeconds: skew.future } },
    )
  }
  if (presignedFor !== undefined) {
    const expiresAt = milliseconds + presignedFor * 1000
    if (now > expiresAt) {
      throw new SignatureError('request-expired', 'Request has expired', {
        details: { ...text, expiresAt: formatAmzDate(expiresAt) },
      })
    }
  } else if (now - milliseconds > skew.past * 1000) {
    throw new SignatureError(
      'request-time-skewed',
      `Signature expired: ${text.requestTime} is earlier than ${text.serverTime} by more than ${skew.past} s`,
      { details: { ...text, maxSkewSeconds: skew.past } },
    )
  }
  return signedAt
}
