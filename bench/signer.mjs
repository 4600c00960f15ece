// What a Signer costs above the functions it stands for, one call at a time and several in flight.
import { Signer } from 'countersign'
import { CREDENTIALS, EXPIRES_IN_SECONDS, postCase, presignCase, REGION, SIGNING_DATE } from './cases.mjs'
import { IN_FLIGHT, inFlight, OURS } from './names.mjs'
import { peers } from './peers.mjs'
import { aws4fetchSign, initOf, ourSignRequest, signatureOf } from './requests.mjs'

const signerOf = ({ service }) =>
  new Signer({ credentials: CREDENTIALS, service, region: REGION, now: () => SIGNING_DATE.getTime() })

/** One subject as two: a call at a time, and several in flight. */
const both = (name, subject) => [
  { ...subject, name, isAsync: true },
  { ...subject, name: inFlight(name), inFlight: IN_FLIGHT },
]

const groupOf = (name, title, request, subjects) => ({
  ...{ name: `signer ${name}`, title, ours: OURS, expected: () => request.signature(), subjects },
})

export function signerHeadersGroup() {
  const request = postCase('500 B')
  const { method, url, headers, body } = request
  const parts = { method, url, headers, body }
  const signer = signerOf(request)
  const function_ = peers.ours(request, {})
  return groupOf('headers', 'signHeaders, and Signer.signHeaders: a POST of 500 B', request, [
    function_,
    ...both('Signer.signHeaders', { ...function_, run: () => signer.signHeaders(parts) }),
  ])
}

export function signerPresignGroup() {
  const request = presignCase()
  const { method, url, headers, body } = request
  const parts = { method, url, headers, body }
  const signer = signerOf(request)
  const options = { expiresInSeconds: EXPIRES_IN_SECONDS }
  const function_ = peers.ours(request, { isPresigned: true })
  return groupOf('presign', 'presignUrl, and Signer.presign: a GET of an S3 object', request, [
    function_,
    ...both('Signer.presign', { ...function_, run: () => signer.presign(parts, options) }),
  ])
}

export function signerRequestGroup() {
  const request = postCase('500 B', { contentLength: false })
  const signer = signerOf(request)
  const init = initOf(request)
  return groupOf('request', 'signRequest, and Signer.sign: a POST of 500 B', request, [
    ...both(OURS, ourSignRequest(request)),
    ...both('Signer.sign', { run: () => signer.sign(request.url, init), signatureOf }),
    ...both('aws4fetch', aws4fetchSign(request)),
  ])
}
