/** What all calls of one signed fetch may spend on retries: while a service is down, they soon cease. */
export interface RetryBudget {
  /** Takes the price of a retry; false where it is not there. */
  readonly spend: (tokens: number) => boolean
  /** An answer that needed no further retry pays back. */
  readonly refill: (tokens: number) => void
}

const CAPACITY = 500

/** As the AWS SDKs have it: 500 tokens. */
export function createRetryBudget(): RetryBudget {
  let left = CAPACITY
  return {
    spend: (tokens) => {
      const isThere = left >= tokens
      if (isThere) left -= tokens
      return isThere
    },
    refill: (tokens) => {
      left = Math.min(CAPACITY, left + tokens)
    },
  }
}

/** The price of a retry: higher where the failure cost time. */
export function retryCost(error: unknown): number {
  const { name, code, cause } = (error ?? {}) as { name?: string; code?: string; cause?: { code?: string } }
  return /timed?_?out/i.test(`${name} ${code} ${cause?.code}`) ? 10 : 5
}
