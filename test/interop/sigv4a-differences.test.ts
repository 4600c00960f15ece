// Where SigV4A of aws-crt or @smithy/signature-v4a is not ours: each difference alone, so that it is known and small.
import { createECDH, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveSigv4aKey } from '../../src/sigv4a/index.ts'
import type { Sigv4aRequest } from '../support/arbitrary-sigv4a.ts'
import { crtJudges, crtSigns, type Location } from '../support/crt-sigv4a.ts'
import { verifiesUnder } from '../support/node-ecdsa.ts'
import { weJudge, weSign } from '../support/sigv4a-ours.ts'
import { smithySigns } from '../support/smithy-sigv4a.ts'

const EXAMPLE: Sigv4aRequest = {
  method: 'GET',
  host: 'example.com',
  path: '/',
  query: '',
  headers: [],
  body: '',
  service: 'execute-api',
  regionSet: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
  signingDate: new Date('2015-08-30T12:36:00Z'),
  payload: 'signed',
  expiresInSeconds: 60,
}
const MISMATCH = 'AWS_AUTH_CANONICAL_REQUEST_MISMATCH'
const LOCATIONS: readonly Location[] = ['header', 'query']

interface Answers {
  theirsOfOurs: string
  oursOfTheirs: string
}

/** What each says of the other's signature; `edit` turns our canonical request into theirs. */
async function both(
  location: Location,
  change: Partial<Sigv4aRequest>,
  edit: (canonicalRequest: string) => string = (text) => text,
): Promise<Answers> {
  const request = { ...EXAMPLE, ...change }
  const { publicKey } = deriveSigv4aKey(request)
  const { canonicalRequest, signature } = weSign(request, location)
  const wire = await crtSigns(request, location)
  return {
    theirsOfOurs: crtJudges(request, location, {
      canonicalRequest: edit(canonicalRequest),
      signature,
      publicKey,
    }),
    oursOfTheirs: await weJudge(request, wire, { publicKey }),
  }
}
const ALIKE: Answers = { theirsOfOurs: 'accepted', oursOfTheirs: 'accepted' }
const APART: Answers = { theirsOfOurs: MISMATCH, oursOfTheirs: 'signature-mismatch' }
/** We sign another text, and take theirs. */
const TAKEN: Answers = { theirsOfOurs: MISMATCH, oursOfTheirs: 'accepted' }

describe.each(LOCATIONS)('aws-crt (%s)', (location) => {
  it('agrees on the plain request that the differences begin from', async () => {
    expect(await both(location, {})).toEqual(ALIKE)
  })

  const pathSpellings: [what: string, path: string, canonical: string][] = [
    ['an unescaped mark', '/a$b', '/a%24b'],
    ['a plus', '/a+b', '/a%2Bb'],
    ['a lower-case escape', '/%c3%a9', '/%C3%A9'],
    ['an escape that nothing asks for', '/%7Ea', '/~a'],
  ]
  for (const [what, path, canonical] of pathSpellings) {
    it(`signs an S3 path as it is written, where we bring ${what} into canonical spelling`, async () => {
      const s3: Partial<Sigv4aRequest> = { service: 's3', payload: 'unsigned' }
      expect(await both(location, { ...s3, path })).toEqual(APART)
      expect(await both(location, { ...s3, path: canonical })).toEqual(ALIKE)
      expect(await both(location, { path })).toEqual(ALIKE)
      const theirs = await both(location, { ...s3, path }, (text) => text.replace(canonical, path))
      expect(theirs.theirsOfOurs).toBe('AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE')
    })
  }

  it('reads a plus in a query as a plus, and we as a space', async () => {
    expect(await both(location, { query: 'a=b+c' })).toEqual(APART)
    for (const query of ['a=b%2Bc', 'a=b%20c']) expect(await both(location, { query })).toEqual(ALIKE)
    const asTheirs = await both(location, { query: 'a=b+c' }, (text) => text.replace('a=b%20c', 'a=b%2Bc'))
    expect(asTheirs.theirsOfOurs).toBe('AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE')
  })

  it('signs the region set with the spaces that were typed, and we without', async () => {
    expect(await both(location, { regionSet: 'us-east-1, us-west-2' })).toEqual(TAKEN)
    expect(await both(location, { regionSet: 'us-east-1,us-west-2' })).toEqual(ALIKE)
  })

  it('signs the method as it is typed, and we in upper case', async () => {
    expect(await both(location, { method: 'get' })).toEqual(TAKEN)
  })

  it('takes header values as text, and we as bytes', async () => {
    const text = 'é'
    const bytes = Buffer.from(text).toString('latin1')
    const request = { ...EXAMPLE, headers: [['x-a', text]] as const }
    const ours = weSign({ ...EXAMPLE, headers: [['x-a', bytes]] }, location)
    const canonicalRequest = Buffer.from(ours.canonicalRequest, 'latin1').toString('utf8')
    const signed = { ...ours, ...deriveSigv4aKey(EXAMPLE), canonicalRequest }
    expect(crtJudges(request, location, signed)).toBe('accepted')
    const { target, headers } = await crtSigns(request, location)
    const wire = {
      target,
      headers: headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const),
    }
    expect(await weJudge(EXAMPLE, wire, EXAMPLE)).toBe('accepted')
    expect(await weJudge(EXAMPLE, { target, headers }, EXAMPLE)).toBe('signature-mismatch')
  })
})

describe('aws-crt', () => {
  it('signs cache-control in headers, which we leave to caches; in a presigned URL both sign it', async () => {
    const headers = [['cache-control', 'no-cache']] as const
    expect(await both('header', { headers })).toEqual(TAKEN)
    expect(await both('query', { headers })).toEqual(ALIKE)
  })

  it('signs the body of a presigned S3 URL without saying so, and we announce x-amz-content-sha256', async () => {
    const s3: Partial<Sigv4aRequest> = { service: 's3', body: 'text' }
    expect((await both('query', s3)).theirsOfOurs).toBe(MISMATCH)
    expect(await both('query', { ...s3, payload: 'unsigned' })).toEqual(ALIKE)
    expect(await both('header', s3)).toEqual(ALIKE)
  })

  it('adds x-amz-content-sha256 to a presigned URL of VPC Lattice', async () => {
    const lattice: Partial<Sigv4aRequest> = { service: 'vpc-lattice-svcs', payload: 'unsigned' }
    expect(await both('query', lattice)).toEqual(TAKEN)
    expect(await both('header', lattice)).toEqual(ALIKE)
    const { target } = await crtSigns({ ...EXAMPLE, ...lattice }, 'query')
    expect(target).toContain('X-Amz-SignedHeaders=host%3Bx-amz-content-sha256&')
  })
})

interface KeyCase {
  name: string
  input: { accessKeyId: string; secretAccessKey: string }
  tries: { fixedInput: string; hmac: string }[]
  expected: { publicKey: { x: string; y: string } }
}
const { cases }: { cases: KeyCase[] } = JSON.parse(
  readFileSync(new URL('../../vectors/sigv4a-keys.json', import.meta.url), 'utf8'),
)
/** What can stand in a credential. */
const usable = cases.filter(({ input }) => /^[!-+\--~]+$/.test(input.accessKeyId))

describe('keys', () => {
  it('are twelve that can stand in a credential', () => expect(usable).toHaveLength(12))

  for (const { name, input, expected } of usable) {
    it(`${name}: aws-crt signs with the key of the vector, and so do we`, async () => {
      const request = { ...EXAMPLE, ...input }
      const { publicKey } = expected
      expect(await weJudge(request, await crtSigns(request, 'header'), { publicKey })).toBe('accepted')
      expect(crtJudges(request, 'header', { ...weSign(request, 'header'), publicKey })).toBe('accepted')
    })
  }

  const secondTry = cases.find(({ name }) => name === 'second-try')!
  /** Secrets of other characters are cut to a byte each, which is a difference of its own. */
  const ascii = usable.filter(({ name }) => !['second-try', 'secret-not-ascii'].includes(name))

  for (const { name, input, expected } of ascii) {
    it(`${name}: @smithy/signature-v4a signs with the key of the vector`, async () => {
      const request = { ...EXAMPLE, ...input }
      const { publicKey } = expected
      expect(await weJudge(request, await smithySigns(request), { publicKey })).toBe('accepted')
    })
  }

  it('that need a second try are wrong in @smithy/signature-v4a: nobody who has the public key accepts it', async () => {
    const { input, tries, expected } = secondTry
    const request = { ...EXAMPLE, ...input }
    const { publicKey } = expected
    const { stringToSign, canonicalRequest } = weSign(request, 'header')
    const { signature, ...wire } = await smithySigns(request)
    expect(verifiesUnder(publicKey, stringToSign, signature)).toBe(false)
    expect(await weJudge(request, wire, { publicKey })).toBe('signature-mismatch')
    expect(await weJudge(request, wire, { secretAccessKey: input.secretAccessKey })).toBe(
      'signature-mismatch',
    )
    expect(crtJudges(request, 'header', { canonicalRequest, signature, publicKey })).toBe(
      'AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE',
    )

    // It appends the fixed input of the second try to that of the first, instead of beginning anew.
    const appended = Buffer.from(tries.map(({ fixedInput }) => fixedInput).join(''), 'hex')
    const hmac = createHmac('sha256', `AWS4A${input.secretAccessKey}`).update(appended).digest('hex')
    const itsPrivateKey = (BigInt(`0x${hmac}`) + 1n).toString(16).padStart(64, '0')
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(itsPrivateKey, 'hex')
    const point = ecdh.getPublicKey('hex')
    const itsPublicKey = { x: point.slice(2, 66), y: point.slice(66) }
    expect(verifiesUnder(itsPublicKey, stringToSign, signature)).toBe(true)
  })

  it('of a secret that is not ASCII are others in @smithy/signature-v4a: it takes the low byte of each character', async () => {
    const { input, expected } = cases.find(({ name }) => name === 'secret-not-ascii')!
    const request = { ...EXAMPLE, ...input }
    const { publicKey } = expected
    expect(await weJudge(request, await smithySigns(request), { publicKey })).toBe('signature-mismatch')
    expect(await weJudge(request, await crtSigns(request, 'header'), { publicKey })).toBe('accepted')
  })
})
