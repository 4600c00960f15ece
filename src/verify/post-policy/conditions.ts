import { isIgnored } from '../../fields/post-names.ts'
import { canHold, type PostCondition } from '../../fields/post-policy.ts'
import { CONTENT_TYPE } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'

/** How large the file may be, in bytes: from `min` to `max`. */
export interface ContentLengthRange {
  /** 0 where no condition says more. */
  readonly min: number
  /** Infinity where no condition says less. */
  readonly max: number
}

/** What the conditions prove. */
export interface ProvedConditions {
  /** The fields that a condition names. */
  readonly covered: ReadonlySet<string>
  readonly contentLengthRange: ContentLengthRange | undefined
}

const SECRET_FIELD = /-token$|-customer-key$/

function failed(condition: PostCondition): SignatureError {
  const [operator, field, value] = condition
  const shown = SECRET_FIELD.test(String(field)) ? '…' : String(value).slice(0, 100)
  return new SignatureError(
    'policy-condition-failed',
    `Invalid according to Policy: Policy Condition failed: ${JSON.stringify([operator, field, shown])}`,
  )
}

/** With which each member of a comma-separated list begins. */
function commonBeginning(list: string): string {
  return list
    .split(',')
    .map((member) => member.trim())
    .reduce((beginning, member) => {
      let length = 0
      while (length < beginning.length && beginning[length] === member[length]) length++
      return beginning.slice(0, length)
    })
}

/**
 * Holds a form to the conditions of its policy, and to having no field that they do not name.
 *
 * @param fields By lower-case name, with the file's name in its place, without the policy and the signature.
 * @throws {SignatureError} `policy-condition-failed`, `field-not-covered`
 */
export function checkConditions(
  conditions: readonly PostCondition[],
  fields: ReadonlyMap<string, string>,
): ProvedConditions {
  const covered = new Set<string>()
  let contentLengthRange: ContentLengthRange | undefined
  const contentType = fields.get(CONTENT_TYPE) ?? ''
  // S3 reads a Content-Type with commas as a list; all its members begin as their common beginning does.
  const contentTypes = contentType.includes(',') ? commonBeginning(contentType) : contentType

  for (const condition of conditions) {
    const [operator, field, operand] = condition
    if (operator === 'content-length-range') {
      const { min, max } = contentLengthRange ?? { min: 0, max: Number.POSITIVE_INFINITY }
      contentLengthRange = { min: Math.max(min, field), max: Math.min(max, operand) }
      continue
    }
    const name = field.slice(1)
    const value = fields.get(name)
    if (value === undefined || !canHold(condition)) throw failed(condition)
    const holds =
      operator === 'eq'
        ? value === operand
        : (name === CONTENT_TYPE ? contentTypes : value).startsWith(operand)
    if (!holds) throw failed(condition)
    covered.add(name)
  }

  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !isIgnored(name))
  if (extra.length === 0) return { covered, contentLengthRange }
  throw new SignatureError(
    'field-not-covered',
    `Invalid according to Policy: Extra input fields: ${extra.slice(0, 5).join(', ').slice(0, 200)}`,
  )
}

/**
 * @throws {SignatureError} `file-too-small`, `file-too-large`
 */
export function checkFileSize(size: number | 'unknown', range: ContentLengthRange | undefined): void {
  if (size === 'unknown' || range === undefined) return
  if (size < range.min) {
    throw new SignatureError(
      'file-too-small',
      `Your proposed upload is smaller than the minimum allowed size: ${size} of ${range.min} bytes`,
    )
  }
  if (size > range.max) {
    throw new SignatureError(
      'file-too-large',
      `Your proposed upload exceeds the maximum allowed size: ${size} of ${range.max} bytes`,
    )
  }
}
