import type { SigningAlgorithm, SigningKeyCache, StringSigner } from '../algorithms/algorithm.ts'
import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { checkObject, checkText, invalidArgType, invalidArgValue, type OptionNames } from '../errors.ts'
import { formatAmzDate } from '../fields/amz-date.ts'
import { SCOPE_PART } from '../fields/credential.ts'
import { adaptProfile } from '../profiles.ts'
import type { Credentials, HeaderMatcher, ServiceProfile } from '../types.ts'

/** How to sign. */
export interface SigningOptions {
  readonly credentials: Credentials
  /** The signing name, such as `s3` or `execute-api`. */
  readonly service: string
  /** One region; for SigV4A a region set: `'*'`, `'us-*'`, `'us-east-1,us-west-2'`, or a list. */
  readonly region: string | readonly string[]
  /** Default `sigv4`. */
  readonly algorithm?: SigningAlgorithm | undefined
  /** A date, or milliseconds since the epoch. Default: now. */
  readonly signingDate?: Date | number | undefined
  /** Default `'signed'`. The caller's own `x-amz-content-sha256` header wins over both. */
  readonly payload?: 'signed' | 'unsigned' | undefined
  /**
   * `'all'` (the default): all but those that browsers and hops rewrite. `'required'`: `host`, `content-type`
   * and `x-amz-*`. A list: those it matches, beside `host` and `x-amz-*`.
   */
  readonly signHeaders?: 'all' | 'required' | readonly HeaderMatcher[] | undefined
  /** Left unsigned, whatever `signHeaders` says; `host` cannot be. */
  readonly excludeHeaders?: readonly HeaderMatcher[] | undefined
  /** Over `profileFor(service)`. */
  readonly profile?: Partial<ServiceProfile> | undefined
  /** Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
}

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

// The form of the date has four digits for the year: 0000-01-01 to 9999-12-31.
const FIRST_INSTANT = -62_167_219_200_000
const LAST_INSTANT = 253_402_300_799_999

function checkCredentials(credentials: Credentials): void {
  checkObject('credentials', credentials)
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  checkText('credentials.accessKeyId', accessKeyId, {
    pattern: /^[!-+\--~]+$/,
    rule: 'must be printable ASCII without spaces and commas',
  })
  checkText('credentials.secretAccessKey', secretAccessKey, {
    pattern: /./s,
    rule: 'must not be empty',
    isSecret: true,
  })
  checkText('credentials.sessionToken', sessionToken ?? '', {
    pattern: /^[!-~]*$/,
    rule: 'must be printable ASCII without spaces',
    isSecret: true,
  })
  if (expiration !== undefined) checkInstant('credentials.expiration', expiration)
}

function checkInstant(option: string, instant: Date | number): number {
  if (typeof instant !== 'number' && !(instant instanceof Date)) {
    throw invalidArgType(option, 'a Date or milliseconds since the epoch', instant)
  }
  const milliseconds = Number(instant)
  if (milliseconds >= FIRST_INSTANT && milliseconds <= LAST_INSTANT) return milliseconds
  throw invalidArgValue(option, 'must be a valid date between the years 0 and 9999')
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveSigning(options: SigningOptions): Signing {
  checkObject('options', options)
  const { credentials, service, algorithm = sigv4, payload = 'signed', signingDate } = options
  const { keyCache = sharedKeyCache() } = options
  checkCredentials(credentials)
  checkText('service', service, { pattern: SCOPE_PART, rule: 'must be a signing name, such as "s3"' })
  checkText('payload', payload, { pattern: /^(?:un)?signed$/, rule: 'must be "signed" or "unsigned"' })
  if (typeof algorithm?.deriveKey !== 'function')
    throw invalidArgType('algorithm', 'sigv4 or sigv4a', algorithm)
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
    signer: algorithm.deriveKey(credentials, scope, keyCache),
    amzDate,
    signedAtMilliseconds,
    credentialScope,
    credential: `${credentials.accessKeyId}/${credentialScope}`,
    sessionToken: credentials.sessionToken || undefined,
    region,
  }
}
