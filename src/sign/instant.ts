import { invalidArgType, invalidArgValue } from '../errors.ts'

// The form of the date has four digits for the year: 0000-01-01 to 9999-12-31.
const FIRST_INSTANT = -62_167_219_200_000
const LAST_INSTANT = 253_402_300_799_999

/**
 * A moment that a signature can name, in milliseconds.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkInstant(option: string, instant: unknown): number {
  if (typeof instant !== 'number' && !(instant instanceof Date)) {
    throw invalidArgType(option, 'a Date or milliseconds since the epoch', instant)
  }
  const milliseconds = Number(instant)
  if (milliseconds >= FIRST_INSTANT && milliseconds <= LAST_INSTANT) return milliseconds
  throw invalidArgValue(option, 'must be a valid date between the years 0 and 9999')
}
