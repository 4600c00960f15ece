// SigV4A: ECDSA signatures are never twice the same, so each is held against the public key.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import sha256js from '@aws-crypto/sha256-js'
import protocolHttp from '@smithy/protocol-http'
import smithy from '@smithy/signature-v4a'
import crt from 'aws-crt'
import { signHeaders, Verifier } from 'countersign'
import { deriveSigv4aKey, sigv4a } from 'countersign/sigv4a'
import { AMZ_DATE, CREDENTIALS, postCase, REGION, SERVICE, SIGNING_DATE, sha256Hex } from './cases.mjs'
import { OURS } from './peers.mjs'
import { isRejected, RECEIVED_AT, receivedOf } from './verifiers.mjs'
import { loadWithoutNode } from './without-node.mjs'

const REGION_SET = 'us-*'
const SCOPE = `${AMZ_DATE.slice(0, 8)}/${SERVICE}/aws4_request`

/** The POST of the other tables, and what SigV4A signs of it: written out, as there. */
function sigv4aCase(size) {
  const request = postCase(size)
  const signed = { ...request.headers, 'x-amz-date': AMZ_DATE, 'x-amz-region-set': REGION_SET }
  const lines = Object.entries(signed).sort(([a], [b]) => (a < b ? -1 : 1))
  const signedHeaders = lines.map(([name]) => name).join(';')
  const canonicalRequest = [
    ...['POST', request.path, '', ...lines.map((pair) => pair.join(':')), ''],
    ...[signedHeaders, sha256Hex(request.body)],
  ].join('\n')
  const stringToSign = ['AWS4-ECDSA-P256-SHA256', AMZ_DATE, SCOPE, sha256Hex(canonicalRequest)].join('\n')
  return { ...request, signedHeaders, stringToSign: Buffer.from(stringToSign) }
}

const { privateKey: scalar, publicKey: point } = deriveSigv4aKey(CREDENTIALS)
const base64url = (data) => Buffer.from(data).toString('base64url')
const [x, y] = [point.x, point.y].map((coordinate) => base64url(Buffer.from(coordinate, 'hex')))
const jwk = { kty: 'EC', crv: 'P-256', x, y }
const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
const privateKey = createPrivateKey({ key: { ...jwk, d: base64url(scalar) }, format: 'jwk' })

const isGood = ({ stringToSign }, hex) => verify('sha256', stringToSign, publicKey, Buffer.from(hex, 'hex'))
const judged = (request, hex) => (isGood(request, hex) ? 'good' : 'bad')
const signatureIn = (text) => /Signature=(\w+)$/.exec(text)?.[1] ?? ''

const optionsOf = ({ service }) => ({
  credentials: CREDENTIALS,
  service,
  region: REGION_SET,
  signingDate: SIGNING_DATE,
})

function ours(request) {
  const { method, url, headers, body } = request
  return {
    name: OURS,
    run: () => signHeaders({ method, url, headers, body }, { ...optionsOf(request), algorithm: sigv4a }),
    signatureOf: (signed) => judged(request, signatureIn(signed.headers.authorization)),
  }
}

export const NOBLE = `${OURS}, pure JavaScript (noble)`
export const WEB_CRYPTO = `${OURS}, WebCrypto`

/** The same where nothing is built in: at once, and by WebCrypto, with the Request that its asynchronous calls make. */
async function oursElsewhere(request) {
  const { method, url, headers, body } = request
  const parts = { method, url, headers, body }
  const init = { method, headers, body }
  const options = (loaded) => ({ ...optionsOf(request), algorithm: loaded.sigv4a })
  const noble = await loadWithoutNode(true, (loaded) => loaded.signHeaders(parts, options(loaded)))
  const web = await loadWithoutNode(false, (loaded) => loaded.signRequest(url, { ...options(loaded), init }))
  return [
    {
      name: NOBLE,
      run: () => noble.signHeaders(parts, options(noble)),
      signatureOf: (signed) => judged(request, signatureIn(signed.headers.authorization)),
    },
    {
      name: `${WEB_CRYPTO}, signRequest`,
      isAsync: true,
      run: () => web.signRequest(url, { ...options(web), init }),
      signatureOf: (signed) => judged(request, signatureIn(signed.headers.get('authorization'))),
    },
  ]
}

export const SMITHY = '@smithy/signature-v4a'

function signSmithy(request) {
  const { method, host, path, headers, body } = request
  const signer = new smithy.SignatureV4a({
    ...{ service: SERVICE, region: REGION_SET, credentials: CREDENTIALS, sha256: sha256js.Sha256 },
    applyChecksum: false,
  })
  return {
    name: SMITHY,
    isAsync: true,
    run: () =>
      signer.sign(new protocolHttp.HttpRequest({ method, hostname: host, path, headers, body }), {
        signingDate: SIGNING_DATE,
      }),
    signatureOf: (signed) => judged(request, signatureIn(signed.headers.authorization)),
  }
}

export const CRT = 'aws-crt (C, hash given)'
export const BARE_SIGN = 'bare crypto.sign'
export const BARE_VERIFY = 'bare crypto.verify'

function signCrt(request) {
  const { auth, http } = crt
  const { accessKeyId, secretAccessKey } = CREDENTIALS
  const config = {
    algorithm: auth.AwsSigningAlgorithm.SigV4Asymmetric,
    signature_type: auth.AwsSignatureType.HttpRequestViaHeaders,
    provider: auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey),
    region: REGION_SET,
    service: SERVICE,
    date: SIGNING_DATE,
    signed_body_value: sha256Hex(request.body),
    signed_body_header: auth.AwsSignedBodyHeaderType.None,
  }
  const headers = Object.entries(request.headers)
  return {
    name: CRT,
    isAsync: true,
    run: () =>
      auth.aws_sign_request(
        new http.HttpRequest('POST', request.path, new http.HttpHeaders(headers)),
        config,
      ),
    signatureOf: (signed) => judged(request, signatureIn(signed.headers.get('Authorization'))),
  }
}

export async function sigv4aSignGroup() {
  const request = sigv4aCase('500 B')
  return {
    name: 'sigv4a sign',
    family: 'sigv4a',
    title: 'SigV4A: signing a POST of 500 B in its headers, key derived beforehand',
    ours: OURS,
    expected: () => 'good',
    subjects: [
      ours(request),
      signCrt(request),
      signSmithy(request),
      ...(await oursElsewhere(request)),
      {
        name: BARE_SIGN,
        run: () => sign('sha256', request.stringToSign, privateKey),
        signatureOf: (signature) => judged(request, signature.toString('hex')),
      },
    ],
  }
}

export async function sigv4aVerifyGroup() {
  const request = sigv4aCase('500 B')
  const signature = sign('sha256', request.stringToSign, privateKey)
  const wrong = sign('sha256', Buffer.from('another text'), privateKey)
  const received = (bytes) => {
    const { headers, ...rest } = receivedOf(request)
    const credential = `${CREDENTIALS.accessKeyId}/${SCOPE}`
    const authorization = `AWS4-ECDSA-P256-SHA256 Credential=${credential}, SignedHeaders=${request.signedHeaders}, Signature=${bytes.toString('hex')}`
    const others = headers.filter(([name]) => name !== 'authorization')
    return {
      ...rest,
      headers: [...others, ['x-amz-region-set', REGION_SET], ['authorization', authorization]],
    }
  }
  const options = {
    getKeys: () => ({ publicKey: point }),
    service: SERVICE,
    region: REGION,
    now: () => RECEIVED_AT,
  }
  const good = received(signature)
  const verifierOf = (loaded) => new loaded.Verifier({ ...options, algorithms: [loaded.sigv4a] })
  const firstUse = (loaded) => verifierOf(loaded).verifyReceived(good)
  const subjectOf = (name, verifier) => ({
    name,
    isAsync: true,
    run: () => verifier.verifyReceived(good),
    signatureOf: (verified) => (verified.accessKeyId === CREDENTIALS.accessKeyId ? 'good' : 'bad'),
    refuses: () => isRejected(verifier.verifyReceived(received(wrong))),
  })
  return {
    name: 'sigv4a verify',
    family: 'sigv4a',
    title: 'SigV4A: verifying a POST of 500 B with a public key',
    ours: OURS,
    expected: () => 'good',
    subjects: [
      subjectOf(OURS, verifierOf({ Verifier, sigv4a })),
      subjectOf(NOBLE, verifierOf(await loadWithoutNode(true, firstUse))),
      subjectOf(WEB_CRYPTO, verifierOf(await loadWithoutNode(false, firstUse))),
      {
        name: BARE_VERIFY,
        run: () => verify('sha256', request.stringToSign, publicKey, signature),
        signatureOf: (isRight) => (isRight ? 'good' : 'bad'),
        refuses: () => !verify('sha256', request.stringToSign, publicKey, wrong),
      },
    ],
  }
}
