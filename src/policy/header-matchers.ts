import { invalidArgType, invalidArgValue } from '../errors.ts'
import { compileHeaderMatchers } from '../fields/header-matcher.ts'
import type { HeaderMatcher } from '../types.ts'
import { readFlag, readNeededText, readParameters, readText } from './parameters.ts'

const MATCHER = {
  exact: true,
  prefix: true,
  suffix: true,
  contains: true,
  safeRegex: true,
  ignoreCase: true,
} as const
const SAFE_REGEX = { regex: true, googleRe2: true } as const

/** What RE2 does not have, or JavaScript reads as something else. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9kQEC]|\[\[?:\^?[a-z]+:\]/

/** An expression of RE2 as one of JavaScript. Names of headers have no case, so that the flag `i` says nothing. */
function fromRe2(option: string, written: string): string {
  if (NOT_RE2.test(written)) {
    throw invalidArgValue(
      option,
      'must be free of look-around, back-references, \\Q and POSIX classes',
      written,
    )
  }
  return written
    .replace(/^\(\?i\)/, '')
    .replaceAll('(?P<', '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
}

function readMatcher(option: string, value: unknown): HeaderMatcher {
  if (typeof value === 'string') return readNeededText(option, value)
  const matcher = readParameters(option, value, MATCHER)
  readFlag(`${option}.ignoreCase`, matcher.ignoreCase)
  const kinds = Object.keys(matcher).filter((name) => name !== 'ignoreCase')
  if (kinds.length !== 1) {
    throw invalidArgValue(option, 'must have one of exact, prefix, suffix, contains and safeRegex')
  }
  if (matcher.safeRegex !== undefined) {
    const { regex } = readParameters(`${option}.safeRegex`, matcher.safeRegex, SAFE_REGEX)
    return { regex: fromRe2(option, readNeededText(`${option}.safeRegex.regex`, regex)) }
  }
  const text = (kind: 'exact' | 'prefix' | 'suffix' | 'contains') =>
    readText(`${option}.${kind}`, matcher[kind])
  const [exact, prefix, suffix] = [text('exact'), text('prefix'), text('suffix')]
  if (exact !== undefined) return { exact }
  if (prefix !== undefined) return { prefix }
  return suffix === undefined ? { contains: text('contains')! } : { suffix }
}

/**
 * Reads a list of Envoy's StringMatcher; a plain string stands for `exact`.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function readMatchers(option: string, value: unknown): HeaderMatcher[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalidArgType(option, 'a list of names or matchers', value)
  const matchers = value.map((one: unknown, i) => readMatcher(`${option}[${i}]`, one))
  // What is no regular expression shall be told of now, not at the first request.
  compileHeaderMatchers(option, matchers)
  return matchers
}
