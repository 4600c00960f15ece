// @ts-check
// What lets main.mjs steer a service that runs in a process of its own.
import { measureLatency } from './latency.mjs'
import { outcomeOf, scenarios } from './scenarios.mjs'
import { listen } from './service.mjs'

/**
 * A message from main.mjs: send this scenario's request, or measure.
 * @typedef {{ peerUrl: string } & ({ scenario: number } | { measure: true })} Task
 */

/**
 * Starts the service, tells main.mjs its port, and does what main.mjs asks until that ends.
 *
 * @param {import('node:http').Server} service
 * @param {string} portVariable
 * @param {Omit<import('./scenarios.mjs').Client, 'peerUrl'>} client
 */
export async function followParent(service, portVariable, client) {
  let port
  try {
    port = await listen(service, portVariable)
  } catch (error) {
    console.error(messageOf(error))
    process.exitCode = 1
    return
  }
  if (!process.send) return console.log(`http://127.0.0.1:${port}`) // started by hand

  process.on('disconnect', () => process.exit())
  process.on('message', async (/** @type {Task} */ task) => {
    tell(await run(task).catch((error) => ({ failed: messageOf(error) })))
  })
  tell({ port })

  /** @param {Task} task */
  async function run(task) {
    const { peerUrl } = task
    if ('measure' in task) return measureLatency({ ...client, peerUrl })
    const response = await scenarios[task.scenario]?.send({ ...client, peerUrl })
    if (!response) throw new Error(`There is no scenario ${task.scenario}`)
    return outcomeOf(response)
  }
}

/** @param {object} message */
function tell(message) {
  process.send?.(message, undefined, undefined, (error) => {
    if (error) process.exit() // main.mjs has gone
  })
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error))
