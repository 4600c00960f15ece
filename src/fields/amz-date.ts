/**
 * `X-Amz-Date`, ISO 8601 basic, UTC, whole seconds:
 *
 *     YYYYMMDDTHHMMSSZ
 *
 * Its first eight characters are the scope date.
 *
 * @see "Elements of an AWS API request signature", Date
 */
export function formatAmzDate(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000)
  if (second !== lastSecond) {
    lastText = writeAmzDate(milliseconds)
    lastSecond = second
  }
  return lastText
}

// Signing comes in bursts: most signatures have the second of the one before.
let lastSecond = Number.NaN
let lastText = ''

function writeAmzDate(milliseconds: number): string {
  const date = new Date(milliseconds)
  // toISOString and a replacement would take as long as a hash.
  const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
  const time = date.getUTCHours() * 10_000 + date.getUTCMinutes() * 100 + date.getUTCSeconds()
  return `${String(day).padStart(8, '0')}T${String(time).padStart(6, '0')}Z`
}

const DAY_IN_SECONDS = 86_400

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** Days from 1970-01-01 to a day of the Gregorian calendar; a year is counted from March, so that it ends in February. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_469
}

/** By arithmetic: a `Date` would take 30 February for a day in March, and the year 50 for 1950. */
function utcInstant(
  date: readonly [year: number, month: number, day: number],
  time: readonly [number, number, number],
): number | undefined {
  const [year, month, day] = date
  const [hour, minute, second] = time
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const seconds = daysSinceEpoch(year, month, day) * DAY_IN_SECONDS + hour * 3600 + minute * 60 + second
  return seconds * 1000
}

/** The number that two digits make. */
const twoDigits = (text: string, at: number): number =>
  10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 528

/** Milliseconds since the epoch, or undefined where the text is no real instant in this form. */
export function parseAmzDate(text: string): number | undefined {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return undefined
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2)
  return utcInstant(
    [year, twoDigits(text, 4), twoDigits(text, 6)],
    [twoDigits(text, 9), twoDigits(text, 11), twoDigits(text, 13)],
  )
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/**
 * The HTTP date that a `Date` header holds: `Sun, 30 Aug 2015 12:36:00 GMT`.
 *
 * @see RFC 9110, 5.6.7, IMF-fixdate
 */
export function parseHttpDate(text: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/.exec(text)
  if (!match) return undefined
  const [, day, monthName, year, ...time] = match
  const at = MONTHS.indexOf(monthName!)
  if (at % 3 !== 0) return undefined
  const [hour = 0, minute = 0, second = 0] = time.map(Number)
  return utcInstant([Number(year), at / 3 + 1, Number(day)], [hour, minute, second])
}
