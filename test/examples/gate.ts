import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach } from 'vitest'
import { type SigningOptions, signHeaders, signRequest } from '../../src/index.ts'

const EXAMPLE = fileURLToPath(new URL('../../examples/upload-gate', import.meta.url))

export const CREDENTIALS = {
  accessKeyId: 'GATECANARYKEY',
  secretAccessKey: 'gate/canary+secret/never+printed',
}
export const SIGNING = { credentials: CREDENTIALS, service: 's3', region: 'us-east-1' }
export const KEYS = {
  GATE_AWS_ACCESS_KEY: CREDENTIALS.accessKeyId,
  GATE_AWS_SECRET_KEY: CREDENTIALS.secretAccessKey,
}

export const folder = mkdtempSync(join(tmpdir(), 'upload-gate-test-'))
const children = new Set<ReturnType<typeof spawn>>()
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a script of the example with nothing in its environment but what it is given. */
export function start(script: string, env: Record<string, string> = {}, flags: string[] = []) {
  const command = [process.execPath, ...flags, join(EXAMPLE, script)]
  // The shell limits the size of the files that can be written, in blocks of 512 or 1024 bytes.
  const limit = env.LIMIT_FILE_BLOCKS
    ? ['sh', '-c', `ulimit -f ${env.LIMIT_FILE_BLOCKS}; exec "$@"`, 'sh']
    : []
  const [file = '', ...args] = [...limit, ...command]
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, TMPDIR: folder, ...env },
  })
  children.add(child)
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  const ending = once(child, 'close').then(([code]) => {
    children.delete(child)
    return { code: code as number | null, ...text }
  })
  return { child, text, ending }
}

/** The gate alone, with a folder of its own. */
export async function startGate(env: Record<string, string> = {}, flags: string[] = []) {
  const directory = env.GATE_DIR ?? mkdtempSync(join(folder, 'gate-'))
  const gate = start('serve.mjs', { ...KEYS, GATE_DIR: directory, ...env }, flags)
  while (!/127\.0\.0\.1:\d+/.test(gate.text.stdout)) await once(gate.child.stdout, 'data')
  const [, port = ''] = /127\.0\.0\.1:(\d+)/.exec(gate.text.stdout) ?? []
  const files = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
  /** What it has logged on its own account: nothing but whole lines. */
  const logged = () => gate.text.stdout.split('\n').filter((line) => /^(?:refused|gone|failed)/.test(line))
  return { ...gate, directory, port: Number(port), url: `http://127.0.0.1:${port}`, files, logged }
}

/** Signs a request, all its headers included, sends it, and gives the answer. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(await signRequest(url, { ...SIGNING, signHeaders: [{ regex: /.+/ }], init }))
}

export const put = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  send(url, { method: 'PUT', body, headers })

/** The head of a request, signed. */
export function signedHead(
  url: string,
  headers: Record<string, string> = {},
  changes: Partial<SigningOptions> = {},
  method = 'PUT',
): string {
  const { host, pathname, search } = new URL(url)
  const signed = signHeaders({ method, url }, { ...SIGNING, payload: 'unsigned', ...changes })
  return headOf(`${method} ${pathname}${search}`, { ...signed.headers, host, ...headers })
}

export const headOf = (start: string, headers: Record<string, string>): string =>
  `${start} HTTP/1.1\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`

/** Sends raw bytes, and gives what comes back until `until` is there or the connection ends. */
export async function exchange(port: number, sent: string | Buffer, until = /\r\n\r\n/): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(sent)
  let heard = ''
  for await (const chunk of socket.setEncoding('latin1')) {
    heard += chunk
    if (until.test(heard)) break
  }
  socket.destroy()
  return heard
}
