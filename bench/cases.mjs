// The requests that every subject signs, and what their signatures must be. The canonical texts are written out
// here and signed with createHmac: no subject is the judge of another.
import { createHash, createHmac } from 'node:crypto'
import { SIZES } from './names.mjs'

export const REGION = 'us-east-1'
export const SERVICE = 'execute-api'
export const AMZ_DATE = '20260115T083000Z'
export const SIGNING_DATE = new Date('2026-01-15T08:30:00Z')
export const EXPIRES_IN_SECONDS = 3600
export const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}

/** More than any of the caches holds (aws4 1000, ours 100, smithy 50): taken in turn, each is a miss. */
export const COLD_SECRETS = Array.from({ length: 1201 }, (_, i) => ({
  accessKeyId: CREDENTIALS.accessKeyId,
  secretAccessKey: `${CREDENTIALS.secretAccessKey}${String(i).padStart(4, '0')}`,
}))

const HOST = 'abcde12345.execute-api.us-east-1.amazonaws.com'
const PATH = '/prod/items'

export const sha256Hex = (data) => createHash('sha256').update(data).digest('hex')
const hmac = (key, text) => createHmac('sha256', key).update(text).digest()

export const scopeOf = (service) => `${AMZ_DATE.slice(0, 8)}/${REGION}/${service}/aws4_request`

export const signingKeyOf = (service, { secretAccessKey }) =>
  [AMZ_DATE.slice(0, 8), REGION, service, 'aws4_request'].reduce(hmac, `AWS4${secretAccessKey}`)

export const stringToSignOf = (service, canonicalRequest) =>
  ['AWS4-HMAC-SHA256', AMZ_DATE, scopeOf(service), sha256Hex(canonicalRequest)].join('\n')

const signatureOf = (service, canonicalRequest, credentials) =>
  hmac(signingKeyOf(service, credentials), stringToSignOf(service, canonicalRequest)).toString('hex')

/** Up to 500 B text, as a small JSON body is; beyond it bytes. */
export function bodyOf(sizeName) {
  const size = SIZES[sizeName]
  const text = '{"item":"0123456789 abcdefghij"},'.repeat(Math.ceil(size / 33)).slice(0, size)
  return size > 500 ? Buffer.from(text) : text
}

/** The rest of a case, once its canonical request is known. */
function completed(service, request, elements) {
  const canonicalRequest = elements.join('\n')
  const signature = (credentials = CREDENTIALS) => signatureOf(service, canonicalRequest, credentials)
  return { service, canonicalRequest, signature, ...request }
}

/** A POST that is signed in its headers. Without `contentLength` it is as fetch takes it. */
export function postCase(sizeName, { contentLength = true } = {}) {
  const body = bodyOf(sizeName)
  const headers = { host: HOST, 'content-type': 'application/json' }
  if (contentLength) headers['content-length'] = String(body.length)
  const signed = Object.entries({ ...headers, 'x-amz-date': AMZ_DATE }).sort(([a], [b]) => (a < b ? -1 : 1))
  const signedHeaders = signed.map(([name]) => name).join(';')
  return completed(
    SERVICE,
    { method: 'POST', url: `https://${HOST}${PATH}`, host: HOST, path: PATH, headers, body, signedHeaders },
    [...['POST', PATH, '', ...signed.map((pair) => pair.join(':')), ''], ...[signedHeaders, sha256Hex(body)]],
  )
}

const presignQuery = (service) => {
  const credential = encodeURIComponent(`${CREDENTIALS.accessKeyId}/${scopeOf(service)}`)
  return [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${credential}`,
    `X-Amz-Date=${AMZ_DATE}`,
    `X-Amz-Expires=${EXPIRES_IN_SECONDS}`,
    'X-Amz-SignedHeaders=host',
  ].join('&')
}

/** A GET of an S3 object, presigned: the payload is unsigned, as S3 has it. */
export function presignCase() {
  const host = 'examplebucket.s3.us-east-1.amazonaws.com'
  const path = '/photos/2026/puppy.jpg'
  return completed('s3', { method: 'GET', url: `https://${host}${path}`, host, path, headers: { host } }, [
    ...['GET', path, presignQuery('s3'), `host:${host}`, ''],
    ...['host', 'UNSIGNED-PAYLOAD'],
  ])
}

/** A presigned POST with a signed body: what a verifier has to hash. */
export function presignedPostCase(sizeName) {
  const body = bodyOf(sizeName)
  const query = presignQuery(SERVICE)
  const headers = { host: HOST }
  return completed(
    SERVICE,
    { method: 'POST', url: `https://${HOST}${PATH}`, host: HOST, path: PATH, headers, body, query },
    [...['POST', PATH, query, `host:${HOST}`, ''], ...['host', sha256Hex(body)]],
  )
}
