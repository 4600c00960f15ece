/**
 * Misuse by the programmer. The message names the option, what is right, and the kind of what came; a value is
 * never printed, so that no secret can be.
 */
export type MisuseError = (TypeError | RangeError) & {
  readonly code: 'ERR_INVALID_ARG_TYPE' | 'ERR_INVALID_ARG_VALUE'
}

/** A value of the wrong type: `TypeError` with code `ERR_INVALID_ARG_TYPE`. */
export function invalidArgType(option: string, expected: string, actual: unknown): MisuseError {
  const found = actual === null ? 'null' : typeof actual
  const error = new TypeError(`${option} must be ${expected}; it is ${found}`)
  return Object.assign(error, { code: 'ERR_INVALID_ARG_TYPE' as const })
}

/** A value of the right type that cannot be used: `RangeError` with code `ERR_INVALID_ARG_VALUE`. */
export function invalidArgValue(option: string, problem: string): MisuseError {
  return Object.assign(new RangeError(`${option} ${problem}`), { code: 'ERR_INVALID_ARG_VALUE' as const })
}

/**
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function checkObject(option: string, value: unknown): void {
  if (value === null || typeof value !== 'object') throw invalidArgType(option, 'an object', value)
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkText(option: string, value: unknown, pattern: RegExp, rule: string): void {
  if (typeof value !== 'string') throw invalidArgType(option, 'a string', value)
  if (!pattern.test(value)) throw invalidArgValue(option, `must be ${rule}`)
}
