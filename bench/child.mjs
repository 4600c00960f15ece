// One group in a process of its own: told its name and the settings, it sends back what it measured.
import { measureBytes } from './bytes.mjs'
import { measureTimes } from './harness.mjs'
import { startMeter } from './machine.mjs'
import { PLAN } from './plan.mjs'

const [name, settings] = process.argv.slice(2)
const { kind, family, module, make, argument } = PLAN.find((entry) => entry.name === name)
const parameters = JSON.parse(settings)

async function measure() {
  const { [make]: makeGroup } = await import(`./${module}.mjs`)
  if (kind.startsWith('check')) return makeGroup()
  const group = await makeGroup(argument, parameters)
  const results = await (kind === 'bytes' ? measureBytes : measureTimes)(group, parameters)
  const title = kind === 'bytes' ? `${group.title}: bytes a call` : group.title
  return { title, ours: group.ours, results }
}

const readMeter = startMeter()
const measured = await measure()
const result = { name, kind, family, ...measured, coresOfOthers: readMeter() }
// aws-crt keeps threads that would hold the process open.
process.send(result, () => process.exit(0))
