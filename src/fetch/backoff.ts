import { untilAborted } from './abort.ts'
import type { Retry, RetryAttempt } from './retry.ts'

/** How long the server asks to be left alone, in milliseconds: as a number of seconds or as a date by its own clock. */
function retryAfterOf({ headers }: Response, now: number): number {
  const value = headers.get('retry-after') ?? ''
  const wait = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - (Date.parse(headers.get('date') ?? '') || now)
  return wait > 0 ? wait : 0
}

/**
 * How long to wait before the next attempt, in milliseconds: at random below a bound that doubles with each attempt,
 * so that many clients do not come back at once, and no less than the server asks for.
 *
 * @see "Exponential Backoff And Jitter" (AWS Architecture Blog); RFC 9110, "Retry-After"
 */
export function retryDelay(
  { attemptNumber, response }: RetryAttempt,
  { baseDelayMilliseconds, maxDelayMilliseconds }: Retry,
  now: number,
): number {
  const bound = Math.min(maxDelayMilliseconds, baseDelayMilliseconds * 2 ** (attemptNumber - 1))
  const asked = response ? retryAfterOf(response, now) : 0
  return Math.max(Math.random() * bound, Math.min(maxDelayMilliseconds, asked))
}

/**
 * Waits, and leaves no timer behind.
 *
 * @throws The signal's reason, as soon as it aborts.
 */
export async function wait(milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await untilAborted(signal, () => new Promise<void>((done) => (timer = setTimeout(done, milliseconds))))
  } finally {
    clearTimeout(timer)
  }
}
