import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { presignUrl } from '../../src/index.ts'
import { createPostForm } from '../../src/post-policy/index.ts'
import { put, SIGNING, send, signedHead, startGate } from './gate.ts'

const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`
const within = (directory: string, part: string): string[] => readdirSync(join(directory, part))

describe('many writers of one key', () => {
  it('leave the bytes of the last one and no other, and break no read', async () => {
    const { directory, url, text } = await startGate()
    const bodies = Array.from({ length: 200 }, (_, i) => `${i} `.repeat(500))
    const etags = new Set(bodies.map(etagOf))
    await put(`${url}/b/k`, bodies[0]!)

    const { url: readable } = presignUrl({ url: `${url}/b/k` }, SIGNING)
    let isWriting = true
    let reads = 0
    const reader = async (): Promise<void> => {
      while (isWriting) {
        const response = await fetch(readable)
        const body = await response.text()
        expect([response.status, response.headers.get('etag')]).toEqual([200, etagOf(body)])
        expect(etags).toContain(etagOf(body))
        reads++
      }
    }
    const writeAll = async (): Promise<void> => {
      const statuses = await Promise.all(
        bodies.map((body) => put(`${url}/b/k`, body).then(({ status }) => status)),
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
    }
    const readers = Array.from({ length: 8 }, reader)
    await writeAll()
    while (reads < 2000) await put(`${url}/b/k`, bodies[reads % 200]!)
    isWriting = false
    await Promise.all(readers)

    expect((await put(`${url}/b/k`, 'the last')).status).toBe(200)
    expect(await (await send(`${url}/b/k`)).text()).toBe('the last')
    expect(['incoming', 'content', 'index'].map((part) => within(directory, part).length)).toEqual([0, 1, 1])
    expect(reads).toBeGreaterThanOrEqual(2000)
    expect(text.stderr).toBe('')
  })

  it('and one who removes it leave nothing but what the last of them left', async () => {
    const { directory, url, text } = await startGate()
    const remove = () => send(`${url}/b/k`, { method: 'DELETE' })
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => (i % 3 ? put(`${url}/b/k`, `body ${i}`) : remove())),
    )
    await remove()
    expect(['incoming', 'content', 'index'].flatMap((part) => within(directory, part))).toEqual([])
    expect(text.stderr).toBe('')
  })
})

describe('a part of an upload', () => {
  const partOf = async (url: string) => {
    const started = await (await send(`${url}/b/k?uploads`, { method: 'POST' })).text()
    const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(started)?.[1] ?? ''
    return { whole: `${url}/b/k?uploadId=${uploadId}`, part: `${url}/b/k?partNumber=1&uploadId=${uploadId}` }
  }
  const list = (etag: string) =>
    `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`

  it('is put into the object, and is gone then', async () => {
    const { url, files } = await startGate()
    const { whole, part } = await partOf(url)
    await put(part, 'replaced')
    await put(part, 'data')
    expect((await send(whole, { method: 'POST', body: list(etagOf('replaced')) })).status).toBe(400)
    expect((await send(whole, { method: 'POST', body: list(etagOf('data')) })).status).toBe(200)
    expect(await (await send(`${url}/b/k`)).text()).toBe('data')
    expect(files()).toHaveLength(2)
  })

  it('that comes when the upload was given up leaves nothing', async () => {
    const { port, url, files } = await startGate()
    const { whole, part } = await partOf(url)
    const socket = connect(port, '127.0.0.1').setEncoding('latin1')
    let heard = ''
    socket.on('data', (text) => {
      heard += text
    })
    socket.write(`${signedHead(part, { 'content-length': '4' })}da`)
    await expect.poll(files).toHaveLength(3)
    expect((await send(whole, { method: 'DELETE' })).status).toBe(204)
    socket.write('ta')
    await expect.poll(() => heard).toMatch(/^HTTP\/1\.1 404 [\s\S]*<Code>NoSuchUpload</)
    expect(files()).toEqual([])
    socket.destroy()
  })

  it('is found in no time in a list that never ends', async () => {
    const { url } = await startGate()
    const { whole } = await partOf(url)
    const body = '<Part>'.repeat(150_000)
    const start = performance.now()
    expect((await send(whole, { method: 'POST', body })).status).toBe(400)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

describe('what a process leaves that was ended', () => {
  it('is swept at the next start, and nothing else', async () => {
    const first = await startGate()
    await put(`${first.url}/b/k`, 'data')
    first.child.kill('SIGKILL')
    await first.ending

    const { directory } = first
    writeFileSync(join(directory, 'incoming', randomUUID()), 'half a body')
    writeFileSync(join(directory, 'incoming', `${randomUUID()}.json`), '{')
    writeFileSync(join(directory, 'content', randomUUID()), 'of no object')
    writeFileSync(join(directory, 'content', 'thesis.txt'), 'of somebody who mistook the folder')
    const second = await startGate({ GATE_DIR: directory })
    expect(within(directory, 'incoming')).toEqual([])
    expect(within(directory, 'content')).toHaveLength(2)
    expect(within(directory, 'content')).toContain('thesis.txt')
    expect(await (await send(`${second.url}/b/k`)).text()).toBe('data')
  })
})

describe('a write that fails', () => {
  it('leaves nothing where the disk is full for the entry', async () => {
    // A limit on the size of files: the small content can be written, and the entry with long headers cannot.
    const { directory, url, text } = await startGate({ LIMIT_FILE_BLOCKS: '8' })
    const long = { 'x-amz-meta-long': 'x'.repeat(12_000) }
    expect((await put(`${url}/b/k`, 'old')).status).toBe(200)
    expect((await put(`${url}/b/k`, 'new', long)).status).toBe(500)
    expect((await put(`${url}/b/other`, 'new', long)).status).toBe(500)
    expect(['incoming', 'content', 'index'].map((part) => within(directory, part).length)).toEqual([0, 1, 1])
    expect(await (await send(`${url}/b/k`)).text()).toBe('old')
    expect(text.stderr).toMatch(/^(?:failed PUT "\/b\/\w+": "Error: EFBIG: .*"\n){2}$/)
  })

  it('leaves nothing where the entry cannot be put into its place', async () => {
    const { directory, url, files } = await startGate()
    rmSync(join(directory, 'index'), { recursive: true })
    expect((await put(`${url}/b/k`, 'data')).status).toBe(500)
    expect(files()).toEqual([])
  })
})

const HEADERS = {
  'cache-control': 'max-age=60',
  'content-disposition': 'attachment; filename="a.txt"',
  'content-encoding': 'gzip',
  'content-language': 'de, fr',
  'content-type': 'text/plain; charset=utf-8',
  expires: 'Wed, 21 Oct 2026 07:28:00 GMT',
}

describe('the headers of an object', () => {
  it('are those that were signed', async () => {
    const { url } = await startGate()
    await put(`${url}/b/k`, 'data', { ...HEADERS, 'x-amz-meta-who': 'me' })
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await send(`${url}/b/k`, { method, headers: { 'accept-encoding': 'identity' } })
      expect(Object.fromEntries(headers)).toMatchObject({ ...HEADERS, 'x-amz-meta-who': 'me' })
    }
    const presigned = presignUrl({ method: 'PUT', url: `${url}/b/unsigned` }, SIGNING).url
    expect((await fetch(presigned, { method: 'PUT', headers: HEADERS, body: 'data' })).status).toBe(200)
    const { headers } = await send(`${url}/b/unsigned`)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    for (const name of Object.keys(HEADERS).slice(0, 4)) expect(headers.get(name), name).toBeNull()
  })

  it('are replaced in an answer by those that a signed query names', async () => {
    const { url } = await startGate()
    await put(`${url}/b/k`, 'data', { 'cache-control': 'no-store', 'x-amz-meta-who': 'me' })
    const query = new URLSearchParams(
      Object.entries(HEADERS).map(([name, value]) => [`response-${name}`, value]),
    )
    const address = `${url}/b/k?${query}`.replaceAll('+', '%20')
    for (const method of ['GET', 'HEAD']) {
      const { headers, status } = await fetch(presignUrl({ method, url: address }, SIGNING).url, { method })
      expect([method, status]).toEqual([method, 200])
      expect(Object.fromEntries(headers)).toMatchObject({ ...HEADERS, 'x-amz-meta-who': 'me' })
    }
    const ranged = await send(address, { headers: { range: 'bytes=1-2' } })
    expect([ranged.status, ranged.headers.get('content-type')]).toEqual([206, HEADERS['content-type']])
    expect((await send(`${url}/b/k`)).headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    ['response-set-cookie=x', 501, 'NotImplemented'],
    ['response-content-type=a%0Ab', 400, 'InvalidArgument'],
    ['response-expires=%E2%82%AC', 400, 'InvalidArgument'],
  ])('cannot be replaced by %s', async (query, status, code) => {
    const { url, logged } = await startGate()
    await put(`${url}/b/k`, 'data')
    const response = await send(`${url}/b/k?${query}`)
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(`<Code>${code}<`),
    ])
    expect(logged()).toHaveLength(1)
  })
})

describe('a form', () => {
  async function post(url: string, fields: Record<string, string>, changes: Record<string, string> = {}) {
    const signed = createPostForm({ ...SIGNING, url: `${url}/b`, bucket: 'b', key: 'a b/é', fields })
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...signed.fields, ...changes })) form.append(name, value)
    form.append('file', new Blob(['of a form']), 'f')
    return fetch(`${url}/b`, { method: 'POST', body: form, redirect: 'manual' })
  }

  it('keeps the headers that its policy covers', async () => {
    const { url } = await startGate()
    expect((await post(url, HEADERS)).status).toBe(204)
    const { headers } = await send(`${url}/b/a%20b/%C3%A9`, { method: 'HEAD' })
    expect(Object.fromEntries(headers)).toMatchObject(HEADERS)
  })

  it.each([
    ['https://site.example/done', 'https://site.example/done?'],
    ['http://site.example/done?x=%20&y#z', 'http://site.example/done?x=%20&y&', '#z'],
  ])('sends the browser on to %s', async (page, start, end = '') => {
    const { url } = await startGate()
    const response = await post(url, { success_action_redirect: page, success_action_status: '201' })
    const etag = encodeURIComponent(etagOf('of a form'))
    expect([response.status, response.headers.get('location')]).toEqual([
      303,
      `${start}bucket=b&key=a+b%2F%C3%A9&etag=${etag}${end}`,
    ])
  })

  it.each([
    'javascript:alert(1)',
    '/done',
    'https://',
    'ftp://site.example/',
  ])('sends nobody on to %s, which is no page', async (page) => {
    const { url } = await startGate()
    const response = await post(url, { success_action_redirect: page })
    expect([response.status, response.headers.get('location')]).toEqual([204, '/b/a%20b/%C3%A9'])
  })

  it('sends nobody on to a page that its policy does not name', async () => {
    const { url, files } = await startGate()
    const page = 'https://evil.example/'
    expect((await post(url, {}, { success_action_redirect: page })).status).toBe(403)
    expect(
      (
        await post(
          url,
          { success_action_redirect: 'https://good.example/' },
          { success_action_redirect: page },
        )
      ).status,
    ).toBe(403)
    expect(files()).toEqual([])
  })
})
