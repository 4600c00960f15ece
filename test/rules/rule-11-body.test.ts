import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { drain, watchedStream } from '../support/attack-streams.ts'
import {
  bytes,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  presigned,
  toRequest,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

const S3 = { service: 's3' }
const STREAM = { ...S3, body: 'stream' } as const
const TOO_LARGE = 'body-too-large RequestEntityTooLarge 413'
const TOO_LARGE_S3 = 'body-too-large EntityTooLarge 400'
const MISMATCH_S3 = 'payload-mismatch XAmzContentSHA256Mismatch 400'

/** An upload of this text to S3, whose hash came in a header. */
const put = (body: string): Wire => headerSigned({ method: 'PUT', target: '/b/k', body }, S3)
/** A call of any other service: nothing says which hash was signed. */
const post = (body: string): Wire => headerSigned({ method: 'POST', body })

async function* inChunks(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield bytes(chunk)
}

describe('rule 11, buffered: the body is checked before anybody sees it', () => {
  it.each([
    ['bytes', () => bytes('hello')],
    ['a Buffer', () => Buffer.from('hello')],
    ['a stream', () => watchedStream(['he', 'llo']).stream],
    ['a stream with empty chunks', () => watchedStream(['', 'he', '', 'llo', '']).stream],
    ['an async iterable', () => inChunks('h', 'e', 'llo')],
  ])('takes %s', async (_, body) => {
    for (const [wire, options] of [
      [put('hello'), S3],
      [post('hello'), {}],
    ] as const) {
      const verified = await verifier(options).verifyReceived({ ...wire, body: body() })
      expect(new TextDecoder().decode(verified.body as Uint8Array)).toBe('hello')
    }
  })

  it.each(['hell', 'hello!', 'Hello', '', 'hello\0'])('refuses the body %j', async (body) => {
    expect(await judge({ ...put('hello'), body: bytes(body) }, S3)).toBe(MISMATCH_S3)
    expect(await judgeRaw({ ...put('hello'), body: watchedStream([body]).stream }, S3)).toBe(MISMATCH_S3)
    expect(await judge({ ...post('hello'), body: bytes(body) })).toBe(
      'signature-mismatch SignatureDoesNotMatch 403',
    )
  })

  it('takes an empty body, and none at all, for the hash of nothing', async () => {
    for (const [wire, options] of [
      [put(''), S3],
      [post(''), {}],
    ] as const) {
      for (const body of [
        new Uint8Array(0),
        watchedStream([]).stream,
        watchedStream(['']).stream,
        inChunks(),
        null,
      ]) {
        const verified = await verifier(options).verifyReceived({ ...wire, body })
        expect(verified.body === null ? null : (verified.body as Uint8Array).length).toBe(
          body === null ? null : 0,
        )
      }
      const { body: _, ...without } = wire
      expect((await verifier(options).verifyReceived(without)).body).toBeNull()
    }
    expect(await judge({ ...put('hello'), body: null }, S3)).toBe(MISMATCH_S3)
  })

  it('gives a Request whose body was checked', async () => {
    const { request } = await verifier(S3).verify(toRequest(put('hello')))
    expect(await request.text()).toBe('hello')
    expect([request.method, request.url]).toEqual(['PUT', 'https://api.example.com/b/k'])
    expect(request.headers.get('x-amz-date')).toBe('20150830T123600Z')
    expect((await verifier().verify(toRequest(headerSigned()))).request.body).toBeNull()
  })

  it('passes an error of the body on as it is', async () => {
    for (const [wire, options] of [
      [put('hello'), S3],
      [post('hello'), {}],
    ] as const) {
      const body = watchedStream(['he'], 'error').stream
      await expect(verifier(options).verifyReceived({ ...wire, body })).rejects.toThrow(
        'the connection broke',
      )
    }
  })

  it('does not read the body of a request that its head refuses', async () => {
    const { stream, seen } = watchedStream(['hello'])
    const forged = put('hello')
    expect(await judgeRaw({ ...forged, method: 'POST', body: stream }, S3)).toBe(
      'signature-mismatch SignatureDoesNotMatch 403',
    )
    expect(seen.chunks).toBe(0)
    expect(await judgeRaw({ ...withHeader(forged, 'x-amz-acl', 'x'), body: stream }, S3)).toBe(
      'header-not-signed AccessDenied 403',
    )
    expect(seen.chunks).toBe(0)
  })

  it.each([
    {},
    ['a'],
    new ArrayBuffer(1),
  ])('takes the body %j for a mistake of the programmer', async (body) => {
    expect(await judgeRaw({ ...put('hello'), body: body as never }, S3)).toBe(
      'TypeError ERR_INVALID_ARG_TYPE',
    )
  })

  it('takes a chunk that is not bytes for a mistake of the programmer', async () => {
    const body = (async function* () {
      yield 'hello'
    })() as never
    expect(await judgeRaw({ ...put('hello'), body }, S3)).toBe('TypeError ERR_INVALID_ARG_TYPE')
  })
})

describe('rule 11: a body is as large as maxBodyBytes and no larger', () => {
  const five = { maxBodyBytes: 5 }

  it.each([
    ['bytes', (text: string) => bytes(text)],
    ['a stream', (text: string) => watchedStream([...text]).stream],
    ['an async iterable', (text: string) => inChunks(...text)],
  ])('of %s', async (_, body) => {
    expect(await judgeRaw({ ...put('hello'), body: body('hello') }, { ...S3, ...five })).toBe('accepted')
    expect(await judgeRaw({ ...post('hello'), body: body('hello') }, five)).toBe('accepted')
    expect(await judgeRaw({ ...put('hello!'), body: body('hello!') }, { ...S3, ...five })).toBe(TOO_LARGE_S3)
    expect(await judgeRaw({ ...post('hello!'), body: body('hello!') }, five)).toBe(TOO_LARGE)
  })

  it('is 8 MiB by default', async () => {
    const limit = 8 * 1024 * 1024
    const sized = (length: number): Wire => ({ ...post(''), body: new Uint8Array(length) })
    expect(await judgeRaw(sized(limit))).toBe('signature-mismatch SignatureDoesNotMatch 403')
    expect(await judgeRaw(sized(limit + 1))).toBe(TOO_LARGE)
  })

  it('stops reading at the limit, and cancels the rest', async () => {
    const { stream, seen } = watchedStream(Array(100).fill('hello'))
    expect(await judgeRaw({ ...put('hello'), body: stream }, { ...S3, maxBodyBytes: 12 })).toBe(TOO_LARGE_S3)
    expect(seen).toEqual({ chunks: 3, cancelled: true })
  })

  it('believes a content-length that is too large, before anything is read', async () => {
    const { stream, seen } = watchedStream(['hello'])
    const declared = { ...withHeader(put('hello'), 'Content-Length', '6'), body: stream }
    expect(await judgeRaw(declared, { ...S3, ...five })).toBe(TOO_LARGE_S3)
    expect(seen.chunks).toBe(0)
  })

  it.each([
    '5',
    '0',
    '4',
    '-1',
    'NaN',
    '',
    'five',
    '5, 5',
  ])('believes no content-length of "%s": what comes is counted', async (length) => {
    const declared = withHeader(put('hello!'), 'content-length', length)
    expect(await judgeRaw(declared, { ...S3, ...five })).toBe(TOO_LARGE_S3)
    const within = withHeader(put('hello'), 'content-length', length)
    expect(await judgeRaw(within, { ...S3, ...five })).toBe('accepted')
  })

  it('may be nothing at all', async () => {
    expect(await judge(put(''), { ...S3, maxBodyBytes: 0 })).toBe('accepted')
    expect(await judge(put('h'), { ...S3, maxBodyBytes: 0 })).toBe(TOO_LARGE_S3)
  })

  it.each([
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '5',
  ])('refuses the option maxBodyBytes: %j', (maxBodyBytes) => {
    const options = {
      getKeys: () => KEY,
      service: 's3',
      region: 'us-east-1',
      maxBodyBytes: maxBodyBytes as never,
    }
    expect(() => new Verifier(options)).toThrow(/^maxBodyBytes /)
  })
})

describe('rule 11, streaming: the body is checked as it streams, and ends in an error before its last bytes', () => {
  const streamed = async (wire: Wire, options = {}) => {
    const verified = await verifier({ ...STREAM, ...options }).verifyReceived(wire)
    return drain(verified.body)
  }

  it('gives the whole body where it is the signed one', async () => {
    expect(await streamed({ ...put('hello'), body: watchedStream(['h', 'e', 'llo']).stream })).toEqual({
      text: 'hello',
      error: undefined,
    })
    expect(await streamed(put('hello'))).toEqual({ text: 'hello', error: undefined })
    expect(await streamed({ ...put('hello'), body: inChunks('hel', 'lo') })).toEqual({
      text: 'hello',
      error: undefined,
    })
    expect(await streamed(put(''))).toEqual({ text: '', error: undefined })
  })

  it.each([
    [['h', 'e', 'llO'], 'he'],
    [['H', 'e', 'llo'], 'He'],
    [['h', 'e'], 'h'],
    [['hello', '!'], 'hello'],
    [['hello!'], ''],
    [['hell', 'o!', ''], 'hell'],
    [[], ''],
  ])('gives of %j no more than %j, and then the error', async (chunks, text) => {
    const drained = await streamed({ ...put('hello'), body: watchedStream(chunks).stream })
    expect(drained).toEqual({
      text,
      error: expect.objectContaining({
        reason: 'payload-mismatch',
        awsCode: 'XAmzContentSHA256Mismatch',
        status: 400,
      }),
    })
  })

  it('passes an error of the body on, without its last bytes', async () => {
    const { stream } = watchedStream(['hel', 'lo'], 'error')
    expect(await streamed({ ...put('hello'), body: stream })).toEqual({
      text: 'hel',
      error: new Error('the connection broke'),
    })
  })

  it('counts the bytes', async () => {
    const sent = (body: string): Wire => ({ ...put(body), body: watchedStream([...body]).stream })
    expect(await streamed(sent('hello'), { maxBodyBytes: 5 })).toEqual({ text: 'hello', error: undefined })
    expect(await streamed(sent('hello!'), { maxBodyBytes: 5 })).toMatchObject({
      text: 'hell',
      error: {
        reason: 'body-too-large',
        awsCode: 'EntityTooLarge',
        status: 400,
        details: { maxBodyBytes: 5 },
      },
    })
  })

  it('reads nothing before it is asked for', async () => {
    const { stream, seen } = watchedStream(['hel', 'lo'])
    const { body } = await verifier(STREAM).verifyReceived({ ...put('hello'), body: stream })
    expect(seen.chunks).toBe(0)
    expect(await drain(body)).toEqual({ text: 'hello', error: undefined })
  })

  it('cancels the source with the stream', async () => {
    const { stream, seen } = watchedStream(['h', 'e', 'l', 'l', 'o'])
    const { body } = await verifier(STREAM).verifyReceived({ ...put('hello'), body: stream })
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await reader.cancel()
    expect(seen).toEqual({ chunks: 2, cancelled: true })
  })

  it('gives a body that is hashed before the signature is known, or not signed, as a stream too', async () => {
    const own = post('hello')
    expect(await streamed(own, { service: 'execute-api' })).toEqual({ text: 'hello', error: undefined })
    const url = { ...presigned({ method: 'PUT' }, S3), body: watchedStream(['hel', 'lo']).stream }
    expect(await streamed(url, { payloads: ['unsigned'] })).toEqual({ text: 'hello', error: undefined })
  })

  it('gives a Request whose body checks itself', async () => {
    const good = await verifier(STREAM).verify(
      toRequest({ ...put('hello'), body: watchedStream(['he', 'llo']).stream }),
    )
    expect(await good.request.text()).toBe('hello')
    const bad = await verifier(STREAM).verify(
      toRequest({ ...put('hello'), body: watchedStream(['he', 'llO']).stream }),
    )
    await expect(bad.request.text()).rejects.toMatchObject({ reason: 'payload-mismatch' })
  })

  it('tells a body that came as none apart, and checks it at once', async () => {
    expect((await verifier(STREAM).verifyReceived(put(''))).body).not.toBeNull()
    expect((await verifier(STREAM).verifyReceived({ ...put(''), body: null })).body).toBeNull()
    expect(await judgeRaw({ ...put('hello'), body: null }, STREAM)).toBe(MISMATCH_S3)
  })

  it.each(['streaming', '', null])('refuses the option body: %j', (body) => {
    const options = { getKeys: () => KEY, service: 's3', region: 'us-east-1', body: body as never }
    expect(() => new Verifier(options)).toThrow('body must be "buffer" or "stream"')
  })
})
