// `countersign/aws4fetch` beside aws4fetch: the same calls, answered alike down to the Request that is sent.
import * as original from 'aws4fetch'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import * as own from '../../src/drop-in/aws4fetch/index.ts'
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
  type PeerRequest,
  queryOf,
  targetOf,
  usualRequest,
} from '../support/peer-request.ts'

interface Call extends PeerRequest {
  readonly interface: 'signer' | 'client' | 'client with a Request'
  readonly allHeaders: boolean
  readonly singleEncode: boolean
  readonly appendSessionToken: boolean
  readonly isDateGiven: boolean
  /** The host whose name tells the scope. */
  readonly awsHost: string | undefined
}

const rarely = fc.integer({ max: 9, min: 0 }).map((n) => n === 0)
const call: fc.Arbitrary<Call> = fc
  .record({
    request: anyPeerRequest,
    interface: fc.constantFrom('signer' as const, 'client' as const, 'client with a Request' as const),
    allHeaders: fc.boolean(),
    singleEncode: rarely,
    appendSessionToken: rarely,
    isDateGiven: fc.boolean(),
    awsHost: fc.option(
      fc.constantFrom(
        'sqs.eu-west-1.amazonaws.com',
        'b.s3.amazonaws.com',
        'b.s3.eu-central-1.amazonaws.com',
        's3-external-1.amazonaws.com',
        'email.us-east-1.amazonaws.com',
        'queue.amazonaws.com',
        'x.us-east-1.es.amazonaws.com',
        'abc.execute-api.eu-west-1.amazonaws.com',
        'x-ats.iot.us-east-1.amazonaws.com',
        'iam.amazonaws.com',
        'id.lambda-url.eu-west-1.on.aws',
        'acct.r2.cloudflarestorage.com',
        'b.s3.us-west-004.backblazeb2.com',
        'example.com',
      ),
      { freq: 4 },
    ),
  })
  .map(({ request, awsHost, ...rest }) => ({ ...request, ...rest, awsHost: awsHost ?? undefined }))

const amzDate = ({ signingDate }: PeerRequest): string =>
  `${new Date(signingDate).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`

const urlOf = (call: Call): string => `https://${call.awsHost ?? call.authority}${targetOf(call)}`
const bodyOf = ({ method, body }: Call) => (/^(?:GET|HEAD)$/.test(method) ? undefined : body)

function awsOf(call: Call) {
  const { service, region, allHeaders, singleEncode, appendSessionToken, carrier } = call
  return {
    ...(!call.awsHost && { service, region }),
    ...(call.isDateGiven && { datetime: amzDate(call) }),
    ...(carrier === 'query' && { signQuery: true }),
    ...(allHeaders && { allHeaders }),
    ...(singleEncode && { singleEncode }),
    ...(appendSessionToken && { appendSessionToken }),
  }
}

const headersOf = ({ headers, hostHeader }: Call): Headers => {
  const gathered = new Headers(
    headers.flatMap(([name, lines]) => lines.map((line): [string, string] => [name, line])),
  )
  if (hostHeader) gathered.set('host', hostHeader)
  return gathered
}

const answered = (library: typeof original) => (call: Call) =>
  answerOf(async () => {
    vi.setSystemTime(call.signingDate)
    const { method } = call
    const { sessionToken, ...keys } = credentialsOf(call)
    const credentials = { ...keys, ...(sessionToken !== undefined && { sessionToken }) }
    const [url, headers, body, aws] = [urlOf(call), headersOf(call), bodyOf(call) as string, awsOf(call)]
    if (call.interface === 'signer') {
      const options = { ...credentials, method, url, headers, body, ...aws }
      const steps = new library.AwsV4Signer(options)
      const { signedHeaders, credentialString, encodedPath, encodedSearch, service, region } = steps
      const named = { signedHeaders, credentialString, encodedPath, encodedSearch, service, region }
      const canonicalString = await steps.canonicalString()
      const stringToSign = await steps.stringToSign()
      const signed = await new library.AwsV4Signer(options).sign()
      const answer = {
        method: signed.method,
        url: signed.url.href,
        headers: [...signed.headers],
        body: signed.body,
      }
      return { ...named, canonicalString, stringToSign, signed: answer }
    }
    const client = new library.AwsClient(credentials)
    const input = call.interface === 'client' ? url : new Request(url, { method, headers, body })
    const init = call.interface === 'client' ? { method, headers, body, aws } : { aws }
    const signed = await client.sign(input, init)
    return { method: signed.method, url: signed.url, headers: [...signed.headers], body: await signed.text() }
  })

const usual: Call = {
  ...usualRequest,
  interface: 'signer',
  allHeaders: false,
  singleEncode: false,
  appendSessionToken: false,
  isDateGiven: true,
  awsHost: undefined,
}
const s3: Call = { ...usual, service: 's3' }
const parameter = (name: string, value: string) => ({ wire: `${name}=${value}`, name, value })

const UNSIGNED = /^(?:content-type|user-agent|range)$/
const isS3 = ({ awsHost, service }: Call): boolean =>
  awsHost === undefined ? service === 's3' : /\bs3\b|\br2\b/.test(awsHost)
const sentPath = (call: Call): string => new URL(urlOf(call)).pathname
const isNotText = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return false
  } catch {
    return true
  }
}
const hasName = ({ query }: Call, isOdd: (name: string) => boolean): boolean =>
  query.some(({ name }) => isOdd(name))
const repeats = (call: Call): boolean =>
  hasName(call, (name) => name !== '' && call.query.filter((one) => one.name === name).length > 1)
const encodeMarks = (text: string): string =>
  text.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
/** What the original signs with singleEncode: an S3 key decoded, another path as it is written. */
const unencoded = (call: Call, path: string): string => {
  if (!isS3(call)) return encodeMarks(path.replace(/\/+/g, '/'))
  return encodeMarks(isNotText(path) ? path : decodeURIComponent(path.replace(/\+/g, ' ')))
}
const encodedOnce = (path: string): string =>
  path.replace(/%[\da-f]{2}|[^\w.~/-]/gi, (found) => {
    if (found.length === 1) return encodeMarks(encodeURIComponent(found))
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : found.toUpperCase()
  })
const dropsBody = ({ interface: way, headers, ...call }: Call): boolean =>
  way === 'client with a Request' &&
  (bodyOf(call as Call)?.length ?? 0) > 0 &&
  typeof call.body !== 'string' &&
  !headers.some(([name]) => name === 'content-type')

const differences: readonly Difference<Call>[] = [
  {
    name: 'header values are bytes, not UTF-8',
    applies: ({ headers, allHeaders }) =>
      headers.some(
        ([name, lines]) =>
          (allHeaders || !UNSIGNED.test(name)) && lines.some((line) => /[\x80-\xff]/.test(line)),
      ),
    example: { ...usual, headers: [['x-a', ['caf\xe9']]] },
    // The text is the same, and stands for other bytes.
    shows: { theirs: 'x-a:caf\xe9', ours: 'x-a:caf\xe9' },
  },
  {
    name: 'all values of a repeated S3 parameter are signed, not the first alone',
    applies: (call) => isS3(call) && repeats(call),
    example: { ...s3, query: [parameter('a', '1'), parameter('a', '2')] },
    shows: { theirs: '    a=1\n', ours: '    a=1&a=2\n' },
  },
  {
    name: 'a parameter without a name is signed, as it is sent',
    applies: (call) => hasName(call, (name) => name === ''),
    example: { ...usual, query: [parameter('', 'nameless')] },
    shows: { theirs: '"encodedSearch": ""', ours: '"encodedSearch": "=nameless"' },
  },
  {
    name: 'bytes of a query that are no UTF-8 are signed, as they are sent',
    applies: (call) =>
      call.carrier === 'header' && isNotText(queryOf(call).replace(/%(?![\da-f]{2})/gi, '%25')),
    example: { ...usual, query: [{ wire: 'bytes=%FF', name: 'bytes', value: undefined }] },
    shows: { theirs: 'bytes=%EF%BF%BD', ours: 'bytes=%FF' },
  },
  {
    name: 'a plus in an S3 key is no space',
    applies: (call) => isS3(call) && sentPath(call).includes('+') && !isNotText(sentPath(call)),
    example: { ...s3, path: '/a+b' },
    shows: { theirs: '"encodedPath": "/a%20b"', ours: '"encodedPath": "/a%2Bb"' },
  },
  {
    name: 'an escaped slash in an S3 key is no separator',
    applies: (call) => isS3(call) && /%2f/i.test(sentPath(call)) && !isNotText(sentPath(call)),
    example: { ...s3, path: '/a%2Fb' },
    shows: { theirs: '"encodedPath": "/a/b"', ours: '"encodedPath": "/a%2Fb"' },
  },
  {
    name: 'an S3 key may hold bytes that are no UTF-8',
    applies: (call) =>
      isS3(call) && !call.singleEncode && isNotText(sentPath(call)) && /%[\da-f]{2}/i.test(sentPath(call)),
    example: { ...s3, path: '/%ff' },
    shows: { theirs: '"encodedPath": "/%25ff"', ours: '"encodedPath": "/%FF"' },
  },
  {
    name: 'singleEncode encodes',
    applies: (call) => {
      const path = sentPath(call)
      return (
        call.singleEncode &&
        unencoded(call, path) !== encodedOnce(isS3(call) ? path : path.replace(/\/+/g, '/'))
      )
    },
    example: { ...usual, singleEncode: true, path: '/a$b' },
    shows: { theirs: '"encodedPath": "/a$b"', ours: '"encodedPath": "/a%24b"' },
  },
  {
    name: 'a token that follows the signature is sent in headers too',
    applies: ({ carrier, sessionToken, appendSessionToken, service, awsHost }) =>
      carrier === 'header' &&
      sessionToken !== undefined &&
      (appendSessionToken || (service === 'iotdevicegateway' && awsHost === undefined)),
    example: { ...usual, appendSessionToken: true, sessionToken: 'token' },
    shows: { theirs: '"x-amz-date"', ours: '"x-amz-security-token"' },
  },
  {
    name: 'a GET Request may have a content type',
    applies: ({ interface: way, method, headers }) =>
      way === 'client with a Request' &&
      /^(?:GET|HEAD)$/.test(method) &&
      headers.some(([name]) => name === 'content-type'),
    example: { ...usual, interface: 'client with a Request', headers: [['content-type', ['text/plain']]] },
    shows: { theirs: 'method cannot have body', ours: '"method": "GET"' },
  },
  {
    name: 'the body of a Request without a content type is sent',
    applies: dropsBody,
    example: { ...usual, interface: 'client with a Request', method: 'PUT', body: Uint8Array.of(97, 98) },
    shows: { theirs: '"body": ""', ours: '"body": "ab"' },
  },
]

const beside: Beside<Call> = {
  call,
  theirs: answered(original),
  ours: answered(own as unknown as typeof original),
  differences,
}

describe('countersign/aws4fetch beside aws4fetch', () => {
  it('answers alike, but for the differences named here', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const share = await compareCalls(beside)
    vi.useRealTimers()
    console.info(`aws4fetch: ${(share * 100).toFixed(1)} % answered alike`)
    expect(share).toBeGreaterThan(0.6)
  }, 600_000)

  for (const difference of differences)
    it(`differs: ${difference.name}`, () => checkDifference(difference, beside))
})
