import { expect } from 'vitest'
import { runs } from './arbitrary-runs.ts'

/** What became of the inputs of one law. */
export class Tally {
  readonly counts = { inputs: 0, accepted: 0, acceptedThoughChanged: 0, refused: 0 }

  count(outcome: 'accepted' | 'refused', input: 'changed' | 'as it was sent'): void {
    this.counts.inputs++
    this.counts[outcome]++
    if (outcome === 'accepted' && input === 'changed') this.counts.acceptedThoughChanged++
  }

  /**
   * A law on what is accepted of what was changed says nothing where nothing is, nor where nothing is refused.
   *
   * @param law Its name, for the figures of long runs.
   * @param least The share of either that there must be at least.
   */
  expectBoth(law: string, least = 0.05): void {
    const { inputs, acceptedThoughChanged, refused } = this.counts
    if (process.env.COUNTERSIGN_RUNS) console.info(`${law}: ${JSON.stringify(this.counts)}`)
    expect(Math.min(acceptedThoughChanged, refused) / inputs).toBeGreaterThan(runs(100) < 100 ? 0 : least)
  }
}
