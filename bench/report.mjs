// Tables, for the terminal and for figures.md.
import { ratioOf, summarize } from './harness.mjs'
import { isNoisyRun, NOISY_LOAD } from './machine.mjs'
import { EMPTY_FILE, OURS } from './names.mjs'

const microseconds = (nanoseconds) => {
  const value = nanoseconds / 1000
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}
const whole = (value) => Math.round(value).toLocaleString('en')

function timesTable({ results, ours }) {
  const rows = results.map(({ name, settled, rounds }) => {
    const { minimum, median, p10, p90 } = summarize(rounds)
    const ratio = name === ours ? 1 : ratioOf(results, name, ours).median
    const spread = `${microseconds(p10)} to ${microseconds(p90)}`
    const label = settled === false ? `${name} (not settled)` : name
    return [label, microseconds(median), spread, microseconds(minimum), whole(1e9 / median), ratio.toFixed(2)]
  })
  const head = ['', 'us', 'p10 to p90', 'least', 'a second', ours === OURS ? 'to ours' : 'to the first']
  return { head, rows }
}

function bytesTable({ results, ours }) {
  const rows = results.map(({ name, rounds, outside }) => {
    const ratio = ratioOf(results, name, ours).median
    return [name, whole(summarize(rounds).median), whole(summarize(outside).median), ratio.toFixed(2)]
  })
  return { head: ['', 'heap, B', 'outside, B', 'heap, to ours'], rows }
}

const checkTable = ({ rows }) => ({
  head: ['planted', 'seen', ''],
  rows: rows.map(([what, seen, isRight]) => [what, seen, isRight ? 'as it must be' : 'WRONG']),
})

function importsTable({ results }) {
  const floor = summarize(results.find(({ name }) => name === EMPTY_FILE).rounds)
  const milliseconds = (nanoseconds) => (nanoseconds / 1e6).toFixed(2)
  const rows = results.map(({ name, rounds }) => {
    const { minimum, median, p90 } = summarize(rounds)
    const above = [minimum - floor.minimum, median - floor.median]
    return [name, ...[minimum, median, p90, ...above].map(milliseconds)]
  })
  return { head: ['', 'least, ms', 'median', 'p90', 'least above empty', 'median above empty'], rows }
}

function sizesTable({ results }) {
  const rows = results.map(({ name, minified, brotli }) => [name, whole(minified), whole(brotli)])
  return { head: ['', 'minified, B', 'brotli, B'], rows }
}

function targetsTable({ rows, isJudged }) {
  const verdict = ({ isMet, doubts }) =>
    isJudged ? [isMet ? 'met' : 'missed', ...doubts].join(', ') : 'not judged'
  return {
    head: ['', 'measured', 'beside', 'ratio', 'p10 to p90', 'at most', ''],
    rows: rows.map((row) => [
      ...[row.what, row.measured, row.beside, row.ratio, row.spread, row.limit],
      verdict(row),
    ]),
  }
}

const TABLES = {
  times: timesTable,
  bytes: bytesTable,
  check: checkTable,
  'check bytes': checkTable,
  imports: importsTable,
  sizes: sizesTable,
  targets: targetsTable,
}

const noteOf = ({ isNoisy, coresOfOthers }) =>
  isNoisy ? `Noisy: other processes kept ${coresOfOthers.toFixed(1)} cores busy meanwhile.` : ''

/** A table for the terminal. */
export function plain(part) {
  const { head, rows } = TABLES[part.kind](part)
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)))
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
  const lines = [`\n${part.title}`, line(head), ...rows.map(line), noteOf(part)]
  return lines.join('\n').replace(/ +$/gm, '').trimEnd()
}

function markdown(part) {
  const { head, rows } = TABLES[part.kind](part)
  const line = (row) => `| ${row.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  const note = noteOf(part)
  return [`## ${part.title}\n`, line(head), line(rule), ...rows.map(line), ...(note ? ['', note] : [])].join(
    '\n',
  )
}

const loadText = (load) => load.map((value) => value.toFixed(2)).join(', ')

/** Where, with what and how busy. */
export function introduction({ machine, settings, isQuick, loadAtStart }) {
  const { node, v8, openssl, platform, cores, memoryGibibytes, versions } = machine
  const { rounds, batchMilliseconds, warmUpRounds } = settings
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `Node ${node} (V8 ${v8}, OpenSSL ${openssl}), ${platform}, ${cores} cores, ${memoryGibibytes} GiB.`,
    `${rounds} rounds of ${batchMilliseconds} ms, after ${warmUpRounds} at most to settle; ${names.join(', ')}.`,
    `Load at the start: ${loadText(loadAtStart)}.`,
    ...(isQuick ? ['Quick: it shows that all of it runs; its figures mean nothing.'] : []),
  ].join('\n')
}

/** Said last, when the load at the end is known. */
export function conclusion(run) {
  const noisy = `\nNoisy: the load was above ${NOISY_LOAD.start} at the start, or above ${NOISY_LOAD.end} at the end. Hold no figure of this run against another.`
  return `Load at the end: ${loadText(run.loadAtEnd)} (about 1 of it the bench's own).${isNoisyRun(run) ? noisy : ''}`
}

/** The whole run: targets first. */
export const figures = (run) =>
  `${[
    '# Figures',
    `One run of the command in [README.md](README.md), which says what each row is. To renew: \`node --expose-gc bench/run.mjs --write\`.`,
    introduction(run),
    conclusion(run),
    ...[run.targets, ...run.groups, run.imports, run.sizes].map(markdown),
  ].join('\n\n')}\n`
