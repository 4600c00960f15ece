import { invalidArgType } from '../errors.ts'
import type { CredentialProvider } from '../types.ts'
import { type CredentialsAttempt, CredentialsError } from './credentials-error.ts'

const MAX_WHY = 200

/** What a provider of somebody else's threw, as an attempt. */
function foreignAttempt(error: unknown, provider: CredentialProvider): CredentialsAttempt {
  const message = error instanceof Error ? error.message : String(error)
  const why = message.replace(/\s+/g, ' ').slice(0, MAX_WHY)
  return { source: provider.name || 'provider', why }
}

/**
 * Asks providers one after another, and resolves to the first credentials there are.
 *
 * It goes on wherever a provider rejects, but stops where the reason has `tryNextLink: false`: there credentials
 * were set up and could not be had, and others in their place would be a surprise. Providers of AWS SDK v3 say
 * it in the same way. Nothing is kept; see {@link memoize}.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`; the provider rejects with a CredentialsError that names each
 *   source that was tried.
 *
 * @example
 * ```js
 * import { chain, fromEnv } from 'countersign/credentials'
 *
 * const provider = chain(fromEnv({ env: {} }), async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'S' }))
 * console.log((await provider()).accessKeyId) // AKIDEXAMPLE
 * ```
 */
export function chain(...providers: readonly CredentialProvider[]): CredentialProvider {
  for (const provider of providers) {
    if (typeof provider !== 'function') throw invalidArgType('each provider', 'a function', provider)
  }
  return async (options) => {
    const attempts: CredentialsAttempt[] = []
    for (const provider of providers) {
      try {
        return await provider(options)
      } catch (error) {
        const { attempts: theirs, tryNextLink } = (error ?? {}) as Partial<CredentialsError>
        attempts.push(...(Array.isArray(theirs) ? theirs : [foreignAttempt(error, provider)]))
        if (tryNextLink === false) throw new CredentialsError(attempts, { tryNextLink })
      }
    }
    throw new CredentialsError(attempts.length ? attempts : [{ source: 'chain', why: 'it has no provider' }])
  }
}
