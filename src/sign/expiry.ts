import { checkWholeNumber } from '../errors.ts'
import { MAX_EXPIRES_IN_SECONDS } from '../names.ts'
import type { Credentials } from '../types.ts'
import type { Signing } from './options.ts'

/**
 * How long a presigned URL or a form lives. Default an hour.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export const checkExpiresInSeconds = (expiresInSeconds = 3600): number =>
  checkWholeNumber('expiresInSeconds', expiresInSeconds, { min: 1, max: MAX_EXPIRES_IN_SECONDS })

/** When it stops working: at its own expiry, or with the credentials if these end first. */
export function expiryOf(
  { signedAtMilliseconds }: Signing,
  expiresInSeconds: number,
  { expiration }: Credentials,
): Date {
  const ownExpiry = signedAtMilliseconds + expiresInSeconds * 1000
  return new Date(Math.min(ownExpiry, Number(expiration ?? ownExpiry)))
}
