import { describe, expect, it } from 'vitest'
import { drain } from '../support/attack-streams.ts'
import {
  bytes,
  headerSigned,
  judge,
  presigned,
  refusalOf,
  toRequest,
  verifier,
  withHeader,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const S3 = { service: 's3' }
const S3_MISMATCH = 'payload-mismatch XAmzContentSHA256Mismatch 400'
const SHA256_OF_HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

const streamOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(bytes(chunk))
      controller.close()
    },
  })

const OTHER_BODIES = ['', 'hell', 'hello!', 'Hello', 'hello\n', 'h', '\0hello']

describe('V18 body hash unchecked: the body is the one that was signed', () => {
  const put = headerSigned({ method: 'PUT', target: '/b/k', body: 'hello' }, S3)

  it('takes the body that was signed, and no other, where the hash came in a header', async () => {
    expect(await judge(put, S3)).toBe('accepted')
    for (const body of OTHER_BODIES) expect(await judge({ ...put, body: bytes(body) }, S3)).toBe(S3_MISMATCH)
    expect(await judge({ ...put, body: null }, S3)).toBe(S3_MISMATCH)
  })

  it('takes the body that was signed, and no other, where no hash came along', async () => {
    const post = headerSigned({ method: 'POST', body: 'hello' })
    expect(await judge(post)).toBe('accepted')
    for (const body of OTHER_BODIES) expect(await judge({ ...post, body: bytes(body) })).toBe(MISMATCH)
    expect(await judge({ ...post, body: null })).toBe(MISMATCH)
  })

  it('refuses a body where none was signed', async () => {
    const { target, headers } = headerSigned({ method: 'POST' }, S3)
    expect(await judge({ method: 'POST', target, headers, body: bytes('hello') }, S3)).toBe(S3_MISMATCH)
    const aws = headerSigned({ method: 'POST' })
    expect(await judge({ ...aws, body: bytes('hello') })).toBe(MISMATCH)
    expect(await judge({ ...aws, body: bytes('') })).toBe('accepted')
  })

  it('does not let the hash header be rewritten along with the body', async () => {
    const headers = put.headers.map(([name, value]): [string, string] => [
      name,
      name === 'x-amz-content-sha256' ? 'UNSIGNED-PAYLOAD' : value,
    ])
    expect(
      await judge({ ...put, headers, body: bytes('other') }, { ...S3, payloads: ['signed', 'unsigned'] }),
    ).toBe(MISMATCH)
  })

  it('checks a presigned URL with a real hash header too', async () => {
    const url = presigned({ method: 'PUT', target: '/b/k', body: 'hello' }, { ...S3, payload: 'signed' })
    const sent = withHeader(url, 'x-amz-content-sha256', SHA256_OF_HELLO)
    expect(await judge(sent, S3)).toBe('accepted')
    expect(await judge({ ...sent, body: bytes('hellO') }, S3)).toBe(S3_MISMATCH)
    expect(await judge({ ...sent, body: null }, S3)).toBe(S3_MISMATCH)
    expect(await judge(withHeader(url, 'x-amz-content-sha256', '0'.repeat(64)), S3)).toBe(MISMATCH)
    expect(await judge(url, S3)).toBe('header-not-signed AccessDenied 403')
  })

  it('checks a presigned URL with the hash in its query too', async () => {
    const target = `/b/k?X-Amz-Content-Sha256=${SHA256_OF_HELLO}`
    const url = { ...presigned({ method: 'PUT', target }, S3), body: bytes('hello') }
    expect(await judge(url, S3)).toBe('accepted')
    expect(await judge({ ...url, body: bytes('hellO') }, S3)).toBe(S3_MISMATCH)
  })

  it('tells both hashes, and never a body', async () => {
    const error = await refusalOf(verifier(S3).verifyReceived({ ...put, body: bytes('hell') }))
    expect(error.details).toMatchObject({
      contentSha256Claimed: SHA256_OF_HELLO,
      contentSha256Received: '0ebdc3317b75839f643387d783535adc360ca01f33c75f7c1e7373adcd675c0b',
    })
  })

  it.each([
    'verifyReceived',
    'verify',
  ] as const)('gives %s a body that checks itself while it streams', async (entrance) => {
    const run = async (...chunks: string[]): Promise<{ text: string; error: unknown }> => {
      const sent = { ...put, body: streamOf(...chunks) }
      const streaming = verifier({ ...S3, body: 'stream' })
      if (entrance === 'verifyReceived') return drain((await streaming.verifyReceived(sent)).body)
      return drain((await streaming.verify(toRequest(sent))).request.body)
    }
    expect(await run('hel', 'lo')).toEqual({ text: 'hello', error: undefined })
    for (const chunks of [['hel', 'l0'], ['hello!'], ['hel'], ['hel', 'lo', '!']]) {
      const { text, error } = await run(...chunks)
      expect(error).toMatchObject({
        reason: 'payload-mismatch',
        awsCode: 'XAmzContentSHA256Mismatch',
        status: 400,
      })
      expect(text).toBe(chunks.slice(0, -1).join(''))
    }
  })
})
