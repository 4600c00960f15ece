import fc from 'fast-check'
import { vi } from 'vitest'

const times = Number(process.env.COUNTERSIGN_RUNS ?? 1)
// More cases take more time, and a busy machine too.
vi.setConfig({ testTimeout: 60_000 * Math.max(1, times) })

/** The same requests in every run, unless asked for others. A failure prints its seed and the smallest case. */
export const SEED: number = Number(process.env.COUNTERSIGN_SEED ?? 20150830)

/** `COUNTERSIGN_RUNS=10` makes every law ten times as thorough. */
export const runs = (count: number): number => Math.max(1, Math.ceil(count * times))

/** Checks a law on this many cases. */
export function holds<Inputs>(law: fc.IAsyncProperty<Inputs>, count: number): Promise<void> {
  return fc.assert(law, { numRuns: runs(count), seed: SEED })
}
