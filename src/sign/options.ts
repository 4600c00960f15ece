import type { SigningAlgorithm, SigningKeyCache, StringSigner } from '../algorithms/algorithm.ts'
import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { formatAmzDate } from '../fields/amz-date.ts'
import { SCOPE_PART } from '../fields/credential.ts'
import { profileFor } from '../profiles.ts'
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

// 9999-12-31T23:59:59Z: the form has four digits for the year.
const LAST_INSTANT = 253_402_300_799_999
const YEAR_ZERO = -62_167_219_200_000

function checkCredentials(credentials: Credentials): void {
  if (credentials === null || typeof credentials !== 'object') {
    throw invalidArgType('credentials', '{ accessKeyId, secretAccessKey }', credentials)
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  if (typeof accessKeyId !== 'string') throw invalidArgType('credentials.accessKeyId', 'a string', accessKeyId)
  if (typeof secretAccessKey !== 'string') {
    throw invalidArgType('credentials.secretAccessKey', 'a string', secretAccessKey)
  }
  if (!/^[!-+\--~]+$/.test(accessKeyId)) {
    throw invalidArgValue('credentials.accessKeyId', 'must be printable ASCII without spaces and commas')
  }
  if (expiration !== undefined && !(expiration instanceof Date && !Number.isNaN(Number(expiration)))) {
    throw invalidArgType('credentials.expiration', 'a valid Date', expiration)
  }
  if (secretAccessKey === '') throw invalidArgValue('credentials.secretAccessKey', 'must not be empty')
  if (sessionToken === undefined || sessionToken === null) return
  if (typeof sessionToken !== 'string') throw invalidArgType('credentials.sessionToken', 'a string', sessionToken)
  if (!/^[!-~]*$/.test(sessionToken)) {
    throw invalidArgValue('credentials.sessionToken', 'must be printable ASCII without spaces')
  }
}

function toMilliseconds(signingDate: Date | number | undefined): number {
  if (signingDate === undefined) return Date.now()
  if (typeof signingDate !== 'number' && !(signingDate instanceof Date)) {
    throw invalidArgType('signingDate', 'a Date or milliseconds since the epoch', signingDate)
  }
  const milliseconds = Number(signingDate)
  if (!(milliseconds >= YEAR_ZERO && milliseconds <= LAST_INSTANT)) {
    throw invalidArgValue('signingDate', 'must be a valid date between the years 0 and 9999')
  }
  return milliseconds
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveSigning(options: SigningOptions): Signing {
  if (options === null || typeof options !== 'object') throw invalidArgType('options', 'an object', options)
  const { credentials, service, algorithm = sigv4, payload } = options
  checkCredentials(credentials)
  if (typeof service !== 'string') throw invalidArgType('service', 'a signing name such as "s3"', service)
  if (!SCOPE_PART.test(service)) throw invalidArgValue('service', 'must be a signing name such as "s3"')
  if (typeof options.region !== 'string' && !Array.isArray(options.region)) {
    throw invalidArgType('region', 'a region such as "us-east-1"', options.region)
  }
  if (payload !== undefined && payload !== 'signed' && payload !== 'unsigned') {
    throw invalidArgValue('payload', 'must be "signed" or "unsigned"')
  }
  const region = algorithm.formatRegion(options.region)
  const signedAtMilliseconds = toMilliseconds(options.signingDate)
  const amzDate = formatAmzDate(signedAtMilliseconds)
  const scope = { scopeDate: amzDate.slice(0, 8), region, service }
  const credentialScope = algorithm.formatScope(scope)
  const profile = profileFor(service)
  return {
    algorithm,
    profile: options.profile ? { ...profile, ...options.profile } : profile,
    signer: algorithm.createSigner(credentials, scope, options.keyCache ?? sharedKeyCache()),
    amzDate,
    signedAtMilliseconds,
    credentialScope,
    credential: `${credentials.accessKeyId}/${credentialScope}`,
    sessionToken: credentials.sessionToken || undefined,
    region,
  }
}
