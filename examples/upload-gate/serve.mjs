// @ts-check
// The gate alone, for clients of your own. Ctrl-C ends it.
import { createGate } from './gate.mjs'
import { listen, readSettings } from './settings.mjs'

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

try {
  const settings = await readSettings()
  const server = createGate({ ...settings, onRefused: (line) => console.log(line) })
  const port = await listen(server)
  if (!process.env.GATE_AWS_ACCESS_KEY) {
    // Made for this run, and of no use elsewhere.
    console.log(`AWS_ACCESS_KEY_ID=${settings.credentials.accessKeyId}`)
    console.log(`AWS_SECRET_ACCESS_KEY=${settings.credentials.secretAccessKey}`)
  }
  console.log(`AWS_REGION=${settings.region}`)
  console.log(
    `${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}  keeps objects in ${settings.directory}`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
