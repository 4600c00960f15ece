// What a verifier holds of a body grows with its bytes, not with the pieces that it comes in.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MEBIBYTE = 2 ** 20

/** In a process of its own, so that nothing else is on its heap: the most that is held while the last byte is awaited. */
const SCRIPT = `
import { Verifier } from ${JSON.stringify(`${ROOT}dist/index.js`)}
import { signHeaders } from ${JSON.stringify(`${ROOT}dist/index.js`)}

const [mode, size] = [process.argv[1], Number(process.argv[2])]
const options = { credentials: { accessKeyId: 'A', secretAccessKey: 'B' }, service: 'execute-api', region: 'x' }
const sign = () => signHeaders({ method: 'PUT', url: 'https://h.example/', body: new Uint8Array(size) }, options).headers
const headers = [['host', 'h.example'], ...Object.entries(sign())]
const held = () => {
  gc()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external
}
let most = 0
const pieces = async function* () {
  for (let i = 0; i < size; i++) {
    yield new Uint8Array(1)
    if (i === size - 2) most = held()
  }
}
const getKeys = () => (mode === 'unknown' ? undefined : { secretAccessKey: 'B' })
const verifier = new Verifier({ getKeys, service: 'execute-api', region: 'x', body: mode === 'stream' ? 'stream' : 'buffer' })
// What was collected is given back a little later.
held()
await new Promise((resolve) => setTimeout(resolve, 100))
const before = held()
const received = { method: 'PUT', target: '/', headers, body: pieces() }
const outcome = await verifier.verifyReceived(received).then(
  async ({ body }) => (await new Response(body).arrayBuffer()).byteLength,
  (error) => error.reason,
)
console.log(JSON.stringify({ outcome, heldBytes: most - before }))
`

describe('V28 a body in pieces of one byte', () => {
  it.each([
    ['buffer', MEBIBYTE],
    ['stream', MEBIBYTE],
    ['unknown', 'unknown-access-key'],
  ])('%s: is held in at most twice its bytes', (mode, outcome) => {
    const args = ['--expose-gc', '--input-type=module', '-e', SCRIPT, '--', mode, String(MEBIBYTE)]
    const result = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
    expect(result.outcome).toBe(outcome)
    // What the engine compiles and collects meanwhile is some hundred kilobytes.
    expect(result.heldBytes).toBeLessThan(2 * MEBIBYTE + 512 * 1024)
    expect(result.heldBytes).toBeGreaterThan(MEBIBYTE / 2)
  })
})
