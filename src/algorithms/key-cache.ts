import { sha256 } from '../crypto/backend.ts'
import { checkOptions, checkWholeNumber, type OptionNames } from '../errors.ts'
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

/** How large a cache of signing keys may grow. */
export interface KeyCacheOptions {
  /** Default 100: one entry is one key, region and service on one day. */
  readonly maxEntries?: number
}

const DEFAULT_ENTRIES = 100

/**
 * Makes a bounded cache of signing keys, apart from the one that the process shares.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * ```ts
 * import { createKeyCache, signHeaders } from 'countersign'
 *
 * const keyCache = createKeyCache({ maxEntries: 1000 })
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a shared secret' }
 * const options = { credentials, service: 'orders', region: 'eu-west-1', keyCache }
 * console.log(signHeaders({ url: 'https://orders.example.com/' }, options).trace.signature.length) // 64
 * ```
 */
export function createKeyCache(options: KeyCacheOptions = {}): SigningKeyCache {
  checkOptions('createKeyCache', options, { maxEntries: true } satisfies OptionNames<KeyCacheOptions>)
  const { maxEntries = DEFAULT_ENTRIES } = options
  checkWholeNumber('maxEntries', maxEntries, { min: 1, max: Number.MAX_SAFE_INTEGER })
  return new LruKeyCache(maxEntries)
}

let shared: SigningKeyCache | undefined

/** The cache that is used where none is given. */
export function sharedKeyCache(): SigningKeyCache {
  shared ??= new LruKeyCache(DEFAULT_ENTRIES)
  return shared
}
