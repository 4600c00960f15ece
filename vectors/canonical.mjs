// Signature Version 4 straight from the specification, in as few lines as possible. It shares no code
// with the library or with the recorded implementations: it is what their answers are held against.
import { createHash, createHmac } from 'node:crypto'

export const sha256 = (data) => createHash('sha256').update(data).digest('hex')
const hmac = (key, data) => createHmac('sha256', key).update(data).digest()

export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const UNSIGNED = 'UNSIGNED-PAYLOAD'

// Text is kept as one character per byte, so that escapes which are not UTF-8 survive.
const bytes = (text) => Buffer.from(text, 'utf8').toString('latin1')
const hexEscape = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
export const encode = (text) => text.replace(/[^A-Za-z0-9\-._~]/g, hexEscape)
const decode = (text) =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Splits a URL without parsing it: the path must stay as it goes on the wire. */
export function splitUrl(url) {
  const [, scheme, authority, path, query] = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(url)
  const defaultPort = scheme === 'https' ? /:443$/ : /:80$/
  return { host: authority.toLowerCase().replace(defaultPort, ''), path: path || '/', query: query ?? '' }
}

export const amzDate = (iso) => `${iso.slice(0, 19).replace(/[-:]/g, '')}Z`

export function credentialScope({ signingDate, region, service }) {
  return `${amzDate(signingDate).slice(0, 8)}/${region}/${service}/aws4_request`
}

export function bodyBytes({ body, bodyHex, bodyRepeat }) {
  if (bodyHex !== undefined) return Buffer.from(bodyHex, 'hex')
  return Buffer.from(bodyRepeat ? bodyRepeat.text.repeat(bodyRepeat.count) : (body ?? ''))
}

/** The last line of the canonical request: the caller's own x-amz-content-sha256 header comes first. */
export function payloadHash(context, request) {
  const given = request.headers.find(([name]) => name.toLowerCase() === 'x-amz-content-sha256')
  if (given) return given[1]
  return context.payload === 'unsigned' ? UNSIGNED : sha256(bodyBytes(request))
}

function normalize(path) {
  const kept = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return kept.length === 0 ? '/' : `/${kept.join('/')}${path.endsWith('/') ? '/' : ''}`
}

function canonicalPath(path, { pathEncoding, pathNormalization }) {
  const chosen = pathNormalization === 'normalize' ? normalize(path) : path
  const segments = chosen
    .split('/')
    .map((segment) => encode(pathEncoding === 'once' ? decode(segment) : segment))
  return segments.join('/')
}

/** A query string as pairs of bytes; a bare `+` is a space, as every server reads it. */
export function queryPairs(query) {
  const parts = query.split('&').filter((part) => part !== '')
  return parts.map((part) => {
    const [, name, value] = /^([^=]*)=?(.*)$/s.exec(part.replaceAll('+', ' '))
    return [decode(name), decode(value)]
  })
}

const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)

function canonicalQuery(pairs) {
  const encoded = pairs.map((pair) => pair.map(encode))
  encoded.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
  return encoded.map((pair) => pair.join('=')).join('&')
}

function canonicalHeaders(headers, signed) {
  const clean = (value) => value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')
  const valuesOf = (name) =>
    headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => clean(value))
  return signed.map((name) => `${name}:${valuesOf(name).join(',')}\n`).join('')
}

/** The headers a signer adds by itself, as far as the case says that they are signed. */
function addedHeaders(context, request, host) {
  const added = [
    ['host', host],
    ['x-amz-date', amzDate(context.signingDate)],
    ['x-amz-security-token', context.sessionToken],
    ['x-amz-content-sha256', payloadHash(context, request)],
  ]
  const given = new Set(request.headers.map(([name]) => name.toLowerCase()))
  return added.filter(([name]) => context.signedHeaders.includes(name) && !given.has(name))
}

/** The X-Amz-... parameters of a presigned URL, all but the signature. */
function presignParameters(context) {
  const parameters = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${context.accessKeyId}/${credentialScope(context)}`],
    ['X-Amz-Date', amzDate(context.signingDate)],
    ['X-Amz-Expires', String(context.expiresInSeconds)],
    ['X-Amz-SignedHeaders', context.signedHeaders.join(';')],
  ]
  if (context.sessionToken) parameters.push(['X-Amz-Security-Token', context.sessionToken])
  return parameters
}

export function deriveKeys({ secretAccessKey, scopeDate, region, service }) {
  const dateKey = hmac(`AWS4${secretAccessKey}`, scopeDate)
  const dateRegionKey = hmac(dateKey, region)
  const dateRegionServiceKey = hmac(dateRegionKey, service)
  return {
    dateKey,
    dateRegionKey,
    dateRegionServiceKey,
    signingKey: hmac(dateRegionServiceKey, 'aws4_request'),
  }
}

/** The whole answer to a case, step by step. */
export function answer({ kind, context, request }) {
  const { host, path, query } = splitUrl(request.url)
  const parameters = kind === 'presign' ? presignParameters(context) : []
  const pairs = [...queryPairs(query), ...parameters.map((pair) => pair.map(bytes))]
  const headers = [...request.headers, ...addedHeaders(context, request, host)]
  const canonicalRequest = [
    request.method,
    canonicalPath(path, context),
    canonicalQuery(pairs),
    canonicalHeaders(headers, context.signedHeaders),
    context.signedHeaders.join(';'),
    payloadHash(context, request),
  ].join('\n')
  const date = amzDate(context.signingDate)
  const scope = credentialScope(context)
  const stringToSign = [ALGORITHM, date, scope, sha256(canonicalRequest)].join('\n')
  const { signingKey } = deriveKeys({ ...context, scopeDate: date.slice(0, 8) })
  const signature = hmac(signingKey, stringToSign).toString('hex')
  const expected = { canonicalRequest, stringToSign, signature }
  if (kind === 'presign') return { ...expected, query: [...parameters, ['X-Amz-Signature', signature]] }
  const credential = `${context.accessKeyId}/${scope}`
  const parts = [
    `Credential=${credential}`,
    `SignedHeaders=${context.signedHeaders.join(';')}`,
    `Signature=${signature}`,
  ]
  return { ...expected, authorization: `${ALGORITHM} ${parts.join(', ')}` }
}
