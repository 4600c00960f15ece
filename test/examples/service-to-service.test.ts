import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLE = join(ROOT, 'examples/service-to-service')

interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The process groups that have not ended: where a test fails, they are ended for it. */
const groups = new Set<number>()

function endGroup(pid: number): void {
  try {
    if (groups.delete(pid)) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

afterAll(() => groups.forEach(endGroup))

/** Starts the demo with nothing in its environment but what it is given, as the leader of a process group. */
function start(env: Record<string, string> = {}, folder = EXAMPLE) {
  const child = spawn(process.execPath, [join(folder, 'main.mjs')], {
    env: { PATH: process.env.PATH, ...env },
    detached: true,
  })
  const text = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
    })
  }
  const pid = child.pid!
  groups.add(pid)
  const limit = setTimeout(endGroup, 20_000, pid)
  // The services share the output of their parent: it is closed when the last of the three has ended.
  const ending: Promise<Ending> = once(child, 'close').then(([code]) => {
    clearTimeout(limit)
    groups.delete(pid)
    return { code, ...text }
  })
  return { child, text, ending }
}

const run = (env?: Record<string, string>, folder?: string): Promise<Ending> => start(env, folder).ending

/** A table row: its columns are at least two spaces apart. */
const rowsOf = (stdout: string): string[][] =>
  stdout
    .split('\n')
    .filter((line) => /^(?:ok|WRONG) /.test(line))
    .map((line) => line.split(/ {2,}/))

const ACCEPTED = [
  ['orbit -> axon', 'signed POST of JSON', '201 {"caller":"orbit","order":1,"sku":"crate é/7","quantity":2}'],
  ['axon -> orbit', 'signed POST of JSON', '201 {"caller":"axon","order":1,"state":"shipped"}'],
  [
    'orbit -> axon',
    'signed GET with query',
    '200 {"caller":"orbit","orders":[{"sku":"crate é/7","quantity":2}]}',
  ],
  ['orbit -> axon', 'presigned URL', '200 {"caller":"orbit","orders":[{"sku":"crate é/7","quantity":2}]}'],
] as const
const REFUSED = [
  ['unsigned', '400 missing-authentication, MissingAuthenticationToken'],
  ['wrong key', '403 signature-mismatch, SignatureDoesNotMatch'],
  ['unknown access key', '403 unknown-access-key, InvalidClientTokenId'],
  ['changed body', '403 signature-mismatch, SignatureDoesNotMatch'],
  ['changed path', '403 signature-mismatch, SignatureDoesNotMatch'],
  ['changed query', '403 signature-mismatch, SignatureDoesNotMatch'],
  ['changed signed header', '403 signature-mismatch, SignatureDoesNotMatch'],
  ['added x-amz-* header', '403 header-not-signed, SignatureDoesNotMatch'],
  ['stale date, 20 minutes old', '403 request-time-skewed, SignatureDoesNotMatch'],
  ['expired presigned URL', '403 request-expired, SignatureDoesNotMatch'],
] as const
const STILL_ONE_ORDER = 'signed GET, still one order'

const CANARIES = {
  ORBIT_AWS_ACCESS_KEY: 'ORBITKEYFROMENVIRONMENT',
  ORBIT_AWS_SECRET_KEY: 'orbit/canary+secret/never+printed',
  AXON_AWS_ACCESS_KEY: 'AXONKEYFROMENVIRONMENT',
  AXON_AWS_SECRET_KEY: 'axon/canary+secret/never+printed',
}
const expectNoSecret = ({ stdout, stderr }: Ending): void => {
  expect(stdout + stderr).not.toMatch(/canary/i)
}
const expectNoStackTrace = ({ stderr }: Ending): void => expect(stderr).not.toMatch(/^\s+at |node:internal/m)

describe('a run with keys from the environment', () => {
  let ending: Ending
  beforeAll(async () => {
    ending = await run(CANARIES)
  }, 30_000)

  it('ends with 0, and with nothing on stderr', () => {
    expect(ending).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(ACCEPTED)('shows %s: %s as accepted', (call, sent, detail) => {
    expect(rowsOf(ending.stdout)).toContainEqual(['ok', call, sent, 'accepted', `accepted ${detail}`])
  })

  it.each(REFUSED)('shows the reason, status and AWS code for: %s', (sent, detail) => {
    expect(rowsOf(ending.stdout)).toContainEqual([
      'ok',
      'orbit -> axon',
      sent,
      'refused',
      `refused ${detail}`,
    ])
  })

  it('shows last that no refused order was booked, and no other rows', () => {
    const rows = rowsOf(ending.stdout)
    expect(rows.at(-1)?.slice(0, 4)).toEqual(['ok', 'orbit -> axon', STILL_ONE_ORDER, 'accepted'])
    expect(rows).toHaveLength(ACCEPTED.length + REFUSED.length + 1)
    expect(ending.stdout).toContain('\n15 of 15 outcomes are as expected\n')
  })

  it('shows the latency of unsigned and of signed requests', () => {
    const times = 'median \\d+\\.\\d\\d ms, p95 \\d+\\.\\d\\d ms'
    expect(ending.stdout).toMatch(
      new RegExp(`^latency \\(300 requests each\\): unsigned ${times}; signed and verified ${times}$`, 'm'),
    )
  })

  it('runs the two services as two processes on two ports of 127.0.0.1', () => {
    const services = [...ending.stdout.matchAll(/^(\w+) +http:\/\/127\.0\.0\.1:(\d+) +process (\d+)$/gm)]
    expect(services.map(([, name]) => name)).toEqual(['orbit', 'axon'])
    expect(new Set(services.map(([, , port]) => port)).size).toBe(2)
    expect(new Set(services.map(([, , , pid]) => pid)).size).toBe(2)
  })

  it('prints no secret', () => {
    expectNoSecret(ending)
  })
})

describe('settings', () => {
  it('makes throw-away keys where none are set', async () => {
    expect(await run()).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(['ORBIT_PORT', 'AXON_PORT'])('names a busy port and %s', async (variable) => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    try {
      const ending = await run({ ...CANARIES, [variable]: String(port) })
      expect(ending.code).toBe(1)
      expect(ending.stderr).toContain(
        `Port ${port} is in use: set ${variable} to another port, or unset it for a free one\n`,
      )
      expectNoStackTrace(ending)
      expectNoSecret(ending)
    } finally {
      busy.close()
    }
  })

  it('says so where only half a key is set', async () => {
    const ending = await run({ AXON_AWS_SECRET_KEY: CANARIES.AXON_AWS_SECRET_KEY })
    expect(ending).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Set both AXON_AWS_ACCESS_KEY and AXON_AWS_SECRET_KEY, or neither\n',
    })
  })

  it('says so where the region cannot be one', async () => {
    const ending = await run({ ...CANARIES, AWS_REGION: 'the moon' })
    expect(ending.code).toBe(1)
    expect(ending.stderr).toContain('region')
    expectNoStackTrace(ending)
    expectNoSecret(ending)
  })
})

describe('an end before the end', () => {
  /** Starts the demo, waits until the named service runs, and ends it with `stop`. */
  async function endEarly(stop: (pid: number) => void, service: 'orbit' | 'axon' = 'axon') {
    const { child, text, ending } = start()
    while (!text.stdout.includes(`${service} `)) {
      await Promise.race([once(child.stdout, 'data'), ending])
      expect(child.exitCode).toBeNull()
    }
    const urls = [...text.stdout.matchAll(/http:\S+/g)].map(([url]) => url)
    expect(await answering(urls)).toEqual(urls)
    stop(child.pid!)
    const end = await Promise.race([ending, wait(4000)])
    expect(end, 'all three processes end within 4 s').toBeDefined()
    return { code: end?.code, stderr: end?.stderr, answering: await answering(urls) }
  }

  /** Which services still answer. */
  async function answering(urls: string[]): Promise<string[]> {
    const answers = await Promise.all(urls.map((url) => fetch(`${url}/health`).catch(() => undefined)))
    return urls.filter((_, i) => answers[i]?.ok)
  }

  it.each([
    ['Ctrl-C, which reaches all three processes,', (pid: number) => process.kill(-pid, 'SIGINT')],
    ['SIGINT', (pid: number) => process.kill(pid, 'SIGINT')],
    ['SIGTERM', (pid: number) => process.kill(pid, 'SIGTERM')],
  ])('%s ends it with 130, and both services with it', async (_, stop) => {
    expect(await endEarly(stop)).toEqual({ code: 130, stderr: '', answering: [] })
  })

  it.each([
    ['while both run', 'axon'],
    ['while the second one starts', 'orbit'],
  ] as const)('ends the services where their parent disappears %s', async (_, running) => {
    const end = await endEarly((pid) => process.kill(pid, 'SIGKILL'), running)
    expect(end).toEqual({ code: null, stderr: '', answering: [] })
  })
})

describe('a copy with a fault', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'service-to-service-'))
  mkdirSync(join(temporary, 'node_modules'))
  symlinkSync(ROOT, join(temporary, 'node_modules/countersign'), 'junction')
  afterAll(() => rmSync(temporary, { recursive: true, force: true }))

  /** Runs a copy in which one piece of a file is replaced. */
  async function runWith(file: string, piece: string, replacement: string): Promise<Ending> {
    const folder = mkdtempSync(join(temporary, 'copy-'))
    cpSync(EXAMPLE, folder, { recursive: true })
    const source = readFileSync(join(folder, file), 'utf8')
    expect(source.split(piece), `"${piece}" once in ${file}`).toHaveLength(2)
    writeFileSync(join(folder, file), source.replace(piece, replacement))
    return run({}, folder)
  }
  const wrongOnes = ({ stdout }: Ending): (string | undefined)[] =>
    rowsOf(stdout)
      .filter(([mark]) => mark === 'WRONG')
      .map(([, , sent]) => sent)

  it('still passes where the replaced piece does no harm', async () => {
    const ending = await runWith('scenarios.mjs', "'x-tenant': 'north'", "'x-tenant': 'west'")
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(wrongOnes(ending)).toEqual([])
  })

  it('is noticed where the verifier accepts everything', async () => {
    const ending = await runWith(
      'service.mjs',
      'await verifier.verifyReceived({ method, target, headers, body: req })',
      "{ principal: 'orbit', path: target.split('?', 1)[0], body: new Uint8Array(await new Response(req).arrayBuffer()) }",
    )
    expect(ending.code).toBe(1)
    const refused = REFUSED.map(([sent]) => sent)
    expect(wrongOnes(ending)).toEqual(['signed POST of JSON', ...refused, STILL_ONE_ORDER])
    expect(ending.stdout).toContain('instead of: refused 403 request-expired, SignatureDoesNotMatch')
    expect(ending.stdout).toContain('\n3 of 15 outcomes are as expected\n')
  })

  it('is noticed where a handler runs before the request is verified', async () => {
    const ending = await runWith(
      'service.mjs',
      'const headers = headerPairs(req)',
      "const headers = headerPairs(req); handlers.get(method + ' ' + target)?.({ caller: '', query: new URLSearchParams(), json: { sku: 'crate é/7', quantity: 1 } })",
    )
    expect(ending.code).toBe(1)
    expect(wrongOnes(ending)).toContain(STILL_ONE_ORDER)
    expect(wrongOnes(ending)).not.toContain('wrong key')
  })

  it('is noticed where a refusal has another reason than the expected one', async () => {
    const ending = await runWith('scenarios.mjs', "accessKeyId: 'NOBODY'", "secretAccessKey: 'somebody else'")
    expect(ending.code).toBe(1)
    expect(wrongOnes(ending)).toEqual(['unknown access key'])
  })

  it('is noticed where the client does not sign', async () => {
    const ending = await runWith('orbit.mjs', 'createSignedFetch(signing)', 'fetch')
    expect(ending.code).toBe(1)
    expect(wrongOnes(ending)).toContain('signed POST of JSON')
    expectNoStackTrace(ending)
  })
})
