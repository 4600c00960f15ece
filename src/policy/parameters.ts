import type { OptionNames } from '../errors.ts'
import { invalidArgType, invalidArgValue, quote } from '../errors.ts'

/** Parameters by their name in camel case. One that is null, as YAML has what is left empty, is not there. */
export type Parameters<Name extends string> = { readonly [Key in Name]?: unknown }

const camelCase = (name: string): string =>
  name.replace(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase())

/**
 * Reads an object's parameters, in camel case or in snake case.
 *
 * @param owner Where they stand, such as `credentialsFileProvider`.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for one that is not known, or is
 *   given twice.
 */
export function readParameters<Name extends string>(
  owner: string,
  value: unknown,
  known: OptionNames<Record<Name, unknown>>,
): Parameters<Name> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalidArgType(owner, 'an object', Array.isArray(value) ? 'a list' : value)
  }
  const read: Record<string, unknown> = {}
  for (const [written, parameter] of Object.entries(value)) {
    const name = camelCase(written)
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(', ')
      throw invalidArgValue(quote(written), `is not a parameter of ${owner}, which has ${names}`)
    }
    if (parameter === null || parameter === undefined) continue
    if (Object.hasOwn(read, name)) throw invalidArgValue(quote(written), `is given twice in ${owner}`)
    read[name] = parameter
  }
  return read as Parameters<Name>
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw invalidArgType(name, 'text: put it between quotes', value)
  if (value === '') throw invalidArgValue(name, 'must not be empty')
  return value
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readNeededText(name: string, value: unknown): string {
  const text = readText(name, value)
  if (text === undefined) throw invalidArgValue(name, 'is needed')
  return text
}

/**
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function readFlag(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw invalidArgType(name, 'true or false', value)
}

/**
 * A duration in whole seconds, as Envoy writes it: `'5s'`, or `{ seconds: 5 }`.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function readSeconds(name: string, value: unknown, [min, max]: readonly [number, number]): number {
  const seconds: unknown =
    typeof value === 'object' ? readParameters(name, value, { seconds: true }).seconds : value
  const text = /^(\d+)(?:\.0+)?s$/.exec(String(seconds))?.[1]
  const whole = typeof value === 'object' ? Number(seconds) : Number(text ?? Number.NaN)
  if (Number.isInteger(whole) && whole >= min && whole <= max) return whole
  throw invalidArgValue(name, `must be a duration of ${min}s to ${max}s in whole seconds`, seconds)
}
