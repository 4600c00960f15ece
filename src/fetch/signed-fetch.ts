import { invalidArgType, invalidArgValue } from '../errors.ts'
import { Signer, type SignerOptions } from './signer.ts'

/** A Signer's options, and the fetch to send with. */
export interface SignedFetchOptions extends SignerOptions {
  /** Default: the global fetch. */
  readonly fetch?: typeof fetch | undefined
  /** This version sends each request once. */
  readonly retry?: false | undefined
  /** This version takes the clock as it is. */
  readonly correctClockSkew?: false | undefined
}

/**
 * A fetch that signs each request before it is sent.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; what it returns rejects with
 *   the same, and with what fetch rejects with.
 */
export function createSignedFetch(options: SignedFetchOptions): typeof fetch {
  if (options === null || typeof options !== 'object') throw invalidArgType('options', 'an object', options)
  const { fetch: send, retry, correctClockSkew, ...signerOptions } = options
  if (send !== undefined && typeof send !== 'function') throw invalidArgType('fetch', 'a function', send)
  if (retry) throw invalidArgValue('retry', 'is not in this version: requests are sent once')
  if (correctClockSkew) throw invalidArgValue('correctClockSkew', 'is not in this version')
  const signer = new Signer(signerOptions)
  // Looked up at each call: test tools and instrumentation replace the global one.
  return async (input, init) =>
    (send ?? globalThis.fetch)(await signer.sign(input as Request | string | URL, init))
}
