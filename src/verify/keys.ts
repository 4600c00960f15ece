import type { SigningKeyCache, StringVerifier, VerificationKey } from '../algorithms/algorithm.ts'
import { equalConstantTime } from '../encoding/equal.ts'
import { invalidArgType } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import type { Claim } from './claim.ts'
import type { KeyLookup, VerifierPolicy } from './options.ts'

/** The keys that may have made the signature. */
export interface CandidateKey {
  readonly verifier: StringVerifier
  /** As it was given: event streams derive the keys of further days from it. */
  readonly source: VerificationKey
  readonly principal: unknown
  readonly tokenMatches: boolean
  /** The stand-in for a key that is not known: it proves nothing. */
  readonly isKnown: boolean
}

/**
 * What checks signatures with a key that `getKeys` gave; undefined where its kind is not for the algorithm.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function importKey(
  key: VerificationKey,
  { algorithm, credential }: Pick<Claim, 'algorithm' | 'credential'>,
  keyCache: SigningKeyCache,
): StringVerifier | undefined {
  if ('secretAccessKey' in key) {
    const { secretAccessKey } = key
    // An empty one is a variable that was not set, and would let in whoever guesses so.
    if (typeof secretAccessKey !== 'string' || secretAccessKey === '') {
      throw invalidArgType('the secretAccessKey from getKeys', 'a string that is not empty', secretAccessKey)
    }
    const { accessKeyId, scopeDate, region = '', service } = credential
    return algorithm.deriveKey({ accessKeyId, secretAccessKey }, { scopeDate, region, service }, keyCache)
  }
  if ('signingKey' in key) {
    if (!(key.signingKey instanceof Uint8Array && key.signingKey.length === 32)) {
      throw invalidArgType('the signingKey from getKeys', 'a Uint8Array of 32 bytes', key.signingKey)
    }
    return algorithm.importSigningKey?.(key.signingKey)
  }
  if ('publicKey' in key) return algorithm.importPublicKey?.(key.publicKey, keyCache)
  throw invalidArgType('a key from getKeys', '{ secretAccessKey }, { signingKey } or { publicKey }', key)
}

/** Nobody signs with it: it is here so that an unknown key costs what a wrong signature costs. */
const STAND_IN: VerificationKey = { secretAccessKey: 'the key of an access key id that nobody has' }

/**
 * Rules 7 and 8: the keys are looked up; an unknown one costs the same work as a wrong signature; a session
 * token must be the one that belongs to the key.
 */
export async function findKeys(claim: Claim, policy: VerifierPolicy): Promise<CandidateKey[]> {
  const { accessKeyId, scopeDate, region, service } = claim.credential
  const lookup: KeyLookup = {
    accessKeyId,
    sessionToken: claim.sessionToken,
    algorithm: claim.algorithm.name,
    scopeDate,
    region,
    service,
  }
  const found = (await policy.getKeys(lookup)) ?? []
  const keys: readonly VerificationKey[] = Array.isArray(found) ? found : [found as VerificationKey]
  const candidate = (key: VerificationKey, isKnown: boolean): CandidateKey[] => {
    if (key === null || typeof key !== 'object')
      throw invalidArgType('what getKeys gives', 'a key or a list', key)
    const { sessionToken = '' } = key
    if (typeof sessionToken !== 'string')
      throw invalidArgType('the sessionToken from getKeys', 'a string', sessionToken)
    const { algorithm, credential } = claim
    // One stand-in for all: whoever makes up access key ids gets no key of his own into the cache.
    const owner = isKnown ? credential : { ...credential, accessKeyId: '' }
    const verifier = importKey(key, { algorithm, credential: owner }, policy.keyCache)
    const tokenMatches = equalConstantTime(sessionToken, claim.sessionToken ?? '')
    return verifier ? [{ verifier, source: key, principal: key.principal, tokenMatches, isKnown }] : []
  }
  const candidates = keys.flatMap((key) => candidate(key, true))
  return candidates.length > 0 ? candidates : candidate(STAND_IN, false)
}

/** Why none of the keys proved the signature. */
export function refuseKeys(candidates: readonly CandidateKey[], claim: Claim): SignatureError | undefined {
  if (!candidates.some((key) => key.isKnown)) {
    return new SignatureError('unknown-access-key', 'The access key id is not known here')
  }
  if (candidates.some((key) => key.tokenMatches)) return undefined
  const message =
    claim.sessionToken === undefined
      ? 'The key is a temporary one, and the request has no session token'
      : 'The session token does not belong to the key'
  return new SignatureError('invalid-session-token', message)
}
