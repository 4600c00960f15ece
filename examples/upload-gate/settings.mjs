// @ts-check
// Configuration from the environment, with throw-away values where nothing is set.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from './store.mjs'

const ALL_PAYLOADS = 'signed,unsigned,streaming,streaming-unsigned-trailer'

/**
 * @returns {Promise<Omit<import('./gate.mjs').GateOptions, 'onRefused'> & { directory: string }>}
 * @throws {Error} With a message for people.
 */
export async function readSettings(env = process.env) {
  const { GATE_AWS_ACCESS_KEY: accessKey, GATE_AWS_SECRET_KEY: secretKey } = env
  if (!accessKey !== !secretKey)
    throw new Error('Set both GATE_AWS_ACCESS_KEY and GATE_AWS_SECRET_KEY, or neither')
  const maxBytes = Number(env.GATE_MAX_BYTES || 1024 ** 3)
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0)
    throw new Error('GATE_MAX_BYTES must be a whole number')
  const idleSeconds = Number(env.GATE_IDLE_SECONDS || 30)
  if (!(idleSeconds > 0 && idleSeconds <= 3600))
    throw new Error('GATE_IDLE_SECONDS must be more than 0, and at most 3600')
  const directory = env.GATE_DIR || throwAwayFolder()
  return {
    credentials: {
      accessKeyId: accessKey || `GATE${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: secretKey || randomBytes(30).toString('base64'),
    },
    region: env.AWS_REGION || 'us-east-1',
    maxBytes,
    idleSeconds,
    payloads: /** @type {any} The verifier checks them. */ ((env.GATE_PAYLOADS || ALL_PAYLOADS).split(',')),
    ...readTls(env),
    directory,
    store: await openStore(directory),
  }
}

/** @param {NodeJS.ProcessEnv} env */
function readTls({ GATE_TLS_CERT: cert, GATE_TLS_KEY: key }) {
  if (!cert !== !key) throw new Error('Set both GATE_TLS_CERT and GATE_TLS_KEY, or neither')
  return cert && key ? { tls: { cert: readFileSync(cert), key: readFileSync(key) } } : {}
}

function throwAwayFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'upload-gate-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * Listens on this machine only, on the port that GATE_PORT names, or on a free one.
 *
 * @param {import('node:http').Server} server
 * @returns {Promise<number>} The port.
 * @throws {Error} With a message for people.
 */
export async function listen(server, env = process.env) {
  const wanted = env.GATE_PORT || '0'
  try {
    server.listen(Number(wanted), '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    const problem = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${code})`
    throw new Error(`Port ${wanted} ${problem}: set GATE_PORT to another port, or unset it for a free one`)
  }
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
