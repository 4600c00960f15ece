import { invalidArgValue } from './errors.ts'
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
  // Its control API sends no hash.
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

type Check = (value: unknown) => boolean

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const isName: Check = (value) => typeof value === 'string' && /^[a-z\d-]+$/.test(value)

/** What each setting may be. */
const SETTINGS: Readonly<Record<string, Check>> = {
  pathEncoding: oneOf('once', 'twice'),
  pathNormalization: oneOf('normalize', 'verbatim'),
  contentSha256: oneOf('required', 'send', 'omit'),
  presignedPayload: oneOf('unsigned', 'signed'),
  presignedExpires: oneOf('send', 'omit'),
  sessionToken: oneOf('signed', 'appended'),
  sessionTokenName: isName,
  unsignedHeaders: (value) => Array.isArray(value) && value.every(isName),
  errorCodes: oneOf('aws', 's3'),
  maxSkewSeconds: (value) => typeof value === 'number' && value >= 0 && value <= 86_400,
}

/**
 * A service's profile with the caller's changes.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function adaptProfile(service: string, changes: Partial<ServiceProfile> | undefined): ServiceProfile {
  if (!changes) return profileFor(service)
  const adapted: Record<string, unknown> = { ...profileFor(service) }
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (!Object.hasOwn(SETTINGS, name) || !SETTINGS[name]!(value)) {
      throw invalidArgValue(`profile.${name}`, 'is not a setting, or not a value, of a ServiceProfile')
    }
    adapted[name] = value
  }
  return adapted as unknown as ServiceProfile
}

/**
 * How a service differs from the common rules.
 *
 * @param service The signing name, such as `s3` or `execute-api`. An unknown one has no differences.
 */
export function profileFor(service: string): ServiceProfile {
  return typeof service === 'string' && Object.hasOwn(PROFILES, service) ? PROFILES[service]! : COMMON
}
