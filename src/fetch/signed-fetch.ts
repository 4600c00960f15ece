import { checkOptions } from '../errors.ts'
import { untilAborted } from './abort.ts'
import { type Attempt, beginAttempt, isReplayable, signAttempt } from './attempt.ts'
import { retryDelay, wait } from './backoff.ts'
import { createClock } from './clock-skew.ts'
import { readOutgoing, requestOf, signalOf } from './outgoing.ts'
import { redirectedAttempt } from './redirect.ts'
import { NO_REFUSAL, readRefusal } from './refusal.ts'
import { watchCall } from './renewal.ts'
import { isRetryable, needsCode, type RetryAttempt, resolveRetry } from './retry.ts'
import { createRetryBudget, retryCost } from './retry-budget.ts'
import {
  CALL_OPTIONS,
  checkSignedFetch,
  type SignedFetch,
  type SignedFetchOptions,
} from './signed-fetch-options.ts'
import { callOf, resolveSigner } from './signer-options.ts'

/** As the Fetch standard has it. */
const MAX_REDIRECTS = 20

/** Frees the connection of an answer that nobody will read. */
const discard = (response: Response | undefined): void =>
  void response?.body?.cancel?.().catch(() => undefined)

/**
 * A fetch that signs each request before it is sent, and sends it again where that is safe.
 *
 * Retries: GET, HEAD, OPTIONS, PUT and DELETE after a network failure, a 429, 500, 502, 503 or 504, or S3's
 * `RequestTimeout`; any method after an answer with an error code of throttling, or where no connection came about. Each
 * attempt is signed as of its own time. A stream is sent once, unless `init.signing.bodyFactory` makes it anew. All
 * calls share a budget of 500 tokens, of which a retry takes five, or ten after a timeout, and which success refills.
 * When attempts or budget are used up, the last answer or error is the caller's.
 *
 * Apart from that, and once each, a request is signed anew after a refusal that shows a wrong clock (off by more than
 * four minutes), and with fresh credentials from the provider after one for an expired token.
 *
 * Redirects: one within the origin is followed, and signed anew; so is S3's to the region of a bucket. One to another
 * origin is not: neither signed headers nor a session token nor a body may get there, so the redirect itself is the
 * answer, for the caller to judge. The same goes for one that wants a stream sent again. Browsers show such an answer as
 * `type: 'opaqueredirect'` with status 0, and that one within the origin as well. As each hop is a fetch of its own,
 * `response.redirected` stays false; `response.url` is the last one. `redirect: 'error'` and `'manual'` do what they do
 * in fetch.
 *
 * A signal ends each wait, and goes to fetch itself.
 *
 * @returns A function to call as fetch. It rejects with what {@link signRequest} and fetch reject with.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 *
 * const signedFetch = createSignedFetch({
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
 *   // Any other client goes here; this one shows what is sent.
 *   fetch: async (input, init) => new Response(new Request(input, init).headers.get('authorization')),
 * })
 * const response = await signedFetch('https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues', {
 *   signal: AbortSignal.timeout(2000),
 *   signing: { payload: 'unsigned' },
 * })
 * console.log(await response.text())
 * ```
 */
export function createSignedFetch(options: SignedFetchOptions): SignedFetch {
  checkSignedFetch(options)
  const { fetch: given, correctClockSkew = true } = options
  const retry = resolveRetry(options.retry)
  const budget = createRetryBudget()
  const clock = createClock(options.now)
  const own = resolveSigner({ ...options, now: () => clock.read() + clock.offset })

  return async (input, givenInit) => {
    const { signing = {}, ...init } = givenInit ?? {}
    checkOptions('init.signing', signing, CALL_OPTIONS)
    const source = requestOf(input)
    const signal = signalOf(input, init)
    const follows = (init.redirect ?? source?.redirect ?? 'follow') === 'follow'
    if (follows) init.redirect = 'manual'

    async function send(request: Request, attemptNumber: number): Promise<RetryAttempt> {
      try {
        // Looked up at each call: test tools and instrumentation replace the global one. The signal goes along, since a
        // Request follows the one that it was made with no longer than the Request itself is held.
        const response = await (given ?? globalThis.fetch)(request, signal ? { signal } : undefined)
        return { request, attemptNumber, response }
      } catch (error) {
        if (signal?.aborted) throw error
        return { request, attemptNumber, error }
      }
    }

    const watched = watchCall(
      callOf(own, source?.url ?? (input as string | URL), signing),
      clock,
      correctClockSkew && signing.signingDate === undefined,
    )
    let attempt: Attempt = await untilAborted(signal, async () =>
      beginAttempt(readOutgoing(input, init, watched.call), signing.bodyFactory),
    )
    let attemptNumber = 1
    let hops = 0
    let cost = 0
    for (;;) {
      const current = attempt
      const request = await untilAborted(signal, () => signAttempt(current))
      const sentAt = clock.read()
      const outcome = await send(request, attemptNumber)
      const { response, error } = outcome

      const next = response && follows && redirectedAttempt(response, attempt)
      if (next) {
        discard(response)
        if (hops++ === MAX_REDIRECTS) throw new TypeError(`more than ${MAX_REDIRECTS} redirects`)
        attempt = next
        continue
      }

      let refusal = NO_REFUSAL
      if (response && needsCode(response, request)) {
        const receivedAt = clock.read()
        refusal = await untilAborted(signal, () => readRefusal(response))
        const renew = watched.renewalAfter({ ...refusal, request, response, sentAt, receivedAt })
        if (renew && isReplayable(attempt)) {
          discard(response)
          await untilAborted(signal, renew)
          continue
        }
      }

      const isWanted = (await retry.isRetryable?.(outcome)) ?? isRetryable(outcome, refusal.code)
      if (!isWanted) budget.refill(cost || 1)
      cost = retryCost(error)
      if (isWanted && attemptNumber < retry.maxAttempts && isReplayable(attempt) && budget.spend(cost)) {
        discard(response)
        await wait(retryDelay(outcome, retry, clock.read() + clock.offset), signal)
        attemptNumber++
        continue
      }
      if ('error' in outcome) throw error
      return response!
    }
  }
}
