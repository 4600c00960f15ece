import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createPostForm } from '../../src/post-policy/index.ts'
import { exchange, headOf, put, SIGNING, send, signedHead, startGate } from './gate.ts'
import { MB, MEASURED, peakOf } from './memory.ts'

const FORM = { host: 'gate', 'content-type': 'multipart/form-data; boundary=b' }

/** A form up to its file, as a browser writes it. */
function formBytes(url: string, accessKeyId: string = SIGNING.credentials.accessKeyId): string {
  const credentials = { ...SIGNING.credentials, accessKeyId }
  const { fields } = createPostForm({ ...SIGNING, credentials, url, bucket: 'b', key: 'k' })
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n`
}

/** `text` in chunks of one byte each, without the last one. */
const inBytes = (text: string): string => [...text].map((c) => `1\r\n${c}\r\n`).join('')

/** Opens a connection that is not minded when it breaks. */
function open(port: number): Socket & { heard: string } {
  const socket = Object.assign(connect(port, '127.0.0.1'), { heard: '' })
  socket.on('error', () => {}).setEncoding('latin1')
  socket.on('data', (text) => {
    socket.heard += text
  })
  return socket
}

/** Writes as fast as the gate reads, until it hangs up or `times` is over. */
async function pour(socket: Socket, text: string, times: number): Promise<void> {
  for (let i = 0; i < times && !socket.destroyed; i++) {
    if (!socket.write(text)) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
}

const isAlive = async (url: string): Promise<boolean> => (await put(`${url}/alive/k`, 'x')).ok

describe('memory under attack', () => {
  const TINY = inBytes('x'.repeat(10_000))
  const CHUNKED = { 'transfer-encoding': 'chunked' }
  const nobody = { credentials: { ...SIGNING.credentials, accessKeyId: 'NOBODY' } }
  const form = headOf('POST /b', { ...FORM, ...CHUNKED })
  const TRICKS: Record<string, (url: string) => string[]> = {
    'an unknown key': (url) => [
      form + inBytes('--b\r\n'),
      form + inBytes(formBytes(`${url}/b`, 'NOBODY')),
      signedHead(`${url}/b/k`, CHUNKED, nobody),
      signedHead(`${url}/b/k`, CHUNKED, { ...nobody, payload: 'signed' }),
    ],
    'a good key': (url) => [
      form + inBytes(formBytes(`${url}/b`)),
      signedHead(`${url}/b/k`, CHUNKED),
      signedHead(`${url}/b/k`, CHUNKED, { payload: 'signed' }),
      signedHead(`${url}/b/k?uploads`, CHUNKED, {}, 'POST'),
    ],
  }

  it.each(
    Object.entries(TRICKS),
  )('stays flat where bodies with %s come in one-byte chunks', async (_, starts) => {
    const flags = ['--max-old-space-size=256', ...MEASURED]
    const { child, port, url, files, ending } = await startGate({}, flags)
    const sockets = starts(url).map((start) => {
      const socket = open(port)
      socket.write(start)
      return socket
    })
    await Promise.all(sockets.map((socket) => pour(socket, TINY, 8)))
    expect(await isAlive(url)).toBe(true)
    for (const socket of sockets) socket.destroy()
    await expect.poll(files).toHaveLength(2)
    child.kill()
    const { code, stdout, stderr } = await ending
    expect([code, stderr]).toEqual([130, ''])

    expect(peakOf(stdout)).toBeLessThan(30)
  })

  it('holds no more than a page of text for each of many forms', async () => {
    const { child, port, url, ending } = await startGate({}, MEASURED)
    const body = `${formBytes(`${url}/b`, 'NOBODY')}${'x'.repeat(8 * MB)}\r\n--b--`
    const head = headOf('POST /b', { ...FORM, 'content-length': String(body.length) })
    const sockets = Array.from({ length: 20 }, () => open(port))
    for (const socket of sockets) socket.write(head + body)
    for (const socket of sockets)
      await expect.poll(() => socket.heard, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 403 /)
    child.kill()
    expect(peakOf((await ending).stdout)).toBeLessThan(40)
  })

  it('answers 503 where more forms come at once than it reads, until some have ended', async () => {
    const { port, url } = await startGate()
    const head = headOf('POST /b', { ...FORM, 'content-length': '1000' })
    const sockets = Array.from({ length: 256 }, () => open(port))
    for (const socket of sockets) socket.write(`${head}--b`)
    const another = () =>
      fetch(`${url}/b`, { method: 'POST', headers: FORM, body: 'no form' }).then(({ status }) => status)
    await expect.poll(another).toBe(503)
    expect(await isAlive(url)).toBe(true)
    for (const socket of sockets) socket.destroy()
    await expect.poll(another).toBe(400)
  })
})

describe('clients that stop', () => {
  it.each([
    ['an upload', (url: string) => signedHead(`${url}/b/k`, { 'content-length': '100' }), 'PUT "/b/k"'],
    [
      'a form',
      (url: string) => headOf('POST /b', { ...FORM, 'content-length': '9999' }) + formBytes(`${url}/b`),
      'POST "/b"',
    ],
  ])('cost one line and leave nothing where they hang up in %s', async (_, start, request) => {
    const { port, url, files, logged, text } = await startGate()
    const socket = open(port)
    socket.write(`${start(url)}some bytes`)
    await expect.poll(files).toHaveLength(1)
    socket.destroy()
    await expect.poll(files).toEqual([])
    await expect.poll(logged).toEqual([`gone ${request}: "aborted"`])
    expect(await isAlive(url)).toBe(true)
    expect(text.stderr).toBe('')
  })

  it('cost one line where they hang up while they are answered', async () => {
    const { port, url, logged, text } = await startGate()
    await put(`${url}/b/k`, 'x'.repeat(20 * MB))
    const reader = open(port)
    reader.write(signedHead(`${url}/b/k`, {}, {}, 'GET'))
    await expect.poll(() => reader.heard.length).toBeGreaterThan(1000)
    reader.destroy()
    await expect.poll(logged).toHaveLength(1)
    expect(logged()[0]).toMatch(/^gone GET "\/b\/k": "/)
    expect(text.stderr).toBe('')
  })

  it('are given up where they take nothing of an answer', async () => {
    const { port, url, logged } = await startGate({ GATE_IDLE_SECONDS: '0.5' })
    await put(`${url}/b/k`, 'x'.repeat(20 * MB))
    const reader = open(port).pause()
    reader.write(signedHead(`${url}/b/k`, {}, {}, 'GET'))
    await expect.poll(logged, { timeout: 10_000 }).toEqual(['gone GET "/b/k": "Premature close"'])
    reader.destroy()
  })

  it('are given up where nothing more comes of a body, or the fields of a form come for ever', async () => {
    const { port, url, files, logged } = await startGate({ GATE_IDLE_SECONDS: '1' })
    const form = headOf('POST /b', { ...FORM, 'content-length': '1000' })
    const upload = signedHead(`${url}/b/k`, { 'content-length': '100' })
    const sockets = [`${upload}some bytes`, `${form}--`, form].map((start) => {
      const socket = open(port)
      socket.write(start)
      return socket
    })
    const trickle = setInterval(() => sockets[2]!.write('-'), 100)
    await Promise.all(sockets.map((socket) => once(socket, 'close')))
    clearInterval(trickle)
    for (const { heard } of sockets) {
      expect(heard).toMatch(/^HTTP\/1\.1 408 [\s\S]*\r\nconnection: close\r\n[\s\S]*<Code>RequestTimeout</)
    }
    expect(files()).toEqual([])
    expect(logged()).toHaveLength(3)
  })

  it('are waited for as long as something comes', async () => {
    const { port, url } = await startGate({ GATE_IDLE_SECONDS: '1' })
    const form = formBytes(`${url}/b`)
    const sockets = [
      signedHead(`${url}/b/k`, { 'content-length': '8' }),
      headOf('POST /b', { ...FORM, 'content-length': String(form.length + 8) }) + form,
    ].map((start) => {
      const socket = open(port)
      socket.write(start)
      return socket
    })
    for (const byte of 'ab\r\n--b-') {
      await wait(250)
      for (const socket of sockets) socket.write(byte)
    }
    for (const socket of sockets) await expect.poll(() => socket.heard).toMatch(/^HTTP\/1\.1 20[04] /)
    for (const socket of sockets) socket.destroy()
  })
})

describe('hostile requests', () => {
  it('have no key in the name of what every object has', async () => {
    const { port, url, text } = await startGate()
    for (const accessKeyId of ['constructor', '__proto__', 'toString']) {
      const changes = { credentials: { ...SIGNING.credentials, accessKeyId } }
      const head = signedHead(`${url}/b/k`, { 'content-length': '0' }, changes)
      expect(await exchange(port, head, /<\/Error>/)).toContain('<Code>InvalidAccessKeyId</Code>')
      const form = `${formBytes(`${url}/b`, accessKeyId)}x\r\n--b--`
      const post = headOf('POST /b', { ...FORM, 'content-length': String(form.length) }) + form
      expect(await exchange(port, post, /<\/Error>/)).toContain('<Code>InvalidAccessKeyId</Code>')
    }
    expect(text.stderr).toBe('')
  })

  it('write no line of their own into the log, and no secret', async () => {
    const { url, logged, text } = await startGate()
    const forged = 'x%0Arefused%20PUT%20%22/all%22%20is%20well%E2%80%A8%1B[2J'
    expect((await send(`${url}/b/k?${forged}`)).status).toBe(501)
    expect((await fetch(`${url}/b/${forged}?X-Amz-Security-Token=canary`)).status).toBe(403)
    expect(
      (await fetch(`${url}/b`, { method: forged.slice(0, 1), headers: FORM }).catch(() => ({ status: 400 })))
        .status,
    ).toBe(400)
    await expect.poll(() => logged().length).toBe(2)
    expect(logged()[0]).toBe(
      'refused GET "/b/k" 501 NotImplemented: "This gate does not know GET object x\\nrefused PUT \\"/all\\" is well\\u2028\\u001b[2J"',
    )
    expect(logged()[1]).toMatch(
      /^refused GET "\/b\/x%0Arefused[^"]*" 403 AccessDenied \(missing-authentication\): "/,
    )
    expect(text.stdout).toMatch(/^[\n -~]*$/)
    expect(text.stdout).not.toContain('canary')
    expect(text.stderr).toBe('')
  })

  it('get a clean answer to a form that is sent to no bucket', async () => {
    const { port, text, logged } = await startGate()
    const paths = ['/', '//', '/b/k', '/%', '/?x']
    for (const path of paths) {
      const head = headOf(`POST ${path}`, { ...FORM, 'content-length': '0' })
      const answer = await exchange(port, head, /<\/Error>/)
      expect(answer, path).toMatch(/^HTTP\/1\.1 40[05] [\s\S]*<Code>(?:MethodNotAllowed|InvalidURI)</)
    }
    expect(logged()).toHaveLength(paths.length)
    expect(text.stderr).toBe('')
  })

  it('that meet a fault of ours get 500, and the log one line with its stack', async () => {
    const { directory, url, logged, text } = await startGate()
    await put(`${url}/b/k`, 'data')
    for (const file of readdirSync(join(directory, 'index')))
      writeFileSync(join(directory, 'index', file), '{')
    const response = await send(`${url}/b/k`)
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('InternalError')])
    await expect.poll(() => text.stderr).toMatch(/^failed GET "\/b\/k": "SyntaxError: .*\\n +at .*"\n$/)
    expect(logged()).toEqual([])
    expect(await isAlive(url)).toBe(true)
  })
})
