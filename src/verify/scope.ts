import { regionSetCovers } from '../fields/region-set.ts'
import { AWS4_REQUEST } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { Claim } from './claim.ts'
import type { VerifierPolicy } from './options.ts'

function check(what: string, found: string, expected: readonly string[]): void {
  if (expected.includes(found)) return
  const wanted = expected.join(' or ')
  throw new SignatureError(
    'scope-mismatch',
    `The credential must be scoped to ${what} ${wanted}; it says ${JSON.stringify(found.slice(0, 60))}`,
    { details: { expected: wanted } },
  )
}

/** SigV4A: the scope has no region; the signed region set must cover one of ours. */
function checkRegionSet(regionSet: string | undefined, regions: readonly string[]): void {
  if (regionSet !== undefined && regionSetCovers(regionSet, regions)) return
  const expected = regions.join(' or ')
  const found = regionSet === undefined ? 'there is none' : `it is ${JSON.stringify(regionSet.slice(0, 60))}`
  throw new SignatureError('scope-mismatch', `The signed region set must cover ${expected}; ${found}`, {
    details: { expected },
  })
}

/**
 * Rule 5: the scope is ours: region, service, terminator.
 *
 * @throws {SignatureError} `scope-mismatch`
 */
export function checkScope({ credential, regionSet }: Claim, policy: VerifierPolicy): void {
  if (credential.region !== undefined) check('region', credential.region, policy.regions)
  else checkRegionSet(regionSet, policy.regions)
  check('service', credential.service, policy.services)
  check('terminator', credential.terminator, [AWS4_REQUEST])
}
