import { systemTime } from './call.ts'
import type { Refusal } from './refusal.ts'

/** A clock, and how far it is to be put forward, in milliseconds. */
export interface Clock {
  readonly read: () => number
  offset: number
}

/** The clock of one signed fetch. */
export function createClock(read: () => number = systemTime): Clock {
  return { read, offset: 0 }
}

/** An answer, and when it was asked for and came by the clock as it stands. */
export interface TimedAnswer extends Refusal {
  readonly request: Request
  readonly response: Response
  readonly sentAt: number
  readonly receivedAt: number
}

/** Said of a wrong date, though not of that alone. */
const SKEW_CODE =
  /^(?:RequestTimeTooSkewed|RequestExpired|RequestInTheFuture|AuthFailure|InvalidSignatureException|SignatureDoesNotMatch)$/

/** Services take five minutes; what is less has another cause. */
const MIN_CHANGE_MILLISECONDS = 240_000
const MAX_ROUND_TRIP_MILLISECONDS = 900_000

/** The server's time: out of its message, where browsers can read it too, or else out of its `Date`. */
function serverTimeOf({ response: { headers }, text }: TimedAnswer): number {
  // S3's ServerTime; elsewhere "… is now earlier than <date> (<now> - 5 min.)".
  const [, iso, basic] = /<ServerTime>([^<]+)|\((\d{8}T\d{6}Z) [-+]/.exec(text) ?? []
  const dashed = basic?.replace(/(..)(..)T(..)(..)/, '-$1-$2T$3:$4:')
  return Date.parse(iso ?? dashed ?? headers.get('date') ?? '')
}

/** How far the server is ahead of our clock, by the midpoint of the round trip, or NaN where that cannot be told. */
function offsetOf(answer: TimedAnswer): number {
  const { sentAt, receivedAt, response } = answer
  const { headers } = response
  // The date of a stored answer is that of another day.
  const isStored =
    headers.has('age') || /\bhit\b/i.test(`${headers.get('x-cache')} ${headers.get('cache-status')}`)
  if (isStored || receivedAt - sentAt > MAX_ROUND_TRIP_MILLISECONDS) return Number.NaN
  // The server cuts its time to seconds.
  return serverTimeOf(answer) + 500 - (sentAt + receivedAt) / 2
}

/**
 * Puts a clock right by the answer to a request that was signed with the offset `signedWith`.
 *
 * @returns Whether that date was wrong, so that the request is worth another signature.
 */
export function correctClock(clock: Clock, answer: TimedAnswer, signedWith: number): boolean {
  const { code, request } = answer
  // An answer to HEAD has no body to hold a code.
  if (!(SKEW_CODE.test(code) || (code === '' && request.method === 'HEAD'))) return false
  const offset = offsetOf(answer)
  const isOff = (from: number): boolean => Math.abs(offset - from) > MIN_CHANGE_MILLISECONDS
  // Another call may have corrected it meanwhile.
  if (isOff(clock.offset)) clock.offset = offset
  return isOff(signedWith)
}
