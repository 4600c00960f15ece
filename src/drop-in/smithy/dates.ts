import { invalidArgType } from '../../errors.ts'
import { formatAmzDate } from '../../fields/amz-date.ts'
import { checkInstant } from '../../sign/instant.ts'
import { now } from '../clock.ts'
import type { DateInput } from './types.ts'

const seconds = (value: number): Date => new Date(value * 1000)

/**
 * @returns `YYYYMMDDTHHMMSSZ`
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function amzDateOf(signingDate: DateInput = now()): string {
  let date: unknown = signingDate
  if (typeof signingDate === 'number') date = seconds(signingDate)
  if (typeof signingDate === 'string') {
    date = Number(signingDate) ? seconds(Number(signingDate)) : new Date(signingDate)
  }
  if (!(date instanceof Date))
    throw invalidArgType('signingDate', 'a Date, its text, or seconds', signingDate)
  return formatAmzDate(checkInstant('signingDate', date))
}
