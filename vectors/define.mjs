// Fills a short case definition up to the recorded shape.

// Services whose path is signed as it is, encoded once; every other service encodes it twice and normalises it.
const ONCE = ['s3', 's3-outposts', 's3-object-lambda', 's3express']
// Services that want x-amz-content-sha256 among the headers.
const SENDS_HASH = [...ONCE, 'aoss', 'glacier', 'vpc-lattice-svcs']
// Headers that hops on the way change, or that the signature itself is in.
const NEVER_SIGNED = [
  'authorization',
  'connection',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
]

const DEFAULTS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'execute-api',
  signingDate: '2015-08-30T12:36:00.000Z',
}

function signedHeaders(kind, definition, service) {
  const { headers = [], unsigned = [], sendHash = SENDS_HASH.includes(service) } = definition
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  for (const name of [...NEVER_SIGNED, ...unsigned]) names.delete(name)
  names.add('host')
  if (kind === 'headers') names.add('x-amz-date')
  if (kind === 'headers' && sendHash) names.add('x-amz-content-sha256')
  if (kind === 'headers' && definition.sessionToken) names.add('x-amz-security-token')
  return [...names].sort()
}

function define(kind, name, url, definition) {
  const { method = 'GET', headers = [], body, bodyHex, bodyRepeat, tags = [], deviations = {} } = definition
  const service = definition.service ?? DEFAULTS.service
  const s3 = ONCE.includes(service)
  const context = {
    accessKeyId: definition.accessKeyId ?? DEFAULTS.accessKeyId,
    secretAccessKey: definition.secretAccessKey ?? DEFAULTS.secretAccessKey,
    sessionToken: definition.sessionToken,
    region: definition.region ?? DEFAULTS.region,
    service,
    signingDate: definition.signingDate ?? DEFAULTS.signingDate,
    expiresInSeconds: kind === 'presign' ? (definition.expiresInSeconds ?? 3600) : undefined,
    pathEncoding: definition.pathEncoding ?? (s3 ? 'once' : 'twice'),
    pathNormalization: definition.pathNormalization ?? (s3 ? 'verbatim' : 'normalize'),
    payload: definition.payload ?? (kind === 'presign' && s3 ? 'unsigned' : 'signed'),
    signedHeaders: signedHeaders(kind, definition, service),
  }
  const request = { method, url, headers, body, bodyHex, bodyRepeat }
  return { name, kind, tags, deviations, context, request }
}

/** A request signed in its Authorization header. */
export const signed = (name, url, definition = {}) => define('headers', name, url, definition)

/** A URL signed in its query. */
export const presigned = (name, url, definition = {}) => define('presign', name, url, definition)
