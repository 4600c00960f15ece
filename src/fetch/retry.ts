import { checkOptions, checkWholeNumber, invalidArgType, type OptionNames } from '../errors.ts'
import type { MaybePromise } from '../maybe-promise.ts'

/** One attempt, and how it went. */
export interface RetryAttempt {
  /** As it was sent. */
  readonly request: Request
  /** From 1. */
  readonly attemptNumber: number
  /** The answer, if there was one. Read it through `clone()`: it may be the one that the caller gets. */
  readonly response?: Response
  /** What fetch rejected with, if there was no answer. */
  readonly error?: unknown
}

/** How a signed fetch retries. */
export interface RetryOptions {
  /** How often a request is sent at most, the first time included: 1 to 100. Default 3. */
  readonly maxAttempts?: number | undefined
  /** Before the second attempt the wait is at random below this, and below twice as much before each further one. Default 100. */
  readonly baseDelayMilliseconds?: number | undefined
  /** No wait is longer, whatever `Retry-After` says. Default 20,000. */
  readonly maxDelayMilliseconds?: number | undefined
  /**
   * Whether to send the request once more after this. `true` is a promise that doing it twice does no harm.
   * `undefined`: the default judgement.
   */
  readonly isRetryable?: ((attempt: RetryAttempt) => MaybePromise<boolean | undefined>) | undefined
}

/** With defaults. */
export interface Retry {
  readonly maxAttempts: number
  readonly baseDelayMilliseconds: number
  readonly maxDelayMilliseconds: number
  readonly isRetryable: RetryOptions['isRetryable']
}

const RETRY_OPTIONS: OptionNames<RetryOptions> = {
  maxAttempts: true,
  baseDelayMilliseconds: true,
  maxDelayMilliseconds: true,
  isRetryable: true,
}

const DAY = 86_400_000

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function resolveRetry(options: RetryOptions | false = {}): Retry {
  if (options === false) return resolveRetry({ maxAttempts: 1 })
  checkOptions('retry', options, RETRY_OPTIONS)
  const { maxAttempts = 3, baseDelayMilliseconds = 100, maxDelayMilliseconds = 20_000, isRetryable } = options
  const whole = (name: string, value: number, range: { min: number; max: number }) =>
    checkWholeNumber(`retry.${name}`, value, range)
  if (isRetryable !== undefined && typeof isRetryable !== 'function') {
    throw invalidArgType('retry.isRetryable', 'a function', isRetryable)
  }
  return {
    maxAttempts: whole('maxAttempts', maxAttempts, { min: 1, max: 100 }),
    baseDelayMilliseconds: whole('baseDelayMilliseconds', baseDelayMilliseconds, { min: 0, max: DAY }),
    maxDelayMilliseconds: whole('maxDelayMilliseconds', maxDelayMilliseconds, { min: 0, max: DAY }),
    isRetryable,
  }
}

const IDEMPOTENT = /^(?:GET|HEAD|OPTIONS|PUT|DELETE)$/

/** Codes that say: nothing was done, come back later. */
const THROTTLED =
  /^(?:SlowDown|PriorRequestNotComplete|(?:EC2|Request)?Thrott(?:led|ling)|(?:Bandwidth|Request)?LimitExceeded|ProvisionedThroughputExceeded|TooManyRequests|TransactionInProgress)(?:Exception)?$/
const TIMED_OUT = /^RequestTimeout(?:Exception)?$/

/** What runtimes say where there was no connection to send anything over. */
const NEVER_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused)$/

/** Whether the error code of an answer decides whether the request is sent again. */
export function needsCode({ status }: Response, { method }: Request): boolean {
  return /^40[013]$/.test(`${status}`) || (/^(?:429|503)$/.test(`${status}`) && !IDEMPOTENT.test(method))
}

/**
 * The default judgement: a request may be sent again if doing it twice is the same as once, or if nothing was done.
 *
 * @see RFC 9110, "Idempotent Methods"; "Retry behavior" in the AWS SDKs and Tools Reference Guide
 */
export function isRetryable({ request, response, error }: RetryAttempt, code: string): boolean {
  const isIdempotent = IDEMPOTENT.test(request.method)
  if (response) {
    const isTransient = /^(?:429|50[0234])$/.test(`${response.status}`) || TIMED_OUT.test(code)
    return THROTTLED.test(code) || (isIdempotent && isTransient)
  }
  const {
    name,
    code: own,
    cause,
  } = (error ?? {}) as { name?: string; code?: string; cause?: { code?: string } }
  return isIdempotent ? name !== 'AbortError' : NEVER_SENT.test(own ?? cause?.code ?? '')
}
