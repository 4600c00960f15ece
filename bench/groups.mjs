// The tables of SigV4: which subjects stand side by side.
import { COLD_SECRETS, CREDENTIALS, postCase, presignCase, presignedPostCase } from './cases.mjs'
import { AWS4_SIGNING, CONSTRUCTING, IN_FLIGHT, inFlight, OURS, SIGNING } from './names.mjs'
import { peers } from './peers.mjs'
import { aws4fetchSign, constructRequest, ourSignRequest } from './requests.mjs'
import { ourVerifier, signAgain } from './verifiers.mjs'

export function signGroup(size) {
  const request = postCase(size)
  const { ours, aws4, smithy, smithyJs, aws4fetch, aws4fetchMany, crt, crtMany, bare, bareCreateHmac } = peers
  const small = size === '500 B' ? [bareCreateHmac, smithyJs, aws4fetchMany, crtMany] : []
  return {
    name: `sign ${size}`,
    title: `Signing a POST of ${size} in its headers, warm key cache`,
    ours: OURS,
    expected: () => request.signature(),
    subjects: [ours, aws4, smithy, aws4fetch, crt, bare, ...small].map((make) => make(request, {})),
  }
}

export function coldGroup() {
  const request = postCase('500 B')
  const { ours, aws4, smithy, aws4fetch, crt } = peers
  return {
    name: 'sign cold',
    title: 'Signing a POST of 500 B in its headers, cold key cache (another secret at each call)',
    ours: OURS,
    expected: (index) => request.signature(COLD_SECRETS[index]),
    subjects: [ours, aws4, smithy, aws4fetch, crt].map((make) => ({
      ...make(request, { coldSecrets: COLD_SECRETS }),
      checks: 3,
    })),
  }
}

export function presignGroup() {
  const request = presignCase()
  const { ours, aws4, smithy, aws4fetch, crt, bare } = peers
  return {
    name: 'presign',
    title: 'Presigning a GET of an S3 object, warm key cache',
    ours: OURS,
    expected: () => request.signature(),
    subjects: [ours, aws4, smithy, aws4fetch, crt, bare].map((make) => make(request, { isPresigned: true })),
  }
}

/** A signer among verifiers: its signature must be the right one too. */
const asSigning = (name, signer, { request, proved }) => ({
  ...signer,
  name,
  signatureOf: (signed) =>
    signer.signatureOf(signed) === request.signature() ? proved : 'another signature',
})

function verifyGroupOf(size, isPresigned) {
  const request = isPresigned ? presignedPostCase(size) : postCase(size)
  const proved = `${CREDENTIALS.accessKeyId} ${request.body.length}`
  // As bytes, like the body that arrives.
  const sent = { ...request, body: Buffer.from(request.body) }
  const [ours, aws4] = [peers.ours, peers.aws4].map((make) => make(sent, { isPresigned }))
  return {
    name: `verify ${isPresigned ? 'presigned ' : ''}${size}`,
    title: `Verifying a ${isPresigned ? 'presigned ' : ''}POST of ${size}${isPresigned ? '' : ', signed in its headers'}`,
    ours: OURS,
    expected: () => proved,
    subjects: [
      { name: OURS, ...ourVerifier(request) },
      { name: 'aws4: sign again and compare', ...signAgain(request) },
      asSigning(SIGNING, ours, { request, proved }),
      asSigning(AWS4_SIGNING, aws4, { request, proved }),
    ],
  }
}

export const verifyGroup = (size) => verifyGroupOf(size, false)
export const verifyPresignedGroup = (size) => verifyGroupOf(size, true)

export function verifyInFlightGroup() {
  const request = postCase('500 B')
  const proved = `${CREDENTIALS.accessKeyId} ${request.body.length}`
  return {
    name: 'verify in flight',
    title: 'Verifying a POST of 500 B, one at a time and several in flight',
    ours: OURS,
    expected: () => proved,
    subjects: [
      { name: OURS, ...ourVerifier(request) },
      { name: inFlight(OURS), ...ourVerifier(request), inFlight: IN_FLIGHT },
    ],
  }
}

export function requestGroup(size) {
  const request = postCase(size, { contentLength: false })
  return {
    name: `request ${size}`,
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
