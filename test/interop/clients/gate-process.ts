import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SERVE = fileURLToPath(new URL('../../../examples/upload-gate/serve.mjs', import.meta.url))

export const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
export const REGION = 'us-east-1'

/** The upload gate in a process of its own. */
export interface GateProcess {
  readonly port: number
  readonly tls: { cert: Buffer; key: Buffer } | undefined
  readonly certFile: string
  /** A line for each refused request. */
  refusals(): string[]
  /** Files that belong to no object: none, once no upload is under way. */
  leftovers(): string[]
  /** The objects there are, as `bucket/key`. */
  objects(): string[]
  stop(): void
}

export async function startGate(options: { tls: boolean }): Promise<GateProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'gate-under-test-'))
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  if (options.tls) {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile]
    const made = spawnSync('openssl', ['req', '-x509', '-days', '2', ...key, '-out', certFile, ...subject])
    if (made.status !== 0) throw new Error(`openssl: ${made.error?.message ?? made.stderr}`)
  }
  const directory = join(folder, 'objects')
  const child = spawn(process.execPath, [SERVE], {
    env: {
      PATH: process.env.PATH,
      GATE_AWS_ACCESS_KEY: CREDENTIALS.accessKeyId,
      GATE_AWS_SECRET_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      GATE_DIR: directory,
      ...(options.tls && { GATE_TLS_CERT: certFile, GATE_TLS_KEY: keyFile }),
    },
  })
  let output = ''
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (chunk: string): void => {
      output += chunk
      const found = /https?:\/\/127\.0\.0\.1:(\d+)/.exec(output)
      if (found) resolve(Number(found[1]))
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('exit', () => reject(new Error(`The gate has stopped: ${output}`)))
  })
  const entries = (): { name: string[] }[] =>
    readdirSync(join(directory, 'index')).map((file) =>
      JSON.parse(readFileSync(join(directory, 'index', file), 'utf8')),
    )
  return {
    port,
    certFile,
    tls: options.tls ? { cert: readFileSync(certFile), key: readFileSync(keyFile) } : undefined,
    refusals: () => output.split('\n').filter((line) => line.startsWith('refused ')),
    leftovers: () => readdirSync(join(directory, 'incoming')),
    objects: () =>
      entries()
        .filter(({ name }) => name[0] === 'object')
        .map(({ name }) => name.slice(1).join('/')),
    stop() {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const sha256Of = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex')
