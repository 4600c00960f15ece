// @ts-check
// Starts the gate, uploads to it in every right way and in many wrong ones, and checks what it keeps.
import { readdir } from 'node:fs/promises'
import { createSignedFetch } from 'countersign'
import { createGate } from './gate.mjs'
import { DATA, scenarios } from './scenarios.mjs'
import { listen, readSettings } from './settings.mjs'

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const MAX_BYTES = 1024 * 1024

/** @type {import('node:http').Server | undefined} */
let gate
try {
  const { tls, ...settings } = await readSettings() // the demo speaks http
  const { credentials, region, directory } = settings
  gate = createGate({ ...settings, maxBytes: MAX_BYTES })
  const port = await listen(gate)
  console.log(`gate  http://127.0.0.1:${port}  process ${process.pid}`)
  const rightOnes = await runScenarios({ credentials, service: 's3', region }, port, directory)
  console.log(`\n${rightOnes} of ${scenarios.length} outcomes are as expected`)
  process.exitCode = rightOnes === scenarios.length ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  gate?.close()
  gate?.closeAllConnections()
}

/**
 * @param {import('countersign').SigningOptions} signing
 * @param {number} port
 * @param {string} directory
 * @returns {Promise<number>} How many came out as expected.
 */
async function runScenarios(signing, port, directory) {
  const signedFetch = createSignedFetch(signing)
  printRow('', 'sent', 'expected', 'outcome')
  let rightOnes = 0
  for (const [index, { sent, send, expected }] of scenarios.entries()) {
    const url = `http://127.0.0.1:${port}/demo/upload-${index}-${Date.now()}`
    const before = await filesIn(directory)
    const response = await send({ signing, url, maxBytes: MAX_BYTES })
    const outcome = response.ok
      ? await readBack(signedFetch, new URL(response.headers.get('location') ?? '', response.url))
      : await refusalOf(response, before, await filesIn(directory))
    printRow(outcome === expected ? 'ok' : 'WRONG', sent, expected === 'kept' ? 'kept' : 'refused', outcome)
    if (outcome === expected) rightOnes++
    else printRow('', '', '', `instead of: ${expected}`)
  }
  return rightOnes
}

/**
 * @param {typeof fetch} signedFetch
 * @param {URL} url Of the upload; the object has it without the query.
 */
async function readBack(signedFetch, url) {
  const response = await signedFetch(url.origin + url.pathname)
  const content = Buffer.from(await response.arrayBuffer())
  return response.ok && content.equals(DATA) ? 'kept' : `accepted, and not read back: ${response.status}`
}

/**
 * @param {Response} response
 * @param {string} filesBefore
 * @param {string} filesAfter
 */
async function refusalOf(response, filesBefore, filesAfter) {
  const code = /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]
  const reason = response.headers.get('x-refusal-reason')
  const rest = filesAfter === filesBefore ? '' : ', and something of it is on disk'
  return `${response.status} ${reason ? `${reason}, ` : ''}${code}${rest}`
}

/** @param {string} directory */
async function filesIn(directory) {
  return (await readdir(directory, { recursive: true })).sort().join('\n')
}

/** @param {[mark: string, sent: string, expected: string, outcome: string]} columns */
function printRow(...columns) {
  const widths = [5, 36, 8, 0]
  console.log(columns.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  '))
}
