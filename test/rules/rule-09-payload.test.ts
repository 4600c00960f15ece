import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type PayloadMode, Verifier } from '../../src/index.ts'
import { forgeHeader, signByHand } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bytes,
  editHeader,
  HOST,
  headerOf,
  headerSigned,
  judge,
  KEY,
  type Pair,
  presigned,
  verifier,
  type Wire,
} from '../support/attack-world.ts'

const NOT_ALLOWED = 'payload-not-allowed SignatureDoesNotMatch 403'
const NOT_ALLOWED_S3 = 'payload-not-allowed AccessDenied 403'
const S3 = { service: 's3' }
const UNSIGNED_TOO: { payloads: PayloadMode[] } = { payloads: ['signed', 'unsigned'] }

/** Header-signed for S3 with this x-amz-content-sha256. */
function claiming(contentSha256: string, service = 's3', others: Pair[] = []): Wire {
  const headers: Pair[] = [
    ['host', HOST],
    ['x-amz-content-sha256', contentSha256],
    ['x-amz-date', AMZ_DATE],
    ...others,
  ]
  return forgeHeader({
    method: 'PUT',
    headers,
    signedHeaders: headers.map(([name]) => name),
    hashedPayload: contentSha256,
    scope: `20150830/us-east-1/${service}/aws4_request`,
  })
}

const modeOf = async (wire: Wire, options = {}): Promise<string> =>
  (await verifier(options).verifyReceived(wire)).payload

describe('rule 9: an unsigned payload', () => {
  const forms: [form: string, service: string, wire: Wire][] = ['s3', 'execute-api'].flatMap((service) => [
    ['header-signed', service, headerSigned({ method: 'PUT' }, { service, payload: 'unsigned' })],
    ['presigned', service, presigned({ method: 'PUT' }, { service, payload: 'unsigned' })],
  ])

  it.each(forms)('of a %s request to %s is fine without a body', async (_, service, wire) => {
    expect(await judge(wire, { service })).toBe('accepted')
    expect(await judge({ ...wire, body: new Uint8Array(0) }, { service })).toBe('accepted')
    expect(await modeOf(wire, { service })).toBe('unsigned')
  })

  it.each(
    forms,
  )('of a %s request to %s is refused with a body, unless it is allowed', async (_, service, wire) => {
    const sent = { ...wire, body: bytes('x') }
    expect(await judge(sent, { service })).toBe(service === 's3' ? NOT_ALLOWED_S3 : NOT_ALLOWED)
    expect(await judge(sent, { service, ...UNSIGNED_TOO })).toBe('accepted')
    expect(await modeOf(sent, { service, ...UNSIGNED_TOO })).toBe('unsigned')
  })

  it('of a presigned GET is always fine', async () => {
    for (const payloads of [[], ['signed'], ['streaming']] as PayloadMode[][]) {
      expect(await judge(presigned({}, S3), { ...S3, payloads })).toBe('accepted')
    }
  })

  it('lets the client not choose it: what was signed decides', async () => {
    const signed = headerSigned({ method: 'PUT', body: 'hello' }, S3)
    const headers = signed.headers.map(
      ([name, value]): Pair => [name, name === 'x-amz-content-sha256' ? 'UNSIGNED-PAYLOAD' : value],
    )
    expect(await judge({ ...signed, headers }, { ...S3, ...UNSIGNED_TOO })).toBe(
      'signature-mismatch SignatureDoesNotMatch 403',
    )
  })
})

describe('rule 9: a signed payload', () => {
  it('is taken by default', async () => {
    for (const service of ['s3', 'execute-api']) {
      const wire = headerSigned({ method: 'PUT', body: 'hello' }, { service })
      expect(await judge(wire, { service })).toBe('accepted')
      expect(await modeOf(wire, { service })).toBe('signed')
    }
  })

  it('is found where a presigned URL signed it without saying so', async () => {
    const url = presigned({ method: 'POST', body: 'hello' })
    expect(await modeOf(url)).toBe('signed')
    expect(await judge({ ...url, body: bytes('hell0') })).toBe('signature-mismatch SignatureDoesNotMatch 403')
    const forS3 = presigned(
      { method: 'POST', body: 'hello' },
      { ...S3, profile: { presignedPayload: 'signed' } },
    )
    expect(await modeOf(forS3, S3)).toBe('signed')
  })

  it('is refused where it is not allowed', async () => {
    const wire = headerSigned({ method: 'PUT', body: 'hello' }, S3)
    expect(await judge(wire, { ...S3, payloads: ['unsigned'] })).toBe(NOT_ALLOWED_S3)
    const aws = headerSigned({ method: 'PUT', body: 'hello' })
    expect(await judge(aws, { payloads: ['unsigned'] })).toBe(NOT_ALLOWED)
  })
})

const ALL: PayloadMode[] = ['signed', 'unsigned', 'streaming', 'streaming-unsigned-trailer']
const SCOPE = '20150830/us-east-1/s3/aws4_request'

/** A body of one chunk, `hello`, in its framing: signed by hand behind the signature of its head, or unsigned. */
function chunked(head: Wire, isSigned: boolean): Wire {
  if (!isSigned) return { ...head, body: bytes('5\r\nhello\r\n0\r\n\r\n') }
  const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')
  const chunk = (data: string, prior: string): [text: string, signature: string] => {
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', AMZ_DATE, SCOPE, prior, sha256(''), sha256(data)].join('\n')
    const signature = signByHand(KEY.secretAccessKey, SCOPE, text)
    return [`${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`, signature]
  }
  const seed = /Signature=(.*)/.exec(headerOf(head, 'authorization'))?.[1] ?? ''
  const [first, signature] = chunk('hello', seed)
  return { ...head, body: bytes(first + chunk('', signature)[0]) }
}

describe('rule 9: a streaming payload', () => {
  const [signed, unsigned] = ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'].map(
    (contentSha256) => {
      const length: Pair = ['x-amz-decoded-content-length', '5']
      return chunked(claiming(contentSha256, 's3', [length]), !contentSha256.includes('UNSIGNED'))
    },
  ) as [Wire, Wire]

  it('in signed chunks is taken by default', async () => {
    expect(await judge(signed, S3)).toBe('accepted')
    expect(await modeOf(signed, S3)).toBe('streaming')
    expect(
      await judge(signed, { ...S3, payloads: ['signed', 'unsigned', 'streaming-unsigned-trailer'] }),
    ).toBe(NOT_ALLOWED_S3)
  })

  it('in unsigned chunks is taken where it is allowed', async () => {
    expect(await judge(unsigned, S3)).toBe(NOT_ALLOWED_S3)
    expect(await judge(unsigned, { ...S3, payloads: ['signed', 'unsigned', 'streaming'] })).toBe(
      NOT_ALLOWED_S3,
    )
    expect(await judge(unsigned, { ...S3, payloads: ALL })).toBe('accepted')
    expect(await modeOf(unsigned, { ...S3, payloads: ALL })).toBe('streaming-unsigned-trailer')
  })

  it('does not do without the signature of the head', async () => {
    for (const wire of [signed, unsigned]) {
      const junk = editHeader(wire, 'authorization', (value) => value.replace(/.{64}$/, '0'.repeat(64)))
      const missing = 'signature-mismatch SignatureDoesNotMatch 403'
      expect(await judge(junk, { ...S3, payloads: ALL })).toBe(missing)
      expect(await judge({ ...wire, method: 'POST' }, { ...S3, payloads: ALL })).toBe(missing)
    }
  })

  it('of events is taken as signed events, which a body without them is not', async () => {
    const events = claiming('STREAMING-AWS4-HMAC-SHA256-EVENTS')
    expect(await judge(events, { ...S3, payloads: ALL })).toBe('incomplete-body IncompleteBody 400')
    expect(await judge(events, { ...S3, payloads: ['signed'] })).toBe(NOT_ALLOWED_S3)
  })

  it.each([
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
    'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
  ])('%s does not go with a head that is signed with HMAC', async (sentinel) => {
    expect(await judge(claiming(sentinel), { ...S3, payloads: ALL })).toBe(
      'malformed-content-sha256 InvalidArgument 400',
    )
  })
})

describe('rule 9: what is said of the payload', () => {
  it.each([
    '',
    'unsigned-payload',
    'UNSIGNED-PAYLOAD2',
    'E'.repeat(64),
    'e'.repeat(63),
    'e'.repeat(65),
    'STREAMING-OTHER',
    'constructor',
    '__proto__',
    'g'.repeat(64),
  ])('is refused if it is "%s"', async (contentSha256) => {
    expect(await judge(claiming(contentSha256), S3)).toBe('malformed-content-sha256 InvalidArgument 400')
    expect(await judge(claiming(contentSha256, 'execute-api'))).toBe(
      'malformed-content-sha256 IncompleteSignature 400',
    )
  })

  it('must be there, in a signed header, for S3', async () => {
    const wire = headerSigned({}, { ...S3, profile: { contentSha256: 'omit' } })
    expect(await judge(wire, S3)).toBe('missing-content-sha256 InvalidRequest 400')
    const unsigned: Wire = {
      ...wire,
      headers: [...wire.headers, ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']],
    }
    expect(await judge(unsigned, S3)).toBe('missing-content-sha256 InvalidRequest 400')
    expect(await judge(headerSigned())).toBe('accepted')
  })

  it.each([['signed'], [['other']], [[null]]])('refuses the option payloads: %j', (payloads) => {
    const options = { getKeys: () => KEY, service: 's3', region: 'us-east-1', payloads: payloads as never }
    expect(() => new Verifier(options)).toThrow(/^payloads /)
  })
})
