import { createPublicKey } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { PublicKeyInput, SigningKeyCache } from '../../src/algorithms/algorithm.ts'
import { createKeyCache, presignUrl, type SigningOptions, signHeaders } from '../../src/index.ts'
import { deriveSigv4aKey, sigv4a } from '../../src/sigv4a/index.ts'
import { verifiesUnder } from '../support/node-ecdsa.ts'
import { BACKENDS, importAfresh, pretend, stopPretending } from '../support/p256-backends.ts'

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const { privateKey: PRIVATE_KEY, publicKey: PUBLIC_KEY } = deriveSigv4aKey(CREDENTIALS)
const SCOPE = { scopeDate: '20150830', region: 'us-east-1', service: 'service' }
const OPTIONS: SigningOptions = {
  credentials: CREDENTIALS,
  service: 'service',
  region: ['us-east-1', 'eu-*'],
  algorithm: sigv4a,
  signingDate: Date.UTC(2015, 7, 30, 12, 36),
}
const URL_TEXT = 'https://example.com/a?z=1&X-Amz-Meta=2'

afterEach(stopPretending)

describe('signHeaders', () => {
  const { headers, trace } = signHeaders({ url: URL_TEXT }, OPTIONS)

  it('adds x-amz-region-set, and signs it', () => {
    expect(headers['x-amz-region-set']).toBe('us-east-1,eu-*')
    expect(trace.signedHeaders).toEqual(['host', 'x-amz-date', 'x-amz-region-set'])
    expect(trace.canonicalRequest).toContain('\nx-amz-region-set:us-east-1,eu-*\n')
  })

  it('writes a scope without a region', () => {
    expect(trace.credentialScope).toBe('20150830/service/aws4_request')
    expect(trace.stringToSign.split('\n').slice(0, 3)).toEqual([
      'AWS4-ECDSA-P256-SHA256',
      '20150830T123600Z',
      '20150830/service/aws4_request',
    ])
    expect(headers.authorization).toBe(
      'AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, ' +
        `SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=${trace.signature}`,
    )
  })

  it('replaces a region set that the request already has', () => {
    const again = signHeaders({ url: URL_TEXT, headers: { 'X-Amz-Region-Set': '*' } }, OPTIONS)
    expect(again.trace.canonicalRequest).toBe(trace.canonicalRequest)
  })

  it('makes DER in lower-case hex, of 8 to 72 bytes', () => {
    expect(trace.signature).toMatch(/^30[\da-f]{14,142}$/)
    expect(trace.signature).toMatch(sigv4a.signaturePattern)
  })
})

describe('presignUrl', () => {
  const { url, headers, trace } = presignUrl({ url: URL_TEXT }, { ...OPTIONS, expiresInSeconds: 60 })

  it('has the region set in the query that is signed, and in no header', () => {
    const query =
      'X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&' +
      'X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-Meta=2&X-Amz-Region-Set=us-east-1%2Ceu-%2A&' +
      'X-Amz-SignedHeaders=host&z=1'
    expect(trace.canonicalRequest.split('\n')[2]).toBe(query)
    expect(trace.signedHeaders).toEqual(['host'])
    expect(headers).toEqual({})
  })

  it('ends with the signature', () => {
    expect(url.endsWith(`&X-Amz-Signature=${trace.signature}`)).toBe(true)
    expect(new URL(url).searchParams.getAll('X-Amz-Region-Set')).toEqual(['us-east-1,eu-*'])
  })

  it('replaces a region set that the URL already has', () => {
    const again = presignUrl(
      { url: `${URL_TEXT}&X-Amz-Region-Set=%2A` },
      { ...OPTIONS, expiresInSeconds: 60 },
    )
    expect(again.trace.canonicalRequest).toBe(trace.canonicalRequest)
  })
})

describe('both', () => {
  for (const backend of BACKENDS) {
    it(`are synchronous on ${backend}, and node:crypto takes what they make`, async () => {
      pretend(backend)
      const copy = await importAfresh()
      const options = { ...OPTIONS, algorithm: copy.sigv4a }
      for (const { trace } of [
        copy.signHeaders({ url: URL_TEXT }, options),
        copy.presignUrl({ url: URL_TEXT }, options),
      ]) {
        expect(trace.signature).toMatch(/^30[\da-f]+$/)
        expect(verifiesUnder(PUBLIC_KEY, trace.stringToSign, trace.signature)).toBe(true)
        expect(verifiesUnder(PUBLIC_KEY, `${trace.stringToSign}\n`, trace.signature)).toBe(false)
      }
    })
  }
})

describe('the cache', () => {
  const derive = (cache: SigningKeyCache, change: Partial<typeof CREDENTIALS> = {}, scope = SCOPE) =>
    sigv4a.deriveKey({ ...CREDENTIALS, ...change }, scope, cache)

  it('holds one key for all dates, regions and services', () => {
    const cache = createKeyCache()
    const other = { scopeDate: '20300101', region: '*', service: 's3' }
    expect(derive(cache, {}, other)).toBe(derive(cache))
  })

  it('tells keys apart by access key id and by secret', () => {
    const cache = createKeyCache()
    const keys = [
      {},
      { accessKeyId: 'AKIDEXAMPLF' },
      { secretAccessKey: 'another' },
      { accessKeyId: 'AKIDEXAMPLE\nAKID', secretAccessKey: 'A' },
      { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'AKID\nA' },
      { accessKeyId: 'AKIDEXAMPL', secretAccessKey: `E\n${CREDENTIALS.secretAccessKey}` },
    ].map((change) => ({ change, key: derive(cache, change) }))
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length)
    for (const { change, key } of keys) {
      const { publicKey } = deriveSigv4aKey({ ...CREDENTIALS, ...change })
      const others = keys.filter((other) => other.key !== key)
      expect(verifiesUnder(publicKey, 'text', key.sign('text'))).toBe(true)
      expect(others.filter((other) => other.key.verify('text', key.sign('text')))).toEqual([])
    }
  })

  it('is bounded: the key that was not used longest makes room', () => {
    const cache = createKeyCache({ maxEntries: 2 })
    const one = derive(cache, { accessKeyId: 'ONE' })
    const two = derive(cache, { accessKeyId: 'TWO' })
    expect(derive(cache, { accessKeyId: 'ONE' })).toBe(one)
    derive(cache, { accessKeyId: 'THREE' })
    expect(derive(cache, { accessKeyId: 'ONE' })).toBe(one)
    expect(derive(cache, { accessKeyId: 'TWO' })).not.toBe(two)
  })

  it('holds a public key once, in whichever form it comes', () => {
    const cache = createKeyCache()
    const forms = publicKeyForms().map(([, publicKey]) => sigv4a.importPublicKey!(publicKey, cache))
    expect(new Set(forms).size).toBe(1)
    expect(
      sigv4a.importPublicKey!(deriveSigv4aKey({ ...CREDENTIALS, accessKeyId: 'B' }).publicKey, cache),
    ).not.toBe(forms[0])
  })

  it('finds nothing by a public key that is taken for a secret', () => {
    const cache = createKeyCache()
    const point = `04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`
    const imported = sigv4a.importPublicKey!(PUBLIC_KEY, cache)
    expect(sigv4a.deriveKey({ accessKeyId: '', secretAccessKey: point }, SCOPE, cache)).not.toBe(imported)
  })
})

describe('secrets', () => {
  const texts = [
    CREDENTIALS.secretAccessKey,
    Buffer.from(PRIVATE_KEY).toString('hex'),
    Buffer.from(PRIVATE_KEY).toString('base64'),
  ]
  const bytes = [...PRIVATE_KEY].slice(0, 8).join(', ')
  const leaks = (shown: string): string[] => [...texts, bytes].filter((text) => shown.includes(text))

  it('show in no print of a key or of the cache', () => {
    expect(leaks(`${texts[1]} ${inspect(PRIVATE_KEY)} [${[...PRIVATE_KEY].join(', ')}]`)).toHaveLength(2)
    const cache = createKeyCache()
    const key = sigv4a.deriveKey(CREDENTIALS, SCOPE, cache)
    expect(key.verify('text', key.sign('text'))).toBe(true)
    for (const thing of [key, cache, sigv4a]) {
      expect(
        leaks(inspect(thing, { depth: 10, showHidden: true, getters: true, maxArrayLength: 1000 })),
      ).toEqual([])
      expect(leaks(String(JSON.stringify(thing)) + String(thing))).toEqual([])
    }
    expect(JSON.stringify([key, cache])).toBe('[{},{}]')
  })

  it('are no keys of a Map', () => {
    const set = vi.spyOn(Map.prototype, 'set')
    const key = sigv4a.deriveKey(CREDENTIALS, SCOPE, createKeyCache())
    sigv4a.importPublicKey!(PUBLIC_KEY, createKeyCache())
    const names = set.mock.calls.map(([name]) => String(name))
    set.mockRestore()
    expect(key.sign('text')).toMatch(/^30/)
    expect(names.filter((name) => /^[\da-f]{64}$/.test(name))).toHaveLength(2)
    expect(leaks(names.join('\n'))).toEqual([])
    expect(names.join('\n')).not.toContain('AKIDEXAMPLE')
  })

  it('are in no error', () => {
    const credentials = {
      ...CREDENTIALS,
      secretAccessKey: 'a secret that nobody may see',
      accessKeyId: 'A\u0000,B',
    }
    const sign = () => signHeaders({ url: URL_TEXT }, { ...OPTIONS, credentials })
    expect(sign).toThrow(/credentials\.accessKeyId/)
    expect(sign).not.toThrow(/nobody may see/)
  })
})

function publicKeyForms(): [name: string, publicKey: PublicKeyInput][] {
  const { x, y } = PUBLIC_KEY
  const coordinate = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(y) }
  const spki = createPublicKey({ format: 'jwk', key: jwk }).export({ format: 'der', type: 'spki' })
  const point = Buffer.from(`04${x}${y}`, 'hex')
  return [
    ['coordinates in lower case', { x, y }],
    ['coordinates in upper case', { x: x.toUpperCase(), y: y.toUpperCase() }],
    ['SPKI, as node:crypto exports it', spki],
    ['SPKI as a plain Uint8Array', Uint8Array.from(spki)],
    ['SPKI inside a larger buffer', new Uint8Array(Uint8Array.from([9, ...spki, 9]).buffer, 1, spki.length)],
    ['a point of 65 bytes', Uint8Array.from(point)],
    ['a point in a Buffer', point],
  ]
}

describe('public keys', () => {
  const key = sigv4a.deriveKey(CREDENTIALS, SCOPE, createKeyCache())

  for (const [name, publicKey] of publicKeyForms()) {
    it(`are taken as ${name}`, async () => {
      const imported = sigv4a.importPublicKey!(publicKey, createKeyCache())
      expect(await imported.verify('text', key.sign('text'))).toBe(true)
      expect(await imported.verify('text.', key.sign('text'))).toBe(false)
    })
  }

  it('are copied: bytes that change later change nothing', async () => {
    for (const backend of BACKENDS) {
      pretend(backend)
      const copy = await importAfresh()
      const point = Buffer.from(`04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`, 'hex')
      const imported = copy.sigv4a.importPublicKey!(point, copy.createKeyCache())
      point.fill(0)
      expect(await imported.verify('text', key.sign('text')), backend).toBe(true)
      stopPretending()
    }
  })

  const wrong: [what: string, value: unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 4],
    ['text', `04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`],
    ['an empty object', {}],
    ['a list', [PUBLIC_KEY.x, PUBLIC_KEY.y]],
    ['x alone', { x: PUBLIC_KEY.x }],
    ['y alone', { y: PUBLIC_KEY.y }],
    ['numbers', { x: 1, y: 2 }],
    ['bytes for x and y', { x: new Uint8Array(32), y: new Uint8Array(32) }],
    ['an ArrayBuffer', Uint8Array.from(Buffer.from(`04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`, 'hex')).buffer],
    ['a DataView', new DataView(new ArrayBuffer(65))],
    ['a private key', PRIVATE_KEY],
    ['64 digits and a line break', { x: `${PUBLIC_KEY.x}\n`, y: PUBLIC_KEY.y }],
  ]
  for (const [what, value] of wrong) {
    it(`are not ${what}`, () => {
      const error = {
        name: 'RangeError',
        code: 'ERR_INVALID_ARG_VALUE',
        message: expect.stringContaining('publicKey'),
      }
      const importKey = () => sigv4a.importPublicKey!(value as PublicKeyInput, createKeyCache())
      expect(importKey).toThrow(expect.objectContaining(error))
    })
  }
})
