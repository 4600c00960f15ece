import { sha256 } from '../crypto/backend.ts'
import { invalidArgValue } from '../errors.ts'
import type { SigningKeyCache } from './algorithm.ts'

/**
 * A cache of derived keys that holds the most recently used. An entry is found by a hash of the secret and the
 * scope: neither secret nor key shows when the cache is printed.
 */
class LruKeyCache implements SigningKeyCache {
  readonly #entries = new Map<string, object>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  getOrDerive<Key extends object>(secret: string, scope: string, derive: () => Key): Key {
    const entries = this.#entries
    // A newline ends the scope, which has none: no two pairs share a text.
    const id = sha256().hashHex(`${scope}\n${secret}`)
    let key = entries.get(id) as Key | undefined
    if (key) {
      if (entries.size > 1) entries.delete(id)
      else return key
    } else {
      key = derive()
      if (entries.size >= this.#maxEntries) entries.delete(entries.keys().next().value as string)
    }
    entries.set(id, key)
    return key
  }
}

/**
 * Makes a bounded cache of signing keys, apart from the one that the process shares.
 *
 * @param options.maxEntries Default 100: one entry is one key, region and service on one day.
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function createKeyCache(options: { readonly maxEntries?: number } = {}): SigningKeyCache {
  const { maxEntries = 100 } = options
  if (!(Number.isSafeInteger(maxEntries) && maxEntries > 0)) {
    throw invalidArgValue('maxEntries', 'must be a whole number above 0')
  }
  return new LruKeyCache(maxEntries)
}

let shared: SigningKeyCache | undefined

/** The cache that is used where none is given. */
export function sharedKeyCache(): SigningKeyCache {
  shared ??= new LruKeyCache(100)
  return shared
}
