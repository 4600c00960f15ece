// Every signer behind one face: a case in, a function out that signs it once a call. What an application would
// keep between requests (clients, key caches, credential providers) is made once, beforehand.
import { createHash, createHmac, hash } from 'node:crypto'
import { createRequire } from 'node:module'
import aws4 from 'aws4'
import { AwsV4Signer } from 'aws4fetch'
import { presignUrl, signHeaders } from 'countersign'
import {
  AMZ_DATE,
  CREDENTIALS,
  EXPIRES_IN_SECONDS,
  REGION,
  SIGNING_DATE,
  sha256Hex,
  signingKeyOf,
  stringToSignOf,
} from './cases.mjs'
import { AWS4, BARE, BARE_CREATE_HMAC, CRT, IN_FLIGHT, inFlight, OURS, SMITHY } from './names.mjs'

/** The large ones are loaded where they take part, and nowhere else. */
export const require = createRequire(import.meta.url)

/** The end of an Authorization header. */
const inAuthorization = (text) => /Signature=(\w+)$/.exec(text)?.[1]
const inQuery = (text) => /X-Amz-Signature=(\w+)/.exec(text)?.[1]

/** Warm: the same credentials each time. Cold: those of the list in turn. */
const credentialsAt = (list) => (list ? (index) => list[index % list.length] : () => CREDENTIALS)

function ours(request, { isPresigned, coldSecrets }) {
  const { method, url, headers, body, service } = request
  const credentialsOf = credentialsAt(coldSecrets)
  const options = (index) => ({
    credentials: credentialsOf(index),
    service,
    region: REGION,
    signingDate: SIGNING_DATE,
  })
  const parts = { method, url, headers, body }
  if (!isPresigned) {
    return {
      run: (index) => signHeaders(parts, options(index)),
      signatureOf: (signed) => inAuthorization(signed.headers.authorization),
    }
  }
  return {
    run: (index) => presignUrl(parts, { ...options(index), expiresInSeconds: EXPIRES_IN_SECONDS }),
    signatureOf: (presigned) => inQuery(presigned.url),
  }
}

/** Smithy's Hash over the native one. */
class NativeSha256 {
  #hash
  constructor(secret) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data) {
    this.#hash.update(data)
  }
  async digest() {
    return this.#hash.digest()
  }
}

const smithyWith =
  (loadSha256) =>
  (request, { isPresigned, coldSecrets }) => {
    const { method, host, path, headers, service } = request
    const { SignatureV4 } = require('@smithy/signature-v4')
    const { HttpRequest } = require('@smithy/protocol-http')
    const sha256 = loadSha256()
    const signers = (coldSecrets ?? [CREDENTIALS]).map(
      (credentials) =>
        new SignatureV4({
          ...{ service, region: REGION, credentials, sha256 },
          uriEscapePath: service !== 's3',
          applyChecksum: false,
        }),
    )
    // A body that is neither text nor bytes is what it leaves unsigned.
    const body = service === 's3' ? {} : request.body || undefined
    const message = () => new HttpRequest({ method, hostname: host, path, headers, body })
    const options = { signingDate: SIGNING_DATE, expiresIn: EXPIRES_IN_SECONDS }
    const signerAt = (index) => signers[index % signers.length]
    if (!isPresigned) {
      return {
        isAsync: true,
        run: (index) => signerAt(index).sign(message(), options),
        signatureOf: (signed) => inAuthorization(signed.headers.authorization),
      }
    }
    return {
      isAsync: true,
      run: (index) => signerAt(index).presign(message(), options),
      signatureOf: (signed) => signed.query['X-Amz-Signature'],
    }
  }

function signAws4(request, { isPresigned, coldSecrets }) {
  const { method, host, path, body, service } = request
  const credentialsOf = credentialsAt(coldSecrets)
  if (isPresigned) {
    const query = `${path}?X-Amz-Date=${AMZ_DATE}&X-Amz-Expires=${EXPIRES_IN_SECONDS}`
    const { headers } = request
    return {
      run: (index) =>
        aws4.sign(
          { method, host, path: query, headers, body, service, region: REGION, signQuery: true },
          credentialsOf(index),
        ),
      signatureOf: (signed) => inQuery(signed.path),
    }
  }
  const headers = { ...request.headers, 'x-amz-date': AMZ_DATE }
  return {
    run: (index) =>
      aws4.sign({ method, host, path, headers, body, service, region: REGION }, credentialsOf(index)),
    signatureOf: (signed) => inAuthorization(signed.headers.Authorization),
  }
}

function signAws4fetch(request, { isPresigned, coldSecrets }) {
  const { method, url, headers, body, service } = request
  const credentialsOf = credentialsAt(coldSecrets)
  // Its cache has no bound: credentials in turn would soon all be in it, so a cold call gets a new one.
  const kept = new Map()
  const cacheOf = coldSecrets ? () => new Map() : () => kept
  const target = isPresigned ? `${url}?X-Amz-Expires=${EXPIRES_IN_SECONDS}` : url
  return {
    isAsync: true,
    run: (index) =>
      new AwsV4Signer({
        ...credentialsOf(index),
        ...{ method, url: target, headers, body, service, region: REGION, datetime: AMZ_DATE },
        ...{ cache: cacheOf(index), allHeaders: true, signQuery: isPresigned },
      }).sign(),
    signatureOf: (signed) =>
      isPresigned ? inQuery(signed.url.href) : inAuthorization(signed.headers.get('authorization')),
  }
}

/** It is told the hash of the body; it hashes none by itself unless it is given a stream. */
function signCrt(request, { isPresigned, coldSecrets }) {
  const { auth, http } = require('aws-crt')
  const { method, path, body, service } = request
  const { HttpRequestViaHeaders, HttpRequestViaQueryParams } = auth.AwsSignatureType
  const providers = (coldSecrets ?? [CREDENTIALS]).map(({ accessKeyId, secretAccessKey }) =>
    auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey),
  )
  const config = {
    algorithm: auth.AwsSigningAlgorithm.SigV4,
    signature_type: isPresigned ? HttpRequestViaQueryParams : HttpRequestViaHeaders,
    region: REGION,
    service,
    date: SIGNING_DATE,
    use_double_uri_encode: service !== 's3',
    should_normalize_uri_path: service !== 's3',
    signed_body_value: service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256Hex(body),
    signed_body_header: auth.AwsSignedBodyHeaderType.None,
    expiration_in_seconds: isPresigned ? EXPIRES_IN_SECONDS : undefined,
  }
  const headers = Object.entries(request.headers)
  return {
    isAsync: true,
    run: (index) =>
      auth.aws_sign_request(new http.HttpRequest(method, path, new http.HttpHeaders(headers)), {
        ...config,
        provider: providers[index % providers.length],
      }),
    signatureOf: (signed) =>
      isPresigned ? inQuery(signed.path) : inAuthorization(signed.headers.get('Authorization')),
  }
}

/** The floor: the hashes that signing needs once the key is derived, and nothing else. */
function bareHashes(request, { coldSecrets }) {
  if (coldSecrets) throw new Error('the floor has no key to derive')
  const { service, canonicalRequest } = request
  const body = request.body || undefined
  const stringToSign = Buffer.from(stringToSignOf(service, canonicalRequest))
  const key = signingKeyOf(service, CREDENTIALS)
  const pad = (byte) => Buffer.from(Uint8Array.from({ length: 64 }, (_, i) => (key[i] ?? 0) ^ byte))
  const inner = Buffer.concat([pad(0x36), stringToSign])
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(32)])
  return {
    run() {
      // Compared, so that no hash is without a use.
      if (body !== undefined && hash('sha256', body, 'hex') === '') return ''
      if (hash('sha256', canonicalRequest, 'hex') === '') return ''
      outer.set(hash('sha256', inner, 'buffer'), 64)
      return hash('sha256', outer, 'hex')
    },
    signatureOf: (signature) => signature,
  }
}

/** Another floor: an HMAC made by createHmac. */
function bareCreateHmac(request) {
  const { service, canonicalRequest } = request
  const body = request.body || undefined
  const stringToSign = stringToSignOf(service, canonicalRequest)
  const key = signingKeyOf(service, CREDENTIALS)
  return {
    run() {
      if (body !== undefined && hash('sha256', body, 'hex') === '') return ''
      if (hash('sha256', canonicalRequest, 'hex') === '') return ''
      return createHmac('sha256', key).update(stringToSign).digest('hex')
    },
    signatureOf: (signature) => signature,
  }
}

const named = (name, make, more) => (request, options) => ({ name, ...make(request, options), ...more })

/** Each: `(request, { isPresigned, coldSecrets })` to a subject. */
export const peers = {
  ours: named(OURS, ours),
  aws4: named(AWS4, signAws4),
  smithy: named(
    SMITHY,
    smithyWith(() => NativeSha256),
  ),
  smithyJs: named(
    '@smithy/signature-v4 (sha256-js)',
    smithyWith(() => require('@aws-crypto/sha256-js').Sha256),
  ),
  aws4fetch: named('aws4fetch', signAws4fetch),
  aws4fetchMany: named(inFlight('aws4fetch'), signAws4fetch, { inFlight: IN_FLIGHT }),
  crt: named(CRT, signCrt),
  crtMany: named(inFlight('aws-crt'), signCrt, { inFlight: IN_FLIGHT }),
  bare: named(BARE, bareHashes),
  bareCreateHmac: named(BARE_CREATE_HMAC, bareCreateHmac),
}
