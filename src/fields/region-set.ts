import { invalidArgType, invalidArgValue } from '../errors.ts'

const PATTERN = /^[\w*-]+$/

/**
 * `x-amz-region-set`: regions joined by commas, each a name or a pattern in which `*` stands for anything:
 *
 *     us-east-1,us-west-2    us-*    *
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see "Create a signed AWS API request", X-Amz-Region-Set
 */
export function formatRegionSet(region: string | readonly string[]): string {
  if (typeof region !== 'string' && !Array.isArray(region)) {
    throw invalidArgType('region', 'a region, a pattern, or a list of them', region)
  }
  const given: readonly unknown[] = Array.isArray(region) ? region : (region as string).split(',')
  const parts = given.map((part) => (typeof part === 'string' ? part.trim() : ''))
  if (parts.length === 0 || !parts.every((part) => PATTERN.test(part))) {
    throw invalidArgValue('region', 'must be regions or patterns, such as "us-east-1", "us-*" or "*"')
  }
  return parts.join(',')
}

const matches = (pattern: string, region: string): boolean => {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === region
  const last = rest.pop()!
  if (!region.startsWith(first) || !region.endsWith(last) || region.length < first.length + last.length)
    return false
  // Each part between two stars is looked for behind the one before it.
  let at = first.length
  for (const part of rest) {
    const found = region.indexOf(part, at)
    if (found < 0 || found + part.length > region.length - last.length) return false
    at = found + part.length
  }
  return true
}

/** Whether a region set that was signed covers one of these regions. */
export function regionSetCovers(regionSet: string, regions: readonly string[]): boolean {
  return regionSet.split(',').some((part) => regions.some((region) => matches(part.trim(), region)))
}
