// Side by side with the peers: see README.md here.
import { fork } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine, loadNow, NOISY_CORES } from './machine.mjs'
import { OTHERS, PLAN } from './plan.mjs'
import { conclusion, figures, introduction, plain } from './report.mjs'
import { BYTES_FLAGS, FULL, QUICK } from './settings.mjs'
import { judge } from './targets.mjs'

const FAMILIES = [...new Set([...PLAN.map(({ family }) => family), ...OTHERS])].join(', ')

const USAGE = `node --expose-gc bench/run.mjs [options]

  --quick        few and short rounds: shows that all of it works, and judges no speed
  --only NAME    a family (${FAMILIES}),
                 or one table: "sign 500 B"
  --write        write bench/figures.md
  --json FILE    write every round of every subject
  --assert       exit with 1 where a target is missed`

function readOptions() {
  const type = 'boolean'
  const { values } = parseArgs({
    options: {
      ...{ quick: { type }, write: { type }, assert: { type }, help: { type } },
      ...{ only: { type: 'string' }, json: { type: 'string' } },
    },
  })
  const { quick, only, write, assert } = values
  if (quick && (write || assert))
    throw new Error('--quick measures nothing that could be written or asserted')
  if (only !== undefined && write) throw new Error('--write takes a whole run, without --only')
  const names = PLAN.flatMap(({ name, family }) => [name, family])
  if (only !== undefined && ![...names, ...OTHERS].includes(only))
    throw new Error(`There is no "${only}"\n\n${USAGE}`)
  return values
}

/** Measures one group in a process of its own. */
function measureApart({ name, kind }, settings) {
  const child = fork(new URL('child.mjs', import.meta.url), [name, JSON.stringify(settings)], {
    execArgv: [
      '--expose-gc',
      '--disable-warning=NodeDeprecationWarning',
      ...(kind.endsWith('bytes') ? BYTES_FLAGS : []),
    ],
  })
  return new Promise((resolve, reject) => {
    let measured
    child.on('message', (message) => {
      measured = message
    })
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (measured && code === 0) resolve(measured)
      else reject(new Error(`"${name}" ended with ${signal ?? code}: see above`))
    })
  })
}

async function main({ quick = false, only, json, write, assert }) {
  if (!existsSync(new URL('../dist/index.js', import.meta.url))) throw new Error('Run `npm run build` first')
  const settings = quick ? QUICK : FULL
  const wants = (...names) => only === undefined || names.includes(only)
  const run = { machine: describeMachine(), settings, isQuick: quick, loadAtStart: loadNow(), groups: [] }
  const show = (part) => {
    console.log(plain(part))
    return part
  }
  console.log(`${introduction(run)}\n${run.machine.cpu}`)

  const entries = PLAN.filter(({ name, family }) => wants(name, family))
  // Two at once only where speed is not judged.
  const atOnce = quick ? 2 : 1
  for (let i = 0; i < entries.length; i += atOnce) {
    const some = entries.slice(i, i + atOnce)
    for (const measured of await Promise.all(some.map((entry) => measureApart(entry, settings)))) {
      const isNoisy = !quick && measured.kind === 'times' && measured.coresOfOthers > NOISY_CORES
      run.groups.push(show({ ...measured, isNoisy }))
      if (measured.isRight === false) {
        throw new Error('The bench does not see what was planted: believe no figure of it')
      }
    }
  }
  if (wants('imports')) {
    const { measureImports } = await import('./imports.mjs')
    const results = await measureImports(settings)
    run.imports = show({ kind: 'imports', title: 'Import, each in a fresh process', results })
  }
  if (wants('sizes')) {
    const { measureSizes } = await import('./sizes.mjs')
    run.sizes = show({ kind: 'sizes', title: 'Bundles', results: await measureSizes() })
  }
  run.loadAtEnd = loadNow()
  run.targets = { kind: 'targets', title: 'Targets', isJudged: !quick, rows: judge(run) }
  if (run.targets.rows.length > 0) show(run.targets)
  console.log(`\n${conclusion(run)}`)
  if (json) writeFileSync(json, `${JSON.stringify(run, null, 1)}\n`)
  if (write) writeFileSync(new URL('figures.md', import.meta.url), figures(run))
  if (assert && run.targets.rows.some(({ isMet }) => !isMet)) process.exitCode = 1
}

try {
  const options = readOptions()
  if (options.help) console.log(USAGE)
  else await main(options)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
