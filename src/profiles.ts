import { checkOptions, invalidArgValue } from './errors.ts'
import { X_AMZ_S3SESSION_TOKEN, X_AMZ_SECURITY_TOKEN } from './names.ts'
import type { ServiceProfile } from './types.ts'

const COMMON: ServiceProfile = {
  pathEncoding: 'twice',
  pathNormalization: 'normalize',
  contentSha256: 'omit',
  presignedPayload: 'signed',
  presignedExpires: 'send',
  sessionToken: 'signed',
  sessionTokenName: X_AMZ_SECURITY_TOKEN,
  unsignedHeaders: [],
  errorCodes: 'aws',
  maxSkewSeconds: 300,
}

const S3: ServiceProfile = {
  ...COMMON,
  pathEncoding: 'once',
  pathNormalization: 'verbatim',
  contentSha256: 'required',
  presignedPayload: 'unsigned',
  errorCodes: 's3',
  maxSkewSeconds: 900,
}

/** By signing name. Sources: botocore's endpoint rule sets and signers, and each service's own guide. */
const PROFILES: Readonly<Record<string, ServiceProfile>> = {
  s3: S3,
  // Its control API (ListEndpoints and others) signs under this name too, and sends no hash.
  's3-outposts': { ...S3, contentSha256: 'send' },
  's3-object-lambda': S3,
  s3express: { ...S3, sessionTokenName: X_AMZ_S3SESSION_TOKEN },
  // Uploads need the hash; the other calls take it.
  glacier: { ...COMMON, contentSha256: 'send' },
  // OpenSearch Serverless refuses a signed content-length.
  aoss: { ...COMMON, contentSha256: 'send', unsignedHeaders: ['content-length'] },
  // VPC Lattice sees request heads only: it takes no other payload than UNSIGNED-PAYLOAD, so callers say so.
  'vpc-lattice-svcs': { ...COMMON, contentSha256: 'send' },
  // MQTT over WebSocket: the token follows the signature, and the URL names no expiry.
  iotdevicegateway: { ...COMMON, sessionToken: 'appended', presignedExpires: 'omit' },
}

/** True, or what would be right. */
type Check = (value: unknown) => boolean | string

const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value) || `one of ${words.join(', ')}`
const isHeaderName = (name: unknown): boolean => typeof name === 'string' && /^[a-z\d-]+$/.test(name)

const SETTINGS: Readonly<Record<keyof ServiceProfile, Check>> = {
  pathEncoding: oneOf('once', 'twice'),
  pathNormalization: oneOf('normalize', 'verbatim'),
  contentSha256: oneOf('required', 'send', 'omit'),
  presignedPayload: oneOf('unsigned', 'signed'),
  presignedExpires: oneOf('send', 'omit'),
  sessionToken: oneOf('signed', 'appended'),
  sessionTokenName: oneOf(X_AMZ_SECURITY_TOKEN, X_AMZ_S3SESSION_TOKEN),
  unsignedHeaders: (value) =>
    (Array.isArray(value) && value.every(isHeaderName)) || 'a list of lower-case names',
  errorCodes: oneOf('aws', 's3'),
  maxSkewSeconds: (value) =>
    (typeof value === 'number' && value >= 0 && value <= 86_400) || 'from 0 to 86400',
}

function checkSetting(name: keyof ServiceProfile, value: unknown): void {
  const right = SETTINGS[name](value)
  if (right === true) return
  throw invalidArgValue(`profile.${name}`, `must be ${right}`, typeof value === 'string' ? value : undefined)
}

/**
 * A service's profile with the caller's changes.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function adaptProfile(service: string, changes: Partial<ServiceProfile> | undefined): ServiceProfile {
  const profile = profileFor(service)
  if (changes === undefined) return profile
  checkOptions('profile', changes, SETTINGS)
  const adapted: Record<string, unknown> = { ...profile }
  for (const key in changes) {
    const name = key as keyof ServiceProfile
    const value: unknown = changes[name]
    if (value === undefined) continue
    checkSetting(name, value)
    adapted[name] = value
  }
  return adapted as unknown as ServiceProfile
}

/**
 * How a service differs from the common rules: data to look at, or to give as `profile` to another service that
 * speaks like it.
 *
 * @param service The signing name, such as `s3` or `execute-api`. An unknown one has no differences.
 * @example
 * ```ts
 * import { profileFor } from 'countersign'
 *
 * console.log(profileFor('s3').pathEncoding, profileFor('dynamodb').pathEncoding) // once twice
 * ```
 */
export function profileFor(service: string): ServiceProfile {
  return typeof service === 'string' && Object.hasOwn(PROFILES, service) ? PROFILES[service]! : COMMON
}
