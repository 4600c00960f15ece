// Our Verifier, and what people do today in its place: sign again with aws4, and compare.
import { timingSafeEqual } from 'node:crypto'
import aws4 from 'aws4'
import { Verifier } from 'countersign'
import { AMZ_DATE, CREDENTIALS, REGION, SIGNING_DATE, scopeOf } from './cases.mjs'

/** A little later: a verifier has two dates to deal with, as in life. */
export const RECEIVED_AT = SIGNING_DATE.getTime() + 7000

/** A case as a server has it: raw pairs, headers that nobody signed among them, and bytes. */
export function receivedOf(request, signature = request.signature()) {
  const { method, path, body, query, service, signedHeaders } = request
  const unsigned = [
    ['user-agent', 'example/1.0'],
    ['accept', '*/*'],
    ['accept-encoding', 'gzip, deflate, br'],
    ['connection', 'keep-alive'],
  ]
  const headers = [...Object.entries(request.headers), ...unsigned]
  const target = query === undefined ? path : `${path}?${query}&X-Amz-Signature=${signature}`
  if (query === undefined) {
    const credential = `${CREDENTIALS.accessKeyId}/${scopeOf(service)}`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
    headers.push(['x-amz-date', AMZ_DATE], ['authorization', authorization])
  }
  return { method, target, headers, body: body.length > 0 ? Buffer.from(body) : null }
}

const tampered = (request) =>
  receivedOf(
    request,
    request.signature().replace(/^./, (c) => (c === '0' ? '1' : '0')),
  )

export const isRejected = (promise) =>
  promise.then(
    () => false,
    (error) => error.reason === 'signature-mismatch',
  )

export function ourVerifier(request) {
  const verifier = new Verifier({
    getKeys: () => ({ secretAccessKey: CREDENTIALS.secretAccessKey }),
    service: request.service,
    region: REGION,
    now: () => RECEIVED_AT,
  })
  const received = receivedOf(request)
  return {
    isAsync: true,
    run: () => verifier.verifyReceived(received),
    signatureOf: (verified) => `${verified.accessKeyId} ${verified.body?.length ?? 0}`,
    refuses: () => isRejected(verifier.verifyReceived(tampered(request))),
  }
}

const equal = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

function signAgainHeaders({ method, target, headers, body }) {
  const all = Object.fromEntries(headers)
  const { authorization = '' } = all
  const signedNames = /SignedHeaders=([^,]*)/.exec(authorization)?.[1] ?? ''
  const [, accessKeyId, , region, service] =
    /Credential=([^/]*)\/([^/]*)\/([^/]*)\/([^/]*)\//.exec(authorization) ?? []
  if (accessKeyId !== CREDENTIALS.accessKeyId) return undefined
  const signed = Object.fromEntries(signedNames.split(';').map((name) => [name, all[name]]))
  const again = aws4.sign(
    { method, path: target, host: all.host, headers: signed, body: body ?? '', service, region },
    CREDENTIALS,
  )
  return equal(again.headers.Authorization, authorization) ? { accessKeyId, body } : undefined
}

function signAgainQuery({ method, target, headers, body }) {
  const { host } = Object.fromEntries(headers)
  const [, unsigned, signature] = /^(.*)&X-Amz-Signature=(\w+)$/.exec(target) ?? []
  const [, accessKeyId, , region, service] =
    /X-Amz-Credential=(.*?)%2F(.*?)%2F(.*?)%2F(.*?)%2F/.exec(target) ?? []
  if (accessKeyId !== CREDENTIALS.accessKeyId) return undefined
  const again = aws4.sign(
    { method, path: unsigned, host, headers: { host }, body: body ?? '', service, region, signQuery: true },
    CREDENTIALS,
  )
  const computed = /X-Amz-Signature=(\w+)/.exec(again.path)[1]
  return equal(computed, signature) ? { accessKeyId, body } : undefined
}

/** It checks no date, no scope, no expiry and no set of headers: all it does is the signature. */
export function signAgain(request) {
  const check = request.query === undefined ? signAgainHeaders : signAgainQuery
  const received = receivedOf(request)
  return {
    run: () => check(received),
    signatureOf: (verified) => `${verified?.accessKeyId} ${verified?.body?.length ?? 0}`,
    refuses: () => check(tampered(request)) === undefined,
  }
}
