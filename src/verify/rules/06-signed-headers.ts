import {
  AUTHORITY,
  HOST,
  X_AMZ,
  X_AMZ_CONTENT_SHA256,
  X_AMZ_S3SESSION_TOKEN,
  X_AMZ_SECURITY_TOKEN,
} from '../../names.ts'
import type { SignatureErrorDetails } from '../../refusal-details.ts'
import { SignatureError } from '../../signature-error.ts'
import type { Context } from '../context.ts'

const MAX_LISTED = 10

const list = (names: readonly string[]): string =>
  names
    .slice(0, MAX_LISTED)
    .map((name) => name.slice(0, 40))
    .join(', ')

const refuse = (message: string, details: SignatureErrorDetails): SignatureError =>
  new SignatureError('header-not-signed', message, { details })

/** Whether a header that arrived unsigned is no fault. */
function mayBeUnsigned(name: string, { claim, profile, settings }: Context): boolean {
  if (settings.mustBeSigned(name)) return false
  if (!name.startsWith(X_AMZ) || name === X_AMZ_CONTENT_SHA256) return true
  // A session token is signed unless the service appends it: that is no choice of the verifier's.
  if (name === X_AMZ_SECURITY_TOKEN || name === X_AMZ_S3SESSION_TOKEN) {
    return profile.sessionToken === 'appended' && claim.carrier === 'header'
  }
  return settings.mayBeUnsigned(name)
}

/**
 * Rule 6: `host` is signed; what is said to be signed did arrive; every `x-amz-*` that arrived is signed, for
 * the application acts on it. `x-amz-content-sha256` alone may be unsigned, and then it is not heeded, save
 * that it may not ask for a streaming mode.
 *
 * @throws {SignatureError} `header-not-signed`; `malformed-request` for several lines of a signed `cookie`.
 */
export function checkSignedHeaders(context: Context): void {
  const { headers } = context.head
  const { signedHeaders } = context.claim
  if (!signedHeaders.includes(HOST) && !signedHeaders.includes(AUTHORITY)) {
    throw refuse('The host header must be signed', { headersNotSigned: [HOST] })
  }
  const missing = signedHeaders.filter((name) => !headers.has(name))
  if (missing.length > 0) {
    throw refuse(`Said to be signed, but not there (did a proxy drop them?): ${list(missing)}`, {
      headersMissing: missing,
    })
  }
  // Of few names a list is searched faster than a set is made; of many a set keeps it linear.
  const few = signedHeaders.length <= 16 && signedHeaders
  const signed = few ? { has: (name: string) => few.includes(name) } : new Set(signedHeaders)
  // The signature joins them with a comma, and servers with a semicolon: of one signed cookie there would be two.
  if (signed.has('cookie') && headers.get('cookie')!.length > 1)
    throw new SignatureError('malformed-request', 'The header "cookie" is signed, and comes more than once')
  const unsigned: string[] = []
  for (const name of headers.keys()) {
    if (!mayBeUnsigned(name, context) && !signed.has(name)) unsigned.push(name)
  }
  if (unsigned.length > 0)
    throw refuse(`There but not signed (see allowUnsignedHeaders): ${list(unsigned)}`, {
      headersNotSigned: unsigned,
    })
  const steering = signed.has(X_AMZ_CONTENT_SHA256) ? undefined : headers.get(X_AMZ_CONTENT_SHA256)
  if (steering?.some((line) => /streaming-/i.test(line))) {
    throw refuse('An x-amz-content-sha256 that asks for streaming must be signed', {
      headersNotSigned: [X_AMZ_CONTENT_SHA256],
    })
  }
}
