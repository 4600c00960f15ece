import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signChunkedRequest } from '../../../src/chunked/index.ts'
import { type Credentials, presignUrl, signRequest } from '../../../src/index.ts'
import { createPostForm } from '../../../src/post-policy/index.ts'

/*
 * What we sign, judged by a server that others wrote: Ceph's object gateway.
 */

const SCRIPT = fileURLToPath(new URL('radosgw.sh', import.meta.url))
const OWNER: Credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const signing = { credentials: OWNER, service: 's3', region: 'us-east-1' }

const PROGRAMS = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph', 'radosgw-admin', 'monmaptool']
const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The status, and S3's code where there is one. */
async function outcomeOf(response: Response): Promise<string> {
  const code = /<Code>(.*?)<\/Code>/.exec(await response.text())?.[1]
  return code === undefined ? String(response.status) : `${response.status} ${code}`
}

/** Sends a signed request with another body of the same length. */
async function sendChanged(signed: Request, change: (body: Buffer) => void): Promise<string> {
  const body = Buffer.from(await signed.arrayBuffer())
  change(body)
  return outcomeOf(await fetch(signed.url, { method: signed.method, headers: signed.headers, body }))
}

const flipAt = (at: number) => (body: Buffer) => {
  body[at < 0 ? body.length + at : at]! ^= 1
}

if (missing.length > 0) {
  it('radosgw cannot run here, for a program that it needs is not there', () => {
    console.log(`not run: radosgw: needs ${missing.join(', ')}`)
    expect(PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0)).toEqual(missing)
  })
} else {
  describe('radosgw', () => {
    const folder = mkdtempSync(join(tmpdir(), 'radosgw-'))
    let base = ''
    let keys = 0
    const newUrl = (): string => `${base}/bucket/key-${keys++}`

    beforeAll(async () => {
      const port = await freePort()
      base = `http://127.0.0.1:${port}`
      const env = {
        PATH: process.env.PATH,
        AWS_ACCESS_KEY_ID: OWNER.accessKeyId,
        AWS_SECRET_ACCESS_KEY: OWNER.secretAccessKey,
      }
      // What it starts in the background must not hold the pipes open.
      const started = spawnSync(
        'bash',
        ['-c', `"${SCRIPT}" start "${folder}" ${port} </dev/null 2>"${folder}/start.err"`],
        {
          env,
          timeout: 120_000,
          encoding: 'utf8',
        },
      )
      expect(started.stdout).toContain('up\n')
      const made = await fetch(await signRequest(`${base}/bucket`, { ...signing, init: { method: 'PUT' } }))
      expect(await outcomeOf(made)).toBe('200')
      console.log('ran: radosgw')
    }, 150_000)
    afterAll(() => {
      spawnSync('bash', [SCRIPT, 'stop', folder])
    }, 30_000)

    async function readBack(url: string, credentials: Credentials = OWNER): Promise<Buffer> {
      const response = await fetch(await signRequest(url, { ...signing, credentials }))
      expect(response.status).toBe(200)
      return Buffer.from(await response.arrayBuffer())
    }

    describe('a plain body', () => {
      const DATA = randomBytes(100_000)

      it.each([
        'signed',
        'unsigned',
      ] as const)('is taken when it is %s, and reads back as it was', async (payload) => {
        const url = newUrl()
        const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-amz-meta-two': 'a   b' }
        const init = { method: 'PUT', headers, body: DATA }
        expect(await outcomeOf(await fetch(await signRequest(url, { ...signing, payload, init })))).toBe(
          '200',
        )
        expect(await readBack(url)).toEqual(DATA)
      })

      it('is refused when it is changed', async () => {
        const signed = await signRequest(newUrl(), { ...signing, init: { method: 'PUT', body: DATA } })
        expect(await sendChanged(signed, flipAt(500))).toBe('400 XAmzContentSHA256Mismatch')
      })

      it('is taken under keys of every kind', async () => {
        for (const key of ["a b+c/é~!*'()&=;%.txt", 'dir//twice', '日本語', 'a%2Fb', '?x=y#z', '"<>|{}^`']) {
          const url = `${base}/bucket/${key.split('/').map(encodeURIComponent).join('/')}`
          const init = { method: 'PUT', body: key }
          expect(await outcomeOf(await fetch(await signRequest(url, { ...signing, init }))), key).toBe('200')
          expect((await readBack(url)).toString(), key).toBe(key)
        }
      })

      it('lists keys by a query that needs encoding', async () => {
        const url = `${base}/bucket?list-type=2&prefix=a%20b%2Bc/%C3%A9&delimiter=%2F&max-keys=2`
        const response = await fetch(await signRequest(url, signing))
        expect(response.status).toBe(200)
        expect(await response.text()).toContain('<Key>a b+c/é')
      })
    })

    describe('signed chunks', () => {
      const sign = (url: string, body: Uint8Array<ArrayBuffer>, options: object = {}) =>
        signChunkedRequest(url, { ...signing, ...options, init: { method: 'PUT', body } })

      it.each([
        ['one byte', 1, 65_536],
        ['one full chunk', 65_536, 65_536],
        ['one byte more than a chunk', 65_537, 65_536],
        ['many of the smallest chunks', 100_000, 8192],
        ['20 MB in chunks of 1 MB', 20 * 1024 * 1024, 1024 * 1024],
      ])('are taken, and read back as they were: %s', async (_, size, chunkBytes) => {
        const url = newUrl()
        const data = randomBytes(size)
        expect(await outcomeOf(await fetch(await sign(url, data, { chunkBytes })))).toBe('200')
        expect((await readBack(url)).equals(data)).toBe(true)
      })

      // It is the server's own: it refuses fog-aws's empty uploads in the same way, and reads no chunk of them.
      it('are refused where there are no bytes in them', async () => {
        const signed = await sign(newUrl(), new Uint8Array(0))
        expect(await outcomeOf(await fetch(signed))).toBe('400 XAmzContentSHA256Mismatch')
      })

      it('are refused when the first one is changed', async () => {
        expect(await sendChanged(await sign(newUrl(), randomBytes(200_000)), flipAt(1000))).toMatch(
          /^40[03] /,
        )
      })

      it('are refused when the last one is changed', async () => {
        expect(await sendChanged(await sign(newUrl(), randomBytes(200_000)), flipAt(-200))).toMatch(
          /^40[03] /,
        )
      })

      it('are refused when a signature in them is changed', async () => {
        const change = (body: Buffer) => void body.write('00000000', body.indexOf('chunk-signature=') + 16)
        expect(await sendChanged(await sign(newUrl(), randomBytes(200_000)), change)).toMatch(/^40[03] /)
      })

      it('are refused with signed trailers, which this server does not know', async () => {
        expect(
          await outcomeOf(await fetch(await sign(newUrl(), randomBytes(1000), { checksum: 'crc32' }))),
        ).toMatch(/^40\d /)
      })

      it('are refused unsigned with a trailer, which this server does not know', async () => {
        const options = { checksum: 'crc32', chunkSignatures: 'unsigned' }
        expect(await outcomeOf(await fetch(await sign(newUrl(), randomBytes(1000), options)))).toMatch(
          /^[45]0\d /,
        )
      })
    })

    describe('a presigned URL', () => {
      const presign = (method: string, url: string, expiresInSeconds = 60): string =>
        presignUrl({ method, url }, { ...signing, expiresInSeconds }).url

      it('puts and gets', async () => {
        const url = newUrl()
        expect(await outcomeOf(await fetch(presign('PUT', url), { method: 'PUT', body: 'presigned' }))).toBe(
          '200',
        )
        expect(await (await fetch(presign('GET', url))).text()).toBe('presigned')
      })

      it('is refused for another key, another method, or a longer life', async () => {
        const url = presign('PUT', newUrl())
        const put = { method: 'PUT', body: 'x' }
        expect(await outcomeOf(await fetch(url.replace('?', 'x?'), put))).toMatch(/^403 /)
        expect(await outcomeOf(await fetch(url, { method: 'DELETE' }))).toMatch(/^403 /)
        const longer = url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')
        expect(longer).not.toBe(url)
        expect(await outcomeOf(await fetch(longer, put))).toMatch(/^403 /)
      })
    })

    describe('a POST form', () => {
      const fill = async (key: string, change?: (fields: Record<string, string>) => void) => {
        const { url, fields } = createPostForm({
          ...signing,
          url: `${base}/bucket`,
          bucket: 'bucket',
          key,
          conditions: [['content-length-range', 0, 100]],
          expiresInSeconds: 60,
        })
        const changed = { ...fields }
        change?.(changed)
        const form = new FormData()
        for (const [name, value] of Object.entries(changed)) form.append(name, value)
        return { url, form }
      }
      const send = async (
        { url, form }: { url: string; form: FormData },
        content: string,
      ): Promise<string> => {
        form.append('file', new Blob([content]), 'name.txt')
        return outcomeOf(await fetch(url, { method: 'POST', body: form }))
      }

      it('is taken', async () => {
        expect(await send(await fill('from-a-form'), 'of a form')).toMatch(/^20[04]$/)
        expect((await readBack(`${base}/bucket/from-a-form`)).toString()).toBe('of a form')
      })

      it('is refused with another key, another signature, or a file that is too large', async () => {
        const otherKey = await fill('form-1', (fields) => {
          fields.key = 'form-2'
        })
        expect(await send(otherKey, 'x')).toBe('403 AccessDenied')
        const otherSignature = await fill('form-1', (fields) => {
          fields['x-amz-signature'] = '0'.repeat(64)
        })
        expect(await send(otherSignature, 'x')).toMatch(/^403 /)
        expect(await send(await fill('form-1'), 'x'.repeat(101))).toBe('400 EntityTooLarge')
      })
    })

    describe('a session token', () => {
      let session: Credentials
      beforeAll(async () => {
        const query = { Action: 'AssumeRole', RoleArn: 'arn:aws:iam:::role/r1', RoleSessionName: 'session' }
        const body = new URLSearchParams({ ...query, Version: '2011-06-15' })
        const options = { ...signing, service: 'sts', init: { method: 'POST', body } }
        const answer = await (await fetch(await signRequest(`${base}/`, options))).text()
        const read = (name: string): string =>
          new RegExp(`<${name}>(.*?)</${name}>`).exec(answer)?.[1] ?? answer
        session = {
          accessKeyId: read('AccessKeyId'),
          secretAccessKey: read('SecretAccessKey'),
          sessionToken: read('SessionToken'),
        }
      })

      it('is taken with signed chunks, in a presigned URL and with a plain body', async () => {
        const signingNow = { ...signing, credentials: session }
        const put = { method: 'PUT', body: 'of a session' }
        expect(
          await outcomeOf(
            await fetch(await signRequest(`${base}/theirs`, { ...signingNow, init: { method: 'PUT' } })),
          ),
        ).toBe('200')
        for (const request of [
          await signRequest(`${base}/theirs/1`, { ...signingNow, init: put }),
          await signChunkedRequest(`${base}/theirs/2`, { ...signingNow, init: put }),
          new Request(presignUrl({ method: 'PUT', url: `${base}/theirs/3` }, signingNow).url, put),
        ]) {
          expect(await outcomeOf(await fetch(request))).toBe('200')
        }
        expect((await readBack(`${base}/theirs/2`, session)).toString()).toBe('of a session')
      })

      it('is refused when another stands in its place', async () => {
        const changed = { ...session, sessionToken: `${session.sessionToken?.slice(0, -8)}AAAAAAA=` }
        const url = `${base}/theirs/4`
        const request = await signRequest(url, {
          ...signing,
          credentials: changed,
          init: { method: 'PUT', body: 'x' },
        })
        expect(await outcomeOf(await fetch(request))).toMatch(/^403 /)
      })
    })
  })
}
