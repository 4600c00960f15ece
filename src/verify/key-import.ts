import type {
  SigningAlgorithm,
  SigningKeyCache,
  StringVerifier,
  VerificationKey,
} from '../algorithms/algorithm.ts'
import { deriveKeyOf } from '../algorithms/key-memory.ts'
import { invalidArgType } from '../errors.ts'
import type { Credential } from '../fields/credential.ts'

/** What a key is imported for. */
export interface KeyUse {
  readonly algorithm: SigningAlgorithm
  readonly credential: Credential
  readonly keyCache: SigningKeyCache
}

/**
 * What checks signatures with a key as `getKeys` gives it; undefined where its kind is not for the algorithm.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function importKey(key: VerificationKey, use: KeyUse): StringVerifier | undefined {
  const { algorithm, keyCache } = use
  if (key === null || typeof key !== 'object') throw invalidArgType('a key from getKeys', 'an object', key)
  if ('secretAccessKey' in key) {
    const { secretAccessKey } = key
    // An empty one is a variable that was not set, and would let in whoever guesses so.
    if (typeof secretAccessKey !== 'string' || secretAccessKey === '') {
      throw invalidArgType('the secretAccessKey from getKeys', 'a string that is not empty', secretAccessKey)
    }
    const { accessKeyId, scopeDate, region = '', service } = use.credential
    const scope = { scopeDate, region, service }
    return deriveKeyOf(key, { accessKeyId, secretAccessKey }, { algorithm, scope, keyCache })
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

/** What checks signatures of further days: a secret gives a key for each, the other kinds are good for their own alone. */
export function dayVerifiers(
  key: VerificationKey,
  use: KeyUse,
): ((scopeDate: string) => StringVerifier | undefined) | undefined {
  if (!('secretAccessKey' in key)) return undefined
  return (scopeDate) => importKey(key, { ...use, credential: { ...use.credential, scopeDate } })
}
