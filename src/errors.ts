/**
 * Misuse by the programmer. The message names the option, what is right, and what came: its kind, or its value where
 * that is no secret.
 */
export type MisuseError = (TypeError | RangeError) & {
  /** Of a `TypeError` the one, of a `RangeError` the other. */
  readonly code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE'
}

/** Whether an error is one of ours about misuse. */
export function isMisuseError(error: unknown): error is MisuseError {
  return (
    error instanceof Error &&
    /^ERR_INVALID_ARG_(?:TYPE|VALUE)$/.test((error as Partial<MisuseError>).code ?? '')
  )
}

const MAX_QUOTED = 40

/** Text from outside as a message may show it: at most 40 characters, and no line break that could forge a log line. */
export function quote(text: string): string {
  const cut = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return JSON.stringify(cut).replace(
    /[\x7f-\x9f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A value of the wrong type: `TypeError` with code `ERR_INVALID_ARG_TYPE`. */
export function invalidArgType(option: string, expected: string, actual: unknown): MisuseError {
  const found = actual === null ? 'null' : typeof actual
  const error = new TypeError(`${option} must be ${expected}; it is ${found}`)
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' as const })
}

/**
 * A value of the right type that cannot be used: `RangeError` with code `ERR_INVALID_ARG_VALUE`.
 *
 * @param received Shown in the message if it is text or a number: never a secret.
 */
export function invalidArgValue(option: string, problem: string, received?: unknown): MisuseError {
  const isShown = typeof received === 'string' || typeof received === 'number'
  const shown = isShown ? `; it is ${quote(String(received))}` : ''
  const error = new RangeError(`${option} ${problem}${shown}`)
  return Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' as const })
}

/**
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function checkObject(option: string, value: unknown): void {
  if (value === null || typeof value !== 'object') throw invalidArgType(option, 'an object', value)
}

/** What a text must be like. */
export interface TextRule {
  readonly pattern: RegExp
  /** Such as "must not be empty". */
  readonly rule: string
  /** The text is not shown. */
  readonly isSecret?: boolean
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkText(option: string, value: unknown, { pattern, rule, isSecret }: TextRule): void {
  if (typeof value !== 'string') throw invalidArgType(option, 'a string', value)
  if (pattern.test(value)) return
  throw invalidArgValue(option, rule, isSecret ? undefined : value)
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkWholeNumber(
  option: string,
  value: unknown,
  range: { readonly min: number; readonly max: number },
): number {
  if (typeof value !== 'number') throw invalidArgType(option, 'a whole number', value)
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return value
  throw invalidArgValue(option, `must be a whole number from ${range.min} to ${range.max}`, value)
}

/** The names of all options of an interface, so that the compiler notices one that is left out. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true }

/**
 * Refuses an option that is not known: misspelt, it would be without effect in silence.
 *
 * @param owner Whose options they are, such as `presignUrl`.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkOptions(
  owner: string,
  options: unknown,
  known: Readonly<Record<string, unknown>>,
): void {
  checkObject(`the options of ${owner}`, options)
  for (const name in options as object) {
    if (Object.hasOwn(known, name) || (options as Record<string, unknown>)[name] === undefined) continue
    throw invalidArgValue(
      quote(name),
      `is not an option of ${owner}, which has ${Object.keys(known).join(', ')}`,
    )
  }
}
