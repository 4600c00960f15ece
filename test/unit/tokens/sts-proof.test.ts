// V17: a proof of identity is held to the rules before anything is sent.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isSignatureError } from '../../../src/index.ts'
import {
  eksToken,
  type StsProof,
  stsProof,
  type VerifyStsProofOptions,
  verifyStsProof,
} from '../../../src/tokens/index.ts'
import { isStsHost, stsHost } from '../../../src/tokens/sts-host.ts'
import { ask, credentials, good, IDENTITY, make, signingDate } from './sts-world.ts'

/** The reason and message of a refusal that sent nothing. */
async function refusalOf(proof: unknown, options?: VerifyStsProofOptions): Promise<string> {
  const { outcome, sent } = await ask(proof, good, options)
  expect(sent).toEqual([])
  if (!isSignatureError(outcome)) throw outcome
  return `${outcome.reason}: ${outcome.message}`
}

describe('a proof', () => {
  it('is sent to STS, and gives the identity', async () => {
    const proof = await make()
    const { outcome, sent } = await ask(JSON.parse(JSON.stringify(proof)), good)
    expect(outcome).toEqual(IDENTITY)
    expect(sent).toEqual([
      {
        url: proof.url,
        init: {
          method: 'GET',
          headers: { accept: 'text/xml', 'x-audience': 'orders.example' },
          redirect: 'manual',
        },
      },
    ])
  })

  it('may do without an audience, where none is asked for', async () => {
    const { outcome, sent } = await ask(await make({ audienceHeader: undefined }), good, {
      audienceHeader: undefined,
    })
    expect(outcome).toEqual(IDENTITY)
    expect(sent[0]?.init?.headers).toEqual({ accept: 'text/xml' })
  })

  it('goes to the global endpoint without a region, and to one that is allowed by name', async () => {
    const proof = await make({ region: undefined })
    expect(proof.url).toMatch(/^https:\/\/sts\.amazonaws\.com\/\?.*%2Fus-east-1%2Fsts%2F/)
    expect((await ask(proof, good)).outcome).toEqual(IDENTITY)
    const allowedHosts = ['vpce-1.sts.eu-west-1.vpce.amazonaws.com']
    const own = { ...proof, url: proof.url.replace('sts.amazonaws.com', allowedHosts[0]!) }
    expect((await ask(own, good, { allowedHosts })).outcome).toEqual(IDENTITY)
    expect(await refusalOf(own)).toMatch(
      /^malformed-request: The proof is for a host that is not allowed: "vpce/,
    )
    expect(await refusalOf(proof, { allowedHosts })).toBe(
      'malformed-request: The proof is for a host that is not allowed: "sts.amazonaws.com"',
    )
  })

  it('is what an EKS cluster gets', async () => {
    const token = await eksToken({ clusterName: 'production', region: 'us-east-2', credentials, signingDate })
    const url = Buffer.from(token.slice('k8s-aws-v1.'.length), 'base64url').toString()
    const cluster = { name: 'x-k8s-aws-id', value: 'production' }
    const proof = { method: 'GET', url, headers: { [cluster.name]: cluster.value } }
    expect((await ask(proof, good, { audienceHeader: cluster })).outcome).toEqual(IDENTITY)
    expect(await refusalOf(proof, { audienceHeader: { ...cluster, value: 'staging' } })).toBe(
      'header-not-signed: The proof is not meant for us: x-k8s-aws-id must be "staging"',
    )
  })

  it('is good for 15 minutes, and five early', async () => {
    const proof = await make()
    const at = (milliseconds: number) => ({ now: () => signingDate + milliseconds })
    expect((await ask(proof, good, at(900_000))).outcome).toEqual(IDENTITY)
    expect((await ask(proof, good, at(-300_000))).outcome).toEqual(IDENTITY)
    expect(await refusalOf(proof, at(900_001))).toBe('request-expired: The proof has expired')
    expect(await refusalOf(proof, at(-300_001))).toBe('request-not-yet-valid: The proof is from the future')
  })
})

describe('nothing is sent', () => {
  type Change = (proof: StsProof) => unknown
  const url =
    (change: (url: string) => string): Change =>
    (proof) => ({ ...proof, url: change(proof.url) })
  const parameter = (name: string, value: string): Change =>
    url((text) => {
      const changed = text.replace(new RegExp(`([?&]${name}=)[^&]*`), `$1${value}`)
      expect(changed).not.toBe(text)
      return changed
    })
  const host = (name: string): Change => url((text) => text.replace('sts.eu-west-1.amazonaws.com', name))

  const rows: readonly (readonly [what: string, change: Change, reason: RegExp])[] = [
    ['for no object', () => 'proof', /^malformed-request: The proof is no object$/],
    ['for null', () => null, /^malformed-request: The proof is no object$/],
    [
      'with another method',
      (proof) => ({ ...proof, method: 'POST' }),
      /^malformed-request: .* must be a GET$/,
    ],
    ['with a method in lower case', (proof) => ({ ...proof, method: 'get' }), /must be a GET$/],
    ['without a URL', (proof) => ({ ...proof, url: undefined }), /has no URL of reasonable length$/],
    ['with an endless URL', url((text) => text + 'a'.repeat(8192)), /has no URL of reasonable length$/],
    ['over http', url((text) => text.replace('https:', 'http:')), /must have a URL/],
    ['with a scheme in capitals', url((text) => text.replace('https:', 'HTTPS:')), /must have a URL/],
    ['with a port', host('sts.eu-west-1.amazonaws.com:443'), /must have a URL/],
    ['with a user', host('sts.eu-west-1.amazonaws.com@evil.example'), /must have a URL/],
    ['with a backslash in the host', host('evil.example\\.sts.eu-west-1.amazonaws.com'), /must have a URL/],
    ['to another host', host('evil.example'), /host that is not allowed: "evil\.example"$/],
    [
      'to a host that ends like STS',
      host('evil.example.sts.eu-west-1.amazonaws.com'),
      /host that is not allowed/,
    ],
    [
      'to a host that begins like STS',
      host('sts.eu-west-1.amazonaws.com.evil.example'),
      /host that is not allowed/,
    ],
    ['to a bucket', host('sts.s3.amazonaws.com'), /host that is not allowed/],
    [
      'to another partition under this suffix',
      host('sts.cn-north-1.amazonaws.com'),
      /host that is not allowed/,
    ],
    ['to a host with a dot at its end', host('sts.eu-west-1.amazonaws.com.'), /host that is not allowed/],
    ['to another path', url((text) => text.replace('/?', '/evil?')), /must have a URL/],
    ['without a path', url((text) => text.replace('/?', '?')), /must have a URL/],
    ['with a fragment', url((text) => `${text}#a`), /must have a URL/],
    ['with a space', url((text) => `${text} `), /must have a URL/],
    ['with a line break', url((text) => `${text}\r\nx-evil: 1`), /must have a URL/],
    ['with a further line', url((text) => `${text}\n`), /must have a URL/],
    ['with a plus', parameter('X-Amz-Security-Token', 'a+b'), /must have a URL/],
    ['with a parameter that nobody knows', url((text) => `${text}&a=b`), /not allowed: "a"$/],
    ['with an empty piece', url((text) => `${text}&`), /not allowed: ""$/],
    ['with a parameter twice', url((text) => `${text}&Version=2011-06-15`), /has Version twice$/],
    ['with two actions', url((text) => `${text}&Action=AssumeRole`), /has Action twice$/],
    [
      'with two actions, one in lower case',
      url((text) => `${text}&action=AssumeRole`),
      /not allowed: "action"$/,
    ],
    [
      'with two actions, one encoded',
      url((text) => `${text}&%41ction=AssumeRole`),
      /not allowed: "%41ction"$/,
    ],
    ['with a date in lower case', url((text) => text.replace('X-Amz-Date', 'x-amz-date')), /not allowed/],
    ['with a second "="', url((text) => `${text}=a`), /wrong X-Amz-Signature$/],
    ['with a bad escape', parameter('X-Amz-Security-Token', 'a%2'), /wrong X-Amz-Security-Token$/],
    ['with an empty token', parameter('X-Amz-Security-Token', ''), /wrong X-Amz-Security-Token$/],
    ['for another action', parameter('Action', 'AssumeRole'), /^malformed-authorization: .* wrong Action$/],
    ['for another version', parameter('Version', '2010-05-08'), /wrong Version$/],
    [
      'with another algorithm',
      parameter('X-Amz-Algorithm', 'AWS4-ECDSA-P256-SHA256'),
      /wrong X-Amz-Algorithm$/,
    ],
    ['with a short signature', parameter('X-Amz-Signature', 'ab'), /wrong X-Amz-Signature$/],
    [
      'without a signature',
      url((text) => text.replace(/&X-Amz-Signature=\w+/, '')),
      /wrong X-Amz-Signature$/,
    ],
    ['for more than 900 seconds', parameter('X-Amz-Expires', '901'), /wrong X-Amz-Expires$/],
    ['for less than nothing', parameter('X-Amz-Expires', '-1'), /wrong X-Amz-Expires$/],
    ['for 1e2 seconds', parameter('X-Amz-Expires', '1e2'), /wrong X-Amz-Expires$/],
    ['without an expiry', url((text) => text.replace(/&X-Amz-Expires=\d+/, '')), /wrong X-Amz-Expires$/],
    [
      'without a credential',
      url((text) => text.replace(/&X-Amz-Credential=[^&]+/, '')),
      /Credential must be/,
    ],
    [
      'signed for another service',
      url((text) => text.replace('%2Fsts%2F', '%2Fiam%2F')),
      /^scope-mismatch: The proof is not signed for STS on the day of its date$/,
    ],
    [
      'signed for another terminator',
      url((text) => text.replace('aws4_request', 'aws3_request')),
      /^scope-mismatch/,
    ],
    [
      'signed for another day',
      url((text) => text.replace('%2F20260102%2F', '%2F20260103%2F')),
      /^scope-mismatch/,
    ],
    ['without a date', url((text) => text.replace(/&X-Amz-Date=\w+/, '')), /^scope-mismatch/],
    ['with half a date', parameter('X-Amz-Date', '20260102'), /^malformed-date: .* wrong X-Amz-Date$/],
    ['with a date that is none', parameter('X-Amz-Date', '20260102T250405Z'), /^malformed-date/],
    ['for another audience', (proof) => ({ ...proof, headers: { 'x-audience': 'b' } }), /^header-not-signed/],
    [
      'for an audience that is no text',
      (proof) => ({ ...proof, headers: { 'x-audience': ['orders.example'] } }),
      /^header-not-signed/,
    ],
    ['for no audience', (proof) => ({ ...proof, headers: {} }), /x-audience must be "orders\.example"$/],
    ['for no audience, and no headers', (proof) => ({ ...proof, headers: undefined }), /^header-not-signed/],
    ['with headers that are none', (proof) => ({ ...proof, headers: null }), /has no headers$/],
    [
      'with a further header',
      (proof) => ({ ...proof, headers: { ...proof.headers, host: 'evil.example' } }),
      /has a header that is not asked for$/,
    ],
    [
      'with the audience twice',
      (proof) => ({ ...proof, headers: { ...proof.headers, 'X-Audience': 'evil' } }),
      /has a header that is not asked for$/,
    ],
    [
      'with an audience that is not signed',
      parameter('X-Amz-SignedHeaders', 'host'),
      /^header-not-signed: .* must have X-Amz-SignedHeaders of host and the audience alone$/,
    ],
    ['with an audience alone', parameter('X-Amz-SignedHeaders', 'x-audience'), /^header-not-signed/],
    [
      'with a further signed header',
      parameter('X-Amz-SignedHeaders', 'host%3Bx-audience%3Bx-b'),
      /^header-not-signed/,
    ],
  ]
  it.each(rows)('%s', async (_, change, reason) => {
    expect(await refusalOf(change(await make()))).toMatch(reason)
  })

  it('for an audience that is not asked for', async () => {
    const refusal = await refusalOf(await make(), { audienceHeader: undefined })
    expect(refusal).toBe('malformed-request: The proof has a header that is not asked for')
    const silent = { ...(await make()), headers: {} }
    expect(await refusalOf(silent, { audienceHeader: undefined })).toMatch(/^header-not-signed/)
  })

  it('robustness: whatever else arrives is refused, and nothing but that', async () => {
    const { url: text } = await make()
    const anyUrl = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc
        .tuple(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 3 }))
        .map(([at, length, piece]) => text.slice(0, at) + piece + text.slice(at + length)),
    )
    const anyProof = fc.oneof(
      fc.anything(),
      fc.record({ method: fc.constant('GET'), url: anyUrl, headers: fc.anything() }, { requiredKeys: [] }),
    )
    await fc.assert(
      fc.asyncProperty(anyProof, async (proof) => {
        await refusalOf(proof)
      }),
    )
  })

  it('law: a changed URL that is sent all the same asks the same of the same host', async () => {
    const proof = await make()
    const edits = fc.tuple(
      fc.nat(proof.url.length),
      fc.nat(2),
      fc.string({ maxLength: 2, unit: 'binary-ascii' }),
    )
    await fc.assert(
      fc.asyncProperty(edits, async ([at, length, piece]) => {
        const changed = proof.url.slice(0, at) + piece + proof.url.slice(at + length)
        const { sent } = await ask({ ...proof, url: changed }, good)
        for (const { url: target } of sent) {
          const { href, origin, pathname, searchParams } = new URL(String(target))
          expect(href).toBe(target)
          expect([origin.replace(/eu-west-\d|[a-z]{2,4}(?:-[a-z]+)+-\d/, 'R'), pathname]).toEqual([
            'https://sts.R.amazonaws.com',
            '/',
          ])
          expect(searchParams.getAll('Action')).toEqual(['GetCallerIdentity'])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the options', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('may be left out: the runtime has a clock and a fetch', async () => {
    vi.stubGlobal('fetch', async () => good())
    const proof = await stsProof({ credentials })
    expect(await verifyStsProof(proof)).toEqual(IDENTITY)
  })

  it.each([
    [{ audience: 'a' }, /^ERR_INVALID_ARG_VALUE: "audience" is not an option of verifyStsProof/],
    [
      { allowedHosts: 'sts.amazonaws.com' },
      /^ERR_INVALID_ARG_TYPE: allowedHosts must be a list of host names/,
    ],
    [
      { allowedHosts: ['https://a.example'] },
      /^ERR_INVALID_ARG_VALUE: allowedHosts must be a host name alone/,
    ],
    [{ fetch: 'fetch' }, /^ERR_INVALID_ARG_TYPE: fetch must be a function; it is string$/],
    [{ now: 5 }, /^ERR_INVALID_ARG_TYPE: now must be a function; it is number$/],
    [
      { audienceHeader: { name: 'host', value: 'a' } },
      /^ERR_INVALID_ARG_VALUE: audienceHeader\.name must begin/,
    ],
    [{ audienceHeader: { name: 'x-a' } }, /^ERR_INVALID_ARG_TYPE: audienceHeader\.value must be a string/],
  ])('are refused where they are wrong: %j', async (options, message) => {
    const error = await verifyStsProof(await make(), options as never).catch((reason) => reason)
    expect(`${error.code}: ${error.message}`).toMatch(message)
  })
})

describe('the hosts of STS', () => {
  const { places, rows } = JSON.parse(
    readFileSync(new URL('../../../vectors/endpoints.json', import.meta.url), 'utf8'),
  ) as { places: Record<string, string>[]; rows: [template: string, service: string, place: number][] }
  const hosts = rows
    .filter(([, service]) => service === 'sts')
    .flatMap(([template, , place]) =>
      Object.entries(places[place]!).flatMap(([suffix, regions]) =>
        regions.split(' ').map((region) => ({
          region,
          host: template.replace('{region}', region).replace('{suffix}', suffix),
        })),
      ),
    )

  it('are all that the endpoint rules of botocore have', () => {
    expect(hosts.length).toBeGreaterThan(150)
    expect(hosts.filter(({ host }) => !isStsHost(host))).toEqual([])
  })

  it('are those that are asked, in every region', () => {
    const known = new Set(hosts.map(({ host }) => host))
    const regions = [...new Set(hosts.map(({ region }) => region))]
    expect(regions.filter((region) => !known.has(stsHost(region)))).toEqual([])
  })
})
