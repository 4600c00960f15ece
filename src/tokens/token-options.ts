import { memoize } from '../credentials/memoize.ts'
import { checkText, invalidArgValue, type TextRule } from '../errors.ts'
import { checkCredentials } from '../sign/credentials.ts'
import { checkInstant } from '../sign/instant.ts'
import type { CredentialProvider, Credentials } from '../types.ts'

/** What every token needs. */
export interface TokenOptions {
  /** Needed: credentials, or a function that provides them. Expired ones are refused. */
  readonly credentials: Credentials | CredentialProvider
  /** Needed, such as `eu-west-1`. */
  readonly region: string
  /** A date, or milliseconds since the epoch. Default: now. */
  readonly signingDate?: Date | number | undefined
}

/** Their names, to tell others by. */
export const TOKEN_OPTIONS = { credentials: true, region: true, signingDate: true } as const

/** Stricter than a signing scope has it: the region becomes a part of host names. */
const REGION: TextRule = {
  pattern: /^[a-z\d]+(?:-[a-z\d]+)+$/,
  rule: 'must be a region, such as "us-east-1"',
}

export const HOSTNAME: TextRule = {
  pattern: /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i,
  rule: 'must be a host name alone, without scheme, port and path',
}

export const NOT_EMPTY: TextRule = { pattern: /./s, rule: 'must not be empty' }

/** What to sign with, in the form that signing takes. */
export interface TokenSigning {
  readonly credentials: Credentials
  readonly service: string
  readonly region: string
  /** Milliseconds since the epoch. */
  readonly signingDate: number
}

/**
 * Asks for the credentials, and reads the clock once they are there.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, also for expired credentials;
 *   whatever a provider rejects with, and `CredentialsError` where it has none but expired ones.
 */
export async function signingFor(
  service: string,
  { credentials: source, region, signingDate }: TokenOptions,
): Promise<TokenSigning> {
  checkText('region', region, REGION)
  const now = (): number =>
    signingDate === undefined ? Date.now() : checkInstant('signingDate', signingDate)
  const credentials = typeof source === 'function' ? await memoize(source, { now })() : source
  checkCredentials(credentials)
  const time = now()
  if (Number(credentials.expiration ?? Number.NaN) <= time)
    throw invalidArgValue('credentials.expiration', 'is past', credentials.expiration?.toISOString())
  return { credentials, service, region, signingDate: time }
}
