import sha256js from '@aws-crypto/sha256-js'
import protocolHttp from '@smithy/protocol-http'
import smithy from '@smithy/signature-v4a'
import { profileFor } from '../../src/index.ts'
import type { Sigv4aRequest } from './arbitrary-sigv4a.ts'
import { targetOf } from './crt-sigv4a.ts'

/** It takes a query as names with decoded values, so that of two values of one name it keeps no order of its own. */
function queryOf(query: string): Record<string, string | string[]> {
  const bag: Record<string, string | string[]> = Object.create(null)
  for (const pair of query.split('&').filter((one) => one !== '')) {
    const [name = '', value = ''] = pair.split('=').map(decodeURIComponent)
    bag[name] = name in bag ? [bag[name]!, value].flat() : value
  }
  return bag
}

/** What @smithy/signature-v4a signs: it has no presigned form. */
export async function smithySigns(request: Sigv4aRequest) {
  const { service, accessKeyId, secretAccessKey, sessionToken, payload, host, body } = request
  const profile = profileFor(service)
  const headers: Record<string, string> = Object.assign(Object.create(null), { host })
  for (const [name, value] of request.headers) headers[name.toLowerCase()] = value
  if (payload === 'unsigned') headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
  const [hostname = '', port] = host.split(':')
  const message = new protocolHttp.HttpRequest({
    method: request.method,
    protocol: 'https:',
    hostname,
    ...(port !== undefined && { port: Number(port) }),
    path: request.path,
    query: queryOf(request.query),
    headers,
    body: body === '' ? undefined : body,
  })
  const signer = new smithy.SignatureV4a({
    service,
    region: request.regionSet,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: sha256js.Sha256,
    uriEscapePath: profile.pathEncoding === 'twice',
    applyChecksum: profile.contentSha256 !== 'omit',
  })
  const signed = await signer.sign(message, { signingDate: request.signingDate })
  const sent: Readonly<Record<string, string>> = signed.headers
  const signature = /Signature=(\w+)$/.exec(sent.authorization!)![1]!
  return { target: targetOf(request), headers: Object.entries(sent), signature }
}
