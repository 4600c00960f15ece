// @ts-check
// Starts Orbit and Axon, each in a process of its own, has them call each other, and checks every outcome.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { completeEnvironment } from './keys.mjs'
import { scenarios } from './scenarios.mjs'

/** @type {import('node:child_process').ChildProcess[]} */
const children = []

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of children) child.kill()
    process.exit(130)
  })
}

try {
  const env = completeEnvironment()
  const orbit = await start('orbit', env)
  const axon = await start('axon', env)
  const rightOnes = await runScenarios({ orbit, axon })
  await printLatency(orbit, axon)
  console.log(`\n${rightOnes} of ${scenarios.length} outcomes are as expected`)
  process.exitCode = rightOnes === scenarios.length ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  for (const child of children) if (child.connected) child.disconnect() // they end with it
}

/**
 * A service that runs.
 * @typedef {{ url: string, ask: (task: import('./child.mjs').Task) => Promise<any> }} Service
 */

/**
 * @param {'orbit' | 'axon'} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Service>}
 */
async function start(name, env) {
  const child = fork(new URL(`${name}.mjs`, import.meta.url), { env })
  children.push(child)
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${name} has stopped`)
  })
  ended.catch(() => {}) // at the end it may
  const hear = async () => (await Promise.race([once(child, 'message'), ended]))[0]

  const { port } = await hear()
  const url = `http://127.0.0.1:${port}`
  console.log(`${name.padEnd(5)}  ${url}  process ${child.pid}`)
  return {
    url,
    async ask(task) {
      child.send(task)
      const reply = await hear()
      if (reply.failed) throw new Error(`${name}: ${reply.failed}`)
      return reply
    },
  }
}

/**
 * @param {Record<'orbit' | 'axon', Service>} services
 * @returns {Promise<number>} How many came out as expected.
 */
async function runScenarios(services) {
  printRow('', 'from -> to', 'sent', 'expected', 'outcome')
  let rightOnes = 0
  for (const [index, { from, sent, expected }] of scenarios.entries()) {
    const to = from === 'orbit' ? 'axon' : 'orbit'
    /** @type {import('./scenarios.mjs').Outcome} */
    const { verdict, detail } = await services[from].ask({ scenario: index, peerUrl: services[to].url })
    const isRight = verdict === expected.verdict && detail === expected.detail
    const mark = isRight ? 'ok' : 'WRONG'
    printRow(mark, `${from} -> ${to}`, sent, expected.verdict, `${verdict} ${detail}`)
    if (isRight) rightOnes++
    else printRow('', '', '', '', `instead of: ${expected.verdict} ${expected.detail}`)
  }
  return rightOnes
}

/** @param {[mark: string, call: string, sent: string, expected: string, outcome: string]} columns */
function printRow(...columns) {
  const widths = [5, 13, 27, 8, 0]
  console.log(columns.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  '))
}

/**
 * @param {Service} from
 * @param {Service} to
 */
async function printLatency(from, to) {
  const { requests, unsigned, signed } = await from.ask({ measure: true, peerUrl: to.url })
  console.log(`\nlatency (${requests} requests each): unsigned ${unsigned}; signed and verified ${signed}`)
}
