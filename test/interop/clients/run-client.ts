import { spawn } from 'node:child_process'
import { CACHE, type Command } from './clients.ts'
import { CREDENTIALS, REGION } from './gate-process.ts'

/** Nothing of the user's own configuration is in sight of the clients. */
export const environment = (home: string, certFile: string | undefined): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: home,
  LANG: 'C.UTF-8',
  CLIENTS: CACHE,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  AWSACCESSKEYID: CREDENTIALS.accessKeyId, // s3fs
  AWSSECRETACCESSKEY: CREDENTIALS.secretAccessKey,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  RESTIC_PASSWORD: 'a password for a test',
  ...(certFile !== undefined && { AWS_CA_BUNDLE: certFile, NODE_EXTRA_CA_CERTS: certFile }),
})

/** @returns undefined where all succeed; else what the first that fails said. */
export async function run(
  commands: readonly Command[],
  env: NodeJS.ProcessEnv,
  seconds: number,
): Promise<string | undefined> {
  for (const [program = '', ...args] of commands) {
    const child = spawn(program, args, {
      env,
      cwd: env.HOME,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const limit = setTimeout(() => {
      output += `(stopped after ${seconds} s)`
      process.kill(-child.pid!, 'SIGKILL')
    }, seconds * 1000)
    const code = await new Promise((resolve) => child.once('close', resolve).once('error', resolve))
    clearTimeout(limit)
    if (code !== 0) return `${program} ended with ${code}: ${output}`
  }
  return undefined
}
