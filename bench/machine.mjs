// Where a run takes place, and how busy it is there.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'

const PACKAGES = [
  ...['@smithy/signature-v4', '@smithy/signature-v4a', '@aws-crypto/sha256-js', 'aws4', 'aws4fetch'],
  ...['aws-crt', 'esbuild'],
]

/** Above this load before it begins a run is noisy. It makes a load of about 1 by itself: hence 2 at its end. */
export const NOISY_LOAD = { start: 1, end: 2 }
/** Cores that others may keep busy while a group is measured. */
export const NOISY_CORES = 0.5

function versionOf(name) {
  // package.json is not among the exports of every one of them: look where the resolver looks.
  for (const folder of createRequire(import.meta.url).resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {}
  }
  return 'unknown'
}

export const describeMachine = () => ({
  node: process.versions.node,
  v8: process.versions.v8,
  openssl: process.versions.openssl,
  platform: `${os.platform()} ${os.arch()}`,
  cpu: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
  memoryGibibytes: Math.round(os.totalmem() / 2 ** 30),
  versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
})

export const isNoisyRun = ({ loadAtStart, loadAtEnd }) =>
  loadAtStart[0] > NOISY_LOAD.start || loadAtEnd[0] > NOISY_LOAD.end

/** Processes that ran or waited to, over the last 1, 5 and 15 minutes. */
export const loadNow = () => os.loadavg()

const busyMilliseconds = () =>
  os
    .cpus()
    .flatMap(({ times: { user, nice, sys, irq } }) => [user, nice, sys, irq])
    .reduce((sum, time) => sum + time, 0)

/** @returns A function that says how many cores other processes kept busy, on average, since the meter was started. */
export function startMeter() {
  const before = { busy: busyMilliseconds(), own: process.cpuUsage(), at: performance.now() }
  return () => {
    const { user, system } = process.cpuUsage(before.own)
    const others = busyMilliseconds() - before.busy - (user + system) / 1000
    return Math.max(0, others / (performance.now() - before.at))
  }
}
