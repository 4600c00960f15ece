import { checkObject, checkOptions, checkWholeNumber, invalidArgType } from '../errors.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { CredentialsError } from './credentials-error.ts'

/** How {@link memoize} keeps credentials. */
export interface MemoizeOptions {
  /** How long before they expire credentials are loaded anew. Default 300, at most 86,400. */
  readonly refreshAheadSeconds?: number | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const OPTIONS = { refreshAheadSeconds: true, now: true } as const

/** A load that has not ended by then is not waited for: a runtime may have dropped it with the request that began it. */
const LOST_MILLISECONDS = 60_000

// Whether each question to the provider, until it gives what has not expired, says `forceRefresh`.
const ORDINARY: readonly boolean[] = [false, true]
const FORCED: readonly boolean[] = [true]

const expiryOf = ({ expiration }: Credentials): number =>
  expiration ? +expiration : Number.POSITIVE_INFINITY

/**
 * Keeps the credentials of a provider until shortly before they expire, and without an expiration for good.
 *
 * However many callers wait, one load serves them all; the moment of a refresh varies by a tenth of
 * `refreshAheadSeconds`, so that many processes do not refresh at once. A refresh that fails while the old
 * credentials are good is made up for half a minute to a minute later. No failure is kept, and nothing that has
 * expired is handed out. `forceRefresh` asks the provider whatever is kept.
 *
 * @returns A provider. It rejects with what the provider threw, or with a {@link CredentialsError} where the
 *   provider gives expired credentials even when told `forceRefresh`.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 *
 * @example
 * ```js
 * import { memoize } from 'countersign/credentials'
 *
 * let loads = 0
 * const provider = memoize(async () => ({ accessKeyId: `AKID${++loads}`, secretAccessKey: 'EXAMPLEKEY' }))
 * await Promise.all([provider(), provider(), provider()])
 * console.log(loads) // 1
 * console.log((await provider({ forceRefresh: true })).accessKeyId) // AKID2
 * ```
 */
export function memoize(provider: CredentialProvider, options: MemoizeOptions = {}): CredentialProvider {
  if (typeof provider !== 'function') throw invalidArgType('provider', 'a function', provider)
  checkOptions('memoize', options, OPTIONS)
  const { refreshAheadSeconds = 300, now = Date.now } = options
  const aheadMilliseconds =
    1000 * checkWholeNumber('refreshAheadSeconds', refreshAheadSeconds, { min: 0, max: 86_400 })
  let kept: Credentials | undefined
  let refreshAt = 0
  let flight: Promise<Credentials> | undefined
  let isForced = false
  let lostAt = 0

  const isGood = (credentials: Credentials): boolean => expiryOf(credentials) > now()

  const load = async (refreshes: readonly boolean[]): Promise<Credentials> => {
    for (const forceRefresh of refreshes) {
      const loaded = await provider(forceRefresh ? { forceRefresh } : undefined)
      checkObject('what the provider gives', loaded)
      if (isGood(loaded)) return loaded
    }
    throw new CredentialsError([
      { source: 'memoize', why: 'the provider gives credentials that have expired' },
    ])
  }

  /** `notBefore`: when to refresh at the earliest. */
  const begin = (refreshes: readonly boolean[], notBefore = 0): Promise<Credentials> => {
    const keep = async (): Promise<Credentials> => {
      try {
        const loaded = await load(refreshes)
        // A flight that was overtaken by a forced one brings what is older.
        if (flight === mine) {
          kept = loaded
          refreshAt = Math.max(notBefore, expiryOf(loaded) - aheadMilliseconds * (1 + Math.random() / 10))
        }
        return loaded
      } finally {
        if (flight === mine) flight = undefined
      }
    }
    lostAt = now() + LOST_MILLISECONDS
    isForced = refreshes === FORCED
    const mine = keep()
    flight = mine
    return mine
  }

  return async ({ forceRefresh } = {}) => {
    const time = now()
    const current = time < lostAt ? flight : undefined
    if (forceRefresh) return current && isForced ? current : begin(FORCED)
    const old = kept
    if (!old || !isGood(old)) return current ?? begin(ORDINARY)
    if (current || time < refreshAt) return old
    refreshAt = time + 30_000 * (1 + Math.random())
    return begin(ORDINARY, refreshAt).catch((error) => {
      if (isGood(old)) return old
      throw error
    })
  }
}
