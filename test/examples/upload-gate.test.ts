import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { beforeAll, describe, expect, it } from 'vitest'
import { signChunkedRequest } from '../../src/chunked/index.ts'
import { signHeaders, signRequest } from '../../src/index.ts'
import { createPostForm } from '../../src/post-policy/index.ts'
import { CREDENTIALS, exchange, folder, KEYS, SIGNING, start, startGate } from './gate.ts'
import { MB, MEASURED, peakOf } from './memory.ts'

describe('the demo', () => {
  let ending: { code: number | null; stdout: string; stderr: string }
  let rows: string[][]
  beforeAll(async () => {
    ending = await start('main.mjs', KEYS).ending
    rows = ending.stdout
      .split('\n')
      .filter((line) => /^(?:ok|WRONG) /.test(line))
      .map((line) => line.split(/ {2,}/))
  }, 30_000)

  it('ends with 0, and with nothing on stderr', () => {
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(ending.stdout).toContain('25 of 25 outcomes are as expected')
  })

  it.each([
    'plain body, its hash signed',
    'plain body, UNSIGNED-PAYLOAD',
    'presigned PUT',
    'signed chunks',
    'signed chunks and trailer',
    'unsigned chunks, checksum in trailer',
    'browser form',
    'key that climbs: ../../etc/passwd',
  ])('keeps an upload: %s', (sent) => {
    expect(rows).toContainEqual(['ok', sent, 'kept', 'kept'])
  })

  it.each([
    ['unsigned', '403 missing-authentication, AccessDenied'],
    ['wrong key', '403 signature-mismatch, SignatureDoesNotMatch'],
    ['changed body', '400 payload-mismatch, XAmzContentSHA256Mismatch'],
    ['wrong Content-MD5', '400 BadDigest'],
    ['changed chunk', '403 chunk-signature-mismatch, SignatureDoesNotMatch'],
    ['changed last chunk', '403 chunk-signature-mismatch, SignatureDoesNotMatch'],
    ['missing chunk', '403 chunk-signature-mismatch, SignatureDoesNotMatch'],
    ['missing final chunk', '400 incomplete-body, IncompleteBody'],
    ['changed trailer', '400 checksum-mismatch, BadDigest'],
    ['changed signature of the trailer', '403 chunk-signature-mismatch, SignatureDoesNotMatch'],
    ['unsigned chunks, changed', '400 checksum-mismatch, BadDigest'],
    ['too large', '400 body-too-large, EntityTooLarge'],
    ['presigned PUT to another key', '403 signature-mismatch, SignatureDoesNotMatch'],
    ['expired presigned PUT', '403 request-expired, AccessDenied'],
    ['browser form, another key', '403 policy-condition-failed, AccessDenied'],
    ['browser form, signed by nobody', '403 signature-mismatch, SignatureDoesNotMatch'],
    ['browser form, file too large', '400 EntityTooLarge'],
  ])('refuses an upload: %s', (sent, outcome) => {
    expect(rows).toContainEqual(['ok', sent, 'refused', outcome])
  })

  it('prints no key, and leaves no folder behind', () => {
    expect(ending.stdout + ending.stderr).not.toMatch(/canary/i)
    expect(readdirSync(folder).filter((name) => !name.startsWith('gate-'))).toEqual([])
  })

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await start('main.mjs', { GATE_PORT: String(port) }).ending
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(`Port ${port} is in use: set GATE_PORT to another port, or unset it for a free one\n`)
  })

  it('refuses half a key pair', async () => {
    const { code, stderr } = await start('main.mjs', { GATE_AWS_ACCESS_KEY: 'ONLYHALF' }).ending
    expect(code).toBe(1)
    expect(stderr).toBe('Set both GATE_AWS_ACCESS_KEY and GATE_AWS_SECRET_KEY, or neither\n')
  })
})

/** The head of a PUT, whose client waits for `100 Continue`. */
function awaitingHead(url: string, secretAccessKey: string): string {
  const signing = { ...SIGNING, credentials: { ...CREDENTIALS, secretAccessKey } }
  const { headers } = signHeaders({ method: 'PUT', url, body: 'data' }, signing)
  const { host, pathname } = new URL(url)
  const lines = Object.entries({ ...headers, host, 'content-length': '4', expect: '100-continue' })
  return `PUT ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

describe('the gate', () => {
  it('asks for a body that a client holds back only once the head is proved', async () => {
    const { port, url, files } = await startGate()
    const good = awaitingHead(`${url}/b/k`, CREDENTIALS.secretAccessKey)
    expect(await exchange(port, good)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    expect(await exchange(port, awaitingHead(`${url}/b/k`, 'another secret'))).toMatch(/^HTTP\/1\.1 403 /)
    await expect.poll(files).toEqual([])
  })

  it('keeps nothing of an upload whose connection breaks', async () => {
    const { port, url, files } = await startGate()
    const signed = await signChunkedRequest(`${url}/b/k`, {
      ...SIGNING,
      init: { method: 'PUT', body: new Uint8Array(MB) },
    })
    const body = Buffer.from(await signed.arrayBuffer())
    const head = [...signed.headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const socket = connect(port, '127.0.0.1')
    socket.write(`PUT /b/k HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${head}\r\n`)
    socket.write(body.subarray(0, body.length - 1000))
    await expect.poll(files).toHaveLength(1)
    socket.destroy()
    await expect.poll(files).toEqual([])
  })

  it('lets a client finish that is refused while it still sends', async () => {
    const { port } = await startGate()
    const head = `PUT /b/k HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-length: 300\r\n\r\n`
    const errors: Error[] = []
    const socket = connect(port, '127.0.0.1').on('error', (error) => errors.push(error))
    let heard = ''
    socket.setEncoding('latin1').on('data', (text) => {
      heard += text
    })
    socket.write(head)
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => heard).toMatch(/^HTTP\/1\.1 403 /)
      expect(socket.readableEnded).toBe(false)
      socket.write('x'.repeat(100))
    }
    await expect.poll(() => socket.readableEnded).toBe(true)
    expect(heard).toContain('<Code>AccessDenied</Code>')
    expect(errors).toEqual([])
  })

  it('leaves the object that was there when an upload over it is refused', async () => {
    const { url, files } = await startGate()
    const put = (body: string) => signRequest(`${url}/b/k`, { ...SIGNING, init: { method: 'PUT', body } })
    expect((await fetch(await put('first'))).status).toBe(200)
    const filesBefore = files()
    const changed = new Request(await put('other'), { body: 'wrong', duplex: 'half' } as RequestInit)
    expect((await fetch(changed)).status).toBe(400)
    expect(files()).toEqual(filesBefore)
    expect(await (await fetch(await signRequest(`${url}/b/k`, SIGNING))).text()).toBe('first')
  })

  it('names no file after a key', async () => {
    const { url, files } = await startGate()
    for (const key of ['plain', '%2e%2e%2f%2e%2e%2fup', '..%5cup', '%00', 'C:%5cup', '/etc/up', 'a%0d%0ab']) {
      const url_ = `${url}/b/${key}`
      const response = await fetch(
        await signRequest(url_, { ...SIGNING, init: { method: 'PUT', body: key } }),
      )
      expect(response.status, key).toBe(200)
      expect(await (await fetch(await signRequest(url_, SIGNING))).text()).toBe(key)
    }
    for (const name of files()) expect(name).toMatch(/^(?:[\da-f]{64}\.json|[\da-f-]{36})$/)
    expect(files()).toHaveLength(14)
  })

  it('answers a call that it does not know with 501, and does not take it for an upload', async () => {
    const { url, files } = await startGate()
    for (const [path, headers] of [
      ['/b/k?acl', undefined],
      ['/b/k', { 'x-amz-copy-source': '/b/other' }],
    ] as const) {
      const init = { method: 'PUT', body: 'data', ...(headers && { headers }) }
      expect((await fetch(await signRequest(url + path, { ...SIGNING, init }))).status).toBe(501)
    }
    expect(files()).toEqual([])
  })

  it('takes a form for the bucket that it is sent to, and for no other', async () => {
    const { url, files } = await startGate()
    const { fields } = createPostForm({
      ...SIGNING,
      url: `${url}/ours`,
      bucket: 'ours',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the form's own notation
      key: 'k/${filename}',
    })
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new Blob(['of a form']), '../é 1.txt')
    expect((await fetch(`${url}/theirs`, { method: 'POST', body: form })).status).toBe(403)
    expect(files()).toEqual([])

    const response = await fetch(`${url}/ours`, { method: 'POST', body: form })
    expect([response.status, response.headers.get('location')]).toEqual([204, '/ours/k/%C3%A9%201.txt'])
    const stored = await fetch(await signRequest(`${url}/ours/k/%C3%A9%201.txt`, SIGNING))
    expect(await stored.text()).toBe('of a form')
  })

  const FORM = 'multipart/form-data; boundary=b'
  const FILE = 'content-disposition: form-data; name="file"; filename="f"\r\n\r\n'
  it.each([
    ['too long before its file', FORM, `--b\r\n${'x'.repeat(65_536)}`, '400 MaxPostPreDataLengthExceeded'],
    ['no form', FORM, 'x', '400 MalformedPOSTRequest'],
    ['of other parts', FORM, `x\r\n--b\r\n${FILE}`, '400 MalformedPOSTRequest'],
    ['without a file', FORM, '--b--\r\n', '400 MalformedPOSTRequest'],
    ['without names', FORM, '--b\r\ncontent-type: a/b\r\n\r\nx\r\n--b--', '400 MalformedPOSTRequest'],
    [
      'not UTF-8',
      FORM,
      Buffer.from(`--b\r\n${FILE}`.replace('file', '\xff'), 'latin1'),
      '400 MalformedPOSTRequest',
    ],
    ['signed by nobody', FORM, `--b\r\n${FILE}x\r\n--b--`, '403 AccessDenied'],
    ['without a boundary', 'multipart/form-data', 'x', '400 MalformedPOSTRequest'],
  ])('refuses a form that is %s', async (_, contentType, body, expected) => {
    const { url, files } = await startGate()
    const response = await fetch(`${url}/b`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    })
    const code = /<Code>(.*)<\/Code>/.exec(await response.text())?.[1]
    expect(`${response.status} ${code}`).toBe(expected)
    expect(files()).toEqual([])
  })

  it('refuses payload modes that are not configured', async () => {
    const { url, files } = await startGate({ GATE_PAYLOADS: 'signed' })
    const init = { method: 'PUT', body: 'data' }
    for (const request of [
      await signRequest(`${url}/b/k`, { ...SIGNING, payload: 'unsigned', init }),
      await signChunkedRequest(`${url}/b/k`, { ...SIGNING, init }),
    ]) {
      const response = await fetch(request)
      expect([response.status, response.headers.get('x-refusal-reason')]).toEqual([
        403,
        'payload-not-allowed',
      ])
    }
    expect(files()).toEqual([])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends on %s, with an upload under way', async (signal) => {
    const { child, port, url, ending } = await startGate()
    expect(await exchange(port, awaitingHead(`${url}/b/k`, CREDENTIALS.secretAccessKey))).toContain('100')
    child.kill(signal)
    expect((await ending).code).toBe(130)
  })
})

describe('memory', () => {
  async function* zeros(bytes: number) {
    for (let left = bytes; left > 0; left -= MB) yield new Uint8Array(MB)
  }
  const decodedContentLength = 60 * MB
  const init = () => ({
    method: 'PUT',
    body: zeros(decodedContentLength) as unknown as BodyInit,
    duplex: 'half',
  })
  const inChunks = (url: string) =>
    signChunkedRequest(url, { ...SIGNING, decodedContentLength, checksum: 'crc32', init: init() })
  const plain = (url: string) => signRequest(url, { ...SIGNING, payload: 'unsigned', init: init() })
  const form = async (url: string) => {
    const { origin } = new URL(url)
    const { fields } = createPostForm({
      ...SIGNING,
      url: `${origin}/b`,
      bucket: 'b',
      key: 'k',
      fields: { success_action_status: '200' },
    })
    const start = new FormData()
    for (const [name, value] of Object.entries(fields)) start.append(name, value)
    start.append('file', new Blob(['']), 'f')
    const whole = new Response(start)
    const text = await whole.clone().text()
    const end = text.lastIndexOf('\r\n--')
    const body = async function* () {
      yield Buffer.from(text.slice(0, end))
      yield* zeros(decodedContentLength)
      yield Buffer.from(text.slice(end))
    }
    const headers = { 'content-type': whole.headers.get('content-type')! }
    return new Request(`${origin}/b`, {
      ...init(),
      method: 'POST',
      headers,
      body: body() as unknown as BodyInit,
    })
  }

  it.each([
    ['signed chunks and trailer', inChunks],
    ['a plain body', plain],
    ['a form', form],
  ])('stays flat for 60 MB of %s', async (_, sign) => {
    const { child, url, ending } = await startGate({}, MEASURED)
    const response = await fetch(await sign(`${url}/b/k`))
    expect([response.status, await response.text()]).toEqual([200, ''])
    child.kill()
    const peak = peakOf((await ending).stdout)
    expect(peak).toBeGreaterThan(1)
    expect(peak).toBeLessThan(40)
  })
})
