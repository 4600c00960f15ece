import type { SigningAlgorithm, SigningKeyCache, VerificationKey } from '../algorithms/algorithm.ts'
import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import type { PayloadMode } from '../fields/content-sha256.ts'
import { compileHeaderMatchers } from '../fields/header-matcher.ts'
import { splitUrl } from '../fields/url.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import { adaptProfile } from '../profiles.ts'
import type { HeaderMatcher, ServiceProfile } from '../types.ts'
import type { RejectedEvent, VerifiedEvent } from './events.ts'

/** What the request says of its key, before anything of it is believed. */
export interface KeyLookup {
  readonly accessKeyId: string
  readonly sessionToken?: string | undefined
  /** Such as `AWS4-HMAC-SHA256`. */
  readonly algorithm: string
  /** `YYYYMMDD` */
  readonly scopeDate: string
  /** Undefined for SigV4A, whose scope has none. */
  readonly region?: string | undefined
  readonly service: string
}

/** What a verifier takes for good. */
export interface VerifierOptions {
  /**
   * Finds the keys of an access key id: one, several while keys are rotated, or none. Whoever uses session
   * tokens checks `lookup.sessionToken` here and gives it back with the key.
   */
  getKeys(lookup: KeyLookup): MaybePromise<VerificationKey | readonly VerificationKey[] | undefined>
  readonly service: string | readonly string[]
  readonly region: string | readonly string[]
  /** Default `[sigv4]`. */
  readonly algorithms?: readonly SigningAlgorithm[] | undefined
  /** How old, and how far ahead, a signature may be. Default 300 both ways; 900 where the service is S3. */
  readonly maxSkewSeconds?: number | { readonly past: number; readonly future: number } | undefined
  /** Longest life of a presigned URL. Default 604800. */
  readonly maxExpiresInSeconds?: number | undefined
  /** What may be claimed of a body. Default `['signed', 'streaming']`. */
  readonly payloads?: readonly PayloadMode[] | undefined
  /** Headers that must be signed if they arrive, beside `host` and `x-amz-*`. */
  readonly requireSignedHeaders?: readonly HeaderMatcher[] | undefined
  /** `x-amz-*` headers that may arrive unsigned. Whatever they steer is then the client's word alone. */
  readonly allowUnsignedHeaders?: readonly HeaderMatcher[] | undefined
  /** `'buffer'` (the default) checks the body first; `'stream'` while it is read, with an error before its end. */
  readonly body?: 'buffer' | 'stream' | undefined
  /** Of the body as the application gets it. Default 8 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Of one signed chunk, which is held in memory until its signature is checked. Default 16 MiB. */
  readonly maxChunkBytes?: number | undefined
  /** Of every chunk but the last. Default 8192, as S3 has it. */
  readonly minChunkBytes?: number | undefined
  /** What clients address, where a proxy stands before the server. Forwarded headers are never believed. */
  readonly externalUrl?: string | readonly string[] | undefined
  /** Over `profileFor(service)`. */
  readonly profile?: Partial<ServiceProfile> | undefined
  /** Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
  onVerified?(event: VerifiedEvent): void
  onRejected?(event: RejectedEvent): void
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** How clients address the server, where that differs from what arrives. */
export interface ExternalAddress {
  readonly host: string
  readonly pathPrefix: string
}

/** The options, checked and complete. */
export interface VerifierPolicy {
  readonly getKeys: VerifierOptions['getKeys']
  readonly services: readonly string[]
  readonly regions: readonly string[]
  readonly algorithms: ReadonlyMap<string, SigningAlgorithm>
  readonly skewSeconds: { readonly past: number; readonly future: number } | undefined
  readonly maxExpiresInSeconds: number
  readonly payloads: ReadonlySet<PayloadMode>
  readonly mustBeSigned: (name: string) => boolean
  readonly mayBeUnsigned: (name: string) => boolean
  readonly body: 'buffer' | 'stream'
  readonly maxBodyBytes: number
  readonly maxChunkBytes: number
  readonly minChunkBytes: number
  readonly externalAddresses: readonly ExternalAddress[] | undefined
  /** Of each service. */
  readonly profiles: ReadonlyMap<string, ServiceProfile>
  readonly keyCache: SigningKeyCache
  readonly onVerified: VerifierOptions['onVerified']
  readonly onRejected: VerifierOptions['onRejected']
  readonly now: () => number
}

const KNOWN_OPTIONS: ReadonlySet<string> = new Set<keyof VerifierOptions>([
  'getKeys',
  'service',
  'region',
  'algorithms',
  'maxSkewSeconds',
  'maxExpiresInSeconds',
  'payloads',
  'requireSignedHeaders',
  'allowUnsignedHeaders',
  'body',
  'maxBodyBytes',
  'maxChunkBytes',
  'minChunkBytes',
  'externalUrl',
  'profile',
  'keyCache',
  'onVerified',
  'onRejected',
  'now',
])
const PAYLOAD_MODES: readonly string[] = ['signed', 'unsigned', 'streaming', 'streaming-unsigned-trailer']

function checkTexts(option: string, value: string | readonly string[]): readonly string[] {
  const list: readonly string[] = Array.isArray(value) ? value : [value as string]
  for (const one of list)
    if (typeof one !== 'string') throw invalidArgType(option, 'a string or a list of them', one)
  if (list.length === 0 || list.includes('')) throw invalidArgValue(option, 'must not be empty')
  return list
}

function checkNumber(option: string, value: number, lowest: number, highest: number): number {
  if (typeof value !== 'number') throw invalidArgType(option, 'a number', value)
  if (!(value >= lowest && value <= highest)) {
    throw invalidArgValue(option, `must be from ${lowest} to ${highest}`)
  }
  return value
}

function checkSkew(skew: VerifierOptions['maxSkewSeconds']): VerifierPolicy['skewSeconds'] {
  if (skew === undefined) return undefined
  const { past, future } = typeof skew === 'number' ? { past: skew, future: skew } : (skew ?? {})
  const day = 86_400
  return {
    past: checkNumber('maxSkewSeconds.past', past as number, 0, day),
    future: checkNumber('maxSkewSeconds.future', future as number, 0, day),
  }
}

function readExternalUrl(url: string): ExternalAddress {
  const parts = splitUrl(url)
  if (parts?.query !== '') {
    throw invalidArgValue('externalUrl', 'must be an absolute http or https URL without a query')
  }
  return { host: parts.host, pathPrefix: parts.path.replace(/\/$/, '') }
}

function checkPayloads(payloads: readonly PayloadMode[] = ['signed', 'streaming']): ReadonlySet<PayloadMode> {
  if (!Array.isArray(payloads)) throw invalidArgType('payloads', 'a list', payloads)
  for (const mode of payloads) {
    if (!PAYLOAD_MODES.includes(mode))
      throw invalidArgValue('payloads', `may hold ${PAYLOAD_MODES.join(', ')}`)
  }
  return new Set(payloads)
}

/**
 * Checks the options and fills in the defaults. An option that is not known is refused: a misspelt one would
 * leave a door open in silence.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolvePolicy(options: VerifierOptions): VerifierPolicy {
  if (options === null || typeof options !== 'object') throw invalidArgType('options', 'an object', options)
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !KNOWN_OPTIONS.has(name))
      throw invalidArgValue(name, 'is not an option of Verifier')
  }
  const { getKeys, algorithms = [sigv4], body = 'buffer', profile, externalUrl } = options
  const { keyCache = sharedKeyCache(), now = Date.now, onVerified, onRejected } = options
  if (typeof getKeys !== 'function') throw invalidArgType('getKeys', 'a function', getKeys)
  for (const [name, callback] of Object.entries({ now, onVerified, onRejected })) {
    if (callback !== undefined && typeof callback !== 'function')
      throw invalidArgType(name, 'a function', callback)
  }
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw invalidArgType('algorithms', 'a list such as [sigv4]', algorithms)
  }
  for (const algorithm of algorithms as readonly SigningAlgorithm[]) {
    if (typeof algorithm?.deriveKey !== 'function')
      throw invalidArgType('algorithms', 'a list of sigv4 and sigv4a', algorithm)
  }
  if (typeof keyCache?.getOrDerive !== 'function')
    throw invalidArgType('keyCache', 'from createKeyCache', keyCache)
  if (body !== 'buffer' && body !== 'stream') throw invalidArgValue('body', 'must be "buffer" or "stream"')
  const services = checkTexts('service', options.service)
  const weekInSeconds = 604_800
  return {
    getKeys: (lookup) => options.getKeys(lookup),
    services,
    regions: checkTexts('region', options.region),
    algorithms: new Map(algorithms.map((algorithm: SigningAlgorithm) => [algorithm.name, algorithm])),
    skewSeconds: checkSkew(options.maxSkewSeconds),
    maxExpiresInSeconds: checkNumber(
      'maxExpiresInSeconds',
      options.maxExpiresInSeconds ?? weekInSeconds,
      1,
      weekInSeconds,
    ),
    payloads: checkPayloads(options.payloads),
    mustBeSigned: compileHeaderMatchers('requireSignedHeaders', options.requireSignedHeaders),
    mayBeUnsigned: compileHeaderMatchers('allowUnsignedHeaders', options.allowUnsignedHeaders),
    body,
    minChunkBytes: checkNumber('minChunkBytes', options.minChunkBytes ?? 8192, 0, 2 ** 31),
    maxChunkBytes: checkNumber('maxChunkBytes', options.maxChunkBytes ?? 16 * 1024 * 1024, 1, 2 ** 31),
    maxBodyBytes: checkNumber(
      'maxBodyBytes',
      options.maxBodyBytes ?? 8 * 1024 * 1024,
      0,
      Number.MAX_SAFE_INTEGER,
    ),
    externalAddresses:
      externalUrl === undefined ? undefined : checkTexts('externalUrl', externalUrl).map(readExternalUrl),
    profiles: new Map(services.map((service) => [service, adaptProfile(service, profile)])),
    keyCache,
    onVerified: onVerified && ((event) => options.onVerified?.(event)),
    onRejected: onRejected && ((event) => options.onRejected?.(event)),
    now,
  }
}
