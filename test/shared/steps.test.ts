// Single steps of the further vectors: paths, queries, headers, hosts, payload hashes, keys, scopes of hosts.
import { describe, expect, it } from 'vitest'
import {
  canonicalHeaders,
  canonicalQueryString,
  canonicalUri,
  deriveSigningKey,
  type PathRules,
} from '../../src/canonical/index.ts'
import { inferScope, presignUrl, type SigningOptions, signHeaders } from '../../src/index.ts'
import { loadShared, type SharedContext, type SharedRequest, toParts } from '../support/shared-vectors.ts'

interface StepCase {
  name: string
  kind: string
  tags: string[]
  target: string
  sentTarget?: string
  service: string
  uriEncode: 'double' | 'single'
  normalizePath: boolean
  canonicalPath: string
  canonicalQuery: string
  conforming?: { canonicalPath: string; canonicalQuery: string }
  query: [string, string][]
  path: string
  normalizedPath: string
  headers: [string, string][]
  canonicalHeaders: string
  signedHeaders: string[]
  expectedQuery: [string, string][]
  expectedHeaders: [string, string][]
  payloadHash: string
  body?: string
  bodyHex?: string
  url: string
  host: string
  scheme: string
  setting: string
  contentSha256: string
  limit: { seconds: number }
  rows: { url: string; service: string; region: string }[]
  request: SharedRequest
  context: SharedContext
  input: { secretAccessKey: string; date: string; region: string; service: string }
  expected: { kSigning: string }
}

const ALL = ['services.json', 'botocore.json', 'key-derivation.json'].flatMap((file) =>
  loadShared<StepCase>(file),
)
const ofKind = (kind: string): StepCase[] => ALL.filter((vector) => vector.kind === kind)

const OPTIONS: SigningOptions = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'service',
  region: 'us-east-1',
  signingDate: 0,
}

function each(kind: string, count: number, check: (vector: StepCase) => void): void {
  describe(kind, () => {
    const cases = ofKind(kind)
    it(`has ${count} cases`, () => expect(cases).toHaveLength(count))
    for (const vector of cases) it(vector.name, () => check(vector))
  })
}

/**
 * aws4 reads %2F in an S3 path as a separator. Then `/b/foo%2Fbar` and `/b/foo/bar`, two keys, would share a
 * signature: we keep it as it is.
 */
const KEEPS_ENCODED_SLASH: Readonly<Record<string, string>> = {
  'aws4-canonical-11-s3': '/%2F%2F',
  'aws4-canonical-23-s3': '/%2F',
}

each('canonicalParts', 34, (vector) => {
  const [path = '', query = ''] = (vector.sentTarget ?? vector.target).split('?')
  const rules: PathRules = {
    pathEncoding: vector.uriEncode === 'double' ? 'twice' : 'once',
    pathNormalization: vector.normalizePath ? 'normalize' : 'verbatim',
  }
  const { canonicalPath, canonicalQuery } = vector.conforming ?? vector
  expect(canonicalUri(path, rules)).toBe(KEEPS_ENCODED_SLASH[vector.name] ?? canonicalPath)
  expect(canonicalQueryString(query)).toBe(canonicalQuery)
})

/**
 * smithy drops X-Amz-Signature whatever its case. A parameter that is dropped is one that nobody signed: our step
 * drops nothing, and the verifier leaves out the one parameter, spelled exactly, that it read the signature from.
 */
const DROPS_NOTHING = 'smithy-ts-canonical-query-omit-x-amz-signature-in-any-case'

each('canonicalQuery', 10, (vector) => {
  const found = canonicalQueryString(vector.query)
  if (vector.name === DROPS_NOTHING)
    expect(found).toBe(`X-Amz-Signature=bar&${vector.canonicalQuery}&x-amz-signature=foo`)
  else expect(found).toBe(vector.canonicalQuery)
})

/** Where a path ends in a dot segment, smithy-rs keeps a slash; aws-c-auth, botocore, smithy and aws4 do not. */
const NO_FINAL_SLASH: Readonly<Record<string, string>> = { '/foo/bar/.': '/foo/bar', '/foo/bar/..': '/foo' }

each('normalizePath', 28, ({ path, normalizedPath }) => {
  // The first encoding would double these escapes; normalisation alone is looked at.
  const encoded = (NO_FINAL_SLASH[path] ?? normalizedPath).replaceAll('%', '%25').replaceAll('=', '%3D')
  expect(canonicalUri(path)).toBe(encoded)
})

each('canonicalHeaders', 2, (vector) => {
  expect(canonicalHeaders(vector.headers)).toBe(vector.canonicalHeaders)
})

each('hostHeader', 4, ({ url, host }) => {
  expect(signHeaders({ url }, OPTIONS).trace.canonicalRequest).toContain(`\nhost:${host}\n`)
})

each('signedHeaders', 13, (vector) => {
  const { trace } = signHeaders({ url: 'https://example.com/', headers: vector.headers }, OPTIONS)
  const added = new Set(['x-amz-date', 'x-amz-content-sha256'])
  expect(trace.signedHeaders.filter((name) => !added.has(name))).toEqual(vector.signedHeaders)
})

each('payloadHash', 5, (vector) => {
  const body = vector.bodyHex === undefined ? vector.body : Buffer.from(vector.bodyHex, 'hex')
  const { trace } = signHeaders({ url: 'https://example.com/', headers: vector.headers, body }, OPTIONS)
  expect(trace.hashedPayload).toBe(vector.payloadHash)
})

each('payloadPolicy', 3, (vector) => {
  // Whether to send UNSIGNED-PAYLOAD over plain http is botocore's policy; ours is the caller's word.
  const payload = vector.setting.endsWith('enabled') ? 'signed' : 'unsigned'
  const { headers } = signHeaders(
    { url: `${vector.scheme}://b.example/` },
    { ...OPTIONS, service: 's3', payload },
  )
  const isHash = /^[\da-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '')
  expect(isHash).toBe(payload === 'signed')
  if (vector.scheme === 'https') expect(isHash).toBe(vector.contentSha256 === 'hash')
})

/** aws-c-auth refuses what an older signature left. We replace it, and refuse to sign a presigned URL twice. */
each('refuseToSign', 8, ({ request, name }) => {
  const stale = /(?:lies|Tomorrow|TopSekrit|BubbleSort|Something|User-Agent|20150830)/
  if (/-(credential|algorithm|signature|signedheaders)-param$/.test(name)) {
    expect(() => signHeaders(toParts(request), OPTIONS)).toThrow('presigned already')
    expect(presignUrl(toParts(request), OPTIONS).url).not.toMatch(stale)
    return
  }
  if (name.endsWith('date-param')) {
    expect(presignUrl(toParts(request), OPTIONS).url).not.toMatch(stale)
    return
  }
  const { trace, headers } = signHeaders(toParts(request), OPTIONS)
  if (name.includes('content-sha256')) expect(trace.hashedPayload).toBe('lieslieslies')
  else expect(trace.canonicalRequest + headers.authorization).not.toMatch(/lies|20150830/)
})

/** smithy moves x-amz-* headers into the query. We sign the headers that we were given, and say to send them. */
each('hoistHeaders', 1, (vector) => {
  const { headers, trace } = presignUrl({ url: 'https://www.example.com/', headers: vector.headers }, OPTIONS)
  for (const [name, value] of vector.expectedQuery) expect(headers[name.toLowerCase()]).toBe(value)
  expect(trace.signedHeaders).toContain('x-amz-storage-class')
})

each('limit', 1, ({ limit }) => {
  const url = { url: 'https://example.com/' }
  expect(() => presignUrl(url, { ...OPTIONS, expiresInSeconds: limit.seconds })).not.toThrow()
  expect(() => presignUrl(url, { ...OPTIONS, expiresInSeconds: limit.seconds + 1 })).toThrow(
    'expiresInSeconds',
  )
})

/** Guesses of aws4fetch that AWS's endpoint rules do not make: the signing name of AWS IoT, the region of a bucket. */
const OTHER_SCOPES: Readonly<Record<string, object>> = {
  'https://iot.us-west-2.amazonaws.com': { service: 'iot', region: 'us-west-2' },
  'https://aa-custom-bucket.s3-accelerate.amazonaws.com': { service: 's3' },
  'https://aa-custom-bucket.s3-accelerate.dualstack.amazonaws.com': { service: 's3' },
}

each('endpointInference', 1, ({ rows }) => {
  expect(rows.length).toBeGreaterThan(60)
  const found = rows.map(({ url }) => ({ url, ...inferScope(url) }))
  expect(found).toEqual(rows.map(({ url, ...scope }) => ({ url, ...(OTHER_SCOPES[url] ?? scope) })))
})

each('sigv4SigningKey', 8, ({ input, expected }) => {
  const { date, ...rest } = input
  expect(Buffer.from(deriveSigningKey({ ...rest, scopeDate: date })).toString('hex')).toBe(expected.kSigning)
})
