// `countersign/smithy` beside @smithy/signature-v4: the same calls, answered alike.
import sha256js from '@aws-crypto/sha256-js'
import { HttpRequest } from '@smithy/protocol-http'
import * as original from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SignatureV4 } from '../../src/drop-in/smithy/index.ts'
import {
  answerOf,
  type Beside,
  checkDifference,
  compareCalls,
  type Difference,
} from '../support/drop-in-difference.ts'
import {
  anyPeerRequest,
  credentialsOf,
  hostOf,
  type PeerRequest,
  usualRequest,
} from '../support/peer-request.ts'

interface Call extends PeerRequest {
  readonly kind: 'request' | 'presign' | 'string' | 'event' | 'message'
  readonly isProvider: boolean
  readonly applyChecksum: boolean | undefined
  readonly isStream: boolean
  /** Header names that an option lists. */
  readonly listed: readonly string[]
  /** Where and what for, over what the signer says. */
  readonly over: { readonly signingRegion?: string; readonly signingService?: string }
  readonly isValueless: boolean
  readonly dateForm: 'date' | 'seconds' | 'text'
}

const OPTIONS = ['signableHeaders', 'unsignableHeaders', 'hoistableHeaders', 'unhoistableHeaders'] as const

const rarely = fc.integer({ max: 14, min: 0 }).map((n) => n === 0)
const call: fc.Arbitrary<Call> = fc
  .record({
    request: anyPeerRequest,
    kind: fc.constantFrom(
      ...(['request', 'request', 'presign', 'presign', 'string', 'event', 'message'] as const),
    ),
    isProvider: fc.boolean(),
    applyChecksum: fc.constantFrom(undefined, true, false),
    isStream: rarely,
    listed: fc.array(
      fc.constantFrom('content-type', 'x-amz-acl', 'x-a', 'cache-control', 'user-agent', 'range'),
      {
        maxLength: 3,
      },
    ),
    over: fc.constantFrom({}, {}, { signingRegion: 'us-west-2' }, { signingService: 'sqs' }),
    isValueless: rarely,
    dateForm: fc.constantFrom('date' as const, 'seconds' as const, 'text' as const),
  })
  .map(({ request, ...rest }) => ({ ...request, ...rest }))

const collapse = (lines: readonly string[]): string =>
  lines.map((line) => line.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')).join(',')

const isS3 = ({ service }: Call): boolean => service === 's3'

function messageOf(call: Call): HttpRequest {
  const { method, path, body, isStream } = call
  const query: Record<string, string | string[] | null> = Object.create(null)
  for (const { name, value } of call.query) {
    const known = query[name]
    query[name] = known === undefined || known === null ? (value ?? 'x') : [known, value ?? 'x'].flat()
  }
  if (call.isValueless) query.acl = null
  const headers = Object.fromEntries(call.headers.map(([name, lines]) => [name, collapse(lines)]))
  return new HttpRequest({
    protocol: 'https:',
    hostname: 'example.com',
    method,
    path,
    query: query as never,
    headers: { Host: hostOf(call), ...headers },
    body: isStream ? { stream: true } : body,
  })
}

const dateOf = ({ dateForm, signingDate }: Call) => {
  if (dateForm === 'seconds') return signingDate / 1000
  return dateForm === 'text' ? new Date(signingDate).toISOString() : new Date(signingDate)
}

type Signer = new (init: ConstructorParameters<typeof original.SignatureV4>[0]) => original.SignatureV4

const answered = (Class: Signer) => (call: Call) =>
  answerOf(async () => {
    const { kind, service, region, applyChecksum, over } = call
    const { sessionToken, ...keys } = credentialsOf(call)
    const credentials = { ...keys, ...(sessionToken !== undefined && { sessionToken }) }
    const signer = new Class({
      service,
      region: call.isProvider ? async () => region : region,
      credentials: call.isProvider ? async () => credentials : credentials,
      sha256: sha256js.Sha256,
      uriEscapePath: !isS3(call),
      ...(applyChecksum !== undefined && { applyChecksum }),
    })
    const options = { signingDate: dateOf(call), ...over }
    const lists = Object.fromEntries(OPTIONS.map((name, i) => [name, new Set(call.listed.slice(i % 2))]))
    const bytes = new TextEncoder().encode(String(call.body ?? ''))
    const priorSignature = 'ab'.repeat(32)
    if (kind === 'string') return signer.sign(call.path, options)
    if (kind === 'event') {
      return signer.sign({ headers: bytes, payload: bytes }, { ...options, priorSignature })
    }
    if (kind === 'message') {
      const { signature } = await signer.signMessage(
        { message: eventOf(call, bytes), priorSignature },
        options,
      )
      return signature
    }
    const request = messageOf(call)
    const before = JSON.stringify(request)
    const signed =
      kind === 'presign'
        ? await signer.presign(request, { ...options, ...lists, expiresIn: call.expiresInSeconds })
        : await signer.sign(request, { ...options, ...lists })
    expect(JSON.stringify(request)).toBe(before)
    const { method, path, query, headers } = signed
    return { method, path, query: sorted(query), headers: sorted(headers) }
  })

const sorted = (record: object = {}) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))

const eventOf = (call: Call, body: Uint8Array) => ({
  headers: {
    ':event-type': { type: 'string', value: call.path },
    flag: { type: 'boolean', value: call.isStream },
    long: { type: 'long', value: new Int64(call.signingDate) },
    time: { type: 'timestamp', value: new Date(call.signingDate) },
    bytes: { type: 'binary', value: body },
    short: { type: 'short', value: call.expiresInSeconds % 32_768 },
    id: { type: 'uuid', value: '01234567-89ab-cdef-0123-456789abcdef' },
  } as const,
  body,
})

/** A number of 64 bits, as @smithy/types has it. */
class Int64 {
  readonly bytes = new Uint8Array(8)
  constructor(value: number) {
    new DataView(this.bytes.buffer).setBigInt64(0, BigInt(value))
  }
  valueOf(): number {
    return Number(new DataView(this.bytes.buffer).getBigInt64(0))
  }
}

const usual: Call = {
  ...usualRequest,
  kind: 'request',
  isProvider: false,
  applyChecksum: undefined,
  isStream: false,
  listed: [],
  over: {},
  isValueless: false,
  dateForm: 'date',
}

/** A path in which something stands in another spelling than the canonical one. */
const NOT_CANONICAL = /[^\w.~/%-]|%(?![\dA-F]{2})|%(?:3\d|4[1-9A-F]|5[\dA]|6[1-9A-F]|7[\dA]|2[DE]|5F|7E)/
const isRequest = ({ kind }: Call): boolean => kind === 'request' || kind === 'presign'
const differences: readonly Difference<Call>[] = [
  {
    name: 'header values are bytes, not UTF-8',
    applies: (call) => isRequest(call) && signedLines(call).some((lines) => /[\x80-\xff]/.test(lines.join())),
    example: { ...usual, headers: [['x-b', ['caf\xe9']]] },
    // The text is the same, and stands for other bytes.
    shows: { theirs: ';x-b, Signature=', ours: ';x-b, Signature=' },
  },
  {
    name: 'a method is signed in upper case, as it is sent',
    applies: (call) => isRequest(call) && call.method !== call.method.toUpperCase(),
    example: { ...usual, method: 'patch' },
    shows: { theirs: 'Signature=', ours: 'Signature=' },
  },
  {
    name: 'an S3 path is signed in canonical spelling',
    applies: (call) => isRequest(call) && isS3(call) && NOT_CANONICAL.test(call.path),
    example: { ...usual, service: 's3', path: '/$%c3%a9' },
    shows: { theirs: 'Signature=', ours: 'Signature=' },
  },
  {
    name: 'a parameter without a value is signed, as it is sent',
    applies: (call) => isRequest(call) && call.isValueless,
    example: { ...usual, isValueless: true },
    shows: { theirs: 'Signature=', ours: 'Signature=' },
  },
  {
    name: 'a parameter may be called __proto__',
    applies: (call) => isRequest(call) && call.query.some(({ name }) => name === '__proto__'),
    example: { ...usual, query: [{ wire: '__proto__=odd', name: '__proto__', value: 'odd' }] },
    shows: { theirs: 'Signature=', ours: 'Signature=' },
  },
]

function signedLines({ headers, kind, listed }: Call): (readonly string[])[] {
  // The lists of what is hoisted are the same two.
  const signable = new Set(listed)
  const unsignable = new Set(listed.slice(1))
  return headers
    .filter(([name]) => {
      const isOut = /^(?:cache-control|user-agent)$/.test(name) || unsignable.has(name)
      const isMoved = (name.startsWith('x-amz-') && !unsignable.has(name)) || signable.has(name)
      return (!isOut || signable.has(name)) && name !== 'date' && !(kind === 'presign' && isMoved)
    })
    .map(([, lines]) => lines)
}

const beside: Beside<Call> = {
  call,
  theirs: answered(original.SignatureV4),
  ours: answered(SignatureV4 as unknown as Signer),
  differences,
}

describe('countersign/smithy beside @smithy/signature-v4', () => {
  it('answers alike, but for the differences named here', async () => {
    const share = await compareCalls(beside)
    console.info(`smithy: ${(share * 100).toFixed(1)} % answered alike`)
    expect(share).toBeGreaterThan(0.6)
  }, 600_000)

  for (const difference of differences)
    it(`differs: ${difference.name}`, () => checkDifference(difference, beside))
})
