import { quote } from '../../errors.ts'
import { regionSetCovers } from '../../fields/region-set.ts'
import { AWS4_REQUEST } from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ClaimContext } from '../context.ts'

interface ScopePart {
  readonly what: 'region' | 'service' | 'terminator'
  readonly found: string
  readonly expected: readonly string[]
}

function check({ what, found, expected }: ScopePart): void {
  if (expected.includes(found)) return
  const wanted = expected.join(' or ')
  throw new SignatureError(
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

const TERMINATORS = [AWS4_REQUEST]

/**
 * Rule 5: the scope is ours: region, service, terminator.
 *
 * @throws {SignatureError} `scope-mismatch`
 */
export function checkScope({ claim, settings }: ClaimContext): void {
  const { region, service, terminator } = claim.credential
  if (region !== undefined) check({ what: 'region', found: region, expected: settings.regions })
  else checkRegionSet(claim.carrier === 'form' ? undefined : claim.regionSet, settings.regions)
  check({ what: 'service', found: service, expected: settings.services })
  check({ what: 'terminator', found: terminator, expected: TERMINATORS })
}
