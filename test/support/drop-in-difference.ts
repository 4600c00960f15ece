import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import { SEED } from './arbitrary-runs.ts'

/** `COUNTERSIGN_DIFFERENTIAL=10000` compares so many. */
export const COUNT = Number(process.env.COUNTERSIGN_DIFFERENTIAL ?? 1000)

/** What an interface gives back for a call, as plain data; or the error that it throws. */
export type Answer = { readonly value: unknown } | { readonly throws: string }

/** A way in which the original is wrong, and a drop-in differs from it. */
export interface Difference<Call> {
  readonly name: string
  /** Exactly the calls that are answered otherwise for this reason. */
  readonly applies: (call: Call) => boolean
  /** One such call, to which no other difference applies. */
  readonly example: Call
  /** What stands in the original's answer and not in ours, and the other way round. */
  readonly shows: { readonly theirs: string; readonly ours: string }
}

export async function answerOf(call: () => unknown): Promise<Answer> {
  try {
    return { value: await call() }
  } catch (error) {
    return { throws: String(error) }
  }
}

export interface Beside<Call> {
  readonly call: fc.Arbitrary<Call>
  readonly theirs: (call: Call) => Promise<Answer>
  readonly ours: (call: Call) => Promise<Answer>
  readonly differences: readonly Difference<Call>[]
}

/** The same calls to both: alike, unless a difference applies; and where one applies, not alike. */
export async function compareCalls<Call>({ call, theirs, ours, differences }: Beside<Call>): Promise<number> {
  let [equal, refused] = [0, 0]
  await fc.assert(
    fc.asyncProperty(call, async (one) => {
      const reasons = differences.filter(({ applies }) => applies(one)).map(({ name }) => name)
      const [original, own] = [await theirs(one), await ours(one)]
      // Each refuses in words of its own.
      if ('throws' in original && 'throws' in own) return void refused++
      const isAlike = isDeepStrictEqual(original, own)
      if (isAlike) equal++
      if (isAlike !== (reasons.length === 0)) {
        expect.fail(
          `differences: ${reasons.join(', ') || 'none'}\nours: ${show(own)}\ntheirs: ${show(original)}`,
        )
      }
    }),
    { numRuns: COUNT, seed: SEED },
  )
  expect(refused / COUNT).toBeLessThan(0.1)
  return equal / COUNT
}

export const show = (answer: Answer): string =>
  JSON.stringify(answer, undefined, 1).replaceAll('\\n', '\n    ')

/** Holds a difference to its example. */
export async function checkDifference<Call>(
  difference: Difference<Call>,
  { theirs, ours, differences }: Beside<Call>,
): Promise<void> {
  const { example, shows } = difference
  expect(differences.filter(({ applies }) => applies(example))).toEqual([difference])
  const [original, own] = [show(await theirs(example)), show(await ours(example))]
  expect(original).toContain(shows.theirs)
  expect(own).toContain(shows.ours)
  expect(own === original).toBe(false)
}
