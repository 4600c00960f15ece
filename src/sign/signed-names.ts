import { invalidArgType } from '../errors.ts'
import { compileHeaderMatchers } from '../fields/header-matcher.ts'
import { CONTENT_TYPE, HOST, X_AMZ } from '../names.ts'
import type { HeaderMatcher } from '../types.ts'

type NameTest = (name: string) => boolean

/**
 * Headers that are rewritten, added or dropped on the way, by name or by prefix: signed, they would break the
 * signature. Sources: IAM "Create a signed AWS API request"; botocore auth.py; smithy constants.ts; aws-c-auth.
 */
const HOP =
  /^(?:authorization|connection|expect|forwarded|keep-alive|te|trailer|transfer-encoding|upgrade|via|user-agent|accept-encoding|x-amzn-trace-id|x-real-ip|(?:cf|proxy|sec|x-forwarded)-.*)$/

/** Headers that caches and browsers set by themselves. A presigned URL may name them all the same. */
const CACHE = /^(?:cache-control|from|max-forwards|pragma|referer)$/

const ALL_IN_QUERY: NameTest = (name) => name.startsWith(X_AMZ) || !HOP.test(name)
const ALL_IN_HEADERS: NameTest = (name) => ALL_IN_QUERY(name) && !CACHE.test(name)

/**
 * The test of which of the caller's headers are signed.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function signedNameTest(
  choice: 'all' | 'required' | readonly HeaderMatcher[],
  excluded: readonly HeaderMatcher[] | undefined,
  location: 'headers' | 'query',
): NameTest {
  if (choice === 'all' && !excluded) return location === 'query' ? ALL_IN_QUERY : ALL_IN_HEADERS
  let test: NameTest
  if (choice === 'all') {
    test = location === 'query' ? ALL_IN_QUERY : ALL_IN_HEADERS
  } else if (choice === 'required') {
    test = (name) => name === CONTENT_TYPE || name.startsWith(X_AMZ)
  } else if (Array.isArray(choice)) {
    const matches = compileHeaderMatchers('signHeaders', choice)
    test = (name) => name.startsWith(X_AMZ) || matches(name)
  } else {
    throw invalidArgType('signHeaders', '"all", "required" or a list of names or matchers', choice)
  }
  if (!excluded) return (name) => name === HOST || test(name)
  const excludes = compileHeaderMatchers('excludeHeaders', excluded)
  return (name) => name === HOST || (test(name) && !excludes(name))
}
