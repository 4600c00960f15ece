// SigV4A: ECDSA signatures are never twice the same, so each is held against the public key.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { signHeaders, Verifier } from 'countersign'
import { deriveSigv4aKey, sigv4a } from 'countersign/sigv4a'
import { AMZ_DATE, CREDENTIALS, postCase, REGION, SERVICE, SIGNING_DATE, sha256Hex } from './cases.mjs'
import { BARE_SIGN, BARE_VERIFY, CRT, OURS, SMITHY_V4A } from './names.mjs'
import { require } from './peers.mjs'
import { isRejected, RECEIVED_AT, receivedOf } from './verifiers.mjs'

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

const NOBLE = `${OURS}, pure JavaScript (noble)`
const WEB_CRYPTO = `${OURS}, WebCrypto`

/** The same where nothing is built in: at once, and by WebCrypto, with the Request that its asynchronous calls make. */
async function oursElsewhere(request) {
  const { method, url, headers, body } = request
  const parts = { method, url, headers, body }
  const init = { method, headers, body }
  const options = (loaded) => ({ ...optionsOf(request), algorithm: loaded.sigv4a })
  const { loadWithoutNode } = await import('./without-node.mjs')
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

function signSmithy(request) {
  const { method, host, path, headers, body } = request
  const { SignatureV4a } = require('@smithy/signature-v4a')
  const { HttpRequest } = require('@smithy/protocol-http')
  const sha256 = require('@aws-crypto/sha256-js').Sha256
  const signer = new SignatureV4a({
    ...{ service: SERVICE, region: REGION_SET, credentials: CREDENTIALS, sha256 },
    applyChecksum: false,
  })
  return {
    name: SMITHY_V4A,
    isAsync: true,
    run: () =>
      signer.sign(new HttpRequest({ method, hostname: host, path, headers, body }), {
        signingDate: SIGNING_DATE,
      }),
    signatureOf: (signed) => judged(request, signatureIn(signed.headers.authorization)),
  }
}

function signCrt(request) {
  const { auth, http } = require('aws-crt')
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

const groupOf = (name, title, subjects) => ({
  ...{ name: `sigv4a ${name}`, title, ours: OURS, expected: () => 'good', subjects },
})

export function sigv4aSignGroup() {
  const request = sigv4aCase('500 B')
  return groupOf('sign', 'SigV4A: signing a POST of 500 B in its headers, key derived beforehand', [
    ours(request),
    signCrt(request),
    signSmithy(request),
    {
      name: BARE_SIGN,
      run: () => sign('sha256', request.stringToSign, privateKey),
      signatureOf: (signature) => judged(request, signature.toString('hex')),
    },
  ])
}

/** Apart from the others: pure JavaScript leaves so much garbage that whoever stands beside it comes out worse. */
export async function sigv4aSignElsewhereGroup() {
  const request = sigv4aCase('500 B')
  const title = "SigV4A: signing the same where Node's crypto is not at hand"
  return groupOf('sign elsewhere', title, [ours(request), ...(await oursElsewhere(request))])
}

const signed = sigv4aCase('500 B')
const signature = sign('sha256', signed.stringToSign, privateKey)
const wrong = sign('sha256', Buffer.from('another text'), privateKey)

function received(bytes) {
  const { headers, ...rest } = receivedOf(signed)
  const credential = `${CREDENTIALS.accessKeyId}/${SCOPE}`
  const authorization = `AWS4-ECDSA-P256-SHA256 Credential=${credential}, SignedHeaders=${signed.signedHeaders}, Signature=${bytes.toString('hex')}`
  const others = headers.filter(([name]) => name !== 'authorization')
  return { ...rest, headers: [...others, ['x-amz-region-set', REGION_SET], ['authorization', authorization]] }
}

const verifierOf = (loaded) =>
  new loaded.Verifier({
    getKeys: () => ({ publicKey: point }),
    service: SERVICE,
    region: REGION,
    algorithms: [loaded.sigv4a],
    now: () => RECEIVED_AT,
  })

function verifying(name, verifier) {
  const good = received(signature)
  return {
    name,
    isAsync: true,
    run: () => verifier.verifyReceived(good),
    signatureOf: (verified) => (verified.accessKeyId === CREDENTIALS.accessKeyId ? 'good' : 'bad'),
    refuses: () => isRejected(verifier.verifyReceived(received(wrong))),
  }
}

const oursVerifying = () => verifying(OURS, verifierOf({ Verifier, sigv4a }))

export function sigv4aVerifyGroup() {
  return groupOf('verify', 'SigV4A: verifying a POST of 500 B with a public key', [
    oursVerifying(),
    {
      name: BARE_VERIFY,
      run: () => verify('sha256', signed.stringToSign, publicKey, signature),
      signatureOf: (isRight) => (isRight ? 'good' : 'bad'),
      refuses: () => !verify('sha256', signed.stringToSign, publicKey, wrong),
    },
  ])
}

export async function sigv4aVerifyElsewhereGroup() {
  const { loadWithoutNode } = await import('./without-node.mjs')
  const firstUse = (loaded) => verifierOf(loaded).verifyReceived(received(signature))
  return groupOf('verify elsewhere', "SigV4A: verifying the same where Node's crypto is not at hand", [
    oursVerifying(),
    verifying(NOBLE, verifierOf(await loadWithoutNode(true, firstUse))),
    verifying(WEB_CRYPTO, verifierOf(await loadWithoutNode(false, firstUse))),
  ])
}
