import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Client, clients, type Move } from './clients.ts'
import { type GateProcess, sha256Of, startGate } from './gate-process.ts'
import { environment, run } from './run-client.ts'
import {
  changedChunkSignature,
  changedData,
  changedSignature,
  changedTrailer,
  changedTrailerSignature,
  layWire,
  type Tampering,
  type Wire,
} from './wire.ts'

const folder = mkdtempSync(join(tmpdir(), 'clients-under-test-'))
const gates: { plain?: GateProcess; tls?: GateProcess } = {}
beforeAll(async () => {
  gates.plain = await startGate({ tls: false })
  gates.tls = await startGate({ tls: true })
})
afterAll(() => {
  gates.plain?.stop()
  gates.tls?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What is tampered with in a request that signs its body in this way. */
const TAMPERINGS: Record<Client['sends'], Record<string, [Tampering, reason: RegExp]>> = {
  hash: { 'the body': [changedData, /payload-mismatch/] },
  // What vouches for the body is a signed Content-MD5.
  'UNSIGNED-PAYLOAD': { 'the body': [changedData, /BadDigest/] },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': {
    'a chunk': [changedData, /chunk-signature-mismatch/],
    'the signature of a chunk': [changedChunkSignature, /chunk-signature-mismatch/],
  },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': {
    'a chunk': [changedData, /chunk-signature-mismatch/],
    'the signature of a chunk': [changedChunkSignature, /chunk-signature-mismatch/],
    'the checksum in the trailer': [changedTrailer, /checksum-mismatch/],
    'the signature of the trailer': [changedTrailerSignature, /chunk-signature-mismatch/],
  },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': {
    'the body': [changedData, /checksum-mismatch/],
    'the checksum in the trailer': [changedTrailer, /checksum-mismatch/],
  },
}

const isUpload = (head: string): boolean =>
  head.startsWith('PUT ') && !/\r\ncontent-length: *0\r\n/i.test(`${head}\r\n`)

const sentinelOf = (head: string): string => {
  const value = /\r\nx-amz-content-sha256: *([^\r]*)/i.exec(head)?.[1] ?? 'none'
  return /^[\da-f]{64}$/.test(value) ? 'hash' : value
}

describe.each(clients)('$name', (client) => {
  const bucket = `b${randomBytes(4).toString('hex')}`
  const missing = client.needs.filter(([, test]) => !test()).map(([what]) => what)
  if (missing.length > 0) {
    it('cannot run here, for a program that it needs is not there', () => {
      console.log(`not run: ${client.name}: needs ${missing.join(' and ')}`)
      expect(client.needs.filter(([, test]) => !test()).map(([what]) => what)).toEqual(missing)
    })
    return
  }

  let wire: Wire
  let gate: GateProcess
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    gate = (client.tls ? gates.tls : gates.plain)!
    wire = await layWire(gate.port, gate.tls)
    env = environment(folder, client.tls ? gate.certFile : undefined)
  })
  const moved: number[] = []
  const sent = new Set<string>()
  afterAll(() => {
    wire?.close()
    console.log(`ran: ${client.name}: ${moved.join(', ')} bytes, sent as ${[...sent].join(', ')}`)
  })
  afterEach(async () => {
    await expect.poll(() => gate.leftovers(), { message: 'files of no object' }).toEqual([])
  })

  const move = (key: string, file: string): Move => {
    const scratch = mkdtempSync(join(folder, 'scratch-'))
    return {
      endpoint: `${client.tls ? 'https' : 'http'}://127.0.0.1:${wire.port}`,
      port: wire.port,
      bucket,
      key,
      file,
      scratch,
    }
  }
  const makeFile = (size: number): string => {
    const file = join(mkdtempSync(join(folder, 'file-')), 'data')
    writeFileSync(file, randomBytes(size))
    return file
  }

  it.each(client.sizes)('uploads %i bytes, and reads them back', async (size) => {
    wire.heads.length = 0
    const file = makeFile(size)
    const key = `accepted-${size}`
    expect(await run(client.put(move(key, file)), env, 120)).toBeUndefined()
    expect(gate.objects().some((name) => name.startsWith(`${bucket}/${key}`))).toBe(true)
    const back = `${file}.back`
    expect(await run(client.get(move(key, back)), env, 120)).toBeUndefined()
    expect(sha256Of(back)).toBe(sha256Of(file))
    const uploads = wire.heads.filter(isUpload)
    for (const head of uploads) sent.add(sentinelOf(head))
    moved.push(size)
  })

  const tamperings: (typeof TAMPERINGS)['hash'] = {
    'the signature of the request': [changedSignature, /signature-mismatch/],
    ...TAMPERINGS[client.sends],
  }
  it.each(Object.entries(tamperings))('is refused when %s is changed on the way', async (_, [
    how,
    reason,
  ]) => {
    wire.heads.length = 0
    const refusedBefore = gate.refusals().length
    const key = `tampered-${randomBytes(4).toString('hex')}`
    let tampered = 0
    const matches = (head: string): boolean =>
      isUpload(head) && sentinelOf(head) === client.sends && ++tampered > 0
    wire.tampering = { matches, how }
    const outcome = await run(client.put(move(key, makeFile(client.tamperedSize ?? 100_000))), env, 15)
    wire.tampering = undefined
    expect(tampered, 'uploads that were tampered with').toBeGreaterThan(0)
    expect(outcome, 'what the client says').toBeDefined()
    const refusals = () =>
      gate
        .refusals()
        .slice(refusedBefore)
        .filter((line) => line.startsWith('refused PUT'))
    await expect.poll(refusals).not.toEqual([])
    for (const refusal of refusals()) expect(refusal).toMatch(reason)
    expect(gate.objects().filter((name) => name.startsWith(`${bucket}/${key}`))).toEqual([])
  })
})
