import type { Credentials } from '../types.ts'
import { absent, type CredentialsError, failed } from './credentials-error.ts'

/** Credentials as a source wrote them, not looked at yet. */
export interface RawCredentials {
  readonly accessKeyId: unknown
  readonly secretAccessKey: unknown
  readonly sessionToken: unknown
  /** Text, or milliseconds. */
  readonly expiration: unknown
}

/** What a source promises. */
export interface CredentialsRule {
  readonly source: string
  readonly now: number
  /** Whether there must be a session token and an expiration. */
  readonly kind: 'temporary' | 'any'
  /** Whether a chain stops where they are no good. Default `'stop'`. */
  readonly onFailure?: 'stop' | 'continue'
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** The moment that a text or number stands for; undefined where there is none. */
export function parseInstant(value: unknown): Date | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/**
 * Credentials of what a source wrote.
 *
 * @throws {CredentialsError} where a part is missing, is no text, or the whole has expired.
 */
export function checkedCredentials(raw: RawCredentials, rule: CredentialsRule): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = raw
  const refuse = (why: string): CredentialsError =>
    (rule.onFailure === 'continue' ? absent : failed)(rule.source, why)
  const isTemporary = rule.kind === 'temporary'
  const hasToken = isText(sessionToken) || (!isTemporary && !sessionToken)
  if (!isText(accessKeyId) || !isText(secretAccessKey) || !hasToken) {
    throw refuse('the answer does not hold complete credentials')
  }
  const expiresAt = parseInstant(expiration)
  if (!expiresAt && (isTemporary || expiration)) throw refuse('the answer does not say when it expires')
  if (expiresAt && +expiresAt <= rule.now) {
    throw refuse(`gave credentials that expired at ${expiresAt.toISOString()}`)
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(isText(sessionToken) && { sessionToken }),
    ...(expiresAt && { expiration: expiresAt }),
  }
}
