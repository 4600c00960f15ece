import { quote } from '../../errors.ts'
import { regionSetCovers } from '../../fields/region-set.ts'
import { AWS4_REQUEST } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ClaimContext } from '../context.ts'

function mismatch(what: string, found: string, expected: readonly string[]): SignatureError {
  const wanted = expected.join(' or ')
  return new SignatureError(
    'scope-mismatch',
    `The credential must be scoped to ${what} ${wanted}; it says ${quote(found)}`,
    { details: { expected: wanted } },
  )
}

/** SigV4A: the scope has no region; the signed region set must cover one of ours. */
function checkRegionSet(regionSet: string | undefined, regions: readonly string[]): void {
  if (regionSet !== undefined && regionSetCovers(regionSet, regions)) return
  const expected = regions.join(' or ')
  const found = regionSet === undefined ? 'there is none' : `it is ${quote(regionSet)}`
  throw new SignatureError('scope-mismatch', `The signed region set must cover ${expected}; ${found}`, {
    details: { expected },
  })
}

/**
 * Rule 5: the scope is ours: region, service, terminator.
 *
 * @throws {SignatureError} `scope-mismatch`
 */
export function checkScope({ claim, settings }: ClaimContext): void {
  const { region, service, terminator } = claim.credential
  const { regions, services } = settings
  if (region === undefined) checkRegionSet(claim.carrier === 'form' ? undefined : claim.regionSet, regions)
  else if (!regions.includes(region)) throw mismatch('region', region, regions)
  if (!services.includes(service)) throw mismatch('service', service, services)
  if (terminator !== AWS4_REQUEST) throw mismatch('terminator', terminator, [AWS4_REQUEST])
}
