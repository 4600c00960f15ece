import { invalidArgType } from '../errors.ts'
import { formatAmzDate, parseAmzDate } from '../fields/amz-date.ts'
import { parseCredential } from '../fields/credential.ts'
import { POST } from '../fields/post-names.ts'
import { AWS4_HMAC_SHA256, X_AMZ_S3SESSION_TOKEN, X_AMZ_SECURITY_TOKEN } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import type { Claim } from './claim.ts'
import type { VerifierPolicy } from './options.ts'
import { type ReadForm, requiredField } from './post-fields.ts'

const AUTHENTICATION = [POST.policy, POST.algorithm, POST.credential, POST.date, POST.signature]

function readSessionToken({ fields }: ReadForm): string | undefined {
  const [token, other] = [fields.get(X_AMZ_SECURITY_TOKEN), fields.get(X_AMZ_S3SESSION_TOKEN)]
  if (token === undefined || other === undefined) return token ?? other
  throw new SignatureError('malformed-form', 'The form has two session tokens')
}

/**
 * Rules 1 to 3, as for requests: the signature is whole and well formed, and SigV4.
 *
 * @throws {SignatureError}
 */
export function readPostClaim(form: ReadForm, policy: VerifierPolicy): Claim {
  if (!AUTHENTICATION.some((name) => form.fields.has(name))) {
    throw new SignatureError('missing-authentication', 'The form is not signed')
  }
  for (const name of [POST.key, ...AUTHENTICATION]) requiredField(form, name)
  const found = requiredField(form, POST.algorithm)
  const algorithm = found === AWS4_HMAC_SHA256 ? policy.algorithms.get(found) : undefined
  if (!algorithm) {
    const message = `The algorithm must be ${AWS4_HMAC_SHA256}; it is ${found.slice(0, 40)}`
    throw new SignatureError('unsupported-algorithm', message)
  }
  const text = requiredField(form, POST.credential)
  const credential = parseCredential(text, algorithm.scopeParts)
  const signatureProvided = requiredField(form, POST.signature)
  if (!algorithm.signaturePattern.test(signatureProvided)) {
    throw new SignatureError('signature-mismatch', `The signature is not one that ${algorithm.name} makes`)
  }
  return {
    carrier: 'form',
    algorithm,
    credential,
    credentialScope: text.slice(credential.accessKeyId.length + 1),
    signedHeaders: [],
    signatureProvided,
    sessionToken: readSessionToken(form),
    amzDate: requiredField(form, POST.date),
    expires: undefined,
    regionSet: undefined,
    contentSha256: undefined,
  }
}

/**
 * Rule 4: the date is a real instant, that of the scope, and has come. How long ago it may be, the policy says.
 *
 * @returns Milliseconds since the epoch.
 * @throws {SignatureError}
 */
export function checkPostDate(
  { amzDate = '', credential }: Claim,
  policy: VerifierPolicy,
  profile: ServiceProfile,
): { signedAt: number; now: number } {
  const signedAt = parseAmzDate(amzDate)
  if (signedAt === undefined) {
    throw new SignatureError('malformed-date', `${POST.date} must be a real date, written YYYYMMDDTHHMMSSZ`)
  }
  const day = amzDate.slice(0, 8)
  if (credential.scopeDate !== day) {
    throw new SignatureError(
      'scope-mismatch',
      `The credential's date must be ${day}, as in ${POST.date}; it is ${credential.scopeDate}`,
      { details: { expected: day } },
    )
  }
  const now = policy.now()
  // A clock that gives no number must not make every form fresh.
  if (!Number.isFinite(now)) throw invalidArgType('what now gives', 'milliseconds since the epoch', now)
  const maxSkewSeconds = policy.skewSeconds?.future ?? profile.maxSkewSeconds
  if (signedAt - now > maxSkewSeconds * 1000) {
    const serverTime = formatAmzDate(now)
    throw new SignatureError(
      'request-not-yet-valid',
      `Signature not yet current: ${amzDate} is later than ${serverTime} by more than ${maxSkewSeconds} s`,
      { details: { requestTime: amzDate, serverTime, maxSkewSeconds } },
    )
  }
  return { signedAt, now }
}

/**
 * The policy has not ended, and does not last longer than the verifier allows.
 *
 * @param life Milliseconds since the epoch.
 * @throws {SignatureError} `request-expired`, `malformed-policy`
 */
export function checkPostLife(
  { signedAt, expiration, now }: { signedAt: number; expiration: number; now: number },
  maxExpiresInSeconds: number | undefined,
): void {
  if (now > expiration) {
    throw new SignatureError('request-expired', 'Invalid according to Policy: Policy expired.', {
      details: { serverTime: formatAmzDate(now), expiresAt: formatAmzDate(expiration) },
    })
  }
  // The date of signing has no milliseconds, and the expiration may have.
  if (maxExpiresInSeconds !== undefined && Math.floor((expiration - signedAt) / 1000) > maxExpiresInSeconds) {
    throw new SignatureError(
      'malformed-policy',
      `Invalid Policy: it holds for more than ${maxExpiresInSeconds} s.`,
    )
  }
}
