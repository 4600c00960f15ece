import { equalConstantTime } from '../../encoding/equal.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ClaimContext } from '../context.ts'
import type { KeyRing } from './07-keys.ts'

/**
 * Rule 8: the session token is the one that belongs to the key, or neither has one. A refusal comes with the ring,
 * and is told after rule 10.
 */
export function checkSessionToken({ claim }: ClaimContext, ring: KeyRing): KeyRing {
  if (ring.refusal) return ring
  const { sessionToken = '' } = claim
  const matching = ring.candidates.filter((key) => equalConstantTime(key.sessionToken, sessionToken))
  if (matching.length > 0) return { candidates: matching, refusal: undefined }
  const message = sessionToken
    ? 'The session token is not the one that was looked up with the key'
    : 'The key is a temporary one, and the request has no session token: sign with it'
  return { candidates: ring.candidates, refusal: new SignatureError('invalid-session-token', message) }
}
