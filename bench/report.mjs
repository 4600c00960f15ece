// Tables, for the terminal and for Markdown.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import { ratioOf, summarize } from './harness.mjs'
import { OURS } from './peers.mjs'

const PACKAGES = ['@smithy/signature-v4', '@aws-crypto/sha256-js', 'aws4', 'aws4fetch', 'aws-crt', 'esbuild']

const RENEW = 'To renew: `node --expose-gc bench/run.mjs --markdown > bench/figures.md`.\n'
const BUSY =
  '\nThe machine is busy: aws4, smithy and all that makes many objects come out worse than on a quiet one.'

function versionOf(name) {
  // package.json is not among the exports of every one of them: look where the resolver looks.
  for (const folder of createRequire(import.meta.url).resolve.paths(name)) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version
    } catch {}
  }
  return 'unknown'
}

const load = () => os.loadavg().map((value) => value.toFixed(2))

/** Where, with what and how busy; `load` is taken again at the end. */
export function describeRun(settings) {
  return {
    node: process.version,
    openssl: process.versions.openssl,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    load: load(),
    gcBetweenBatches: globalThis.gc !== undefined,
    ...settings,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
  }
}

export const loadNow = load

const microseconds = (nanoseconds) => {
  const value = nanoseconds / 1000
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
}
const perSecond = (nanoseconds) => Math.round(1e9 / nanoseconds).toLocaleString('en')

function timesTable({ results, ours }) {
  const rows = results.map(({ name, rounds }) => {
    const { median, p10, p90 } = summarize(rounds)
    const ratio = name === ours ? 1 : ratioOf(results, name, ours).median
    const spread = `${microseconds(p10)} to ${microseconds(p90)}`
    return [name, microseconds(median), spread, perSecond(median), ratio.toFixed(2)]
  })
  return { head: ['', 'us', 'p10 to p90', 'a second', ours === OURS ? 'to ours' : 'to the first'], rows }
}

function importsTable(results) {
  const rows = results.map(({ name, rounds }) => {
    const { median, p10, p90 } = summarize(rounds)
    const [at, low, high] = [median, p10, p90].map((value) => (value / 1e6).toFixed(2))
    return [name, at, `${low} to ${high}`, ratioOf(results, name, 'countersign').median.toFixed(2)]
  })
  return { head: ['', 'ms', 'p10 to p90', 'to ours'], rows }
}

function sizesTable(sizes) {
  const count = (value) => value.toLocaleString('en')
  const rows = sizes.map(({ name, minified, brotli }) => [name, count(minified), count(brotli)])
  return { head: ['', 'minified, B', 'brotli, B'], rows }
}

function targetsTable(targets) {
  const rows = targets.map(({ what, measured, limit, isMet }) => [
    what,
    measured,
    limit,
    isMet ? 'met' : 'missed',
  ])
  return { head: ['', 'measured', 'at most', ''], rows }
}

function plain(title, { head, rows }) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)))
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('  ')
  return [`\n${title}`, line(head), ...rows.map(line)].join('\n').replace(/ +$/gm, '')
}

function markdown(title, { head, rows }) {
  const line = (row) => `| ${row.join(' | ')} |`
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'))
  return [`\n### ${title}\n`, line(head), line(rule), ...rows.map(line)].join('\n')
}

/** What the finished parts of a run look like: a function for each kind of part, in one of the two forms. */
export function makeReport(form) {
  const table = form === 'markdown' ? markdown : plain
  return {
    run({ node, cpu, cores, load: before, gcBetweenBatches, rounds, batchMilliseconds, versions }) {
      const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
      // Figures that are kept in the repository do not say whose machine they are from.
      const machine = form === 'markdown' ? `${cores} shared cores` : `${cores} cores, ${cpu}`
      const head = form === 'markdown' ? ['# A whole run\n', RENEW] : []
      return [
        ...head,
        `Node ${node.slice(1)}, ${machine}; load ${before.join(', ')} at the start.`,
        `${rounds} rounds of ${batchMilliseconds} ms; GC between: ${gcBetweenBatches ? 'yes' : 'no'}; ${names.join(', ')}.`,
        ...(Number(before[0]) > cores ? [BUSY] : []),
      ].join('\n')
    },
    group: (group) => table(group.title, timesTable(group)),
    imports: (results) => table('Import, each in a fresh process', importsTable(results)),
    sizes: (sizes) => table('Bundles', sizesTable(sizes)),
    targets: (targets) => table('Targets', targetsTable(targets)),
  }
}
