// Recomputes the published answers in aws-documentation.json.
import { answer, deriveKeys } from './canonical.mjs'

function recompute(published) {
  if (published.kind !== 'signing-key') return answer(published)
  const keys = Object.entries(deriveKeys(published.input))
  return Object.fromEntries(keys.map(([name, key]) => [name, key.toString('hex')]))
}

/** One line for every published case that does not recompute. */
export function documentationProblems({ cases }) {
  const same = (one) => JSON.stringify(recompute(one)) === JSON.stringify(one.expected)
  return cases.filter((one) => !same(one)).map(({ name }) => `${name}: does not recompute`)
}
