import type { Credentials } from '../types.ts'
import type { Call } from './call.ts'
import { type Clock, correctClock, type TimedAnswer } from './clock-skew.ts'

/** Said of a session that is over. EC2 says `RequestExpired` of the session as of the date. */
const EXPIRED_TOKEN = /^(?:ExpiredToken(?:Exception)?|InvalidToken|RequestExpired|TokenRefreshRequired)$/

/** A call that remembers what it was signed with. */
export interface WatchedCall {
  readonly call: Call
  /** What to do before the request is signed anew; undefined where that would not help, or was done already. */
  readonly renewalAfter: (answer: TimedAnswer) => (() => Promise<void>) | undefined
}

/** Signs a call by a clock, which answers may correct where it is ours to correct. */
export function watchCall(base: Call, clock: Clock, isOurs: boolean): WatchedCall {
  const { credentials: provider } = base
  const isProvider = typeof provider === 'function'
  let used: Credentials | undefined
  let usedOffset = 0
  let mayCorrect = isOurs
  let mayRefresh = isProvider

  return {
    call: {
      ...base,
      now: () => {
        usedOffset = clock.offset
        return clock.read() + usedOffset
      },
      credentials: isProvider
        ? async (how) => {
            used = await provider(how)
            return used
          }
        : provider,
    },
    renewalAfter(answer) {
      if (mayCorrect && correctClock(clock, answer, usedOffset)) {
        mayCorrect = false
        return async () => undefined
      }
      if (!mayRefresh || !isProvider || !EXPIRED_TOKEN.test(answer.code)) return undefined
      mayRefresh = false
      return async () => {
        // Another call may have fetched fresh ones meanwhile.
        if ((await provider()) === used) await provider({ forceRefresh: true })
      }
    },
  }
}
