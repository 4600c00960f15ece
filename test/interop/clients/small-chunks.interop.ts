import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { clients } from './clients.ts'
import { startGate } from './gate-process.ts'
import { environment, run } from './run-client.ts'

/*
 * The AWS SDK for JavaScript makes a chunk of each piece that a stream gives. S3 refuses chunks of less than 8192
 * bytes, and so does the gate: such a stream needs the SDK's own `requestStreamBufferSize`.
 */
const buffered = clients.find(({ name }) => name.endsWith('buffered'))!

it('refuses the small chunks that S3 refuses', async () => {
  const missing = buffered.needs.filter(([, test]) => !test()).map(([what]) => what)
  if (missing.length > 0) {
    console.log(`not run: small chunks: needs ${missing.join(' and ')}`)
    expect(buffered.needs.every(([, test]) => test())).toBe(false)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'small-chunks-'))
  const gate = await startGate({ tls: false })
  try {
    const file = join(folder, 'data')
    writeFileSync(file, randomBytes(20_000))
    const endpoint = `http://127.0.0.1:${gate.port}`
    const [command = []] = buffered.put({
      endpoint,
      port: gate.port,
      bucket: 'b',
      key: 'k',
      file,
      scratch: folder,
    })
    const unbuffered = command.map((word) => word.replace(/^put-pieces-buffered$/, 'put-pieces'))
    expect(await run([unbuffered], environment(folder, undefined), 30)).toContain('InvalidChunkSizeError')
    await expect.poll(() => [...gate.leftovers(), ...gate.objects()]).toEqual([])
    expect(gate.refusals()).toEqual([expect.stringContaining('(chunk-too-small)')])
  } finally {
    gate.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
