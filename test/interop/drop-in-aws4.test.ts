// `countersign/aws4` beside aws4: the same calls, answered alike down to the request that they change.
import original from 'aws4'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { RequestSigner } from '../../src/drop-in/aws4/index.ts'
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
  targetOf,
  usualRequest,
} from '../support/peer-request.ts'

interface Call extends PeerRequest {
  readonly signsAll: boolean
  readonly isDateGiven: boolean
  readonly doNotModifyHeaders: boolean
  readonly doNotEncodePath: boolean
  /** Of the endpoint whose host is left to the signer. */
  readonly endpoint: string | undefined
  /** The host whose name tells the scope. */
  readonly awsHost: string | undefined
}

const rarely = fc.integer({ max: 9, min: 0 }).map((n) => n === 0)
const call: fc.Arbitrary<Call> = fc
  .record({
    request: anyPeerRequest,
    signsAll: fc.boolean(),
    isDateGiven: fc.boolean(),
    doNotModifyHeaders: rarely,
    doNotEncodePath: rarely,
    endpoint: fc.option(fc.constantFrom('sqs', 's3', 'iam', 'sdb', 'ses', 'sts', 'dynamodb'), { freq: 6 }),
    awsHost: fc.option(
      fc.constantFrom(
        'sqs.eu-west-1.amazonaws.com',
        'b.s3.amazonaws.com',
        'b.s3-us-west-2.amazonaws.com',
        'email.us-east-1.amazonaws.com',
        'x.us-east-1.es.amazonaws.com',
        'abc.execute-api.eu-west-1.amazonaws.com',
        'iam.amazonaws.com',
        'example.com',
      ),
      { freq: 6 },
    ),
  })
  .map(({ request, endpoint, awsHost, ...rest }) => ({
    ...request,
    ...rest,
    endpoint: endpoint ?? undefined,
    awsHost: awsHost ?? undefined,
  }))

const amzDate = ({ signingDate }: PeerRequest): string =>
  `${new Date(signingDate).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

function requestOf(call: Call) {
  const { method, region, body, carrier, signsAll, doNotModifyHeaders, doNotEncodePath } = call
  const headers: Record<string, unknown> = {}
  for (const [name, lines] of call.headers) headers[name] = lines.length === 1 ? lines[0] : [...lines]
  if (headers.date) headers.date = 'Sun, 30 Aug 2015 12:36:00 GMT'
  if (call.isDateGiven && carrier === 'header') headers['x-amz-date'] = amzDate(call)
  const scope = call.endpoint ? { service: call.endpoint, region } : { service: serviceOf(call), region }
  const host = call.endpoint ? {} : { host: call.awsHost ?? hostOf(call) }
  const names = ['host', ...call.headers.map(([name]) => name)]
  return {
    method,
    path: targetOf(call),
    headers,
    body: typeof body === 'object' ? Buffer.from(body) : body,
    ...(call.awsHost && !call.endpoint ? {} : scope),
    ...host,
    ...(carrier === 'query' && { signQuery: true }),
    ...(doNotModifyHeaders && { doNotModifyHeaders }),
    ...(doNotEncodePath && { doNotEncodePath }),
    ...(signsAll && { extraHeadersToInclude: Object.fromEntries(names.map((name) => [name, true])) }),
    ...(!signsAll && { extraHeadersToIgnore: { 'x-a': true } }),
  }
}

const serviceOf = (call: Call): string => {
  if (call.endpoint) return call.endpoint
  if (!call.awsHost) return call.service
  return /\.s3[.-]/.test(call.awsHost)
    ? 's3'
    : (/(?:^|\.)(\w[\w-]*)\.[\w-]+\.amazonaws/.exec(call.awsHost)?.[1] ?? '')
}

type Signer = new (
  request: never,
  credentials: never,
) => { canonicalString(): string; stringToSign(): string; sign(): unknown }

const answered = (Class: Signer) => (call: Call) =>
  answerOf(() => {
    vi.setSystemTime(call.signingDate)
    const make = () => new Class(requestOf(call) as never, credentialsOf(call) as never)
    const signer = make()
    const [canonicalString, stringToSign] = [signer.canonicalString(), signer.stringToSign()]
    const request = requestOf(call)
    const signed = new Class(request as never, credentialsOf(call) as never).sign()
    expect(signed).toBe(request)
    return { canonicalString, stringToSign, signed: plain(signed) }
  })

/** A copy without the order and the prototypes of objects, which are no part of an answer. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const usual: Call = {
  ...usualRequest,
  signsAll: false,
  isDateGiven: false,
  doNotModifyHeaders: false,
  doNotEncodePath: false,
  endpoint: undefined,
  awsHost: undefined,
}
const s3: Call = { ...usual, service: 's3' }
const parameter = (name: string, value: string) => ({ wire: `${name}=${value}`, name, value })

const NEVER_SIGNED = /^(?:user-agent|range)$/
const signedHeaders = ({ headers, signsAll }: Call) =>
  headers.filter(([name]) => name !== 'date' && (signsAll || !(NEVER_SIGNED.test(name) || name === 'x-a')))
const isS3 = (call: Call): boolean => serviceOf(call) === 's3'
const isDecoded = (call: Call): boolean => isS3(call) || call.doNotEncodePath
const isNotText = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return false
  } catch {
    return true
  }
}
const collapse = (value: string): string => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')

const repeats = ({ query }: Call): boolean =>
  query.some(
    ({ name }, i) => name !== '' && name !== '__proto__' && query.findIndex((one) => one.name === name) < i,
  )
/** Escapes that decodeURI leaves, so that encodeURI escapes them once more. */
const RESERVED_ESCAPE = /%(?:2[346BCF]|3[ABDF]|40)/i
const isEncodedAnew = (call: Call): boolean => !/^[0-9A-Za-z;,/?:@&=+$\-_.!~*'()#%]*$/.test(targetOf(call))

const differences: readonly Difference<Call>[] = [
  {
    name: 'header values are bytes, not UTF-8',
    applies: (call) =>
      signedHeaders(call).some(([, lines]) => lines.some((line) => /[\x80-\xff]/.test(line))),
    example: { ...usual, headers: [['x-b', ['caf\xe9']]] },
    // The text is the same, and stands for other bytes.
    shows: { theirs: 'x-b:caf\xe9', ours: 'x-b:caf\xe9' },
  },
  {
    name: 'all values of a repeated S3 parameter are signed, not the first alone',
    applies: (call) => isS3(call) && repeats(call),
    example: { ...s3, query: [parameter('a', '1'), parameter('a', '2')] },
    shows: { theirs: '    a=1\n', ours: '    a=1&a=2\n' },
  },
  {
    name: 'a plus in a path is no space',
    applies: (call) => isDecoded(call) && call.path.includes('+') && !isNotText(call.path),
    example: { ...s3, path: '/a+b' },
    shows: { theirs: '    /a%20b\n', ours: '    /a%2Bb\n' },
  },
  {
    name: 'an escaped slash in an S3 key is no separator',
    applies: (call) => isS3(call) && /%2f/i.test(call.path) && !isNotText(call.path),
    example: { ...s3, path: '/a%2Fb' },
    shows: { theirs: '    /a/b\n', ours: '    /a%2Fb\n' },
  },
  {
    name: 'a method is signed in upper case, as Node sends it',
    applies: ({ method }) => method !== method.toUpperCase(),
    example: { ...usual, method: 'patch' },
    shows: { theirs: 'patch\n', ours: 'PATCH\n' },
  },
  {
    name: 'the session token of the IoT gateway follows the signature',
    applies: (call) => serviceOf(call) === 'iotdevicegateway' && call.sessionToken !== undefined,
    example: { ...usual, carrier: 'query', service: 'iotdevicegateway', sessionToken: 'token' },
    shows: { theirs: '&X-Amz-Security-Token=token', ours: '&X-Amz-SignedHeaders=host\n' },
  },
  {
    name: 'a parameter may be called __proto__',
    applies: ({ query }) => query.some(({ name }) => name === '__proto__'),
    example: { ...usual, query: [parameter('__proto__', 'odd')] },
    shows: { theirs: 'GET\n    /a\n    \n', ours: 'GET\n    /a\n    __proto__=odd\n' },
  },
  {
    name: 'a path may hold bytes that are no UTF-8',
    applies: (call) => isDecoded(call) && isNotText(call.path) && !isEncodedAnew(call),
    example: { ...s3, path: '/%ff' },
    shows: { theirs: 'URI malformed', ours: '    /%FF\n' },
  },
  {
    name: 'escapes of reserved characters are not escaped once more',
    applies: (call) => isEncodedAnew(call) && RESERVED_ESCAPE.test(targetOf(call)),
    example: { ...usual, path: '/a%3Db|c' },
    shows: { theirs: '/a%253Db%7Cc"', ours: '/a%3Db%7Cc"' },
  },
  {
    name: 'white space around the lines of a repeated header is dropped',
    applies: (call) =>
      signedHeaders(call).some(([, lines]) => collapse(lines.join(',')) !== lines.map(collapse).join(',')),
    example: { ...usual, headers: [['x-b', ['one ', 'two']]] },
    shows: { theirs: 'x-b:one ,two', ours: 'x-b:one,two' },
  },
  {
    name: 'an empty content type stays the only one',
    applies: ({ carrier, headers, body, doNotModifyHeaders }) =>
      carrier === 'header' &&
      !doNotModifyHeaders &&
      Boolean(body) &&
      headers.some(([name, lines]) => name === 'content-type' && lines.length === 1 && lines[0] === ''),
    example: { ...usual, method: 'POST', headers: [['content-type', ['']]], body: 'a=b' },
    shows: { theirs: 'content-type;content-type;', ours: 'content-type:\n' },
  },
]

const beside: Beside<Call> = {
  call,
  theirs: answered(original.RequestSigner as unknown as Signer),
  ours: answered(RequestSigner as unknown as Signer),
  differences,
}

describe('countersign/aws4 beside aws4', () => {
  it('answers alike, but for the differences named here', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const share = await compareCalls(beside)
    vi.useRealTimers()
    console.info(`aws4: ${(share * 100).toFixed(1)} % answered alike`)
    expect(share).toBeGreaterThan(0.6)
  }, 600_000)

  for (const difference of differences)
    it(`differs: ${difference.name}`, () => checkDifference(difference, beside))
})
