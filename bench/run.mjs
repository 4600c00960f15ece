// Side by side with the peers, in one process: see README.md here.
import { existsSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const USAGE = `node --expose-gc bench/run.mjs [options]

  --quick        few and short rounds: for a smoke test, not for figures
  --only NAME    sign, presign, verify, sigv4a, streams, request, growth, imports or sizes, or one group: "sign 500 B"
  --json FILE    write every round of every subject
  --markdown     print Markdown, for the README
  --assert       exit with 1 where a target is missed`

const FULL = { rounds: 31, batchMilliseconds: 12, warmUpMilliseconds: 150, importRounds: 15 }
const QUICK = { rounds: 3, batchMilliseconds: 2, warmUpMilliseconds: 10, importRounds: 3 }

function readOptions() {
  const type = 'boolean'
  const { values } = parseArgs({
    options: {
      quick: { type },
      only: { type: 'string' },
      json: { type: 'string' },
      markdown: { type },
      assert: { type },
      help: { type },
    },
  })
  return values
}

async function main(options) {
  if (!existsSync(new URL('../dist/index.js', import.meta.url))) throw new Error('Run `npm run build` first')
  const { groups } = await import('./groups.mjs')
  const { measureGroup } = await import('./harness.mjs')
  const { measureImports } = await import('./imports.mjs')
  const { describeRun, loadNow, makeReport } = await import('./report.mjs')
  const { measureSizes } = await import('./sizes.mjs')
  const { judge } = await import('./targets.mjs')

  const settings = options.quick ? QUICK : FULL
  const report = makeReport(options.markdown ? 'markdown' : 'plain')
  const { only } = options
  const wants = (...names) => only === undefined || names.includes(only)
  const run = { ...describeRun(settings), groups: [] }
  console.log(report.run(run))

  for (const [family, make] of groups) {
    if (!wants(family) && !only?.startsWith(`${family} `)) continue
    const group = await make()
    if (!wants(family, group.name)) continue
    const { name, title, ours } = group
    const measured = { name, title, ours, results: await measureGroup(group, settings) }
    run.groups.push(measured)
    console.log(report.group(measured))
  }
  if (wants('imports')) {
    run.imports = await measureImports(settings)
    console.log(report.imports(run.imports))
  }
  if (wants('sizes')) {
    run.sizes = await measureSizes()
    console.log(report.sizes(run.sizes))
  }
  if (run.groups.length === 0 && !run.imports && !run.sizes)
    throw new Error(`There is no "${only}"\n\n${USAGE}`)
  run.targets = judge(run)
  if (run.targets.length > 0) console.log(report.targets(run.targets))
  run.loadAtEnd = loadNow()
  console.log(`\nLoad at the end: ${run.loadAtEnd.join(', ')}.`)
  if (options.json) writeFileSync(options.json, `${JSON.stringify(run, null, 1)}\n`)
  return run.targets.every(({ isMet }) => isMet)
}

const options = readOptions()
if (options.help) console.log(USAGE)
else {
  const isMet = await main(options)
  // aws-crt keeps threads that would hold the process open.
  process.exit(options.assert && !isMet ? 1 : 0)
}
