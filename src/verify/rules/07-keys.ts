import type { StringVerifier, VerificationKey } from '../../algorithms/algorithm.ts'
import { invalidArgType, isMisuseError } from '../../errors.ts'
import { andThen, type MaybePromise } from '../../maybe-promise.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ClaimContext } from '../context.ts'
import { dayVerifiers, importKey, type KeyUse } from '../key-import.ts'

/** A key that may have made the signature. */
export interface CandidateKey {
  readonly verifier: StringVerifier
  /** Event streams go on into further days; undefined where the key is good for its own day alone. */
  readonly verifierOfDay: ((scopeDate: string) => StringVerifier | undefined) | undefined
  readonly principal: unknown
  readonly sessionToken: string
}

/** The keys to try, and why none of them will do. That is told after all the work is done. */
export interface KeyRing {
  readonly candidates: readonly CandidateKey[]
  readonly refusal: SignatureError | undefined
}

/** Nobody signs with it: it is here so that an unknown key costs what a wrong signature costs. */
const STAND_IN: VerificationKey = { secretAccessKey: 'the key of an access key id that nobody has' }

function candidate(key: VerificationKey, use: KeyUse): CandidateKey | undefined {
  const verifier = importKey(key, use)
  if (!verifier) return undefined
  const { sessionToken = '', principal } = key
  if (typeof sessionToken !== 'string') {
    throw invalidArgType('the sessionToken from getKeys', 'a string', sessionToken)
  }
  return { verifier, verifierOfDay: dayVerifiers(key, use), principal, sessionToken }
}

/** What is no key proves nobody; the reason is kept for whoever wrote `getKeys`. */
function ringOf(found: unknown, use: KeyUse): KeyRing {
  const given: readonly unknown[] = Array.isArray(found) ? found : [found]
  const candidates: CandidateKey[] = []
  let cause: unknown
  for (const key of given) {
    if (key === undefined || key === null) continue
    try {
      const one = candidate(key as VerificationKey, use)
      if (one) candidates.push(one)
    } catch (error) {
      if (!isMisuseError(error)) throw error
      cause = error
    }
  }
  if (candidates.length > 0) return { candidates, refusal: undefined }
  // One stand-in for all: whoever makes up access key ids gets no key of his own into the cache.
  const nobody = candidate(STAND_IN, { ...use, credential: { ...use.credential, accessKeyId: '' } })
  const refusal = new SignatureError('unknown-access-key', 'The access key id is not known here', { cause })
  return { candidates: [nobody!], refusal }
}

/**
 * Rule 7: the keys of the access key id are looked up. One that is not known costs the same work as a wrong
 * signature: the refusal comes with the ring, and is told after rule 10.
 */
export function lookUpKeys({ claim, settings }: ClaimContext): MaybePromise<KeyRing> {
  const { algorithm, credential, sessionToken } = claim
  const { accessKeyId, scopeDate, region, service } = credential
  const use: KeyUse = { algorithm, credential, keyCache: settings.keyCache }
  const lookup = { accessKeyId, sessionToken, algorithm: algorithm.name, scopeDate, region, service }
  return andThen(settings.getKeys(lookup) as MaybePromise<unknown>, (found) => ringOf(found, use))
}
