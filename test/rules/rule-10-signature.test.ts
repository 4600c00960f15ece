import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { forgeHeader } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  editTarget,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  type Pair,
  presigned,
  refusalOf,
  verifier,
  type Wire,
} from '../support/attack-world.ts'

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'

const renameHost = (wire: Wire, to: string): Wire => ({
  ...wire,
  headers: wire.headers.map(([name, value]): Pair => [name, name === 'host' ? to : value]),
})

describe('rule 10: the signature is that of the raw request', () => {
  it('tells what it stands on, and neither its own signature nor a key', async () => {
    const error = await refusalOf(
      verifier().verifyReceived({ ...headerSigned({ target: '/a?b=c' }), method: 'PUT' }),
    )
    expect(error.details).toEqual({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      credentialScope: '20150830/us-east-1/execute-api/aws4_request',
      canonicalRequest:
        'PUT\n/a\nb=c\nhost:api.example.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      stringToSign:
        'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/execute-api/aws4_request\nf8cff5a2ff7936a450eca2fc96356a80ac7a3b7d22b82bbeebdcdd9098910689',
      signatureProvided: expect.stringMatching(/^[\da-f]{64}$/),
    })
  })

  it('keeps the order of repeated headers', async () => {
    const wire = headerSigned({
      headers: [
        ['x-a', '1'],
        ['x-a', '2'],
      ],
    })
    expect(await judgeRaw(wire)).toBe('accepted')
    const [first, ...rest] = wire.headers
    const swapped = { ...wire, headers: [first!, ...rest.reverse()] }
    expect(await judgeRaw(swapped)).toBe(MISMATCH)
  })

  it('keeps the order of different parameters out of it', async () => {
    const wire = headerSigned({ target: '/?a=1&b=2' })
    expect(await judge({ ...wire, target: '/?b=2&a=1' })).toBe('accepted')
    expect(await judge({ ...wire, target: '/?b=1&a=2' })).toBe(MISMATCH)
  })
})

/** What AWS's canonical form holds for one and the same. An application must not tell them apart either. */
const SAME: [service: string, signed: string, sent: string][] = [
  ['execute-api', '/?a=1&a=2', '/?a=2&a=1'],
  ['execute-api', '/?a', '/?a='],
  ['execute-api', '/?a=1', '/?a=1&'],
  ['execute-api', '/', '/?'],
  ['execute-api', '/?a=%7e', '/?a=~'],
  ['execute-api', '/a/b', '/a//b'],
  ['execute-api', '/a/b', '/a/./b'],
  ['execute-api', '/a/b', '/a/c/../b'],
  ['s3', '/a/%7eb', '/a/~b'],
  ['s3', '/a/%c3%a9', '/a/%C3%A9'],
  ['s3', '/a$b', '/a%24b'],
]

describe('rule 10: what a signature does not tell apart', () => {
  it.each(SAME)('for %s, %s and %s', async (service, signed, sent) => {
    const wire = headerSigned({ target: signed }, { service })
    expect(await judgeRaw({ ...wire, target: sent }, { service })).toBe('accepted')
  })

  it('white space in a header, and lines that a comma joins', async () => {
    const wire = headerSigned({ headers: [['x-a', 'b c,d']] })
    for (const lines of [['b  c,d'], [' b\tc,d '], ['b c', 'd']]) {
      const others = wire.headers.filter(([name]) => name !== 'x-a')
      const headers = [...others, ...lines.map((line): Pair => ['x-a', line])]
      expect(await judgeRaw({ ...wire, headers })).toBe('accepted')
    }
  })
})

describe('rule 10: behind a proxy', () => {
  it('takes the host that clients address from externalUrl', async () => {
    for (const [, wire] of bothForms()) {
      const inside = renameHost(wire, '10.0.0.1:8080')
      expect(await judge(inside)).toBe(MISMATCH)
      expect(await judge(inside, { externalUrl: 'https://api.example.com' })).toBe('accepted')
      expect(await judge(inside, { externalUrl: 'https://API.example.com:443/' })).toBe('accepted')
      expect(await judge(inside, { externalUrl: 'http://api.example.com:443' })).toBe(MISMATCH)
    }
  })

  it('puts the path prefix before what arrives', async () => {
    for (const service of ['s3', 'execute-api']) {
      for (const [, wire] of bothForms({ target: '/v1/a%20b' }, { service })) {
        const inside = renameHost(
          editTarget(wire, (target) => target.replace('/v1', '')),
          'inside',
        )
        for (const externalUrl of ['https://api.example.com/v1', 'https://api.example.com/v1/']) {
          expect(await judge(inside, { service, externalUrl })).toBe('accepted')
          expect(await judge(renameHost(wire, 'inside'), { service, externalUrl })).toBe(MISMATCH)
        }
        expect(await judge(inside, { service, externalUrl: 'https://api.example.com/v2' })).toBe(MISMATCH)
      }
    }
  })

  it('takes any of several addresses that the host selects, and no mixture of them', async () => {
    const externalUrl = ['https://a.example/one', 'https://b.example/two']
    const signed = (host: string, prefix: string): Wire[] =>
      bothForms({ host, target: `${prefix}/x` }).map(([, wire]) =>
        editTarget(wire, (target) => target.replace(prefix, '')),
      )
    for (const wire of [...signed('a.example', '/one'), ...signed('b.example', '/two')]) {
      expect(await judge(wire, { externalUrl })).toBe('accepted')
    }
    for (const wire of [
      ...signed('a.example', '/two'),
      ...signed('b.example', '/one'),
      ...signed('c.example', '/one'),
    ]) {
      expect(await judge(wire, { externalUrl })).toBe(MISMATCH)
    }
  })

  it('binds the host: a signature for another one is refused, though that host is sent along', async () => {
    for (const [, wire] of bothForms({ host: 'staging.example' })) {
      expect(await judge(wire)).toBe('accepted')
      expect(await judge(wire, { externalUrl: 'https://api.example.com' })).toBe(MISMATCH)
    }
  })

  it.each([
    '',
    'api.example.com',
    '/v1',
    'https://api.example.com/?a=1',
    'ftp://api.example.com',
    [],
    ['https://a.example', ''],
  ])('refuses the option externalUrl: %j', (externalUrl) => {
    const options = { getKeys: () => KEY, service: 's3', region: 'us-east-1', externalUrl }
    expect(() => new Verifier(options)).toThrow(/^externalUrl must /)
  })
})

describe('rule 10: on HTTP/2', () => {
  const over = (wire: Wire, names: string[]): Wire => ({
    ...wire,
    headers: [
      ...names.map((name): Pair => [name, HOST]),
      ...wire.headers.filter(([name]) => name !== 'host'),
    ],
  })

  it('takes :authority for the host that was signed', async () => {
    for (const [, wire] of bothForms()) {
      for (const names of [[':authority'], [':authority', 'host'], ['host', ':authority']]) {
        expect(await judgeRaw(over(wire, names))).toBe('accepted')
      }
    }
  })

  it('takes the host for an :authority that was signed', async () => {
    const headers: Pair[] = [
      [':authority', HOST],
      ['x-amz-date', AMZ_DATE],
    ]
    const wire = forgeHeader({ headers, signedHeaders: [':authority', 'x-amz-date'] })
    expect(await judgeRaw(wire)).toBe('accepted')
    expect(await judgeRaw(over({ ...wire, headers: wire.headers.slice(1) }, ['host']))).toBe('accepted')
    const inside = {
      ...wire,
      headers: wire.headers.map(([name, value]): Pair => [name, name === ':authority' ? 'inside' : value]),
    }
    expect(await judgeRaw(inside)).toBe(MISMATCH)
    expect(await judgeRaw(inside, { externalUrl: `https://${HOST}` })).toBe('accepted')
  })

  it('refuses the two where they differ', async () => {
    for (const [, wire] of bothForms()) {
      expect(await judgeRaw({ ...wire, headers: [[':authority', 'evil.example'], ...wire.headers] })).toBe(
        'malformed-request MalformedQueryString 400',
      )
    }
  })
})

describe('rule 10: a fetch-style Request', () => {
  it('takes the host from the URL where the runtime keeps it there', async () => {
    const { target, headers } = presigned({ target: '/a?b=c' })
    const request = new Request(`https://${HOST}${target}#fragment?x=y`, { headers: headers.slice(1) })
    expect((await verifier().verify(request)).carrier).toBe('query')
  })

  it('takes the host from the header where there is one', async () => {
    const { target } = presigned()
    for (const host of [HOST, `${HOST}:443`, HOST.toUpperCase()]) {
      const request = new Request(`https://${HOST}${target}`, { headers: { host } })
      const outcome = verifier().verify(request)
      if (host === HOST) expect((await outcome).carrier).toBe('query')
      else expect((await refusalOf(outcome)).reason).toBe('signature-mismatch')
    }
  })

  it.each([
    undefined,
    null,
    'https://api.example.com/',
    {},
    { url: 'https://api.example.com/' },
  ])('takes %j for a mistake of the programmer', async (request) => {
    await expect(verifier().verify(request as never)).rejects.toMatchObject({
      code: 'ERR_INVALID_ARG_TYPE',
    })
  })
})
