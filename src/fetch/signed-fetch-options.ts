import { invalidArgType, type OptionNames } from '../errors.ts'
import { SIGNING_OPTIONS, type SigningOptions } from '../sign/options.ts'
import type { BodyFactory } from './attempt.ts'
import type { RetryOptions } from './retry.ts'
import { checkSigner, SIGNER_OPTIONS, type SignerOptions } from './signer-options.ts'

/** A Signer's options, the fetch to send with, and what to do about failures. */
export interface SignedFetchOptions extends SignerOptions {
  /** It is called with a signed Request, and with `{ signal }` where there is one. Default: the global fetch. */
  readonly fetch?: typeof fetch | undefined
  /** When to send once more; `false`: never. Default: three attempts. */
  readonly retry?: RetryOptions | false | undefined
  /**
   * Whether a request that is refused for its date is signed once more by the server's clock, and so are those that
   * follow. Default true.
   */
  readonly correctClockSkew?: boolean | undefined
}

/** Options for one call of a signed fetch. */
export interface SignedFetchCallOptions extends Partial<SigningOptions> {
  /** Makes the body anew for each time that the request is sent: with it a stream can be retried. In place of `body`. */
  readonly bodyFactory?: BodyFactory | undefined
}

/** What a signed fetch is told besides the address. */
export interface SignedFetchInit extends RequestInit {
  /** Options for this call alone. */
  readonly signing?: SignedFetchCallOptions | undefined
}

/** A fetch that signs. */
export type SignedFetch = (input: Request | string | URL, init?: SignedFetchInit) => Promise<Response>

const SIGNED_FETCH_OPTIONS: OptionNames<SignedFetchOptions> = /* @__PURE__ */ Object.assign(
  { fetch: true, retry: true, correctClockSkew: true } as const,
  SIGNER_OPTIONS,
)

export const CALL_OPTIONS: OptionNames<SignedFetchCallOptions> = /* @__PURE__ */ Object.assign(
  { bodyFactory: true } as const,
  SIGNING_OPTIONS,
)

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkSignedFetch(options: SignedFetchOptions): void {
  checkSigner('createSignedFetch', options, SIGNED_FETCH_OPTIONS)
  const { fetch: send, correctClockSkew } = options
  if (send !== undefined && typeof send !== 'function') throw invalidArgType('fetch', 'a function', send)
  if (correctClockSkew !== undefined && typeof correctClockSkew !== 'boolean') {
    throw invalidArgType('correctClockSkew', 'true or false', correctClockSkew)
  }
}
