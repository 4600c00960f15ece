// The signature holds in each of these, or nearly: what comes of the request afterwards must be what was proved.
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parse as parseQuery } from 'node:querystring'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isSignatureError, type VerifierOptions } from '../../src/index.ts'
import { forgeHeader } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  bytes,
  editTarget,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  type Pair,
  presigned,
  refusalOf,
  toRequest,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

const S3 = { service: 's3' }
const ANY = { payloads: ['signed', 'unsigned'] } as const
const MALFORMED = 'malformed-request MalformedQueryString 400'

describe('V26 a body that somebody read already', () => {
  const modes: [mode: string, wire: Wire, options: Partial<VerifierOptions>][] = (
    ['buffer', 'stream'] as const
  ).flatMap((body) => [
    [`a signed POST without a body, ${body}`, headerSigned({ method: 'POST' }), { body }],
    [
      `an unsigned PUT, ${body}`,
      headerSigned({ method: 'PUT' }, { ...S3, payload: 'unsigned' }),
      { ...S3, ...ANY, body },
    ],
    [`a presigned PUT, ${body}`, presigned({ method: 'PUT' }, S3), { ...S3, ...ANY, body }],
    [`a presigned PUT, unsigned not taken, ${body}`, presigned({ method: 'PUT' }, S3), { ...S3, body }],
  ])

  it.each(modes)('%s: a stream that is used up, which announces itself', async (_, wire, options) => {
    for (const [name, value] of [
      ['content-length', '12'],
      ['transfer-encoding', 'chunked'],
    ] as const) {
      const announced = withHeader(wire, name, value)
      const empty = () => new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
      for (const body of [null, new Uint8Array(0), empty(), (async function* () {})()]) {
        const error = await verifier(options)
          .verifyReceived({ ...announced, body })
          .then(async (verified) => {
            // A stream may say so while it is read.
            await new Response(verified.body as BodyInit).text()
          })
          .catch((reason: unknown) => reason)
        expect(error).toMatchObject({ reason: 'incomplete-body' })
        expect((error as Error).message).toMatch(/before any body parser/)
      }
    }
  })

  it.each(modes)('%s: a stream that is locked, or a Request that was read', async (_, wire, options) => {
    const locked = new Response('twelve bytes').body!
    locked.getReader()
    const used = new Request(`https://${HOST}${wire.target}`, {
      method: wire.method,
      headers: wire.headers.filter(([name]) => name !== 'host'),
      body: 'twelve bytes',
    })
    await used.text()
    for (const outcome of [
      verifier(options).verifyReceived({ ...wire, body: locked }),
      verifier(options).verify(used),
    ]) {
      const error = await refusalOf(outcome)
      expect([error.reason, error.status]).toEqual(['body-already-read', 500])
      expect(error.message).toMatch(/before any body parser/)
    }
  })

  it('a body that somebody read the beginning of, and nobody signed', async () => {
    const wire = withHeader(presigned({ method: 'PUT' }, S3), 'content-length', '12')
    expect(await judgeRaw({ ...wire, body: bytes('bytes') }, { ...S3, ...ANY })).toBe(
      'incomplete-body IncompleteBody 400',
    )
    expect(await judgeRaw({ ...wire, body: bytes('twelve bytes') }, { ...S3, ...ANY })).toBe('accepted')
  })

  describe('on node:http', () => {
    /** What a middleware did before the verifier came. */
    let before: (req: IncomingMessage) => Promise<void> = async () => {}
    let options: Partial<VerifierOptions> = {}
    const server = createServer(async (req, res) => {
      await before(req)
      const headers = req.rawHeaders.flatMap((name, i, raw): Pair[] => (i % 2 ? [] : [[name, raw[i + 1]!]]))
      const { method = '', url: target = '' } = req
      const answer = await verifier(options)
        .verifyReceived({ method, target, headers, body: req })
        .then(
          ({ body }) => `accepted ${body === null ? 'null' : body.constructor.name}`,
          (error: unknown) => (isSignatureError(error) ? error.reason : String(error)),
        )
      res.end(answer)
    })
    beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)))
    afterAll(() => void server.close())

    const send = (wire: Wire, body?: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const { port } = server.address() as AddressInfo
        const { method, target, headers } = wire
        const req = httpRequest(
          { port, host: '127.0.0.1', method, path: target, setHost: false },
          async (res) => {
            const pieces: Buffer[] = []
            for await (const piece of res) pieces.push(piece as Buffer)
            resolve(Buffer.concat(pieces).toString())
          },
        )
        for (const [name, value] of headers) req.setHeader(name, value)
        req.on('error', reject).end(body)
      })
    const consume = async (req: IncomingMessage): Promise<void> => {
      for await (const _ of req) {
      }
    }

    it.each(modes)('%s', async (_, wire, given) => {
      options = given
      before = consume
      expect(await send(wire, 'twelve bytes')).toBe('body-already-read')
      before = async () => {}
      expect(await send(wire, 'twelve bytes')).not.toBe('body-already-read')
    })

    it('a GET without a body has none, and no stream is made for it', async () => {
      for (const body of ['buffer', 'stream'] as const) {
        options = { body }
        for (const [, wire] of bothForms()) {
          for (const middleware of [async () => {}, consume]) {
            before = middleware
            expect(await send(wire)).toBe('accepted null')
          }
        }
      }
    })
  })
})

describe('V27 a padded query', () => {
  const padded = ['?&a=1', '?a=1&&b=2', '?a=1&&', '?&', `?${'&'.repeat(1000)}a=1`]

  it.each(padded)('%s is refused', async (query) => {
    for (const [, wire] of bothForms({ target: '/' })) {
      const sent = editTarget(wire, (target) => `/${query}${target.slice(1).replace('?', '&')}`)
      expect(await judge(sent)).toBe(MALFORMED)
    }
    expect(await judge(forgeHeader({ target: `/${query}` }))).toBe(MALFORMED)
  })

  it('is fine with one ampersand at its end', async () => {
    for (const [, wire] of bothForms({ target: '/?a=1' })) {
      expect(await judge(editTarget(wire, (target) => `${target}&`))).toBe('accepted')
    }
  })

  it('of more parameters than parsers read is refused, at a number that can be set', async () => {
    const query = (parameters: number): string =>
      `/?${Array.from({ length: parameters }, (_, i) => `p${i}=${i}`).join('&')}`
    expect(await judge(headerSigned({ target: query(1000) }))).toBe('accepted')
    expect(await judge(headerSigned({ target: query(1001) }))).toBe(MALFORMED)
    expect(await judge(headerSigned({ target: query(1001) }), { maxQueryParameters: 1001 })).toBe('accepted')
    expect(await judge(headerSigned({ target: query(3) }), { maxQueryParameters: 2 })).toBe(MALFORMED)
    const read = parseQuery(query(1000).slice(2))
    expect(Object.keys(read)).toHaveLength(1000)
  })
})

describe('V27 padded headers', () => {
  it('more lines than Node shows are refused, at a number that can be set', async () => {
    const padded = (wire: Wire, lines: number): Wire => ({
      ...wire,
      headers: [
        ...Array.from({ length: lines - wire.headers.length }, (): Pair => ['x', '']),
        ...wire.headers,
      ],
    })
    for (const [, wire] of bothForms({ headers: [['x-amz-acl', 'private']] })) {
      expect(await judgeRaw(padded(wire, 1000))).toBe('accepted')
      expect(await judgeRaw(padded(wire, 1001))).toBe(MALFORMED)
      expect(await judgeRaw(padded(wire, 1001), { maxHeaders: 1001 })).toBe('accepted')
      expect(await judgeRaw(padded(wire, 10), { maxHeaders: 9 })).toBe(MALFORMED)
    }
  })
})

describe('V29 several external URLs', () => {
  const externalUrl = ['https://a.example/one', 'https://b.example:8443']
  const signedFor = (host: string): Wire[] =>
    bothForms({ host, target: '/one/x?y=z' }).map(([, wire]) => wire)
  const arriving = (wire: Wire, host: string): Wire => ({
    ...editTarget(wire, (target) => target.replace('/one', '')),
    headers: wire.headers.map(([name, value]): Pair => [name, name === 'host' ? host : value]),
  })

  it('a request for one is not accepted at another', async () => {
    for (const wire of signedFor('a.example')) {
      expect(await judge(arriving(wire, 'a.example'), { externalUrl })).toBe('accepted')
      for (const host of ['b.example:8443', 'b.example', 'c.example']) {
        expect(await judge(arriving(wire, host), { externalUrl })).toBe(
          'signature-mismatch SignatureDoesNotMatch 403',
        )
      }
    }
  })

  it('the result says which was proved, and the Request shows it', async () => {
    for (const wire of signedFor('a.example')) {
      const sent = arriving(wire, 'A.example:443')
      const { url, path } = await verifier({ externalUrl }).verifyReceived(sent)
      expect(url).toBe(`https://a.example/one${sent.target}`)
      expect(path).toBe('/x')
      const verified = await verifier({ externalUrl }).verify(toRequest(arriving(wire, 'a.example')))
      expect(verified.url).toBe(url)
      expect(verified.request.url).toBe(url)
    }
  })

  it('a single one replaces the host in what the handler sees', async () => {
    const wire = headerSigned({ method: 'POST', host: 'a.example', target: '/x?y=z', body: 'hello' })
    const inside = toRequest({
      ...wire,
      headers: wire.headers.map(([name, value]) => [name, name === 'host' ? 'inside' : value]),
    })
    const { request, url } = await verifier({ externalUrl: 'https://a.example' }).verify(inside)
    expect(request.url).toBe('https://a.example/x?y=z')
    expect(url).toBe(request.url)
    expect([request.method, await request.text()]).toEqual(['POST', 'hello'])
  })

  it('without one, the address is the one that arrived', async () => {
    const { url } = await verifier().verifyReceived({
      ...headerSigned({ target: '/a?b=c' }),
      scheme: 'http',
    } as Wire)
    expect(url).toBe(`http://${HOST}/a?b=c`)
  })
})

describe('V30 the echo of headers', () => {
  it('shows no value but those of host, content-* and x-amz-*', async () => {
    const headers: Pair[] = [
      ['Content-Type', 'text/plain'],
      ['Cookie', 'session=of-somebody'],
      ['X-Internal-Token', 'of-the-proxy'],
      ['x-amz-meta-a', 'mine'],
      ['x-amz-server-side-encryption-customer-key', 'a-customer-key'],
    ]
    const credentials = { ...KEY, sessionToken: 'a-session-token' }
    const wire = headerSigned({ headers }, { ...S3, credentials })
    const getKeys = () => ({ ...credentials, secretAccessKey: 'another' })
    const error = await refusalOf(verifier({ ...S3, getKeys }).verifyReceived(wire))
    const xml = await error.toResponse().text()
    for (const shown of [HOST, 'text/plain', 'mine', 'cookie:…', 'x-internal-token:…'])
      expect(xml).toContain(shown)
    for (const hidden of ['of-somebody', 'of-the-proxy', 'a-customer-key', 'a-session-token']) {
      expect(xml).not.toContain(hidden)
    }
    // Whoever runs the server may need them.
    expect(error.details.canonicalRequest).toContain('cookie:session=of-somebody')
    expect(error.details.canonicalRequest).not.toContain('a-session-token')
  })
})

describe('V32 repeated headers of which servers show the first alone', () => {
  it.each([
    'Content-Type',
    'User-Agent',
    'content-length',
    'If-Modified-Since',
    'if-unmodified-since',
    'Referer',
    'etag',
    'from',
    'max-forwards',
    'proxy-authorization',
  ])('%s is refused by name', async (name) => {
    const value = name === 'content-length' ? '0' : 'a,b'
    const [first = '', second = ''] = name === 'content-length' ? ['0', '0'] : ['a', 'b']
    const headers: Pair[] = [
      [name.toLowerCase(), value],
      ['host', HOST],
      ['x-amz-date', AMZ_DATE],
    ]
    headers.sort(([a], [b]) => (a < b ? -1 : 1))
    const wire = forgeHeader({ headers, signedHeaders: headers.map(([each]) => each) })
    expect(await judgeRaw(wire)).toBe('accepted')
    const split = wire.headers.flatMap(([each, text]): Pair[] =>
      each === name.toLowerCase()
        ? [
            [name, first],
            [each, second],
          ]
        : [[each, text]],
    )
    const error = await refusalOf(verifier().verifyReceived({ ...wire, headers: split }))
    expect([error.reason, error.message]).toEqual([
      'malformed-request',
      `The header "${name.toLowerCase()}" comes more than once`,
    ])
  })

  it('a signed cookie, which servers join with a semicolon, comes once; of an unsigned one there may be several', async () => {
    const signed = headerSigned({ headers: [['cookie', 'a=1,b=2']] })
    const split = (wire: Wire): Wire => ({
      ...wire,
      headers: [...wire.headers.filter(([name]) => name !== 'cookie'), ['cookie', 'a=1'], ['Cookie', 'b=2']],
    })
    expect(await judgeRaw(signed)).toBe('accepted')
    expect(await judgeRaw(split(signed))).toBe(MALFORMED)
    expect(await judgeRaw(split(headerSigned()))).toBe('accepted')
  })

  it('others are joined as before', async () => {
    const wire = headerSigned({
      headers: [
        ['x-a', '1'],
        ['x-a', '2'],
      ],
    })
    expect(await judgeRaw(wire)).toBe('accepted')
  })
})

describe('V33 a Request whose URL names another host than its Host header', () => {
  const { target } = presigned({ target: '/a' })
  const request = (url: string, host: string): Request =>
    new Request(`https://${url}${target}`, { headers: { host } })

  it('is refused, whichever of the two was signed', async () => {
    for (const [url, host] of [
      [HOST, 'evil.example'],
      ['evil.example', HOST],
    ] as const) {
      const error = await refusalOf(verifier().verify(request(url, host)))
      expect(error.reason).toBe('malformed-request')
      expect(error.message).toMatch(/externalUrl/)
    }
  })

  it('with one external URL has that one, for whoever reads it', async () => {
    const externalUrl = `https://${HOST}`
    const verified = await verifier({ externalUrl }).verify(request('inside', 'inside.example'))
    expect(verified.request.url).toBe(`https://${HOST}${target}`)
  })

  it.each([
    `${HOST}/`,
    `x@${HOST}`,
    `${HOST}?`,
    `${HOST}#`,
    `${HOST}\\`,
    `${HOST} x`,
  ])('a host header %j is no host', async (host) => {
    const wire = forgeHeader({
      headers: [
        ['host', host],
        ['x-amz-date', AMZ_DATE],
      ],
    })
    expect(await judgeRaw(wire)).toBe(MALFORMED)
  })
})

describe('V34 input that ends in another error than a refusal', () => {
  it.each([
    'ftp://a.example/',
    'data:text/plain,x',
    'blob:https://a.example/x',
    'file:///etc/passwd',
  ])('the URL %s', async (url) => {
    const error = await refusalOf(verifier().verify(new Request(url)))
    expect(error.reason).toBe('malformed-request')
  })

  const judged = async (target: string): Promise<void> => {
    for (const authorization of [[], headerSigned().headers.slice(-1)]) {
      const headers: Pair[] = [['host', HOST], ['x-amz-date', AMZ_DATE], ...authorization]
      expect(await judgeRaw({ method: 'GET', target, headers, body: null })).not.toMatch(/Error/)
    }
  }

  it.each(['+', '%20', '%C3%A9'])('a query of 8 MiB of %s', async (unit) => {
    await judged(`/?a=${unit.repeat((8 * 2 ** 20) / unit.length)}`)
  })

  it.each(['+', '%20', 'é', '%ff', 'a', '=', '%41'])('a query of 512 KiB of %s', async (unit) => {
    const value = unit.repeat(2 ** 19 / unit.length)
    for (const query of [`a=${value}`, `${value}=a`, `X-Amz-Signature=${value}`]) await judged(`/?${query}`)
  })

  it.each(['+', '%20', '/', '/..', '%ff'])('a path of 1 MiB of %s', async (unit) => {
    const target = `/${unit.repeat(2 ** 20 / unit.length)}`
    for (const service of ['s3', 'execute-api']) {
      expect(await judgeRaw({ ...headerSigned({}, { service }), target }, { service })).not.toMatch(/Error/)
    }
  })
})

describe('V35 text of the client in messages', () => {
  const evil = 'a\nINFO all is well\r\u2028\u0085and so on, for more than forty characters'
  const wires: [what: string, wire: Wire][] = [
    ['the method', { ...headerSigned(), method: evil }],
    ['the target', { ...headerSigned(), target: evil }],
    ['a header name', withHeader(headerSigned(), evil, 'x')],
    [
      'the algorithm',
      withHeader({ ...headerSigned(), headers: [['host', HOST]] }, 'authorization', `${evil} x`),
    ],
    [
      'a parameter',
      {
        ...presigned(),
        target: `/?X-Amz-Algorithm=${encodeURIComponent(evil)}&X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=host`,
      },
    ],
    [
      'a region',
      forgeHeader({
        scope: `20150830/${evil.replace(/[\r\n]/g, '\u0085').slice(0, 100)}/execute-api/aws4_request`.replace(
          /[^\x20-\x7e]/g,
          ' ',
        ),
      }),
    ],
    [
      'a payload claim',
      headerSigned({ headers: [['x-amz-content-sha256', evil.replace(/[^\x20-\x7e]/g, ' ')]] }),
    ],
    ['the host', withHeader({ ...headerSigned(), headers: headerSigned().headers.slice(1) }, 'host', 'evil')],
  ]

  it.each(wires)('%s', async (_, wire) => {
    const events: string[] = []
    const onRejected = ({ message, method }: { message: string; method: string }) =>
      void events.push(message, JSON.stringify(method))
    const error = await refusalOf(verifier({ onRejected }).verifyReceived(wire))
    for (const text of [error.message, ...events]) {
      expect(text).not.toMatch(/[\r\n\u0085\u2028]/)
      expect(text).not.toContain('more than forty characters')
    }
  })

  it('a password in a URL does not reach a message', async () => {
    const request = new Request('https://api.example.com/', { headers: { host: 'b.example' } })
    Object.defineProperty(request, 'url', { value: 'ftp://user:a-password@api.example.com/' })
    expect((await refusalOf(verifier().verify(request))).message).not.toContain('a-password')
  })
})

describe('V36 the path that S3 reads', () => {
  it('is in the result, decoded once, so that a guard on it cannot be passed by', async () => {
    for (const [, wire] of bothForms({ target: '/private/a%20b' }, S3)) {
      for (const path of ['/private', '/%70rivate', '/%50rivate'.replace('50', '70')]) {
        const sent = editTarget(wire, (target) => target.replace('/private', path))
        const verified = await verifier(S3).verifyReceived(sent)
        expect(verified.path).toBe('/private/a b')
      }
    }
  })

  it.each([
    ['s3', '/a%2Fb', '/a/b'],
    ['s3', '/a//b/../c', '/a//b/../c'],
    ['s3', '/a+b', '/a+b'],
    ['s3', '/%2541', '/%41'],
    ['s3', '/caf%C3%A9', '/café'],
    ['s3', '/%ff', '/\ufffd'],
    ['execute-api', '/a//b/../c/', '/a/c/'],
    ['execute-api', '/a%20b', '/a b'],
    ['execute-api', '/', '/'],
  ])('for %s, %s is %s', async (service, target, path) => {
    const { url, ...wire } = { url: '', ...headerSigned({ target }, { service }) }
    expect((await verifier({ service }).verifyReceived(wire)).path).toBe(path)
  })
})
