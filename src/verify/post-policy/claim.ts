import { formatAmzDate } from '../../fields/amz-date.ts'
import { POST } from '../../fields/post-names.ts'
import { AWS4_HMAC_SHA256, X_AMZ_S3SESSION_TOKEN, X_AMZ_SECURITY_TOKEN } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { FormClaim } from '../context.ts'
import { enabledAlgorithm } from '../rules/02-algorithm.ts'
import { readSignatureParts } from '../rules/03-parse.ts'
import type { VerifierSettings } from '../settings.ts'
import { type ReadForm, requiredField } from './fields.ts'

const AUTHENTICATION = [POST.policy, POST.algorithm, POST.credential, POST.date, POST.signature]

function readSessionToken({ fields }: ReadForm): string | undefined {
  const [token, other] = [fields.get(X_AMZ_SECURITY_TOKEN), fields.get(X_AMZ_S3SESSION_TOKEN)]
  if (token === undefined || other === undefined) return token ?? other
  throw new SignatureError('malformed-form', 'The form has two session tokens')
}

/**
 * Rules 1 to 3, as for requests: the signature is whole and well formed.
 *
 * @throws {SignatureError}
 */
export function readPostClaim(form: ReadForm, settings: VerifierSettings): FormClaim {
  if (!AUTHENTICATION.some((name) => form.fields.has(name))) {
    throw new SignatureError('missing-authentication', 'The form is not signed')
  }
  for (const name of [POST.key, ...AUTHENTICATION]) requiredField(form, name)
  // Forms are defined for SigV4 alone.
  const algorithms = new Map([...settings.algorithms].filter(([name]) => name === AWS4_HMAC_SHA256))
  const algorithm = enabledAlgorithm(requiredField(form, POST.algorithm), algorithms) // rule 2
  const signature = requiredField(form, POST.signature)
  const text = { credential: requiredField(form, POST.credential), signature }
  const { credential, credentialScope } = readSignatureParts(text, algorithm)
  return {
    carrier: 'form',
    algorithm,
    credential,
    credentialScope,
    signatureProvided: signature,
    sessionToken: readSessionToken(form),
    amzDate: requiredField(form, POST.date),
  }
}

/**
 * The policy has not ended, and does not last longer than the verifier allows.
 *
 * @param life Milliseconds since the epoch.
 * @throws {SignatureError} `request-expired`, `malformed-policy`
 */
export function checkPostLife(
  life: {
    readonly signedAtMilliseconds: number
    readonly expirationMilliseconds: number
    readonly nowMilliseconds: number
  },
  maxExpiresInSeconds: number | undefined,
): void {
  const { signedAtMilliseconds, expirationMilliseconds, nowMilliseconds } = life
  if (nowMilliseconds > expirationMilliseconds) {
    throw new SignatureError('request-expired', 'Invalid according to Policy: Policy expired.', {
      details: {
        serverTime: formatAmzDate(nowMilliseconds),
        expiresAt: formatAmzDate(expirationMilliseconds),
      },
    })
  }
  // The date of signing has no milliseconds, and the expiration may have.
  const lifeInSeconds = Math.floor((expirationMilliseconds - signedAtMilliseconds) / 1000)
  if (maxExpiresInSeconds === undefined || lifeInSeconds <= maxExpiresInSeconds) return
  throw new SignatureError(
    'malformed-policy',
    `Invalid Policy: it holds for more than ${maxExpiresInSeconds} s.`,
  )
}
