import {
  AUTHORITY,
  HOST,
  X_AMZ,
  X_AMZ_CONTENT_SHA256,
  X_AMZ_S3SESSION_TOKEN,
  X_AMZ_SECURITY_TOKEN,
} from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import type { Claim } from './claim.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedHead } from './received.ts'

const list = (names: readonly string[]): string => names.map((name) => name.slice(0, 60)).join(', ')

/**
 * Rule 6: `host` is signed; what is said to be signed did arrive; every `x-amz-*` that arrived is signed, for
 * the application acts on it. `x-amz-content-sha256` alone may be unsigned, and then it is not heeded, save
 * that it may not ask for a streaming mode.
 *
 * @throws {SignatureError} `header-not-signed`
 */
export function checkSignedHeaders(
  { headers }: ReceivedHead,
  claim: Claim,
  policy: VerifierPolicy,
  profile: ServiceProfile,
): void {
  const signed = new Set(claim.signedHeaders)
  if (!signed.has(HOST) && !signed.has(AUTHORITY)) {
    throw new SignatureError('header-not-signed', 'The host header must be signed', {
      details: { headersNotSigned: [HOST] },
    })
  }
  const missing = claim.signedHeaders.filter((name) => !headers.has(name))
  if (missing.length > 0) {
    throw new SignatureError('header-not-signed', `Said to be signed, but not there: ${list(missing)}`, {
      details: { headersMissing: missing },
    })
  }
  // A session token is signed unless the service appends it: that is no choice of the verifier's.
  const mayBeUnsigned = (name: string): boolean =>
    name === X_AMZ_SECURITY_TOKEN || name === X_AMZ_S3SESSION_TOKEN
      ? profile.sessionToken === 'appended' && claim.carrier === 'header'
      : name === X_AMZ_CONTENT_SHA256 || policy.mayBeUnsigned(name)
  const unsigned = [...headers.keys()].filter(
    (name) =>
      !signed.has(name) && (policy.mustBeSigned(name) || (name.startsWith(X_AMZ) && !mayBeUnsigned(name))),
  )
  if (unsigned.length > 0) {
    throw new SignatureError('header-not-signed', `There but not signed: ${list(unsigned)}`, {
      details: { headersNotSigned: unsigned },
    })
  }
  const steering = signed.has(X_AMZ_CONTENT_SHA256) ? [] : (headers.get(X_AMZ_CONTENT_SHA256) ?? [])
  if (steering.some((line) => /streaming-/i.test(line))) {
    throw new SignatureError(
      'header-not-signed',
      'An x-amz-content-sha256 that asks for streaming must be signed',
      {
        details: { headersNotSigned: [X_AMZ_CONTENT_SHA256] },
      },
    )
  }
}
