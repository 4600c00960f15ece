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

const utcInstant = (fields: readonly number[]): number | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  // Not Date.UTC, which takes the year 50 for 1950.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const instant = date.setUTCHours(hour, minute, second)
  // 30 February rolls over into March: what does not come back as it went in was no real instant.
  const real =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  return real ? instant : undefined
}

/** Milliseconds since the epoch, or undefined where the text is no real instant in this form. */
export function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  return match ? utcInstant(match.slice(1).map(Number)) : undefined
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
  const [, day, monthName, year, hour, minute, second] = match
  const at = MONTHS.indexOf(monthName!)
  if (at % 3 !== 0) return undefined
  return utcInstant([Number(year), at / 3 + 1, Number(day), Number(hour), Number(minute), Number(second)])
}
