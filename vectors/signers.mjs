// The three recorded implementations behind one face: case in, what they signed out.
// Each is told the same things in its own words; none of them is patched or helped to a result.
// They take the host as given, so the host header always comes from splitUrl.
import sha256js from '@aws-crypto/sha256-js'
import protocolHttp from '@smithy/protocol-http'
import smithy from '@smithy/signature-v4'
import crt from 'aws-crt'
import aws4 from 'aws4'
import { amzDate, bodyBytes, payloadHash, splitUrl, UNSIGNED } from './canonical.mjs'

const HASH = 'x-amz-content-sha256'
// Signers put these in by themselves; which headers are signed is otherwise set by the case.
const ADDED = ['host', 'x-amz-date', 'x-amz-security-token', HASH]

const hasBody = (request) => bodyBytes(request).length > 0
const bodyOf = (request) =>
  request.bodyHex === undefined ? bodyBytes(request).toString() : bodyBytes(request)
const ownHash = (request) => request.headers.some(([name]) => name.toLowerCase() === HASH)
const target = ({ path, query }) => (query ? `${path}?${query}` : path)

/** Lower-case names with all their values, in order of arrival. */
function headerMap(headers) {
  const map = new Map()
  for (const [name, value] of headers)
    map.set(name.toLowerCase(), [...(map.get(name.toLowerCase()) ?? []), value])
  return map
}

const unsignedNames = ({ context, request }) =>
  [...headerMap(request.headers).keys()].filter((name) => !context.signedHeaders.includes(name))

/** The X-Amz-... parameters that signing has put into a URL, in a fixed order. */
function presignedQuery(pairs) {
  const order = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Security-Token', 'Signature']
  return order.flatMap((name) => pairs.filter(([other]) => other === `X-Amz-${name}`))
}

const queryOf = (path) => [...new URLSearchParams(path.slice(path.indexOf('?') + 1))]

// --- @smithy/signature-v4 ---------------------------------------------------------------------

/** Smithy takes decoded text, so what a bare plus or a byte that is no text means is not its decision. */
function isText(query) {
  try {
    return !query.includes('+') && decodeURIComponent(query) !== undefined
  } catch {
    return false
  }
}

/** The query as decoded pairs, grouped by name. */
function smithyQuery(query) {
  const bag = Object.create(null)
  for (const part of query.split('&').filter(Boolean)) {
    const [, name, value] = /^([^=]*)=?(.*)$/s.exec(part).map((text) => decodeURIComponent(text))
    bag[name] = name in bag ? [bag[name], value].flat() : value
  }
  return bag
}

function smithyRequest({ kind, context, request }) {
  const { host, path, query } = splitUrl(request.url)
  const headers = Object.assign(Object.create(null), { host })
  for (const [name, [value]] of headerMap(request.headers)) headers[name] = value
  let body = hasBody(request) ? bodyOf(request) : undefined
  if (context.payload === 'unsigned' && !ownHash(request)) {
    // A presigned URL takes the hash header into its query; there a stream is what is left unsigned.
    if (kind === 'presign') body = { stream: true }
    else headers[HASH] = UNSIGNED
  }
  const hostname = host.replace(/:\d+$/, '')
  return new protocolHttp.HttpRequest({
    method: request.method,
    hostname,
    path,
    query: smithyQuery(query),
    headers,
    body,
  })
}

async function signWithSmithy(vector) {
  const { kind, context, request } = vector
  const repeated = [...headerMap(request.headers).values()].some((values) => values.length > 1)
  if (repeated || !isText(splitUrl(request.url).query)) return undefined
  const signer = new smithy.SignatureV4({
    service: context.service,
    region: context.region,
    credentials: context,
    sha256: sha256js.Sha256,
    uriEscapePath: context.pathEncoding === 'twice',
    applyChecksum: context.signedHeaders.includes(HASH),
  })
  const names = {
    signingDate: new Date(context.signingDate),
    signableHeaders: new Set(context.signedHeaders),
    unsignableHeaders: new Set(unsignedNames(vector)),
  }
  if (kind === 'headers')
    return { authorization: (await signer.sign(smithyRequest(vector), names)).headers.authorization }
  const stay = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const presign = { ...names, expiresIn: context.expiresInSeconds, unhoistableHeaders: stay }
  const { query } = await signer.presign(smithyRequest(vector), presign)
  return { query: presignedQuery(Object.entries(query)) }
}

// --- aws4 --------------------------------------------------------------------------------------

function aws4Headers({ kind, context, request }) {
  const { host } = splitUrl(request.url)
  const headers = Object.assign(Object.create(null), { host })
  for (const [name, values] of headerMap(request.headers))
    headers[name] = values.length > 1 ? values : values[0]
  if (kind === 'headers') headers['x-amz-date'] = amzDate(context.signingDate)
  const sendsHash = context.signedHeaders.includes(HASH) || context.payload === 'unsigned'
  // It adds the hash by itself for the service s3 only, and knows unsigned payloads by this header alone.
  if (sendsHash && !ownHash(request)) headers[HASH] = payloadHash(context, request)
  return headers
}

function aws4Query({ kind, context }, query) {
  if (kind === 'headers') return query
  const date = `X-Amz-Date=${amzDate(context.signingDate)}&X-Amz-Expires=${context.expiresInSeconds}`
  return query ? `${query}&${date}` : date
}

function signWithAws4(vector) {
  const { kind, context, request } = vector
  const { path, query } = splitUrl(request.url)
  const names = (list) => Object.fromEntries(list.map((name) => [name, true]))
  const added = ['content-type', 'content-length', ...ADDED].filter(
    (name) => !context.signedHeaders.includes(name),
  )
  const signed = aws4.sign(
    {
      method: request.method,
      path: target({ path, query: aws4Query(vector, query) }),
      headers: aws4Headers(vector),
      body: hasBody(request) ? bodyOf(request) : undefined,
      service: context.service,
      region: context.region,
      signQuery: kind === 'presign',
      doNotEncodePath: context.pathEncoding === 'once',
      extraHeadersToInclude: names(context.signedHeaders),
      extraHeadersToIgnore: names([...unsignedNames(vector), ...added]),
    },
    { ...context },
  )
  if (kind === 'headers') return { authorization: signed.headers.Authorization }
  return { query: presignedQuery(queryOf(signed.path)) }
}

// --- aws-crt -----------------------------------------------------------------------------------

async function signWithCrt(vector) {
  const { kind, context, request } = vector
  const { auth, http } = crt
  const { host, path, query } = splitUrl(request.url)
  const headers = request.headers.filter(([name]) => name.toLowerCase() !== HASH)
  const message = new http.HttpRequest(
    request.method,
    target({ path, query }),
    new http.HttpHeaders([['host', host], ...headers]),
  )
  const { HttpRequestViaHeaders, HttpRequestViaQueryParams } = auth.AwsSignatureType
  const { None, XAmzContentSha256 } = auth.AwsSignedBodyHeaderType
  const { accessKeyId, secretAccessKey, sessionToken } = context
  const signed = await auth.aws_sign_request(message, {
    algorithm: auth.AwsSigningAlgorithm.SigV4,
    signature_type: kind === 'headers' ? HttpRequestViaHeaders : HttpRequestViaQueryParams,
    provider: auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey, sessionToken),
    region: context.region,
    service: context.service,
    date: new Date(context.signingDate),
    header_blacklist: unsignedNames(vector),
    use_double_uri_encode: context.pathEncoding === 'twice',
    should_normalize_uri_path: context.pathNormalization === 'normalize',
    signed_body_value: payloadHash(context, request),
    signed_body_header: context.signedHeaders.includes(HASH) ? XAmzContentSha256 : None,
    expiration_in_seconds: context.expiresInSeconds,
  })
  if (kind === 'presign') return { query: presignedQuery(queryOf(signed.path)) }
  return { authorization: signed.headers.get('Authorization') }
}

/** Each resolves to what the implementation signed, or to undefined where it has no way to take the input. */
export const signers = {
  '@smithy/signature-v4': signWithSmithy,
  aws4: async (vector) => signWithAws4(vector),
  'aws-crt': signWithCrt,
}
