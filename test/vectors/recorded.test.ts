// The project's own known answers: see vectors/README.md.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { deriveSigningKey } from '../../src/canonical/index.ts'
import {
  type PresignOptions,
  presignUrl,
  type RequestParts,
  type ServiceProfile,
  signHeaders,
  Verifier,
} from '../../src/index.ts'

interface RecordedCase {
  name: string
  kind: 'headers' | 'presign' | 'signing-key'
  recordedFrom?: string[]
  source?: string
  context: {
    accessKeyId: string
    secretAccessKey: string
    sessionToken?: string
    region: string
    service: string
    signingDate: string
    expiresInSeconds?: number
    pathEncoding: ServiceProfile['pathEncoding']
    pathNormalization: ServiceProfile['pathNormalization']
    payload: 'signed' | 'unsigned'
    signedHeaders: string[]
  }
  request: {
    method: string
    url: string
    headers: [string, string][]
    body?: string
    bodyHex?: string
    bodyRepeat?: { text: string; count: number }
  }
  input?: { secretAccessKey: string; scopeDate: string; region: string; service: string }
  expected: {
    canonicalRequest: string
    stringToSign: string
    signature: string
    authorization?: string
    query?: [string, string][]
    signingKey?: string
  }
}

const load = (file: string): RecordedCase[] =>
  JSON.parse(readFileSync(new URL(`../../vectors/${file}`, import.meta.url), 'utf8')).cases

function bodyOf({ body, bodyHex, bodyRepeat }: RecordedCase['request']): Uint8Array {
  if (bodyHex !== undefined) return Buffer.from(bodyHex, 'hex')
  return new TextEncoder().encode(bodyRepeat ? bodyRepeat.text.repeat(bodyRepeat.count) : (body ?? ''))
}

function toParts({ request }: RecordedCase): RequestParts {
  const { method, url, headers } = request
  return { method, url, headers, body: bodyOf(request) }
}

function profileOf({ context }: RecordedCase): Partial<ServiceProfile> {
  const { pathEncoding, pathNormalization, signedHeaders, payload } = context
  const contentSha256 = signedHeaders.includes('x-amz-content-sha256') ? 'send' : 'omit'
  return { pathEncoding, pathNormalization, contentSha256, presignedPayload: payload, unsignedHeaders: [] }
}

function optionsOf(vector: RecordedCase): PresignOptions {
  const { context, request } = vector
  const { region, service, payload, signedHeaders, expiresInSeconds } = context
  return {
    credentials: context,
    region,
    service,
    payload,
    expiresInSeconds,
    signingDate: new Date(context.signingDate),
    profile: profileOf(vector),
    signHeaders: signedHeaders,
    excludeHeaders: request.headers
      .map(([name]) => name.toLowerCase())
      .filter((name) => !signedHeaders.includes(name)),
  }
}

function verify(vector: RecordedCase, url: string, headers: [string, string][]) {
  const { context, request } = vector
  const { accessKeyId, secretAccessKey, sessionToken, region, service } = context
  const { hostname, port } = new URL(url)
  const target = url.replace(/^https?:\/\/[^/?]*/, '').replace(/^(?!\/)/, '/')
  const sent: [string, string][] = headers.some(([name]) => name.toLowerCase() === 'host')
    ? headers
    : [['Host', port ? `${hostname}:${port}` : hostname], ...headers]
  return new Verifier({
    getKeys: (lookup) =>
      lookup.accessKeyId === accessKeyId
        ? { secretAccessKey, sessionToken: sessionToken ?? lookup.sessionToken }
        : undefined,
    region,
    service,
    now: () => Date.parse(context.signingDate),
    payloads: ['signed', 'unsigned'],
    profile: { ...profileOf(vector), errorCodes: 'aws' },
  }).verifyReceived({ method: request.method, target, headers: sent, body: bodyOf(request) })
}

function describeFile(file: string, atLeast: number): void {
  describe(file, () => {
    const cases = load(file)
    it(`holds at least ${atLeast} cases`, () => expect(cases.length).toBeGreaterThanOrEqual(atLeast))

    for (const vector of cases) {
      const { kind, expected, input } = vector
      if (kind === 'signing-key') {
        it(`${vector.name}: signing key`, () => {
          expect(Buffer.from(deriveSigningKey(input!)).toString('hex')).toBe(expected.signingKey)
        })
        continue
      }
      it(`${vector.name}: canonical request, string to sign, signature, and back`, async () => {
        const parts = toParts(vector)
        const options = optionsOf(vector)
        const { headers, trace, url } =
          kind === 'headers'
            ? { ...signHeaders(parts, options), url: vector.request.url }
            : { ...presignUrl(parts, options), headers: {} as Record<string, string> }
        expect(trace.canonicalRequest).toBe(expected.canonicalRequest)
        expect(trace.stringToSign).toBe(expected.stringToSign)
        expect(trace.signature).toBe(expected.signature)
        if (kind === 'headers')
          expect(headers.authorization).toBe(expected.authorization ?? headers.authorization)
        for (const [name, value] of expected.query ?? []) {
          expect(new URL(url).searchParams.getAll(name)).toEqual([value])
        }

        const kept = vector.request.headers.filter(([name]) => !Object.hasOwn(headers, name.toLowerCase()))
        const verifying = verify(vector, url, [...kept, ...Object.entries(headers)])
        const reason = REFUSED[vector.name]
        if (reason) await expect(verifying).rejects.toMatchObject({ reason })
        else expect((await verifying).signedHeaders).toEqual(trace.signedHeaders)
      })
    }
  })
}

/** What is signed by the book, and a verifier of ours refuses. */
const REFUSED: Readonly<Record<string, string>> = {
  // Parsers stop at a number of pieces, empty ones included.
  'query-empty-parts': 'malformed-request',
  'query-over-a-thousand': 'malformed-request',
  // It announces a body by transfer-encoding, and has none.
  'header-hop-headers-left-unsigned': 'incomplete-body',
  // The heads are in order, the bodies are not there.
  's3-body-seed-of-signed-chunks': 'payload-not-allowed',
  's3-body-seed-of-unsigned-trailer': 'payload-not-allowed',
}

describeFile('recorded.json', 150)
describeFile('aws-documentation.json', 10)
