import { describe, expect, it } from 'vitest'
import { signHeaders } from '../../src/index.ts'
import { forgeHeader } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  type Pair,
  signing,
  type Wire,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'

/** A signer that leaves a bare "+" in the query as it is: to it the canonical form is `%2B`. */
const literalPlus = (query: string, service: string): Wire => {
  const forged = forgeHeader({
    target: `/?${query.replaceAll('+', '%2B')}`,
    headers: [
      ['host', HOST],
      ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'],
      ['x-amz-date', AMZ_DATE],
    ],
    signedHeaders: ['host', 'x-amz-content-sha256', 'x-amz-date'],
    hashedPayload: 'UNSIGNED-PAYLOAD',
    scope: `20150830/us-east-1/${service}/aws4_request`,
  })
  return { ...forged, target: `/?${query}` }
}

describe('decision: a bare "+" in a received query is a space', () => {
  it.each(['s3', 'execute-api'])('for %s', async (service) => {
    for (const [, wire] of bothForms({ target: '/?a=b%20c' }, { service })) {
      const plus = { ...wire, target: wire.target.replace('b%20c', 'b+c') }
      expect(await judge(plus, { service })).toBe('accepted')
      expect(new URL(plus.target, 'https://h').searchParams.get('a')).toBe('b c')
    }
  })

  it.each([
    's3',
    'execute-api',
  ])('so that "%%2B" cannot be swapped for it under a signature for %s', async (service) => {
    for (const [, wire] of bothForms({ target: '/?a=b%2Bc' }, { service })) {
      expect(await judge(wire, { service })).toBe('accepted')
      expect(await judge({ ...wire, target: wire.target.replace('b%2Bc', 'b+c') }, { service })).toBe(
        MISMATCH,
      )
    }
  })

  it('in names too', async () => {
    const wire = headerSigned({ target: '/?a+b=1' })
    expect(await judge({ ...wire, target: '/?a%20b=1' })).toBe('accepted')
    expect(await judge({ ...wire, target: '/?a%2Bb=1' })).toBe(MISMATCH)
  })

  it('and a client that signed it as a plus is refused', async () => {
    for (const service of ['s3', 'execute-api']) {
      expect(await judge(literalPlus('a=b%2Bc', service), { service })).toBe('accepted')
      expect(await judge(literalPlus('a=b+c', service), { service })).toBe(MISMATCH)
    }
  })

  it('and a signer of ours signs it as a space', async () => {
    const { trace } = signHeaders({ url: `https://${HOST}/?a=b+c` }, signing())
    expect(trace.canonicalRequest.split('\n')[2]).toBe('a=b%20c')
  })
})

describe('decision: header values are bytes', () => {
  const BYTES = Buffer.from('café ☃', 'utf8').toString('latin1')
  // What SHA-256 over the bytes 63 61 66 c3 a9 20 e2 98 83 gives, in place of those of the string's own UTF-8.
  const CANONICAL_HASH = 'd1c4c7a2790ade643ec6d02c4a23371f6ee33da9680336b981cf686390fd5612'

  it('canonical text is hashed one byte a character', () => {
    const headers: Pair[] = [['x-name', BYTES]]
    const { trace } = signHeaders({ url: `https://${HOST}/`, headers }, signing())
    expect(trace.canonicalRequest).toContain(`x-name:${BYTES}\n`)
    expect(trace.stringToSign.split('\n')[3]).toBe(CANONICAL_HASH)
  })

  it('a value that Node and Headers hand over as bytes is verified', async () => {
    const wire = headerSigned({ headers: [['x-name', BYTES]] })
    expect(await judge(wire)).toBe('accepted')
    const changed = wire.headers.map(([name, value]): Pair => [name, value.replace('\xa9', '\xa8')])
    expect(await judge({ ...wire, headers: changed })).toBe(MISMATCH)
  })

  it('Latin-1 and UTF-8 of one text are two values', async () => {
    const wire = headerSigned({ headers: [['x-name', 'caf\xe9']] })
    expect(await judge(wire)).toBe('accepted')
    const utf8 = wire.headers.map(([name, value]): Pair => [name, value.replace('\xe9', '\xc3\xa9')])
    expect(await judge({ ...wire, headers: utf8 })).toBe(MISMATCH)
  })

  it('signing refuses a character above U+00FF, and names the header', () => {
    for (const value of ['☃', 'a\u0100', '\ud83d\ude00']) {
      expect(() => headerSigned({ headers: [['X-Name', value]] })).toThrow(/x-name.*U\+00FF/s)
    }
  })

  it('verifying refuses one too: no server can have received it', async () => {
    const wire = headerSigned({ headers: [['x-name', 'a']] })
    const headers = wire.headers.map(([name, value]): Pair => [name, name === 'x-name' ? 'š' : value])
    expect(await judgeRaw({ ...wire, headers })).toBe('malformed-request MalformedQueryString 400')
  })
})

describe('decision: :authority stands for host, whichever of the two the client signed', () => {
  const forms: [signed: string, sent: string][] = [
    ['host', 'host'],
    ['host', ':authority'],
    [':authority', 'host'],
    [':authority', ':authority'],
  ]

  it.each(forms)('signed as %s, sent as %s', async (signed, sent) => {
    const headers: Pair[] = [
      [signed, HOST],
      ['x-amz-date', AMZ_DATE],
    ]
    const wire = forgeHeader({ headers, signedHeaders: [signed, 'x-amz-date'] })
    const renamed = (value: string): Wire => ({
      ...wire,
      headers: wire.headers.map(([name, was]): Pair => (name === signed ? [sent, value] : [name, was])),
    })
    expect(await judgeRaw(renamed(HOST))).toBe('accepted')
    expect(await judgeRaw(renamed('evil.example'))).toBe(MISMATCH)
  })
})
