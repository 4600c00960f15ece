import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { SigningAlgorithm, SigningKeyCache, VerificationKey } from '../../src/algorithms/algorithm.ts'
import {
  createKeyCache,
  isSignatureError,
  type PresignOptions,
  presignUrl,
  signHeaders,
  sigv4,
  Verifier,
  type VerifierOptions,
} from '../../src/index.ts'
import { deriveSigv4aKey, sigv4a } from '../../src/sigv4a/index.ts'

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const { publicKey: PUBLIC_KEY } = deriveSigv4aKey(KEY)
const NOW = Date.UTC(2015, 7, 30, 12, 36)
const HOST = 'api.example.com'
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

type Pair = readonly [name: string, value: string]
interface Wire {
  target: string
  headers: readonly Pair[]
}

const options = (more: Partial<PresignOptions>): PresignOptions => ({
  credentials: KEY,
  service: 'execute-api',
  region: 'us-east-1',
  algorithm: sigv4a,
  signingDate: NOW,
  ...more,
})

function headerSigned(more: Partial<PresignOptions> = {}, extra: readonly Pair[] = [], query = ''): Wire {
  const target = `/a${query}`
  const { headers } = signHeaders({ url: `https://${HOST}${target}`, headers: extra }, options(more))
  return { target, headers: [['host', HOST], ...extra, ...Object.entries(headers)] }
}

function presigned(more: Partial<PresignOptions> = {}, extra: readonly Pair[] = []): Wire {
  const { url } = presignUrl({ url: `https://${HOST}/a`, headers: extra }, options(more))
  return { target: url.slice(`https://${HOST}`.length), headers: [['host', HOST], ...extra] }
}

const forms = { 'header-signed': headerSigned, presigned }

const verifierOf = (more: Partial<VerifierOptions> = {}): Verifier =>
  new Verifier({
    getKeys: ({ accessKeyId }) => (accessKeyId === KEY.accessKeyId ? KEY : undefined),
    service: 'execute-api',
    region: 'us-east-1',
    algorithms: [sigv4a],
    keyCache: createKeyCache(),
    now: () => NOW,
    ...more,
  })

/** `accepted`, the reason of a refusal, or the code of a misuse. */
const judge = (wire: Wire, more: Partial<VerifierOptions> = {}): Promise<string> =>
  verifierOf(more)
    .verifyReceived({ method: 'GET', ...wire, body: null })
    .then(
      () => 'accepted',
      (error) => (isSignatureError(error) ? error.reason : `${error.name} ${error.code}`),
    )

const withKey = (key: unknown): Partial<VerifierOptions> => ({ getKeys: () => key as VerificationKey })
const OTHER = deriveSigv4aKey({ ...KEY, accessKeyId: 'AKIDEXAMPLF' })

/** The wire with its signature rewritten, wherever it stands. */
const editSignature = (wire: Wire, edit: (signature: string) => string): Wire => ({
  target: wire.target.replace(/(?<=X-Amz-Signature=)\w+/, edit),
  headers: wire.headers.map(([name, value]) => [name, value.replace(/(?<=Signature=)\w+$/, edit)] as const),
})
const withoutHeader = ({ target, headers }: Wire, name: string): Wire => ({
  target,
  headers: headers.filter(([known]) => known !== name),
})

describe.each(Object.entries(forms))('a %s request', (form, sign) => {
  it('is accepted with the secret, or with the public key alone', async () => {
    const { x, y } = PUBLIC_KEY
    const point = Buffer.from(`04${x}${y}`, 'hex')
    const keys = [
      KEY,
      { publicKey: PUBLIC_KEY },
      { publicKey: point },
      { publicKey: { x: x.toUpperCase(), y } },
    ]
    for (const key of keys) expect(await judge(sign(), withKey(key))).toBe('accepted')
  })

  it('is refused with the key of another id, of another secret, and with another public key', async () => {
    for (const key of [{ secretAccessKey: 'another' }, { publicKey: OTHER.publicKey }])
      expect(await judge(sign(), withKey(key))).toBe('signature-mismatch')
    const wire = sign({ credentials: { ...KEY, accessKeyId: 'AKIDEXAMPLF' } })
    expect(await judge(wire, withKey({ publicKey: PUBLIC_KEY }))).toBe('signature-mismatch')
    expect(await judge(wire, withKey(KEY))).toBe('accepted')
  })

  it('is accepted with one of several keys, and names its principal', async () => {
    const keys = [
      { publicKey: OTHER.publicKey, principal: 'other' },
      { secretAccessKey: 'another', principal: 'another' },
      { publicKey: PUBLIC_KEY, principal: 'mine' },
      { secretAccessKey: KEY.secretAccessKey, principal: 'mine too' },
    ]
    const verifier = verifierOf({ getKeys: () => keys })
    const verified = await verifier.verifyReceived({ method: 'GET', ...sign(), body: null })
    expect(verified).toMatchObject({
      principal: 'mine',
      credentialScope: '20150830/execute-api/aws4_request',
      carrier: form === 'presigned' ? 'query' : 'header',
    })
  })

  it('tells getKeys its algorithm, and no region', async () => {
    const lookups: unknown[] = []
    await judge(sign(), { getKeys: (lookup) => void lookups.push(lookup) })
    expect(lookups).toEqual([
      {
        accessKeyId: 'AKIDEXAMPLE',
        sessionToken: undefined,
        algorithm: 'AWS4-ECDSA-P256-SHA256',
        scopeDate: '20150830',
        region: undefined,
        service: 'execute-api',
      },
    ])
  })

  it('is accepted with a high s and with a low one', async () => {
    const wire = sign()
    const other = editSignature(wire, (signature) => {
      const at = 8 + 2 * Number.parseInt(signature.slice(6, 8), 16)
      const s = N - BigInt(`0x${signature.slice(at + 4)}`)
      const digits = s.toString(16)
      const even = digits.length % 2 === 0 ? digits : `0${digits}`
      const integer = even >= '8' ? `00${even}` : even
      const body = `${signature.slice(4, at)}02${(integer.length / 2).toString(16)}${integer}`
      return `30${(body.length / 2).toString(16)}${body}`
    })
    expect(other).not.toEqual(wire)
    expect([await judge(wire), await judge(other)]).toEqual(['accepted', 'accepted'])
  })

  it('is unknown where the key is one for HMAC', async () => {
    const keys = [
      { signingKey: new Uint8Array(32) },
      [{ signingKey: new Uint8Array(32) }, { signingKey: new Uint8Array(32) }],
    ]
    for (const key of keys) expect(await judge(sign(), withKey(key))).toBe('unknown-access-key')
  })

  it('is accepted where a key for HMAC stands beside one for ECDSA', async () => {
    const keys = [{ signingKey: new Uint8Array(32) }, { publicKey: PUBLIC_KEY }]
    expect(await judge(sign(), withKey(keys))).toBe('accepted')
  })

  it('is refused where SigV4A is not enabled, and SigV4 where it is alone', async () => {
    expect(await judge(sign(), { algorithms: undefined })).toBe('unsupported-algorithm')
    expect(await judge(sign(), { algorithms: [sigv4] })).toBe('unsupported-algorithm')
    const plain = sign({ algorithm: sigv4 })
    expect(await judge(plain, { algorithms: [sigv4a] })).toBe('unsupported-algorithm')
    for (const wire of [sign(), plain])
      expect(await judge(wire, { algorithms: [sigv4, sigv4a] })).toBe('accepted')
  })

  it('is refused for an unknown key where the public key is none', async () => {
    for (const publicKey of [undefined, 'text', { x: PUBLIC_KEY.y, y: PUBLIC_KEY.x }, new Uint8Array(65)])
      expect(await judge(sign(), withKey({ publicKey }))).toBe('unknown-access-key')
  })

  const shapes: [what: string, edit: (signature: string) => string][] = [
    ['of HMAC', () => 'ab'.repeat(32)],
    ['of HMAC that begins like DER', () => `30${'ab'.repeat(31)}`],
    ['in upper-case hex', (signature) => signature.toUpperCase()],
    ['with one upper-case digit', (signature) => signature.replace(/[a-f]/, (digit) => digit.toUpperCase())],
    ['padded with a star', (signature) => `${signature}*`],
    ['padded with stars', (signature) => signature.padEnd(146, '*')],
    ['padded with zeros', (signature) => signature.padEnd(146, '0')],
    ['of odd length', (signature) => signature.slice(0, -1)],
    ['a byte short', (signature) => signature.slice(0, -2)],
    ['a byte long', (signature) => `${signature}00`],
    ['of 74 bytes', (signature) => signature.padEnd(148, '0')],
    ['of two bytes', () => '3000'],
    ['in base64', (signature) => Buffer.from(signature, 'hex').toString('base64')],
    ['of r and s alone', () => '11'.repeat(64)],
    ['with r and s zero', () => '3006020100020100'],
    ['with r and s one', () => '3006020101020101'],
    [
      'with two bytes exchanged',
      (signature) =>
        signature.replace(/(..)(..)$/, (all, a, b) => (a === b ? all.replace(/.$/, 'g') : b + a)),
    ],
  ]
  for (const [what, edit] of shapes) {
    it(`is refused with a signature ${what}`, async () => {
      const wire = sign()
      const edited = editSignature(wire, edit)
      expect(edited).not.toEqual(wire)
      for (const key of [KEY, { publicKey: PUBLIC_KEY }])
        expect(await judge(edited, withKey(key))).toBe('signature-mismatch')
    })
  }
})

describe('the region set', () => {
  const rows: [set: string | string[], regions: string | string[], answer: string][] = [
    ['us-east-1', 'us-east-1', 'accepted'],
    ['*', 'us-east-1', 'accepted'],
    ['us-*', 'us-east-1', 'accepted'],
    [['eu-west-1', 'us-east-1'], 'us-east-1', 'accepted'],
    ['eu-west-1', ['us-east-1', 'eu-west-1'], 'accepted'],
    ['eu-west-1', 'us-east-1', 'scope-mismatch'],
    ['us-*', 'eu-us-1', 'scope-mismatch'],
    [['eu-*', 'ap-*'], ['us-east-1', 'sa-east-1'], 'scope-mismatch'],
  ]
  for (const [set, region, answer] of rows) {
    it(`${set} for ${region}: ${answer}`, async () => {
      for (const sign of Object.values(forms))
        expect(await judge(sign({ region: set }), { region })).toBe(answer)
    })
  }

  it('names in the refusal what was expected', async () => {
    const verifying = verifierOf().verifyReceived({
      method: 'GET',
      ...headerSigned({ region: 'eu-*' }),
      body: null,
    })
    await expect(verifying).rejects.toMatchObject({
      reason: 'scope-mismatch',
      details: { expected: 'us-east-1' },
    })
  })

  it('is bound by the signature', async () => {
    const wire = headerSigned()
    const headers = wire.headers.map(
      ([name, value]): Pair => [name, name === 'x-amz-region-set' ? '*' : value],
    )
    expect(await judge({ ...wire, headers })).toBe('signature-mismatch')
    const url = presigned()
    const target = url.target.replace('Region-Set=us-east-1', 'Region-Set=%2A')
    expect(target).not.toBe(url.target)
    expect(await judge({ ...url, target })).toBe('signature-mismatch')
  })

  /** Signs no region set at all. */
  const { regionSetName: _, ...careless }: SigningAlgorithm = sigv4a
  const ours: Pair = ['x-amz-region-set', 'us-east-1']

  it('is needed, and signed: elsewhere it does not count', async () => {
    const more = { algorithm: careless }
    const wire = headerSigned(more)
    const url = presigned(more)
    expect(await judge(wire)).toBe('scope-mismatch')
    expect(await judge({ ...wire, headers: [...wire.headers, ours] })).toBe('scope-mismatch')
    expect(
      await judge(
        { ...wire, headers: [...wire.headers, ours] },
        { allowUnsignedHeaders: ['x-amz-region-set'] },
      ),
    ).toBe('scope-mismatch')
    expect(await judge(headerSigned(more, [], '?X-Amz-Region-Set=us-east-1'))).toBe('scope-mismatch')
    expect(await judge(url)).toBe('scope-mismatch')
    expect(await judge({ ...url, headers: [...url.headers, ours] })).toBe('scope-mismatch')
    expect(await judge(presigned(more, [ours]))).toBe('scope-mismatch')
  })

  it('may not come a second time, unsigned, beside the signed one', async () => {
    const url = presigned()
    expect(await judge({ ...url, headers: [...url.headers, ours] })).toBe('header-not-signed')
    const wire = headerSigned()
    expect(await judge({ ...wire, headers: [...wire.headers, ours] })).toBe('signature-mismatch')
  })

  it('is one text of several lines, all of them signed', async () => {
    const { headers } = signHeaders(
      { url: `https://${HOST}/a`, headers: [['x-amz-region-set', 'eu-west-1'], ours] },
      options({ algorithm: careless }),
    )
    const lines: Pair[] = [['x-amz-region-set', 'eu-west-1'], ours]
    const wire = { target: '/a', headers: [['host', HOST] as Pair, ...lines, ...Object.entries(headers)] }
    expect(await judge(wire)).toBe('accepted')
    expect(await judge(withoutHeader(wire, 'x-amz-region-set'))).toBe('scope-mismatch')
  })

  it('does not stand in the scope', async () => {
    const withRegion: SigningAlgorithm = { ...sigv4a, formatScope: sigv4.formatScope }
    for (const sign of Object.values(forms))
      expect(await judge(sign({ algorithm: withRegion }))).toBe('malformed-authorization')
  })
})

describe('the algorithms', () => {
  const both = { algorithms: [sigv4, sigv4a] }

  it('are not taken for one another: a public key is no key for HMAC', async () => {
    const wire = headerSigned({ algorithm: sigv4 })
    expect(await judge(wire, { ...both, ...withKey({ publicKey: PUBLIC_KEY }) })).toBe('unknown-access-key')
    const point = Buffer.from(`04${PUBLIC_KEY.x}${PUBLIC_KEY.y}`, 'hex').toString('latin1')
    const forged = headerSigned({ algorithm: sigv4, credentials: { ...KEY, secretAccessKey: point } })
    expect(await judge(forged, { ...both, ...withKey({ publicKey: PUBLIC_KEY }) })).toBe('unknown-access-key')
  })

  it('differ in their scope: a request of one, renamed to the other, is refused', async () => {
    const rename = (wire: Wire, from: string, to: string): Wire => ({
      target: wire.target.replace(from, to),
      headers: wire.headers.map(([name, value]) => [name, value.replace(from, to)] as const),
    })
    for (const sign of Object.values(forms)) {
      const ecdsa = sign()
      const hmac = sign({ algorithm: sigv4 })
      for (const wire of [rename(ecdsa, sigv4a.name, sigv4.name), rename(hmac, sigv4.name, sigv4a.name)])
        expect(await judge(wire, both)).toBe('malformed-authorization')
    }
  })

  it('have signatures of their own: one of ECDSA is none of HMAC', async () => {
    const wire = editSignature(headerSigned({ algorithm: sigv4 }), () => '3006020101020101')
    expect(await judge(wire, both)).toBe('signature-mismatch')
  })
})

describe('an access key id that is not known', () => {
  /** A cache that counts what is derived anew. */
  function countingCache() {
    const inner = createKeyCache()
    const count = { derived: 0 }
    const cache: SigningKeyCache = {
      getOrDerive: (secret, scope, derive) =>
        inner.getOrDerive(secret, scope, () => {
          count.derived++
          return derive()
        }),
    }
    return { cache, count }
  }

  it('makes one stand-in key, however many are tried: none of them costs a derivation or a place in the cache', async () => {
    const { cache, count } = countingCache()
    for (let i = 0; i < 5; i++) {
      const wire = headerSigned({
        credentials: { ...KEY, accessKeyId: `AKIDUNKNOWN${i}` },
        keyCache: createKeyCache(),
      })
      expect(await judge(wire, { keyCache: cache })).toBe('unknown-access-key')
    }
    expect(count.derived).toBe(1)
  })

  it('is not let in by whoever signs with the stand-in', async () => {
    const secretAccessKey = 'the key of an access key id that nobody has'
    const asStandIn: SigningAlgorithm = {
      ...sigv4a,
      deriveKey: (key, scope, cache) => sigv4a.deriveKey({ ...key, accessKeyId: '' }, scope, cache),
    }
    const credentials = { accessKeyId: 'AKIDUNKNOWN', secretAccessKey }
    for (const sign of Object.values(forms)) {
      for (const algorithm of [asStandIn, sigv4a])
        expect(await judge(sign({ credentials, algorithm }))).toBe('unknown-access-key')
    }
  })
})

describe('the body', () => {
  it('is checked as for SigV4', async () => {
    const body = new TextEncoder().encode('text')
    const { headers } = signHeaders({ method: 'POST', url: `https://${HOST}/a`, body }, options({}))
    const pairs: Pair[] = [['host', HOST], ...Object.entries(headers)]
    const send = (sent: Uint8Array) =>
      verifierOf().verifyReceived({ method: 'POST', target: '/a', headers: pairs, body: sent })
    expect(Buffer.from((await send(body)).body as Uint8Array).toString()).toBe('text')
    await expect(send(new TextEncoder().encode('texT'))).rejects.toMatchObject({
      reason: 'signature-mismatch',
    })
    const hash = createHash('sha256').update('text').digest('hex')
    const named = signHeaders(
      { method: 'POST', url: `https://${HOST}/a`, body },
      options({ profile: { contentSha256: 'send' } }),
    )
    expect(named.headers['x-amz-content-sha256']).toBe(hash)
  })
})
