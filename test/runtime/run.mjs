/*
 * node test/runtime/run.mjs [runner ...]
 *
 * Packs the package, and runs the suite with it in every runtime, or in those that are named. The runtimes are those
 * of package.json beside this file; they are installed once, into a folder below node_modules. One that cannot be
 * installed is reported as not run.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NotInstalled, Workshop } from './workshop.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RUNTIMES = join(ROOT, 'node_modules/.cache/countersign-runtimes')

const npm = (args, cwd) =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** So many there are: a suite that ends early has not passed. */
const CHECKS = 17

/** Installs the runtimes, unless the very same are there. */
function installRuntimes() {
  const wanted = readFileSync(join(HERE, 'package.json'), 'utf8')
  const installed = join(RUNTIMES, 'package.json')
  if (existsSync(join(RUNTIMES, 'node_modules')) && readFileSync(installed, 'utf8') === wanted) return
  rmSync(RUNTIMES, { recursive: true, force: true })
  mkdirSync(RUNTIMES, { recursive: true })
  cpSync(join(HERE, 'package.json'), installed)
  npm(['install', '--prefix', RUNTIMES, '--no-audit', '--no-fund', '--no-package-lock'], RUNTIMES)
}

/** An application's folder with the packed package in it, and the suite beside. */
function packInto(folder) {
  const [{ filename }] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], ROOT))
  const installed = join(folder, 'node_modules/countersign')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', filename, '-C', installed, '--strip-components=1'], { cwd: folder })
  for (const file of ['suite', 'suite.mjs', 'library.mjs', 'main.mjs']) {
    cpSync(join(HERE, file), join(folder, file), { recursive: true })
  }
}

/** What is wrong with a report: checks that failed, too few checks, another backend than the runtime ought to use. */
function faultsOf({ backends, checks }, { expected, minChecks }) {
  const faults = checks.flatMap(({ name, error }) => (error ? [`${name}: ${error}`] : []))
  if (checks.length < minChecks) faults.push(`${checks.length} checks in place of ${minChecks}`)
  for (const [use, backend] of Object.entries(expected)) {
    if (backends[use] !== backend) faults.push(`${use}: by ${backends[use]} in place of ${backend}`)
  }
  return faults
}

async function runOne(runner, workshop) {
  const { name, expected } = runner
  try {
    const { version, report } = await runner.run(workshop)
    const faults = faultsOf(report, { expected, minChecks: CHECKS })
    const refused = report.checks.filter(({ note }) => note?.startsWith('refused'))
    const passed = `${report.checks.length} checks, ${refused.length} of them refusals by name`
    return {
      runtime: `${name} ${version}`,
      ...report.backends,
      result: faults.length ? 'FAILED' : passed,
      faults,
    }
  } catch (error) {
    if (error instanceof NotInstalled)
      return { runtime: name, result: `not run: ${error.message}`, faults: [] }
    return { runtime: name, result: 'FAILED', faults: [String(error?.stack ?? error)] }
  }
}

const wanted = process.argv.slice(2)
const names = readdirSync(join(HERE, 'runners')).map((file) => file.replace(/\.mjs$/, ''))
const unknown = wanted.filter((name) => !names.includes(name))
if (unknown.length > 0) throw new RangeError(`No such runner: ${unknown}. There are ${names.join(', ')}`)

let whyNotInstalled
try {
  installRuntimes()
} catch (error) {
  whyNotInstalled = `npm install failed: ${String(error.stderr ?? error)
    .trim()
    .split('\n')
    .at(-1)}`
}
const folder = mkdtempSync(join(tmpdir(), 'countersign-runtimes-'))
const rows = []
try {
  packInto(folder)
  for (const name of names.filter((known) => wanted.length === 0 || wanted.includes(known))) {
    const { runners } = await import(`./runners/${name}.mjs`)
    const workshop = new Workshop({ folder, root: ROOT, runtimes: RUNTIMES, whyNotInstalled })
    for (const runner of runners) rows.push(await runOne(runner, workshop))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

console.table(rows.map(({ faults: _, ...row }) => row))
for (const { runtime, faults } of rows) for (const fault of faults) console.error(`\n${runtime}\n  ${fault}`)
process.exitCode = rows.some(({ faults }) => faults.length > 0) ? 1 : 0
