import { decodeBase64, encodeBase64 } from '../encoding/base64.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { SignatureError } from '../signature-error.ts'
import { parseAmzDate } from './amz-date.ts'
import { ALWAYS_EXACT, lowerCase } from './post-names.ts'

/** A condition on one field of the form, or on the size of the file. Names are lower-case, after a `$`. */
export type PostCondition =
  | readonly [operator: 'eq' | 'starts-with', field: string, value: string]
  | readonly [operator: 'content-length-range', minBytes: number, maxBytes: number]

/** `{ acl: 'private' }` stands for `['eq', '$acl', 'private']`. */
export type PostConditionInput = PostCondition | Readonly<Record<string, string>>

/** What a form may say: as long as it lasts, and all conditions hold. */
export interface PostPolicy {
  /** Milliseconds since the epoch. */
  readonly expiration: number
  readonly conditions: readonly PostCondition[]
}

const malformed = (problem: string): SignatureError =>
  new SignatureError('malformed-policy', `Invalid Policy: ${problem}`)

/** Some signers write the bounds of a range as text. */
function readBytes(bound: unknown): number | undefined {
  const bytes = typeof bound === 'string' && /^\d{1,15}$/.test(bound) ? Number(bound) : bound
  return Number.isSafeInteger(bytes) && (bytes as number) >= 0 ? (bytes as number) : undefined
}

/**
 * Reads one condition in any of its forms.
 *
 * @param refuse Makes the error for one that is none.
 */
export function readCondition(condition: unknown, refuse: (problem: string) => Error): PostCondition {
  if (condition === null || typeof condition !== 'object') {
    throw refuse('Invalid Condition: it must be a List or an object.')
  }
  if (!Array.isArray(condition)) {
    const [[name, value] = [], another] = Object.entries(condition)
    if (name === undefined || typeof value !== 'string' || another) {
      throw refuse('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
    }
    return ['eq', `$${lowerCase(name)}`, value]
  }
  const [operator, first, second] = condition
  const known = typeof operator === 'string' ? lowerCase(operator) : ''
  if (known === 'content-length-range') {
    const [minBytes, maxBytes] = [readBytes(first), readBytes(second)]
    if (minBytes !== undefined && maxBytes !== undefined && minBytes <= maxBytes && condition.length === 3) {
      return [known, minBytes, maxBytes]
    }
  } else if (known === 'eq' || known === 'starts-with') {
    if (typeof first === 'string' && typeof second === 'string' && condition.length === 3) {
      return [known, lowerCase(first), second]
    }
  } else {
    throw refuse(`Invalid Condition: unknown operation '${known.slice(0, 40)}'.`)
  }
  throw refuse(`Invalid Condition: wrong operands of '${known}'.`)
}

/** Whether there are forms at all for which the condition holds. */
export function canHold([operator, field]: PostCondition): boolean {
  if (operator === 'content-length-range') return true
  return field.startsWith('$') && !(operator === 'starts-with' && ALWAYS_EXACT.has(field.slice(1)))
}

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(T\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/

function parseExpiration(text: unknown): number {
  const match = typeof text === 'string' ? INSTANT.exec(text) : null
  const seconds = match && parseAmzDate(`${match.slice(1, 7).join('')}Z`)
  if (typeof seconds === 'number') return seconds + Number((match?.[7] ?? '').padEnd(3, '0').slice(0, 3))
  throw malformed("Invalid 'expiration' value: it must be a real instant, written YYYY-MM-DDTHH:MM:SSZ.")
}

function parseJson(encoded: string): { document: unknown; memberCount: number } {
  const bytes = decodeBase64(encoded)
  if (!bytes) throw malformed('invalid Base64 encoding.')
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    // S3 also knows the escapes `\$` and `\v`. No backslash stands outside strings, neither before nor after.
    const json = text.replace(/\\(.)/gs, (written, character) =>
      character === '$' ? '$' : character === 'v' ? '\\u000b' : written,
    )
    const document: unknown = JSON.parse(json)
    return { document, memberCount: json.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1 }
  } catch {
    throw malformed('Invalid JSON.')
  }
}

/**
 * Parses the policy of a form:
 *
 *     base64({"expiration": "<ISO 8601, UTC>", "conditions": [ … ]})
 *
 * Nothing else may stand in it, and no name twice: two parsers could read it in two ways.
 *
 * @throws {SignatureError} `malformed-policy`
 * @see "POST Policy" in the Amazon S3 API Reference
 */
export function parsePostPolicy(encoded: string): PostPolicy {
  const { document, memberCount } = parseJson(encoded)
  if (document === null || typeof document !== 'object' || Array.isArray(document)) {
    throw malformed("Expecting '{'.")
  }
  for (const name of Object.keys(document)) {
    if (name !== 'expiration' && name !== 'conditions')
      throw malformed(`Unexpected: ${JSON.stringify(name.slice(0, 60))}.`)
  }
  if (!('expiration' in document)) throw malformed('Policy missing expiration.')
  if (!('conditions' in document)) throw malformed('Policy missing conditions.')
  const { conditions } = document
  if (!Array.isArray(conditions)) throw malformed("Invalid 'conditions' value: must be a List.")
  const policy = {
    expiration: parseExpiration(document.expiration),
    conditions: conditions.map((condition) => readCondition(condition, malformed)),
  }
  // Of a name that stands twice, JSON.parse keeps the last: there are fewer names than colons.
  if (memberCount !== 2 + conditions.filter((condition) => !Array.isArray(condition)).length) {
    throw malformed('a name stands twice in one object.')
  }
  return policy
}

/** Writes the policy of a form, base64 and ASCII: it is what is signed, and what the form sends. */
export function formatPostPolicy({ expiration, conditions }: PostPolicy): string {
  const json = JSON.stringify({ expiration: new Date(expiration).toISOString(), conditions })
  const escaped = json.replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return encodeBase64(encodeUtf8(escaped))
}
