// The server that the README shows, under what clients do to servers: it refuses, and it lives on.
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { transform } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { signHeaders } from '../../src/index.ts'
import { blocksOf, createApplication } from './code-blocks.ts'

const SECRET = 'EXAMPLEKEY'
const folder = createApplication()
let server: ChildProcess
let port = 0
let ended = ''

beforeAll(async () => {
  const shown = blocksOf('README.md').find(({ code }) => code.includes('createServer('))?.code ?? ''
  const [ours = ''] = shown.split('\nserver.listen(')
  const listening = `server.listen(0, '127.0.0.1', () => console.log(server.address().port))\n`
  const file = join(folder, 'server.mjs')
  writeFileSync(file, (await transform(`${ours}\n${listening}`, { loader: 'ts' })).code)
  server = spawn(process.execPath, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  server.stderr?.on('data', (text) => {
    ended += text
  })
  port = await new Promise((resolve, reject) => {
    server.stdout?.once('data', (text) => resolve(Number(text)))
    server.once('exit', () => reject(new Error(ended)))
  })
}, 30_000)
afterAll(() => {
  server?.kill()
  rmSync(folder, { recursive: true, force: true })
})

const address = () => `http://127.0.0.1:${port}/orders`

function sign(accessKeyId: string, body: string) {
  const options = {
    credentials: { accessKeyId, secretAccessKey: SECRET },
    service: 'execute-api',
    region: 'eu-west-1',
  }
  return signHeaders({ method: 'POST', url: address(), body }, options).headers
}

async function answerTo(accessKeyId: string): Promise<string> {
  const headers = sign(accessKeyId, 'five!')
  const response = await fetch(address(), { method: 'POST', headers, body: 'five!' })
  return `${response.status} ${await response.text()}`
}

/** Sends a signed head and the beginning of its body, and is gone. */
function hangUp(): Promise<void> {
  const lines = Object.entries(sign('AKIDEXAMPLE', 'five!')).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST /orders HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 5\r\n${lines.join('')}\r\n`
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${head}fi`, () => setTimeout(() => socket.resetAndDestroy(), 100))
    })
    socket.once('close', () => setTimeout(resolve, 100))
  })
}

it('answers a signed request', async () => {
  expect(await answerTo('AKIDEXAMPLE')).toMatch(/^200 .*orbit/)
})

it.each([
  'constructor',
  '__proto__',
  'toString',
  'size',
  'AKIDOTHER',
])('knows no key called %s', async (accessKeyId) => {
  expect(await answerTo(accessKeyId)).toBe('403 unknown-access-key')
})

it('lives on when a client hangs up in the middle of a body', async () => {
  await hangUp()
  expect(ended).toBe('')
  expect(server.exitCode).toBeNull()
  expect(await answerTo('AKIDEXAMPLE')).toMatch(/^200 /)
})
