// How much a call allocates: the growth of the heap over many calls, in a process whose young generation is so large
// that nothing is collected meanwhile. A sample in which V8 collected after all is thrown away.

import { PerformanceObserver } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkSubject, runCalls } from './harness.mjs'

const SAMPLE_BYTES = 8 * 2 ** 20
const MAX_SAMPLES = 40

let collections = []
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] })

async function takeSample(subject, count) {
  const before = process.memoryUsage()
  const start = performance.now()
  await runCalls(subject, count)
  const end = performance.now()
  const after = process.memoryUsage()
  // The observer is told a little later.
  await sleep(2)
  if (collections.some(({ startTime, duration }) => startTime <= end && startTime + duration >= start))
    return undefined
  return {
    heap: (after.heapUsed - before.heapUsed) / count,
    outside: (after.external - before.external) / count,
  }
}

/** Room for all samples of one subject. */
async function collect() {
  globalThis.gc()
  // Memory outside the heap is given back in the background.
  await sleep(20)
  collections = []
}

async function samplesOf(subject, settings) {
  await runCalls(subject, settings.bytesWarmUpCalls)
  await collect()
  const probe = await takeSample(subject, 64)
  const count =
    Math.ceil(Math.min(2000, SAMPLE_BYTES / Math.max(1, probe?.heap ?? 0, probe?.outside ?? 0)) / 16) * 16
  const samples = []
  for (let tries = 0; samples.length < settings.bytesSamples; tries++) {
    if (tries === MAX_SAMPLES)
      throw new Error(`${subject.name}: V8 collects in every sample of ${count} calls`)
    const sample = await takeSample(subject, count)
    if (sample) samples.push(sample)
    else await collect()
  }
  return samples
}

/** @returns For each subject its name and its bytes a call, on the heap of V8 and outside it, one pair a sample. */
export async function measureBytes(group, settings) {
  const results = []
  for (const subject of group.subjects) {
    await checkSubject(group, subject)
    const samples = await samplesOf(subject, settings)
    results.push({
      name: subject.name,
      rounds: samples.map(({ heap }) => heap),
      outside: samples.map(({ outside }) => outside),
    })
  }
  return results
}
