import { invalidArgType, invalidArgValue } from '../errors.ts'
import type { HeaderMatcher } from '../types.ts'

type NameTest = (name: string) => boolean

const wholeMatch = (option: string, regex: RegExp | string): NameTest => {
  const source = typeof regex === 'string' ? regex : regex.source
  const flags = typeof regex === 'string' ? '' : regex.flags.replace(/[gy]/g, '')
  try {
    const whole = new RegExp(`^(?:${source})$`, flags.includes('i') ? flags : `${flags}i`)
    return (name) => whole.test(name)
  } catch {
    throw invalidArgValue(option, 'has a regex that is no regular expression')
  }
}

const compileOne = (option: string, matcher: HeaderMatcher): NameTest => {
  if (typeof matcher === 'string') {
    const exact = matcher.toLowerCase()
    return (name) => name === exact
  }
  if (matcher === null || typeof matcher !== 'object') {
    throw invalidArgType(option, 'a list of names or matchers', matcher)
  }
  const { exact, prefix, suffix, contains, regex } = matcher
  if (regex !== undefined) return wholeMatch(option, regex)
  // Names are in lower case: a matcher in capitals would match nothing, and be off in silence.
  const fold = (text: string): string => text.toLowerCase()
  if (exact !== undefined) return (name) => name === fold(exact)
  if (prefix) return (name) => name.startsWith(fold(prefix))
  if (suffix) return (name) => name.endsWith(fold(suffix))
  if (contains) return (name) => name.includes(fold(contains))
  throw invalidArgValue(option, 'has a matcher without exact, prefix, suffix, contains or regex')
}

/**
 * Turns a list of matchers into one test of lower-case header names.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function compileHeaderMatchers(
  option: string,
  matchers: readonly HeaderMatcher[] | undefined,
): NameTest {
  if (matchers === undefined) return () => false
  if (!Array.isArray(matchers)) throw invalidArgType(option, 'a list of names or matchers', matchers)
  const tests = matchers.map((matcher: HeaderMatcher) => compileOne(option, matcher))
  return (name) => tests.some((test) => test(name))
}
