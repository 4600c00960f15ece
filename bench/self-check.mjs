// Whether the bench would notice: subjects whose cost is known, planted among the others.
import { setTimeout as sleep } from 'node:timers/promises'
import { measureBytes } from './bytes.mjs'
import { postCase } from './cases.mjs'
import { checkSubject, measureTimes, summarize } from './harness.mjs'
import { IN_FLIGHT } from './names.mjs'
import { peers } from './peers.mjs'

const BUSY_MICROSECONDS = 5
const SLEEP_MILLISECONDS = 4

function busy() {
  const until = process.hrtime.bigint() + BigInt(BUSY_MICROSECONDS * 1000)
  while (process.hrtime.bigint() < until);
}

const request = postCase('500 B')
const ours = peers.ours(request, {})

const planted = (name, run, more) => ({ name, run, signatureOf: () => 'done', ...more })
const groupOf = (...subjects) => ({ name: 'self-check', expected: () => 'done', subjects })

const settings = {
  batchMilliseconds: 1,
  rounds: 201,
  warmUpRounds: 100,
  bytesSamples: 5,
  bytesWarmUpCalls: 500,
}

async function timesOf(more, ...subjects) {
  const results = await measureTimes(groupOf(...subjects), { ...settings, ...more })
  return results.map(({ rounds }) => rounds.map((nanoseconds) => nanoseconds / 1000))
}

async function slowSigner() {
  const slow = planted('slow', (index) => {
    busy()
    return ours.run(index)
  })
  const [fast, delayed] = await timesOf({}, planted('fast', ours.run), slow)
  const { median } = summarize(delayed.map((value, round) => value - fast[round]))
  return [
    `a signer that idles for ${BUSY_MICROSECONDS} us`,
    `${median.toFixed(2)} us more`,
    median > BUSY_MICROSECONDS / 2 && median < BUSY_MICROSECONDS * 2,
  ]
}

async function nothing() {
  const [rounds] = await timesOf(
    { rounds: 15 },
    planted('nothing', (index) => index),
  )
  const { median } = summarize(rounds)
  return ['a call that does nothing', `${median.toFixed(3)} us`, median < 0.5]
}

async function sleepers() {
  const [one, many] = await timesOf(
    { rounds: 9, warmUpRounds: 1 },
    planted('one', () => sleep(SLEEP_MILLISECONDS), { isAsync: true }),
    planted('many', () => sleep(SLEEP_MILLISECONDS), { inFlight: IN_FLIGHT }),
  )
  const { median } = summarize(one.map((value, round) => value / many[round]))
  return [
    `${IN_FLIGHT} calls in flight that wait`,
    `${median.toFixed(1)} times as many`,
    median > IN_FLIGHT / 2,
  ]
}

async function arrays() {
  const doubles = planted('doubles', () => new Array(1000).fill(0.5))
  const outside = planted('bytes', () => new Uint8Array(5000))
  const results = await measureBytes(groupOf(doubles, outside), settings)
  const heap = summarize(results[0].rounds).median
  const external = summarize(results[1].outside).median
  return [
    ['an array of 8,000 B', `${heap.toFixed(0)} B`, heap > 8000 && heap < 8400],
    ['5,000 B outside the heap', `${external.toFixed(0)} B`, external > 4900 && external < 5100],
  ]
}

async function isStopped(subject) {
  const group = { name: 'self-check', expected: () => request.signature(), subjects: [] }
  try {
    await checkSubject(group, subject)
  } catch {
    return true
  }
  return false
}

async function wrongOnes() {
  const wrong = { ...ours, signatureOf: () => '0'.repeat(64) }
  const credulous = { ...ours, refuses: () => false }
  return [
    ['a signer with the right signature', 'goes on', !(await isStopped(ours))],
    ['a signer with a wrong signature', 'is stopped', await isStopped(wrong)],
    ['a verifier that refuses nothing', 'is stopped', await isStopped(credulous)],
  ]
}

/** Rows of what was planted, what was seen, and whether that is as it must be. */
const table = (title, rows) => ({ title, rows, isRight: rows.every(([, , isRight]) => isRight) })

export async function checkTimes() {
  const rows = [await slowSigner(), await nothing(), await sleepers(), ...(await wrongOnes())]
  return table('Self-check: what the bench makes of planted subjects', rows)
}

export const checkBytes = async () => table('Self-check: what it makes of planted bytes', await arrays())
