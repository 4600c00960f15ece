/** One place that was asked for credentials, and why it had none. */
export interface CredentialsAttempt {
  /** Such as `fromEnv` or `fromIni(profile "prod")`. */
  readonly source: string
  readonly why: string
}

/**
 * No credentials could be had. It names each source that was tried and why it had none, and holds no secret.
 *
 * @example
 * ```js
 * const error = await fromEnv({ env: {} })().catch((reason) => reason)
 * console.log(error.attempts) // [ { source: 'fromEnv', why: 'AWS_ACCESS_KEY_ID is not set' } ]
 * ```
 */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
  /** Each source that was tried, in order. */
  readonly attempts: readonly CredentialsAttempt[]

  /** @param attempts What was tried, in order. */
  constructor(attempts: readonly CredentialsAttempt[], options?: ErrorOptions) {
    super(`No credentials: ${attempts.map(({ source, why }) => `${source}: ${why}`).join('; ')}`, options)
    this.attempts = attempts
  }
}
