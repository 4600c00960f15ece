/** Makes the work for one size of input: what it returns is timed, the making is not. */
export type WorkOf = (size: number) => () => unknown

const FACTOR = 4
/** Long enough for a clock, short enough to be left alone by the scheduler now and then. */
const LONG_ENOUGH_MS = 1
const SMALLEST = 500
const LARGEST = 100_000

async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

async function fastestOf(work: () => unknown, rounds: number): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY
  for (let i = 0; i < rounds; i++) fastest = Math.min(fastest, await timeOf(work))
  return fastest
}

let sink = 0
/** Work that is linear beyond doubt, to be measured beside the work in question. */
const spin = (turns: number) => (): void => {
  for (let i = 0; i < turns; i++) sink = (sink * 31 + i) | 0
}

/** As many turns as take about that long. */
async function turnsFor(milliseconds: number): Promise<number> {
  const turns = 200_000
  return Math.ceil((turns * milliseconds) / (await fastestOf(spin(turns), 5)))
}

async function measureOnce(workOf: WorkOf): Promise<number> {
  let size = SMALLEST
  let small = workOf(size)
  let smallMs = await fastestOf(small, 3)
  while (smallMs < LONG_ENOUGH_MS && size < LARGEST) {
    size *= 2
    small = workOf(size)
    smallMs = await fastestOf(small, 3)
  }
  const turns = await turnsFor(smallMs)
  const contest = [small, workOf(size * FACTOR), spin(turns), spin(turns * FACTOR)]
  const fastest = contest.map(() => Number.POSITIVE_INFINITY)
  // In turns, so that a slow moment of the machine hits all of them.
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < contest.length; i++) fastest[i] = Math.min(fastest[i]!, await timeOf(contest[i]!))
  }
  const [one = 0, four = 0, spunOne = 0, spunFour = 0] = fastest
  if (four < LONG_ENOUGH_MS) return 0
  // A busy machine takes its share of the longer work first: as much as it takes of the spinning is put down to it.
  return Math.log((four / one) * (FACTOR / (spunFour / spunOne))) / Math.log(FACTOR)
}

/**
 * The exponent with which time grows: 1 is linear, 2 quadratic, 0 too fast to tell. Noise makes it larger more
 * often than smaller, so that what looks too steep is measured again, and the flattest slope stands.
 */
export async function growthExponent(workOf: WorkOf, limit: number): Promise<number> {
  let exponent = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 5 && exponent >= limit; attempt++) {
    exponent = Math.min(exponent, await measureOnce(workOf))
  }
  return exponent
}
