/** Makes the work for one size of input: what it returns is timed, the making is not. */
export type WorkOf = (size: number) => () => unknown

const FACTOR = 4
/**
 * Long enough for the clock, and short enough: four times as long must fit between two interruptions, and make
 * no garbage to speak of, for both grow faster than the work does.
 */
const LONG_ENOUGH_MS = 0.4
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

async function measureOnce(workOf: WorkOf): Promise<number> {
  let size = SMALLEST
  let small = workOf(size)
  // The first calls run slower than all that follow.
  await fastestOf(small, 10)
  while ((await fastestOf(small, 3)) < LONG_ENOUGH_MS && size < LARGEST) {
    size *= 2
    small = workOf(size)
  }
  const large = workOf(size * FACTOR)
  let [smallMs, largeMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  // In turns, so that a slow moment of the machine hits both.
  for (let round = 0; round < 6; round++) {
    smallMs = Math.min(smallMs, await timeOf(small))
    largeMs = Math.min(largeMs, await timeOf(large))
  }
  return largeMs < LONG_ENOUGH_MS ? 0 : Math.log(largeMs / smallMs) / Math.log(FACTOR)
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * The exponent with which time grows: 1 is linear, 2 quadratic, 0 too fast to tell. Noise makes it larger more
 * often than smaller, so that what looks too steep is measured again, and the flattest slope stands.
 */
export async function growthExponent(workOf: WorkOf, limit: number, attempts = 12): Promise<number> {
  let exponent = await measureOnce(workOf)
  for (let attempt = 1; attempt < attempts && exponent >= limit; attempt++) {
    await pause(10 * attempt)
    exponent = Math.min(exponent, await measureOnce(workOf))
  }
  return exponent
}
