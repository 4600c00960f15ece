import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  type Draft,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  type Pair,
  presigned,
  refusalOf,
  verifier,
  withHeader,
  withoutHeader,
} from '../support/attack-world.ts'

const NOT_SIGNED = 'header-not-signed SignatureDoesNotMatch 403'
const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'

describe('rule 6: host is signed', () => {
  it('takes a request that signs host alone beside its date', async () => {
    for (const [, wire] of bothForms()) expect(await judge(wire)).toBe('accepted')
  })

  it('refuses one that does not, and says so', async () => {
    const wire = forgeHeader({ signedHeaders: ['x-amz-date'] })
    expect(await judge(wire)).toBe(NOT_SIGNED)
    const error = await refusalOf(verifier().verifyReceived(wire))
    expect(error.message).toBe('The host header must be signed')
    expect(error.details.headersNotSigned).toEqual(['host'])
  })

  it('refuses another host than the signed one', async () => {
    for (const [, wire] of bothForms()) {
      const headers = wire.headers.map(
        ([name, value]): Pair => [name, name === 'host' ? `${value}.evil.example` : value],
      )
      expect(await judge({ ...wire, headers })).toBe(MISMATCH)
    }
  })
})

describe('rule 6: every signed header is there', () => {
  const draft: Draft = {
    headers: [
      ['x-a', '1'],
      ['X-B', '2'],
    ],
  }

  it.each(bothForms(draft))('refuses the %s request without one of them, and says which', async (_, wire) => {
    expect(await judge(wire)).toBe('accepted')
    const cut = withoutHeader(withoutHeader(wire, 'x-a'), 'x-b')
    expect(await judge(cut)).toBe(NOT_SIGNED)
    const error = await refusalOf(verifier().verifyReceived(cut))
    expect(error.message).toBe('Said to be signed, but not there (did a proxy drop them?): x-a, x-b')
    expect(error.details.headersMissing).toEqual(['x-a', 'x-b'])
  })

  it.each(
    bothForms(draft),
  )('refuses the %s request with one of them changed, doubled or emptied', async (_, wire) => {
    const edit = (value: string) => ({
      ...wire,
      headers: wire.headers.map(([name, was]): Pair => [name, name === 'x-a' ? value : was]),
    })
    for (const value of ['2', '', '1,', '1 1']) expect(await judge(edit(value))).toBe(MISMATCH)
    expect(await judge(withHeader(wire, 'x-a', '1'))).toBe(MISMATCH)
    for (const value of [' 1', '1 ', '\t1\t']) expect(await judgeRaw(edit(value))).toBe('accepted')
  })

  it('takes them in any order and case of their names', async () => {
    for (const [, wire] of bothForms(draft)) {
      const headers = wire.headers.map(([name, value]): Pair => [name.toUpperCase(), value]).reverse()
      expect(await judgeRaw({ ...wire, headers })).toBe('accepted')
    }
  })
})

describe('rule 6: every x-amz-* that arrives is signed', () => {
  it('refuses one that is not, and says which', async () => {
    const added = withHeader(withHeader(headerSigned(), 'X-Amz-Acl', 'public-read'), 'x-amz-tagging', 'a=b')
    expect(await judge(added)).toBe(NOT_SIGNED)
    const error = await refusalOf(verifier().verifyReceived(added))
    expect(error.message).toBe('There but not signed (see allowUnsignedHeaders): x-amz-acl, x-amz-tagging')
    expect(error.details.headersNotSigned).toEqual(['x-amz-acl', 'x-amz-tagging'])
  })

  it('takes any other header unsigned', async () => {
    for (const [, wire] of bothForms()) {
      for (const name of [
        'content-type',
        'user-agent',
        'x-request-id',
        'cookie',
        'range',
        'x-amzn-trace-id',
      ]) {
        expect(await judge(withHeader(wire, name, 'x'))).toBe('accepted')
      }
    }
  })

  it.each([
    ['x-amz-acl', 'x-amz-acl', 'accepted'],
    ['X-Amz-Acl', 'x-amz-acl', 'accepted'],
    [{ prefix: 'x-amz-meta-' }, 'x-amz-meta-a', 'accepted'],
    [{ suffix: '-acl' }, 'x-amz-acl', 'accepted'],
    [{ contains: 'acl' }, 'x-amz-acl', 'accepted'],
    [{ regex: 'x-amz-a.*' }, 'x-amz-acl', 'accepted'],
    [{ regex: /x-amz-a/ }, 'x-amz-acl', NOT_SIGNED],
    ['x-amz-ac', 'x-amz-acl', NOT_SIGNED],
    ['x-amz-security-token', 'x-amz-security-token', NOT_SIGNED],
    [{ prefix: 'x-amz-' }, 'x-amz-s3session-token', NOT_SIGNED],
  ])('under allowUnsignedHeaders %j judges an unsigned %s: %s', async (matcher, name, expected) => {
    for (const [, wire] of bothForms()) {
      expect(await judge(withHeader(wire, name, 'x'), { allowUnsignedHeaders: [matcher] })).toBe(expected)
    }
  })

  it('takes an unsigned x-amz-content-sha256, but for a streaming one', async () => {
    for (const value of ['UNSIGNED-PAYLOAD', '0'.repeat(64), 'junk']) {
      expect(await judge(withHeader(presigned(), 'x-amz-content-sha256', value))).toBe('accepted')
    }
    const streaming = withHeader(presigned(), 'x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')
    const error = await refusalOf(verifier().verifyReceived(streaming))
    expect(error.reason).toBe('header-not-signed')
    expect(error.message).toBe('An x-amz-content-sha256 that asks for streaming must be signed')
  })
})

describe('rule 6: what the verifier requires is signed', () => {
  const type: Pair = ['Content-Type', 'text/plain']

  it('refuses it unsigned, takes it signed, and takes a request that has none', async () => {
    const options = { requireSignedHeaders: ['content-type'] }
    for (const [, wire] of bothForms({ headers: [type] })) expect(await judge(wire, options)).toBe('accepted')
    for (const [, wire] of bothForms()) {
      expect(await judge(wire, options)).toBe('accepted')
      expect(await judge(withHeader(wire, ...type), options)).toBe(NOT_SIGNED)
    }
  })

  it.each([
    [{ exact: 'content-type' }],
    [{ prefix: 'content-' }],
    [{ suffix: '-type' }],
    [{ contains: 'nt-ty' }],
    [{ regex: /content-(type|md5)/ }],
    [{ exact: 'Content-Type', ignoreCase: true }],
    [{ regex: 'Content-.*', ignoreCase: true }],
    ['Content-Type'],
  ])('takes the matcher %j', async (matcher) => {
    for (const [, wire] of bothForms()) {
      expect(await judge(withHeader(wire, ...type), { requireSignedHeaders: [matcher] })).toBe(NOT_SIGNED)
      expect(await judge(withHeader(wire, 'x-type-x', '1'), { requireSignedHeaders: [matcher] })).toBe(
        'accepted',
      )
    }
  })

  it('beats allowUnsignedHeaders', async () => {
    const options = { requireSignedHeaders: ['x-amz-acl'], allowUnsignedHeaders: ['x-amz-acl'] }
    expect(await judge(withHeader(headerSigned(), 'x-amz-acl', 'x'), options)).toBe(NOT_SIGNED)
  })

  it.each([
    'requireSignedHeaders',
    'allowUnsignedHeaders',
  ])('refuses a matcher in %s that matches nothing', (name) => {
    for (const value of ['content-type', [{}], [null], [{ regex: '(' }], [{ prefix: '' }]]) {
      const options = { getKeys: () => KEY, service: 's3', region: 'us-east-1', [name]: value }
      expect(() => new Verifier(options)).toThrow(new RegExp(`^${name} `))
    }
  })

  it('refuses an option that it does not know: a misspelt one would leave a door open', () => {
    const options = {
      getKeys: () => KEY,
      service: 's3',
      region: 'us-east-1',
      requireSignedHeader: ['content-type'],
    }
    expect(() => new Verifier(options)).toThrow('"requireSignedHeader" is not an option of Verifier')
  })
})

describe('rule 6: of a date, the one that counts is signed', () => {
  it('refuses an x-amz-date that is not signed, whatever else is', async () => {
    const headers: Pair[] = [
      ['date', 'Sun, 30 Aug 2015 12:36:00 GMT'],
      ['host', HOST],
      ['x-amz-date', AMZ_DATE],
    ]
    expect(await judge(forgeHeader({ headers, signedHeaders: ['date', 'host'] }))).toBe(NOT_SIGNED)
    expect(await judge(forgePresigned({ headers, signedHeaders: ['date', 'host'] }))).toBe(NOT_SIGNED)
  })
})
