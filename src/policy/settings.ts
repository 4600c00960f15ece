import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { sigv4a } from '../algorithms/sigv4a.ts'
import { defaultProvider } from '../credentials/default-provider.ts'
import { fromIni } from '../credentials/from-ini.ts'
import { memoize } from '../credentials/memoize.ts'
import type { ProviderOptions } from '../credentials/surroundings.ts'
import { checkText, invalidArgValue, type OptionNames } from '../errors.ts'
import { SCOPE_PART } from '../fields/credential.ts'
import { splitUrl } from '../fields/url.ts'
import type { CredentialProvider, HeaderMatcher } from '../types.ts'
import { envoyProvider, fileProvider, inlineCredentials } from './credential-source.ts'
import { readMatchers } from './header-matchers.ts'
import {
  type Parameters,
  readFlag,
  readNeededText,
  readParameters,
  readSeconds,
  readText,
} from './parameters.ts'
import { readPolicyDocument } from './policy-document.ts'

const SHARED = {
  serviceName: true,
  region: true,
  useUnsignedPayload: true,
  signingAlgorithm: true,
  matchExcludedHeaders: true,
} as const
const GATEWAY = {
  ...SHARED,
  authenticationMode: true,
  credentialsFileProvider: true,
  inlineCredentialProvider: true,
} as const
const ENVOY = {
  ...SHARED,
  hostRewrite: true,
  queryString: true,
  credentialProvider: true,
  matchIncludedHeaders: true,
} as const

type Name = keyof typeof GATEWAY | keyof typeof ENVOY
const KNOWN: Readonly<Record<string, OptionNames<Record<Name, unknown>>>> = {
  gateway: GATEWAY as OptionNames<Record<Name, unknown>>,
  envoy: ENVOY as OptionNames<Record<Name, unknown>>,
}
const EITHER: OptionNames<Record<Name, unknown>> = { ...GATEWAY, ...ENVOY }

/** What a policy says, checked and complete. */
export interface PolicySettings {
  readonly service: string
  /** Undefined: from the environment, then the profile, then the host. */
  readonly region: string | undefined
  readonly algorithm: SigningAlgorithm
  readonly payload: 'unsigned' | undefined
  readonly excludeHeaders: readonly HeaderMatcher[]
  readonly signHeaders: 'all' | readonly HeaderMatcher[]
  readonly credentials: CredentialProvider
  /** The host to sign for and to send to. */
  readonly host: string | undefined
  /** Defined: the signature goes into the query, and is good for so long. */
  readonly expiresInSeconds: number | undefined
}

/** Headers that proxies rewrite: never signed, whatever a policy says. */
const ALWAYS_EXCLUDED = ['x-forwarded-for', 'x-forwarded-proto', 'x-amzn-trace-id']
/** As Envoy has it. */
const DEFAULT_EXPIRES = '5s'

/** `credentialsFileProvider`, `credentials-file` and `file` are one mode. */
const modeOf = (text: string): string => text.toLowerCase().replace(/credentials?|provider|chain|[^a-z]/g, '')

const MODES: Readonly<Record<string, 'inlineCredentialProvider' | 'credentialsFileProvider' | undefined>> = {
  inline: 'inlineCredentialProvider',
  file: 'credentialsFileProvider',
  profile: 'credentialsFileProvider',
  default: undefined,
}

function gatewayCredentials(given: Parameters<Name>, options: ProviderOptions): CredentialProvider {
  const written = readText('authenticationMode', given.authenticationMode)
  const sources = (['inlineCredentialProvider', 'credentialsFileProvider'] as const).filter(
    (name) => given[name] !== undefined,
  )
  if (sources.length > 1) {
    throw invalidArgValue('inlineCredentialProvider', 'must not stand beside credentialsFileProvider')
  }
  const [source] = sources
  const mode = written === undefined ? undefined : modeOf(written)
  if (mode !== undefined && !Object.hasOwn(MODES, mode)) {
    throw invalidArgValue('authenticationMode', 'must be inline, file, profile or default', written)
  }
  const wanted = mode === undefined ? source : MODES[mode]
  if (source !== undefined && source !== wanted) {
    throw invalidArgValue('authenticationMode', `must fit ${source}, which is given`, written)
  }
  const value = wanted && given[wanted]
  if (wanted === 'inlineCredentialProvider') {
    if (value === undefined) throw invalidArgValue(wanted, `is needed for authenticationMode ${written}`)
    const credentials = inlineCredentials(wanted, value)
    return async () => credentials
  }
  if (value !== undefined) return fileProvider('credentialsFileProvider', value, options)
  if (mode === 'profile') return memoize(fromIni(options), { now: options.now })
  if (wanted) throw invalidArgValue(wanted, `is needed for authenticationMode ${written}`)
  return defaultProvider(options)
}

function credentialsOf(given: Parameters<Name>, options: ProviderOptions): CredentialProvider {
  if (given.credentialProvider === undefined) return gatewayCredentials(given, options)
  for (const name of ['authenticationMode', 'inlineCredentialProvider', 'credentialsFileProvider'] as const) {
    if (given[name] !== undefined) throw invalidArgValue(name, 'must not stand beside credentialProvider')
  }
  return envoyProvider('credentialProvider', given.credentialProvider, options)
}

function algorithmOf(value: unknown): SigningAlgorithm {
  // By number, as protobuf has it, or by name.
  const written = value === undefined || value === 0 ? 'AWS_SIGV4' : value === 1 ? 'AWS_SIGV4A' : value
  const [, isV4a] = /^(?:AWS_)?SIGV4(A)?$/i.exec(readNeededText('signingAlgorithm', written)) ?? [
    undefined,
    null,
  ]
  if (isV4a === null) throw invalidArgValue('signingAlgorithm', 'must be AWS_SIGV4 or AWS_SIGV4A', value)
  return isV4a ? sigv4a : sigv4
}

function hostOf(value: unknown): string | undefined {
  const host = readText('hostRewrite', value)
  if (host === undefined || (/^[^/?#@]+$/.test(host) && splitUrl(`https://${host}/`))) return host
  throw invalidArgValue('hostRewrite', 'must be a host name, with a port at most', host)
}

/**
 * Reads a policy.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the parameter's name.
 */
export function readPolicy(config: unknown, options: ProviderOptions): PolicySettings {
  const { config: parameters, dialect } = readPolicyDocument(config)
  const given = readParameters('the policy', parameters, dialect ? KNOWN[dialect]! : EITHER)
  const service = readNeededText('serviceName', given.serviceName)
  checkText('serviceName', service, { pattern: SCOPE_PART, rule: 'must be a signing name, such as "s3"' })
  const algorithm = algorithmOf(given.signingAlgorithm)
  const isGateway = dialect === 'gateway' || given.authenticationMode !== undefined
  const region = isGateway ? readNeededText('region', given.region) : readText('region', given.region)
  const excluded = readMatchers('matchExcludedHeaders', given.matchExcludedHeaders)
  const included = readMatchers('matchIncludedHeaders', given.matchIncludedHeaders)
  const { queryString } = given
  const lifetime =
    queryString && readParameters('queryString', queryString, { expirationTime: true }).expirationTime
  return {
    service,
    region: region && algorithm.formatRegion(region),
    algorithm,
    payload: readFlag('useUnsignedPayload', given.useUnsignedPayload) ? 'unsigned' : undefined,
    // As Envoy has it: where there are inclusions, the policy's own exclusions have no say.
    excludeHeaders: included.length > 0 ? ALWAYS_EXCLUDED : [...ALWAYS_EXCLUDED, ...excluded],
    signHeaders: included.length > 0 ? included : 'all',
    credentials: credentialsOf(given, options),
    host: hostOf(given.hostRewrite),
    expiresInSeconds:
      queryString === undefined
        ? undefined
        : readSeconds('queryString.expirationTime', lifetime ?? DEFAULT_EXPIRES, [1, 3600]),
  }
}
