import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const WORKER = 'export default { fetch: async () => Response.json(await runSuite(library)) }'

const config = (flags) => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ${JSON.stringify(flags)},
);`

/** Serves the suite, asks for its report once, and ends. */
async function serve(workshop, flags) {
  const binary = workshop.find('workerd/bin/workerd')
  const { folder } = workshop
  writeFileSync(join(folder, 'worker.mjs'), await workshop.bundle(WORKER, { format: 'esm' }))
  writeFileSync(join(folder, 'worker.capnp'), config(flags))
  const worker = spawn(binary, ['serve', '--control-fd=3', 'worker.capnp'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  try {
    const port = await new Promise((resolve, reject) => {
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)))
      createInterface(worker.stdio[3]).on('line', (line) => {
        const message = JSON.parse(line)
        if (message.event === 'listen') resolve(message.port)
      })
    })
    const response = await fetch(`http://127.0.0.1:${port}/`)
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`)
    return { version: workshop.versionOf('workerd'), report: await response.json() }
  } finally {
    worker.kill()
  }
}

export const runners = [
  {
    name: 'workerd, nodejs_compat',
    expected: { hash: 'node', 'sign now': 'node', 'sign later': 'node', verify: 'node' },
    run: (workshop) => serve(workshop, ['nodejs_compat']),
  },
  {
    name: 'workerd',
    expected: { hash: 'noble', 'sign now': 'noble', 'sign later': 'webcrypto', verify: 'webcrypto' },
    run: (workshop) => serve(workshop, []),
  },
]
