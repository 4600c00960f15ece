import type { SigningAlgorithm, SigningKeyCache, StringSigner } from '../algorithms/algorithm.ts'
import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { deriveKeyOf } from '../algorithms/key-memory.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { checkText, invalidArgType, invalidArgValue, type OptionNames, type TextRule } from '../errors.ts'
import { formatAmzDate } from '../fields/amz-date.ts'
import { SCOPE_PART } from '../fields/credential.ts'
import { adaptProfile } from '../profiles.ts'
import type { Credentials, HeaderMatcher, ServiceProfile } from '../types.ts'
import { checkCredentials } from './credentials.ts'
import { checkInstant } from './instant.ts'

/** How to sign. */
export interface SigningOptions {
  /** Needed. For a function that provides them, see `Signer` and `signRequest`. */
  readonly credentials: Credentials
  /** Needed: the signing name, such as `s3` or `execute-api`. */
  readonly service: string
  /** Needed. One region; for SigV4A a region set: `'*'`, `'us-*'`, `'us-east-1,us-west-2'`, or a list. */
  readonly region: string | readonly string[]
  /** Default `sigv4`; `sigv4a` comes from `countersign/sigv4a`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** A date, or milliseconds since the epoch. Default: now. */
  readonly signingDate?: Date | number | undefined
  /**
   * `'signed'` (the default): the signature covers the hash of the body. `'unsigned'`: it says `UNSIGNED-PAYLOAD`.
   * An `x-amz-content-sha256` header of the request wins over both.
   */
  readonly payload?: 'signed' | 'unsigned' | undefined
  /**
   * `'all'` (the default): all but those that browsers and hops rewrite. `'required'`: `host`, `content-type`
   * and `x-amz-*`. A list: those it matches, beside `host` and `x-amz-*`.
   */
  readonly signHeaders?: 'all' | 'required' | readonly HeaderMatcher[] | undefined
  /** Left unsigned, whatever `signHeaders` says; `host` and what signing adds cannot be. Default: none. */
  readonly excludeHeaders?: readonly HeaderMatcher[] | undefined
  /** How the service differs, over what `profileFor(service)` says. Default: no change. */
  readonly profile?: Partial<ServiceProfile> | undefined
  /** Where derived keys are kept. Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
}

/** Their names, to tell others by. */
export const SIGNING_OPTIONS: OptionNames<SigningOptions> = {
  credentials: true,
  service: true,
  region: true,
  algorithm: true,
  signingDate: true,
  payload: true,
  signHeaders: true,
  excludeHeaders: true,
  profile: true,
  keyCache: true,
}

/** The options, checked and complete. */
export interface Signing {
  readonly algorithm: SigningAlgorithm
  readonly profile: ServiceProfile
  readonly signer: StringSigner
  readonly amzDate: string
  readonly signedAtMilliseconds: number
  readonly credentialScope: string
  /** `<accessKeyId>/<scope>` */
  readonly credential: string
  readonly sessionToken: string | undefined
  /** One region, or the region set. */
  readonly region: string
}

const SERVICE: TextRule = { pattern: SCOPE_PART, rule: 'must be a signing name, such as "s3"' }

/**
 * Checks the options, whose names are known, and fills in the defaults.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveSigning(options: SigningOptions): Signing {
  const { credentials, service, algorithm = sigv4, payload = 'signed', signingDate } = options
  const { keyCache = sharedKeyCache() } = options
  checkCredentials(credentials)
  checkText('service', service, SERVICE)
  if (payload !== 'signed' && payload !== 'unsigned') {
    throw invalidArgValue('payload', 'must be "signed" or "unsigned"', payload)
  }
  if (typeof algorithm?.deriveKey !== 'function') {
    throw invalidArgType('algorithm', 'sigv4, or sigv4a from countersign/sigv4a', algorithm)
  }
  if (typeof keyCache?.getOrDerive !== 'function')
    throw invalidArgType('keyCache', 'from createKeyCache', keyCache)
  const region = algorithm.formatRegion(options.region)
  const signedAtMilliseconds =
    signingDate === undefined ? Date.now() : checkInstant('signingDate', signingDate)
  const amzDate = formatAmzDate(signedAtMilliseconds)
  const scope = { scopeDate: amzDate.slice(0, 8), region, service }
  const credentialScope = algorithm.formatScope(scope)
  return {
    algorithm,
    profile: adaptProfile(service, options.profile),
    signer: deriveKeyOf(credentials, credentials, { algorithm, scope, keyCache }),
    amzDate,
    signedAtMilliseconds,
    credentialScope,
    credential: `${credentials.accessKeyId}/${credentialScope}`,
    sessionToken: credentials.sessionToken || undefined,
    region,
  }
}
