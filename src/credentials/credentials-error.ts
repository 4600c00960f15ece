/** One place that was asked for credentials, and why it had none. */
export interface CredentialsAttempt {
  /** Such as `fromEnv`. */
  readonly source: string
  readonly why: string
}

/**
 * No credentials could be had. It names each source that was tried and why it had none, and holds no secret.
 *
 * @example
 * ```js
 * import { CredentialsError, fromEnv } from 'countersign/credentials'
 *
 * const error = await fromEnv({ env: {} })().catch((reason) => reason)
 * console.log(error instanceof CredentialsError) // true
 * console.log(error.attempts[0].why) // AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set
 * ```
 */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
  /** Each source that was tried, in order. */
  readonly attempts: readonly CredentialsAttempt[]
  /**
   * Whether a chain goes on to its next provider: `false` where a source was set up and failed, since other
   * credentials than those would be a surprise. Chains of AWS SDK v3 read it too.
   */
  readonly tryNextLink: boolean

  /**
   * @param attempts What was tried, in order.
   * @param options.tryNextLink Default `true`.
   */
  constructor(attempts: readonly CredentialsAttempt[], options: { readonly tryNextLink?: boolean } = {}) {
    super(`No credentials: ${attempts.map(({ source, why }) => `${source}: ${why}`).join('; ')}`)
    this.attempts = attempts
    this.tryNextLink = options.tryNextLink ?? true
  }
}

/** The source is not set up here: a chain goes on. */
export function absent(source: string, why: string): CredentialsError {
  return new CredentialsError([{ source, why }])
}

/** The source is set up, and gave nothing: a chain stops. */
export function failed(source: string, why: string): CredentialsError {
  return new CredentialsError([{ source, why }], { tryNextLink: false })
}
