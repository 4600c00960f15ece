import type { SigningAlgorithm } from '../../algorithms/algorithm.ts'
import { quote } from '../../errors.ts'
import { SignatureError } from '../../signature-error.ts'
import type { VerifierSettings } from '../settings.ts'

/**
 * Rule 2: the algorithm is one of those that the verifier takes. It comes before the parse, since it says how to read
 * the rest.
 *
 * @param name The first word of an Authorization header, or a parameter's or field's value.
 * @throws {SignatureError} `unsupported-algorithm`
 */
export function enabledAlgorithm(name: string, algorithms: VerifierSettings['algorithms']): SigningAlgorithm {
  const algorithm = algorithms.get(name)
  if (algorithm) return algorithm
  const names = [...algorithms.keys()].join(' or ')
  throw new SignatureError(
    'unsupported-algorithm',
    `The algorithm must be ${names} (see algorithms); it is ${quote(name)}`,
  )
}
