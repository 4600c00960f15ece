import { memoize } from '../credentials/memoize.ts'
import { inferScope } from '../endpoints/inferred-scope.ts'
import { checkOptions, invalidArgType, invalidArgValue, type OptionNames } from '../errors.ts'
import type { SigningOptions } from '../sign/options.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import type { Call } from './call.ts'

/** What a Signer needs to know once. */
export interface SignerOptions
  extends Omit<SigningOptions, 'credentials' | 'service' | 'region' | 'signingDate'> {
  /**
   * Credentials, or a provider. That is asked once for all signatures: again shortly before what it gave expires, with
   * `forceRefresh` where it gave what has expired, and never where it gave no expiration.
   */
  readonly credentials: Credentials | CredentialProvider
  /** Default: what the host tells. */
  readonly service?: string | undefined
  /** Default: what the host tells. */
  readonly region?: string | readonly string[] | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

export const SIGNER_OPTIONS: OptionNames<SignerOptions> = {
  credentials: true,
  service: true,
  region: true,
  algorithm: true,
  payload: true,
  signHeaders: true,
  excludeHeaders: true,
  profile: true,
  keyCache: true,
  now: true,
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkSigner<Options extends SignerOptions>(
  owner: string,
  options: Options,
  known: OptionNames<Options>,
): void {
  checkOptions(owner, options, known)
  const { credentials, now } = options
  if (typeof credentials !== 'function' && (credentials === null || typeof credentials !== 'object')) {
    throw invalidArgType('credentials', 'an object or a function that resolves to one', credentials)
  }
  if (now !== undefined && typeof now !== 'function') throw invalidArgType('now', 'a function', now)
}

/** A copy of options that are checked, which later changes to them leave alone. A provider is asked as seldom as may be. */
export function resolveSigner<Options extends SignerOptions>(options: Options): Options {
  const { credentials, now } = options
  return typeof credentials === 'function'
    ? { ...options, credentials: memoize(credentials, { now }) }
    : { ...options }
}

/**
 * The options for one request: the Signer's own, over them those of the call, and what is missing from the host. Each
 * by its name: spreading them would cost as much as half of the signature.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE` where the host does not tell it.
 */
export function callOf(
  own: SignerOptions,
  url: string | URL,
  over: Partial<SigningOptions>,
): { readonly [Name in keyof Required<Call>]: Call[Name] } {
  let service = over.service ?? own.service
  let region = over.region ?? own.region
  if (!service || !region) {
    const inferred = inferScope(url)
    service ??= inferred.service
    region ??= inferred.region
    if (service === undefined) throw notTold('service')
    if (region === undefined) throw notTold('region')
  }
  return {
    credentials: over.credentials ?? own.credentials,
    service,
    region,
    algorithm: over.algorithm ?? own.algorithm,
    signingDate: over.signingDate,
    now: own.now,
    payload: over.payload ?? own.payload,
    signHeaders: over.signHeaders ?? own.signHeaders,
    excludeHeaders: over.excludeHeaders ?? own.excludeHeaders,
    profile: over.profile ?? own.profile,
    keyCache: over.keyCache ?? own.keyCache,
  }
}

const notTold = (name: string) => invalidArgValue(name, 'is needed: the host name does not tell it')
