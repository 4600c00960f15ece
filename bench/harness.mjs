// Runs the subjects of a group side by side: round after round, each subject once a round, the order turned about.

/** Results end up here, where the optimiser must take them for needed. */
const kept = new Array(16)

const percentile = (sorted, share) => sorted[Math.round((sorted.length - 1) * share)]

/** Median and spread of a list of numbers. */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: percentile(sorted, 0.5), p10: percentile(sorted, 0.1), p90: percentile(sorted, 0.9) }
}

/** How long one batch of `count` calls takes, in nanoseconds a call. */
async function runBatch(subject, count) {
  // The index goes on from batch to batch: who takes credentials in turn must not begin with the same ones again.
  let index = subject.next ?? 0
  const { run, inFlight = 0, isAsync = false } = subject
  const start = process.hrtime.bigint()
  if (inFlight > 0) {
    for (let i = 0; i < count; i += inFlight) {
      const results = await Promise.all(Array.from({ length: inFlight }, () => run(index++)))
      kept[index & 15] = results[0]
    }
  } else if (isAsync) {
    for (let i = 0; i < count; i++) kept[i & 15] = await run(index++)
  } else {
    for (let i = 0; i < count; i++) kept[i & 15] = run(index++)
  }
  const nanoseconds = Number(process.hrtime.bigint() - start)
  subject.next = index
  const calls = inFlight > 0 ? Math.ceil(count / inFlight) * inFlight : count
  return nanoseconds / calls
}

/** Refuses to time what does not do its work. */
export async function checkSubject(group, subject) {
  const { signatureOf } = subject
  for (let i = 0; i < (subject.checks ?? 1); i++) {
    const found = signatureOf(await subject.run(i))
    const expected = group.expected(i)
    if (found === expected) continue
    throw new Error(`${group.name}: ${subject.name} gives ${found}, not ${expected}`)
  }
  if (subject.refuses && !(await subject.refuses())) {
    throw new Error(`${group.name}: ${subject.name} takes a wrong signature for good`)
  }
}

/** Runs a subject for a while, so that it is compiled, and says how many calls fill a batch. */
async function warmUp(subject, { warmUpMilliseconds, batchMilliseconds }) {
  const until = performance.now() + warmUpMilliseconds
  let count = 1
  let fastest = Number.POSITIVE_INFINITY
  do {
    fastest = Math.min(fastest, await runBatch(subject, count))
    count = Math.min(count * 2, Math.ceil((batchMilliseconds * 1e6) / fastest))
  } while (performance.now() < until)
  return Math.max(1, Math.round((batchMilliseconds * 1e6) / fastest))
}

/**
 * Measures a group. One with `ownCollections` runs so long that the garbage of each subject is collected while it
 * runs: nothing is forced, since V8 drops optimised code with it, and a stream would spend its time regaining that.
 *
 * @returns For each subject its name and its nanoseconds a call, one number a round.
 */
export async function measureGroup(group, settings) {
  const { subjects, ownCollections = false } = group
  const collect = ownCollections ? undefined : globalThis.gc
  for (const subject of subjects) await checkSubject(group, subject)
  const entries = []
  for (const subject of subjects) {
    entries.push({ subject, count: await warmUp(subject, settings), rounds: [] })
  }
  for (let round = 0; round < settings.rounds; round++) {
    collect?.()
    // Begins with another subject each round, and goes backwards in every other: no one always follows the same.
    const at = round % entries.length
    const order = [...entries.slice(at), ...entries.slice(0, at)]
    if (round % 2 === 1) order.reverse()
    for (const entry of order) {
      // A full one each time would make V8 drop the byte code of all who wait for their turn.
      collect?.({ type: 'minor' })
      entry.rounds.push(await runBatch(entry.subject, entry.count))
    }
  }
  return entries.map(({ subject, rounds }) => ({ name: subject.name, rounds }))
}

/**
 * How many times as long `name` takes as `base`: the median of the ratios within each round, which a change of load
 * from round to round leaves alone.
 */
export function ratioOf(results, name, base) {
  const [over, under] = [name, base].map((one) => results.find((result) => result.name === one))
  if (!over || !under) return undefined
  return summarize(over.rounds.map((value, round) => value / under.rounds[round]))
}
