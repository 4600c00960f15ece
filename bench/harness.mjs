// Runs the subjects of a group side by side: round after round, each subject once a round, the order turned about.

/** Results end up here, where the optimiser must take them for needed. */
const kept = new Array(16)

const percentile = (sorted, share) => sorted[Math.round((sorted.length - 1) * share)]

/** Median and spread of a list of numbers. */
export function summarize(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const [minimum] = sorted
  return {
    minimum,
    median: percentile(sorted, 0.5),
    p10: percentile(sorted, 0.1),
    p90: percentile(sorted, 0.9),
  }
}

/** @returns How many calls were made: with several in flight a whole number of flights, `count` at least. */
export async function runCalls(subject, count) {
  // The index goes on from batch to batch: who takes credentials in turn must not begin with the same ones again.
  let index = subject.next ?? 0
  const first = index
  const { run, inFlight = 0, isAsync = false } = subject
  if (inFlight > 0) {
    for (let i = 0; i < count; i += inFlight) {
      const results = await Promise.all(Array.from({ length: inFlight }, () => run(index++)))
      kept[index & 15] = results
    }
  } else if (isAsync) {
    for (let i = 0; i < count; i++) kept[i & 15] = await run(index++)
  } else {
    for (let i = 0; i < count; i++) kept[i & 15] = run(index++)
  }
  subject.next = index
  return index - first
}

/** How long one batch of `count` calls takes, in nanoseconds a call. */
async function runBatch(subject, count) {
  const start = process.hrtime.bigint()
  const calls = await runCalls(subject, count)
  return Number(process.hrtime.bigint() - start) / calls
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

const callsIn = (milliseconds, nanosecondsEach) =>
  Math.max(1, Math.round((milliseconds * 1e6) / nanosecondsEach))

/** How many calls fill a batch, to begin with. */
async function firstCount(subject, { batchMilliseconds }) {
  let count = 1
  for (;;) {
    const each = await runBatch(subject, count)
    if (each * count >= (batchMilliseconds * 1e6) / 4) return callsIn(batchMilliseconds, each)
    count *= 2
  }
}

const WINDOW = 5
const SETTLED = 0.02
const medianOf = (values) => summarize(values).median

/** Whether the median of the last rounds differs from that of the rounds before them by less than 2 %. */
function hasSettled(rounds) {
  if (rounds.length < 2 * WINDOW) return false
  const last = medianOf(rounds.slice(-WINDOW))
  const before = medianOf(rounds.slice(-2 * WINDOW, -WINDOW))
  return Math.abs(last / before - 1) < SETTLED
}

/** One round: each subject for one batch. Begins with another each time, and goes backwards every other. */
async function runRound(entries, round, collect) {
  const at = round % entries.length
  const order = [...entries.slice(at), ...entries.slice(0, at)]
  if (round % 2 === 1) order.reverse()
  for (const entry of order) {
    collect?.()
    entry.rounds.push(await runBatch(entry.subject, entry.count))
  }
}

/** Rounds like those that count, until every subject has settled once; what has not by the last is said. */
async function warmUp(entries, settings, collect) {
  for (let round = 0; round < settings.warmUpRounds && entries.some(({ settled }) => !settled); round++) {
    await runRound(entries, round, collect)
    for (const entry of entries) entry.settled ||= hasSettled(entry.rounds)
  }
  for (const entry of entries) {
    entry.count = callsIn(settings.batchMilliseconds, medianOf(entry.rounds.slice(-WINDOW)))
    entry.rounds = []
  }
}

/**
 * Measures a group. One with `ownCollections` runs so long that the garbage of each subject is collected while it
 * runs: nothing is forced, since V8 drops optimised code with it, and a stream would spend its time regaining that.
 *
 * @returns For each subject its name, whether it settled, and its nanoseconds a call, one number a round.
 */
export async function measureTimes(group, settings) {
  const { subjects, ownCollections = false } = group
  // Never a full one: V8 then loses what it learned of those who wait for their turn, and a batch begins slowly. The
  // planted signer of the self-check disappeared in that.
  const collect = ownCollections ? undefined : () => globalThis.gc({ type: 'minor' })
  for (const subject of subjects) await checkSubject(group, subject)
  const entries = []
  for (const subject of subjects) {
    entries.push({ subject, count: await firstCount(subject, settings), rounds: [], settled: false })
  }
  await warmUp(entries, settings, collect)
  // A quick run has no time to settle, and does not claim to.
  const mayTell = settings.warmUpRounds >= 2 * WINDOW
  for (let round = 0; round < settings.rounds; round++) await runRound(entries, round, collect)
  return entries.map(({ subject: { name }, settled, rounds }) => ({
    name,
    settled: mayTell ? settled : undefined,
    rounds,
  }))
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
