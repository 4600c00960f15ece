import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signChunkedRequest } from '../../src/chunked/index.ts'
import { createSignedFetch, Signer, signRequest } from '../../src/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const scope = { service: 'sqs', region: 'eu-west-1' }
const URL_SENT = 'https://sqs.eu-west-1.amazonaws.com/'
const reason = new Error('no longer wanted')

/** Each way to sign what has a signal; `sent` counts what is sent. */
const ways = {
  signRequest: (provider: () => Promise<typeof credentials>, init: RequestInit) =>
    signRequest(URL_SENT, { credentials: provider, ...scope, init }),
  'signRequest of a Request': (provider: () => Promise<typeof credentials>, init: RequestInit) =>
    signRequest(new Request(URL_SENT, init), { credentials: provider, ...scope }),
  signChunkedRequest: (provider: () => Promise<typeof credentials>, init: RequestInit) =>
    signChunkedRequest(URL_SENT, { credentials: provider, ...scope, init }),
  'Signer.sign': (provider: () => Promise<typeof credentials>, init: RequestInit) =>
    new Signer({ credentials: provider, ...scope }).sign(URL_SENT, init),
  createSignedFetch: (provider: () => Promise<typeof credentials>, init: RequestInit) =>
    createSignedFetch({ credentials: provider, ...scope, fetch: neverSent })(URL_SENT, init),
}

const neverSent = vi.fn(async () => new Response())

describe.each(Object.entries(ways))('a signal given to %s', (_name, sign) => {
  const init = (signal: AbortSignal): RequestInit => ({ method: 'PUT', body: 'a', signal })

  it('ends all before a provider is asked, if it has aborted', async () => {
    const provider = vi.fn(async () => credentials)
    await expect(sign(provider, init(AbortSignal.abort(reason)))).rejects.toBe(reason)
    expect(provider).not.toHaveBeenCalled()
    expect(neverSent).not.toHaveBeenCalled()
  })

  it('ends the wait for credentials', async () => {
    const controller = new AbortController()
    const provider = vi.fn(() => new Promise<typeof credentials>(() => undefined))
    const signing = sign(provider, init(controller.signal))
    await vi.waitFor(() => expect(provider).toHaveBeenCalled())
    controller.abort(reason)
    await expect(signing).rejects.toBe(reason)
    expect(neverSent).not.toHaveBeenCalled()
  })

  it('keeps no listener of a request that is signed', async () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await sign(async () => credentials, { method: 'PUT', body: 'a', signal })
    neverSent.mockClear()
    const ours = added.mock.calls.filter(([, listener]) =>
      removed.mock.calls.some(([, gone]) => gone === listener),
    )
    // A Request that the runtime makes may add one of its own, once; ours are gone.
    expect(ours.length).toBe(removed.mock.calls.length)
    expect(added.mock.calls.filter(([, , options]) => options === undefined).length).toBe(ours.length)
  })
})

describe('the signal of a signed fetch', () => {
  it('goes to fetch itself, from init or from the Request', async () => {
    const send = vi.fn<typeof fetch>(async () => new Response())
    const signedFetch = createSignedFetch({ credentials, fetch: send })
    const { signal } = new AbortController()
    const request = new Request(URL_SENT, { signal })
    await signedFetch(URL_SENT, { signal })
    await signedFetch(request)
    await signedFetch(request, { signal: null })
    await signedFetch(URL_SENT)
    expect(send.mock.calls.map(([, init]) => init?.signal)).toEqual([
      signal,
      request.signal,
      undefined,
      undefined,
    ])
  })
})

describe('aborts, when the collector has run', () => {
  const script = fileURLToPath(new URL('../support/stalled-server.mjs', import.meta.url))
  const folder = mkdtempSync(join(tmpdir(), 'countersign-abort-'))
  const library = join(folder, 'index.mjs')
  beforeAll(async () => {
    const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
    await build({ entryPoints: [entry], outfile: library, bundle: true, format: 'esm', logLevel: 'silent' })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const nodes = [process.execPath, ...(process.env.COUNTERSIGN_NODES ?? '').split(/[\s,:]+/).filter(Boolean)]
  const cases = nodes.flatMap((node) => ['init', 'Request', 'sign'].map((way) => ({ node, way })))

  it.concurrent.each(cases)('reach the server: $way, $node', { timeout: 60_000 }, async ({ node, way }) => {
    const { stdout } = await promisify(execFile)(node, ['--expose-gc', script, library, way])
    const { filesClosed, ...seen } = JSON.parse(stdout)
    expect(seen).toEqual({ timedOut: 50, leftByTimeouts: 0, aborted: 150, open: 50 })
    // Both ends of each connection are in that process.
    if (process.platform === 'linux') expect(filesClosed).toBeGreaterThanOrEqual(150)
  })
})
