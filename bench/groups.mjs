// The tables: which subjects stand side by side.
import { signHeaders } from 'countersign'
import {
  COLD_SECRETS,
  CREDENTIALS,
  postCase,
  presignCase,
  presignedPostCase,
  REGION,
  SIGNING_DATE,
  SIZE_NAMES,
  sha256Hex,
} from './cases.mjs'
import { OURS, peers } from './peers.mjs'
import { aws4fetchSign, constructRequest, ourSignRequest } from './requests.mjs'
import { sigv4aSignGroup, sigv4aVerifyGroup } from './sigv4a.mjs'
import { decodeGroup, encodeGroup } from './streams.mjs'
import { ourVerifier, signAgain } from './verifiers.mjs'

function signGroup(size) {
  const request = postCase(size)
  const { ours, aws4, smithy, smithyJs, aws4fetch, aws4fetchMany, crt, crtMany, bare } = peers
  const small = size === '500 B' ? [smithyJs, aws4fetchMany, crtMany] : []
  return {
    name: `sign ${size}`,
    family: 'sign',
    title: `Signing a POST of ${size} in its headers, warm key cache`,
    ours: OURS,
    expected: () => request.signature(),
    subjects: [ours, aws4, smithy, aws4fetch, crt, bare, ...small].map((make) => make(request, {})),
  }
}

function coldGroup() {
  const request = postCase('500 B')
  const { ours, aws4, smithy, aws4fetch, crt } = peers
  return {
    name: 'sign cold',
    family: 'sign',
    title: 'Signing a POST of 500 B in its headers, cold key cache (another secret at each call)',
    ours: OURS,
    expected: (index) => request.signature(COLD_SECRETS[index]),
    subjects: [ours, aws4, smithy, aws4fetch, crt].map((make) => ({
      ...make(request, { coldSecrets: COLD_SECRETS }),
      checks: 3,
    })),
  }
}

function presignGroup() {
  const request = presignCase()
  const { ours, aws4, smithy, aws4fetch, crt, bare } = peers
  return {
    name: 'presign',
    family: 'presign',
    title: 'Presigning a GET of an S3 object, warm key cache',
    ours: OURS,
    expected: () => request.signature(),
    subjects: [ours, aws4, smithy, aws4fetch, crt, bare].map((make) => make(request, { isPresigned: true })),
  }
}

export const SIGNING = 'signing the same request'

function verifyGroup(size, isPresigned) {
  const request = isPresigned ? presignedPostCase(size) : postCase(size)
  const signing = peers.ours({ ...request, body: Buffer.from(request.body) }, { isPresigned })
  const proved = `${CREDENTIALS.accessKeyId} ${request.body.length}`
  return {
    name: `verify ${isPresigned ? 'presigned ' : ''}${size}`,
    family: 'verify',
    title: `Verifying a ${isPresigned ? 'presigned ' : ''}POST of ${size}${isPresigned ? '' : ', signed in its headers'}`,
    ours: OURS,
    expected: () => proved,
    subjects: [
      { name: OURS, ...ourVerifier(request) },
      { name: 'aws4: sign again and compare', ...signAgain(request) },
      {
        ...signing,
        name: SIGNING,
        signatureOf: (signed) =>
          signing.signatureOf(signed) === request.signature() ? proved : 'another signature',
      },
    ],
  }
}

export const CONSTRUCTING = 'new Request alone'

function requestGroup(size) {
  const request = postCase(size, { contentLength: false })
  return {
    name: `request ${size}`,
    family: 'request',
    title: `signRequest: a POST of ${size} to a Request ready to send`,
    ours: OURS,
    expected: () => request.signature(),
    subjects: [
      { name: OURS, ...ourSignRequest(request) },
      { name: 'aws4fetch', ...aws4fetchSign(request) },
      { name: CONSTRUCTING, ...constructRequest(request) },
    ],
  }
}

/** Ten times as much of one thing, each time. */
function growthGroup(what, partsOf) {
  const options = {
    credentials: CREDENTIALS,
    service: 'execute-api',
    region: REGION,
    signingDate: SIGNING_DATE,
  }
  const subjects = [10, 100, 1000].map((count) => {
    const parts = partsOf(Array.from({ length: count }, (_, i) => String(i * 7919).padStart(8, '0')))
    return {
      name: `${count} ${what}`,
      run: () => signHeaders(parts, options),
      signatureOf: ({ trace }) => {
        const signed = trace.canonicalRequest.match(/value-\d{8}/g)?.length ?? 0
        return signed === count && trace.stringToSign.endsWith(sha256Hex(trace.canonicalRequest))
          ? 'all signed'
          : signed
      },
    }
  })
  return {
    name: `growth ${what}`,
    family: 'growth',
    title: `Growth with the number of ${what}`,
    ours: subjects[0].name,
    expected: () => 'all signed',
    subjects,
  }
}

const manyHeaders = (numbers) => ({
  url: 'https://api.example.com/',
  headers: Object.fromEntries(numbers.map((number) => [`x-${number}`, `value-${number}`])),
})
const manyParameters = (numbers) => ({
  url: `https://api.example.com/?${numbers.map((number) => `p${number}=value-${number}`).join('&')}`,
})

/** All of them; each is made when its turn comes. */
export const groups = [
  ...SIZE_NAMES.map((size) => ['sign', () => signGroup(size)]),
  ['sign', coldGroup],
  ['presign', presignGroup],
  ...SIZE_NAMES.map((size) => ['verify', () => verifyGroup(size, false)]),
  ...SIZE_NAMES.map((size) => ['verify', () => verifyGroup(size, true)]),
  ['sigv4a', sigv4aSignGroup],
  ['sigv4a', sigv4aVerifyGroup],
  ['streams', encodeGroup],
  ['streams', decodeGroup],
  ...['0 B', '500 B', '64 KiB'].map((size) => ['request', () => requestGroup(size)]),
  ['growth', () => growthGroup('headers', manyHeaders)],
  ['growth', () => growthGroup('query parameters', manyParameters)],
]
