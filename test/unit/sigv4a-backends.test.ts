// Where nothing native answers at once, WebCrypto does it asynchronously; where that is missing too, JavaScript.
import { afterEach, describe, expect, it, vi } from 'vitest'
import { deriveSigv4aKey } from '../../src/sigv4a/index.ts'
import { verifiesUnder } from '../support/node-ecdsa.ts'
import {
  BACKENDS,
  type Backend,
  importAfresh,
  type Package,
  pretend,
  stopPretending,
} from '../support/p256-backends.ts'

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
const { publicKey: PUBLIC_KEY } = deriveSigv4aKey(CREDENTIALS)
const NOW = Date.UTC(2015, 7, 30, 12, 36)
const OPTIONS = { credentials: CREDENTIALS, service: 'service', region: '*', signingDate: NOW }
const URL_TEXT = 'https://example.com/a?b=c'

const sign = (copy: Package): Promise<Request> =>
  copy.signRequest(URL_TEXT, { ...OPTIONS, algorithm: copy.sigv4a, init: { method: 'POST', body: 'text' } })

const verifierOf = (copy: Package, key: object) =>
  new copy.Verifier({
    getKeys: () => key as { secretAccessKey: string },
    service: 'service',
    region: 'us-east-1',
    algorithms: [copy.sigv4a],
    now: () => NOW,
  })

const signatureOf = (request: Request): string =>
  /Signature=(\w+)$/.exec(request.headers.get('authorization')!)![1]!
/** The string to sign of what `sign` signs. */
const stringToSign = (copy: Package, request: Request): string =>
  copy.signHeaders(
    {
      method: 'POST',
      url: URL_TEXT,
      headers: { 'content-type': request.headers.get('content-type')! },
      body: 'text',
    },
    { ...OPTIONS, algorithm: copy.sigv4a },
  ).trace.stringToSign

function spies() {
  const { subtle } = globalThis.crypto
  const native = process.getBuiltinModule('node:crypto')
  return {
    web: {
      importKey: vi.spyOn(subtle, 'importKey'),
      sign: vi.spyOn(subtle, 'sign'),
      verify: vi.spyOn(subtle, 'verify'),
    },
    node: { sign: vi.spyOn(native, 'sign'), verify: vi.spyOn(native, 'verify') },
  }
}
const calls = (group: Record<string, { mock: { calls: unknown[] } }>) =>
  ['sign', 'verify'].map((name) => group[name]!.mock.calls.length)

afterEach(() => {
  stopPretending()
  vi.restoreAllMocks()
})

describe('signRequest and Verifier', () => {
  const EXPECTED: Readonly<Record<Backend, { web: number[]; node: number[] }>> = {
    node: { web: [0, 0], node: [1, 2] },
    webcrypto: { web: [1, 2], node: [0, 0] },
    noble: { web: [0, 0], node: [0, 0] },
  }

  for (const backend of BACKENDS) {
    it(`use ${backend} and nothing else`, async () => {
      const { web, node } = spies()
      pretend(backend)
      const copy = await importAfresh()
      // The first key tries the backend.
      copy.deriveSigv4aKey(CREDENTIALS)
      for (const spy of [...Object.values(web), ...Object.values(node)]) spy.mockClear()
      const request = await sign(copy)
      for (const key of [CREDENTIALS, { publicKey: PUBLIC_KEY }]) {
        const { accessKeyId } = await verifierOf(copy, key).verify(request.clone())
        expect(accessKeyId).toBe('AKIDEXAMPLE')
      }
      expect({ web: calls(web), node: calls(node) }).toEqual(EXPECTED[backend])
    })

    it(`make on ${backend} what node:crypto takes`, async () => {
      pretend(backend)
      const copy = await importAfresh()
      const request = await sign(copy)
      const text = stringToSign(copy, request)
      expect(verifiesUnder(PUBLIC_KEY, text, signatureOf(request))).toBe(true)
      expect(verifiesUnder(PUBLIC_KEY, `${text}.`, signatureOf(request))).toBe(false)
    })

    it(`take on ${backend} what the others make, and refuse what was changed`, async () => {
      const requests: Request[] = []
      for (const signing of BACKENDS) {
        pretend(signing)
        requests.push(await sign(await importAfresh()))
        stopPretending()
      }
      pretend(backend)
      const copy = await importAfresh()
      for (const request of requests) {
        await verifierOf(copy, CREDENTIALS).verify(request.clone())
        const changed = new Request(request.url.replace('b=c', 'b=d'), request.clone())
        const verifying = verifierOf(copy, { publicKey: PUBLIC_KEY }).verify(changed)
        await expect(verifying).rejects.toMatchObject({ reason: 'signature-mismatch' })
      }
    })
  }
})

describe('WebCrypto', () => {
  it('imports a key once, and so that it cannot be exported', async () => {
    const { web } = spies()
    pretend('webcrypto')
    const copy = await importAfresh()
    const requests = [await sign(copy), await sign(copy)]
    const verifier = verifierOf(copy, { publicKey: PUBLIC_KEY })
    for (const request of requests) await verifier.verify(request)
    const imports = web.importKey.mock.calls.map(([format, , , extractable, usages]) => [
      format,
      extractable,
      ...usages,
    ])
    expect(imports).toEqual([
      ['pkcs8', false, 'sign'],
      ['raw', false, 'verify'],
    ])
  })

  // WebKit reads no PKCS#8 without the public point: https://bugs.webkit.org/show_bug.cgi?id=302707
  it('is given a private key together with its public point', async () => {
    const { web } = spies()
    pretend('webcrypto')
    await sign(await importAfresh())
    const pkcs8 = Buffer.from(web.importKey.mock.calls[0]![1] as Uint8Array).toString('hex')
    expect(pkcs8).toContain(`04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`)
  })

  it('signs the request as it was when it was given', async () => {
    pretend('webcrypto')
    const copy = await importAfresh()
    const headers = new Headers({ 'x-a': 'one' })
    const signing = copy.signRequest(URL_TEXT, { ...OPTIONS, algorithm: copy.sigv4a, init: { headers } })
    headers.set('x-a', 'two')
    const request = await signing
    expect(request.headers.get('x-a')).toBe('one')
    expect((await verifierOf(copy, CREDENTIALS).verify(request)).signedHeaders).toContain('x-a')
  })

  it('is not asked by signHeaders and presignUrl, which answer at once', async () => {
    const { web } = spies()
    pretend('webcrypto')
    const copy = await importAfresh()
    const options = { ...OPTIONS, algorithm: copy.sigv4a }
    const { trace } = copy.signHeaders({ url: URL_TEXT }, options)
    const presigned = copy.presignUrl({ url: URL_TEXT }, options)
    expect(verifiesUnder(PUBLIC_KEY, trace.stringToSign, trace.signature)).toBe(true)
    expect(verifiesUnder(PUBLIC_KEY, presigned.trace.stringToSign, presigned.trace.signature)).toBe(true)
    expect(calls(web)).toEqual([0, 0])
  })
})

describe('node:crypto whose ECDSA does not do what Node does', () => {
  const real = process.getBuiltinModule('node:crypto')
  const refuse = (): never => {
    throw new TypeError('The "options.key" property must be of type string')
  }
  const faults: [what: string, crypto: object][] = [
    ['has no createECDH', { createECDH: undefined }],
    ['takes no key object to sign', { sign: refuse }],
    ['takes no key object to verify', { verify: refuse }],
    ['finds no signature good', { verify: () => false }],
    [
      'signs something else',
      { sign: (a: string, b: Buffer, c: never) => real.sign(a, Buffer.from([...b, 0]), c) },
    ],
  ]
  for (const [what, fault] of faults) {
    it(`is left alone where it ${what}: WebCrypto signs and verifies`, async () => {
      const { web } = spies()
      vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ ...real, ...fault } as never)
      const copy = await importAfresh()
      const request = await sign(copy)
      await verifierOf(copy, CREDENTIALS).verify(request)
      expect(calls(web)).toEqual([1, 1])
    })
  }
})

describe('a signature', () => {
  it('that is not the one DER form is never shown to the backend', async () => {
    const real = process.getBuiltinModule('node:crypto')
    const verify = vi.fn(() => true)
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ ...real, verify } as never)
    const copy = await importAfresh()
    const key = copy.sigv4a.importPublicKey!(PUBLIC_KEY, copy.createKeyCache())
    expect(await key.verify('text', '3006020101020101')).toBe(true)
    const asked = verify.mock.calls.length
    for (const signature of [
      '300702020001020101',
      '30060201010201',
      '308106020101020101',
      '3006020181020101',
    ])
      expect(await key.verify('text', signature), signature).toBe(false)
    expect(verify.mock.calls).toHaveLength(asked)
  })
})
