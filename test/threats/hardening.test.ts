import { describe, expect, it } from 'vitest'
import { type SigningAlgorithm, type SigningKeyCache, sigv4 } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import { forgePresigned } from '../support/attack-forge.ts'
import { drain, watchedStream } from '../support/attack-streams.ts'
import {
  bothForms,
  bytes,
  editTarget,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  presigned,
  refusalOf,
  SECOND,
  verifier,
  withHeader,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const S3 = { service: 's3' }
const STREAM = { ...S3, body: 'stream', maxBodyBytes: 5 * 2 ** 30 } as const
const MEBIBYTE = 2 ** 20

/** A stream of zeros, as long as it is asked for. */
function endless(): { stream: ReadableStream<Uint8Array>; seen: { bytes: number } } {
  const seen = { bytes: 0 }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.bytes += MEBIBYTE
        if (seen.bytes > 100 * MEBIBYTE) return controller.close()
        controller.enqueue(new Uint8Array(MEBIBYTE))
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

const within = <T>(promise: Promise<T>): Promise<T | 'it hangs'> =>
  Promise.race([promise, new Promise<'it hangs'>((resolve) => setTimeout(resolve, SECOND, 'it hangs'))])

describe('a large limit for streams is no leave to fill the memory', () => {
  it('a request whose signature is not known yet is held in memory up to 8 MiB', async () => {
    for (const [, wire] of bothForms({ method: 'PUT' })) {
      const { stream, seen } = endless()
      const options = { ...STREAM, service: 'execute-api', getKeys: () => ({ secretAccessKey: 'another' }) }
      expect(await judgeRaw({ ...wire, body: stream }, options)).toMatch(/^body-too-large /)
      expect(seen.bytes).toBeLessThanOrEqual(9 * MEBIBYTE)
      const nobody = endless()
      const unknown = { ...options, getKeys: () => undefined }
      expect(await judgeRaw({ ...wire, body: nobody.stream }, unknown)).toMatch(/^unknown-access-key /)
      expect(nobody.seen.bytes).toBe(seen.bytes)
    }
  })

  it('nothing is read of the body of an S3 presigned URL whose signature does not hold', async () => {
    const put = presigned({ method: 'PUT' }, S3)
    const keys = { 'unknown-access-key': undefined, 'signature-mismatch': { secretAccessKey: 'another' } }
    for (const [reason, key] of Object.entries(keys)) {
      const { stream, seen } = endless()
      expect(await judgeRaw({ ...put, body: stream }, { ...STREAM, getKeys: () => key })).toMatch(reason)
      expect(seen.bytes).toBe(0)
    }
  })

  it('an S3 presigned URL that signs the hash of no body is proved, and takes no other', async () => {
    const get = forgePresigned({ scope: '20150830/us-east-1/s3/aws4_request' })
    expect(await judgeRaw(get, STREAM)).toBe('accepted')
    const { body } = await verifier(STREAM).verifyReceived({ ...get, body: bytes('another') })
    expect(await drain(body)).toMatchObject({ text: '', error: { reason: 'payload-mismatch' } })
  })

  it('an unsigned payload that is not allowed is refused at its first byte', async () => {
    const { stream, seen } = endless()
    const put = { ...presigned({ method: 'PUT' }, S3), body: stream }
    expect(await judgeRaw(put, STREAM)).toBe('payload-not-allowed AccessDenied 403')
    expect(seen.bytes).toBe(MEBIBYTE)
  })
})

describe('a query is not another one to the application', () => {
  it('a parameter with an empty name cannot be added to a presigned URL, nor taken away', async () => {
    const [plain, named] = ['/?a=1', '/?a=1&=2'].map((target) => presigned({ target }))
    expect(await judge(editTarget(plain!, (target) => `${target}&=2`))).toBe(MISMATCH)
    expect(await judge(editTarget(plain!, (target) => `${target}&=`))).toBe(MISMATCH)
    expect(await judge(named!)).toBe('accepted')
    expect(await judge(editTarget(named!, (target) => target.replace('&=2', '')))).toBe(MISMATCH)
    expect(await judge(editTarget(named!, (target) => target.replace('&=2', '&=3')))).toBe(MISMATCH)
  })
})

describe('a session token comes in one place', () => {
  it('where the service appends it to the query, none may be added to the headers', async () => {
    const service = 'iotdevicegateway'
    const temporary = { ...KEY, sessionToken: 'mine' }
    const url = presigned({ target: '/mqtt' }, { service, credentials: temporary })
    const options = { service, getKeys: () => temporary }
    expect(await judge(url, options)).toBe('accepted')
    for (const name of ['x-amz-security-token', 'x-amz-s3session-token']) {
      expect(await judge(withHeader(url, name, 'yours'), options)).toBe(
        'malformed-authorization IncompleteSignature 400',
      )
    }
  })
})

describe('a backslash in a query is one: fetch sends it as it is', () => {
  it('and is verified', async () => {
    for (const [, wire] of bothForms({ target: '/?a=\\b' })) {
      expect(await judge(wire)).toBe('accepted')
      expect(await judge(editTarget(wire, (target) => target.replace(/\\|%5C/, '/')))).toBe(MISMATCH)
    }
    const signed = headerSigned({ target: '/?a=\\b' })
    expect(new URL(`https://h${signed.target}`).search).toBe('?a=\\b')
    expect(await judgeRaw({ ...signed, target: '/?a=%5Cb' })).toBe('accepted')
  })
})

describe('a path is not another one to the application', () => {
  it('".." does not climb out of the prefix that a proxy takes away', async () => {
    const externalUrl = 'https://api.example.com/v1'
    for (const [, wire] of bothForms({ target: '/admin' })) {
      for (const climb of ['/../admin', '/./../admin', '/a/../../admin']) {
        const climbing = editTarget(wire, (target) => target.replace('/admin', climb))
        expect(await judgeRaw(climbing, { externalUrl })).toBe(MISMATCH)
      }
    }
    for (const [, wire] of bothForms({ target: '/v1/admin' })) {
      const inside = editTarget(wire, (target) => target.replace('/v1/admin', '/a/../admin'))
      expect(await judgeRaw(inside, { externalUrl })).toBe('accepted')
    }
  })

  it('a name behind a byte order mark is another name, as it is to URLSearchParams', async () => {
    const url = presigned()
    const marked = editTarget(url, (target) => target.replace('X-Amz-Expires', '%EF%BB%BFX-Amz-Expires'))
    expect(await judge(marked)).toBe('malformed-authorization IncompleteSignature 400')
  })
})

describe('a guard is not off in silence', () => {
  it.each([
    { exact: 'Content-Type' },
    { prefix: 'Content-' },
    { suffix: '-Type' },
    { contains: 'T-T' },
    { regex: 'Content-.*' },
    { regex: /Content-.*/ },
  ])('because %j has capitals', async (matcher) => {
    const wire = withHeader(headerSigned(), 'content-type', 'text/plain')
    expect(await judge(wire, { requireSignedHeaders: [matcher] })).toBe(
      'header-not-signed SignatureDoesNotMatch 403',
    )
  })

  it.each([
    5,
    { token: 'x' },
    Buffer.from('x'),
  ])('because a session token is %j, which is no text', async (token) => {
    const getKeys = () => ({ ...KEY, sessionToken: token as never })
    expect(await judgeRaw(headerSigned(), { getKeys })).toMatch(/^unknown-access-key /)
  })

  it.each([
    ['content-length', '5'],
    ['transfer-encoding', 'chunked'],
  ])('because the body that %s announces was not handed over', async (name, value) => {
    for (const [, wire] of bothForms({ method: 'POST' }, { payload: 'unsigned' })) {
      expect(await judgeRaw(wire)).toBe('accepted')
      expect(await judgeRaw(withHeader(wire, 'content-length', '0'))).toBe('accepted')
      expect(await judgeRaw(withHeader(wire, name, value))).toBe('incomplete-body IncompleteBody 400')
    }
  })
})

describe('nothing waits for ever', () => {
  it('a stream that is cancelled while its source stalls is cancelled at once, and so is the source', async () => {
    const put = headerSigned({ method: 'PUT', body: 'hello' }, S3)
    const { stream, seen } = watchedStream(['he'], 'stall')
    const { body } = await verifier(STREAM).verifyReceived({ ...put, body: stream })
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    reader.read().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await within(reader.cancel())).toBeUndefined()
    expect(seen.cancelled).toBe(true)
  })

  it('a refusal does not wait for its source to be cancelled', async () => {
    const put = headerSigned({ method: 'PUT', body: 'hello' }, S3)
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(bytes('hello')),
      cancel: () => new Promise(() => {}),
    })
    const judged = judgeRaw({ ...put, body }, { ...S3, maxBodyBytes: 4 })
    expect(await within(judged)).toBe('body-too-large EntityTooLarge 400')
  })
})

describe('what a client sends is refused, not crashed on', () => {
  it.each([
    'a!b',
    'a$b',
    "a'b",
    'a,b',
    'a*b',
    'a"b',
    'a;b',
    'a&b',
  ])('a Request for the host %s', async (host) => {
    for (const [target, reason] of [
      [presigned().target, 'signature-mismatch'],
      ['/', 'missing-authentication'],
    ]) {
      const request = new Request(`https://${host}${target}`)
      expect((await refusalOf(verifier().verify(request))).reason).toBe(reason)
    }
  })

  it('a line break in what it calls the algorithm does not get into a log', async () => {
    const url = editTarget(presigned(), (target) =>
      target.replace('AWS4-HMAC-SHA256', 'a%0AINFO%20all%20is%20well'),
    )
    const { message } = await refusalOf(verifier().verifyReceived(url))
    expect(message).toBe(
      'The algorithm must be AWS4-HMAC-SHA256 (see algorithms); it is "a\\nINFO all is well"',
    )
  })
})

describe('a mistake of the programmer is told as one', () => {
  it.each(['text', 5, true])('a body that is %j', async (body) => {
    expect(await judgeRaw({ ...headerSigned(), body: body as never })).toBe('TypeError ERR_INVALID_ARG_TYPE')
  })

  it('an error of getKeys is passed on, whatever it calls itself', async () => {
    const error = Object.assign(new Error('x'), {
      name: 'SignatureError',
      reason: 'no-such-reason',
      awsCode: 'x',
    })
    const getKeys = () => Promise.reject(error)
    await expect(verifier({ getKeys }).verifyReceived(headerSigned())).rejects.toBe(error)
  })
})

describe('V22 user enumeration: of SigV4A too', () => {
  it('derives no key for an access key id that nobody has, however many are tried', async () => {
    const derived: string[] = []
    const entries = new Map<string, object>()
    const keyCache: SigningKeyCache = {
      getOrDerive(secret, scope, derive) {
        const id = `${scope}\n${secret}`
        if (!entries.has(id)) {
          derived.push(scope)
          entries.set(id, derive())
        }
        return entries.get(id) as ReturnType<typeof derive>
      },
    }
    for (const algorithm of [sigv4, sigv4a] as SigningAlgorithm[]) {
      derived.length = 0
      for (const accessKeyId of ['NOBODY1', 'NOBODY2', 'NOBODY3']) {
        const wire = headerSigned({}, { credentials: { ...KEY, accessKeyId }, algorithm })
        expect(await judge(wire, { algorithms: [algorithm], keyCache, getKeys: () => undefined })).toBe(
          'unknown-access-key InvalidClientTokenId 403',
        )
      }
      expect(derived).toHaveLength(1)
    }
  })
})
