import { invalidArgValue } from '../errors.ts'
import { checkInstant } from '../sign/instant.ts'
import type { SigningOptions } from '../sign/options.ts'
import type { CredentialProvider, Credentials } from '../types.ts'

/** How to sign one request: the credentials may still have to be asked for, and the time to be read. */
export interface Call extends Omit<SigningOptions, 'credentials'> {
  readonly credentials: Credentials | CredentialProvider
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** What the runtime's clock says. */
export const systemTime = (): number => Date.now()

/**
 * The moment to sign at, in milliseconds: to be read after the credentials have come.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function signingDateOf({ signingDate, now = systemTime }: Call): number {
  return checkInstant('signingDate', signingDate ?? now())
}

const isPast = (expiration: Date | undefined, call: Call): boolean =>
  expiration !== undefined && checkInstant('credentials.expiration', expiration) <= signingDateOf(call)

/**
 * The credentials to sign with at this moment. A provider that gives expired ones is asked once more.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE` where they are expired; whatever a provider rejects with.
 */
export async function currentCredentials(call: Call): Promise<Credentials> {
  const { credentials: source } = call
  const isProvider = typeof source === 'function'
  let credentials = isProvider ? await source() : source
  if (isProvider && isPast(credentials?.expiration, call)) credentials = await source({ forceRefresh: true })
  if (!isPast(credentials?.expiration, call)) return credentials
  throw invalidArgValue('credentials.expiration', 'is past', new Date(credentials.expiration!).toISOString())
}
