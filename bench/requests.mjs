// Signing what fetch takes: signRequest, its peer, and the cost of the Request itself.
import { AwsClient } from 'aws4fetch'
import { signRequest } from 'countersign'
import { AMZ_DATE, CREDENTIALS, REGION, SIGNING_DATE, scopeOf } from './cases.mjs'

export const signatureOf = (request) => /Signature=(\w+)$/.exec(request.headers.get('authorization'))?.[1]

/** fetch takes the host from the URL. */
export const initOf = ({ method, headers: { host, ...headers }, body }) => ({ method, headers, body })

/** Constructs the Request that signing leads to, every header known beforehand. */
export function constructRequest(request) {
  const { method, headers, body } = initOf(request)
  const { service, signedHeaders } = request
  const credential = `${CREDENTIALS.accessKeyId}/${scopeOf(service)}`
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${request.signature()}`
  const all = { ...headers, 'x-amz-date': AMZ_DATE, authorization }
  return { run: () => new Request(request.url, { method, headers: all, body }), signatureOf }
}

export function ourSignRequest({ url, service, ...request }) {
  const init = initOf(request)
  const options = { credentials: CREDENTIALS, service, region: REGION, signingDate: SIGNING_DATE, init }
  return { isAsync: true, run: () => signRequest(url, options), signatureOf }
}

export function aws4fetchSign({ url, service, ...request }) {
  const client = new AwsClient({ ...CREDENTIALS, service, region: REGION })
  const init = { ...initOf(request), aws: { datetime: AMZ_DATE, allHeaders: true } }
  return { isAsync: true, run: () => client.sign(url, init), signatureOf }
}
