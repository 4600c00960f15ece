import type { SigningAlgorithm, SigningKeyCache } from '../algorithms/algorithm.ts'
import { sharedKeyCache } from '../algorithms/key-cache.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import {
  checkOptions,
  checkWholeNumber,
  invalidArgType,
  invalidArgValue,
  type OptionNames,
} from '../errors.ts'
import type { PayloadMode } from '../fields/content-sha256.ts'
import { compileHeaderMatchers } from '../fields/header-matcher.ts'
import { splitUrl } from '../fields/url.ts'
import { MAX_EXPIRES_IN_SECONDS } from '../names.ts'
import { adaptProfile } from '../profiles.ts'
import type { ServiceProfile } from '../types.ts'
import type { BodyMode, VerifierOptions } from './options.ts'

/** How clients address the server, where that differs from what arrives. */
export interface ExternalAddress {
  readonly scheme: string
  readonly host: string
  /** Without a slash at its end. */
  readonly pathPrefix: string
}

/** The options, checked and complete. */
export interface VerifierSettings {
  readonly getKeys: VerifierOptions['getKeys']
  readonly services: readonly string[]
  readonly regions: readonly string[]
  /** By name. */
  readonly algorithms: ReadonlyMap<string, SigningAlgorithm>
  /** Undefined: as the profile of the service has it. */
  readonly skewSeconds: { readonly past: number; readonly future: number } | undefined
  readonly maxExpiresInSeconds: number
  readonly payloads: ReadonlySet<PayloadMode>
  readonly mustBeSigned: (name: string) => boolean
  readonly mayBeUnsigned: (name: string) => boolean
  readonly body: BodyMode
  readonly maxBodyBytes: number
  readonly maxChunkBytes: number
  readonly minChunkBytes: number
  readonly maxMessageBytes: number
  readonly maxQueryParameters: number
  readonly maxHeaders: number
  /** Empty: what arrives is what clients address. */
  readonly externalAddresses: readonly ExternalAddress[]
  /** Of each service. */
  readonly profiles: ReadonlyMap<string, ServiceProfile>
  readonly keyCache: SigningKeyCache
  readonly onVerified: VerifierOptions['onVerified']
  readonly onRejected: VerifierOptions['onRejected']
  readonly now: () => number
}

export const VERIFIER_OPTIONS: OptionNames<VerifierOptions> = {
  getKeys: true,
  service: true,
  region: true,
  algorithms: true,
  maxSkewSeconds: true,
  maxExpiresInSeconds: true,
  payloads: true,
  requireSignedHeaders: true,
  allowUnsignedHeaders: true,
  body: true,
  maxBodyBytes: true,
  maxChunkBytes: true,
  minChunkBytes: true,
  maxMessageBytes: true,
  maxQueryParameters: true,
  maxHeaders: true,
  externalUrl: true,
  profile: true,
  keyCache: true,
  onVerified: true,
  onRejected: true,
  now: true,
}

const PAYLOAD_MODES: readonly string[] = ['signed', 'unsigned', 'streaming', 'streaming-unsigned-trailer']
const MEBIBYTE = 1024 * 1024

function checkTexts(option: string, value: string | readonly string[]): readonly string[] {
  const list: readonly string[] = Array.isArray(value) ? [...value] : [value as string]
  for (const one of list)
    if (typeof one !== 'string') throw invalidArgType(option, 'a string or a list of them', one)
  if (list.length === 0 || list.includes('')) throw invalidArgValue(option, 'must not be empty')
  return list
}

function checkRegions(value: string | readonly string[]): readonly string[] {
  const regions = checkTexts('region', value)
  const pattern = regions.find((region) => /[*,]/.test(region))
  if (pattern === undefined) return regions
  throw invalidArgValue(
    'region',
    'must be the regions that are served, one by one: patterns are for signing with sigv4a',
    pattern,
  )
}

function checkSeconds(option: string, value: unknown, max: number): number {
  if (typeof value !== 'number') throw invalidArgType(option, 'a number of seconds', value)
  if (value >= 0 && value <= max) return value
  throw invalidArgValue(option, `must be from 0 to ${max} seconds`, value)
}

const DAY_IN_SECONDS = 86_400

function checkSkew(skew: VerifierOptions['maxSkewSeconds']): VerifierSettings['skewSeconds'] {
  if (skew === undefined) return undefined
  if (typeof skew !== 'object' || skew === null) {
    const both = checkSeconds('maxSkewSeconds', skew, DAY_IN_SECONDS)
    return { past: both, future: both }
  }
  return {
    past: checkSeconds('maxSkewSeconds.past', skew.past, DAY_IN_SECONDS),
    future: checkSeconds('maxSkewSeconds.future', skew.future, DAY_IN_SECONDS),
  }
}

function readExternalUrl(url: string): ExternalAddress {
  const parts = splitUrl(url)
  if (!/^https?:/i.test(url) || parts?.query !== '') {
    throw invalidArgValue('externalUrl', 'must be an absolute http or https URL without a query')
  }
  return {
    scheme: parts.origin.slice(0, parts.origin.indexOf(':')).toLowerCase(),
    host: parts.host,
    pathPrefix: parts.path.replace(/\/$/, ''),
  }
}

function checkPayloads(payloads: readonly PayloadMode[] = ['signed', 'streaming']): ReadonlySet<PayloadMode> {
  if (!Array.isArray(payloads)) throw invalidArgType('payloads', "a list such as ['signed']", payloads)
  const unknown = payloads.find((mode) => !PAYLOAD_MODES.includes(mode))
  if (unknown === undefined) return new Set(payloads)
  throw invalidArgValue('payloads', `may hold ${PAYLOAD_MODES.join(', ')}`, unknown)
}

function checkAlgorithms(algorithms: readonly SigningAlgorithm[]): VerifierSettings['algorithms'] {
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw invalidArgType('algorithms', 'a list such as [sigv4]', algorithms)
  }
  for (const algorithm of algorithms) {
    if (typeof algorithm?.deriveKey !== 'function') {
      throw invalidArgType('algorithms', 'a list of sigv4, and sigv4a from countersign/sigv4a', algorithm)
    }
  }
  return new Map(algorithms.map((algorithm: SigningAlgorithm) => [algorithm.name, algorithm]))
}

function checkFunctions(functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    if (value !== undefined && typeof value !== 'function') throw invalidArgType(name, 'a function', value)
  }
}

/**
 * Checks the options and fills in the defaults. An option that is not known is refused: a misspelt one would
 * leave a door open in silence.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveSettings(options: VerifierOptions): VerifierSettings {
  checkOptions('Verifier', options, VERIFIER_OPTIONS)
  const { getKeys, algorithms = [sigv4], body = 'buffer', profile, externalUrl } = options
  const { keyCache = sharedKeyCache(), now = Date.now, onVerified, onRejected } = options
  if (typeof getKeys !== 'function') {
    throw invalidArgType('getKeys', 'a function that finds the keys of an access key id', getKeys)
  }
  checkFunctions({ now, onVerified, onRejected })
  if (typeof keyCache?.getOrDerive !== 'function')
    throw invalidArgType('keyCache', 'from createKeyCache', keyCache)
  if (body !== 'buffer' && body !== 'stream') {
    throw invalidArgValue('body', 'must be "buffer" or "stream"', body)
  }
  const services = checkTexts('service', options.service)
  const bytes = (option: keyof VerifierOptions, fallback: number, min: number): number =>
    checkWholeNumber(option, options[option] ?? fallback, { min, max: Number.MAX_SAFE_INTEGER })
  return {
    getKeys: (lookup) => options.getKeys(lookup),
    services,
    regions: checkRegions(options.region),
    algorithms: checkAlgorithms(algorithms),
    skewSeconds: checkSkew(options.maxSkewSeconds),
    maxExpiresInSeconds: checkWholeNumber(
      'maxExpiresInSeconds',
      options.maxExpiresInSeconds ?? MAX_EXPIRES_IN_SECONDS,
      { min: 1, max: MAX_EXPIRES_IN_SECONDS },
    ),
    payloads: checkPayloads(options.payloads),
    mustBeSigned: compileHeaderMatchers('requireSignedHeaders', options.requireSignedHeaders),
    mayBeUnsigned: compileHeaderMatchers('allowUnsignedHeaders', options.allowUnsignedHeaders),
    body,
    maxBodyBytes: bytes('maxBodyBytes', 8 * MEBIBYTE, 0),
    maxChunkBytes: bytes('maxChunkBytes', 16 * MEBIBYTE, 1),
    minChunkBytes: bytes('minChunkBytes', 8192, 0),
    maxMessageBytes: bytes('maxMessageBytes', 16 * MEBIBYTE, 1),
    maxQueryParameters: bytes('maxQueryParameters', 1000, 1),
    maxHeaders: bytes('maxHeaders', 1000, 1),
    externalAddresses:
      externalUrl === undefined ? [] : checkTexts('externalUrl', externalUrl).map(readExternalUrl),
    profiles: new Map(services.map((service) => [service, adaptProfile(service, profile)])),
    keyCache,
    onVerified: onVerified && ((event) => options.onVerified?.(event)),
    onRejected: onRejected && ((event) => options.onRejected?.(event)),
    now,
  }
}
