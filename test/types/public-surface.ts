// Compiled, never run: what the built declarations say to an application.
import type {
  CredentialProvider,
  Credentials,
  PresignedUrl,
  SignatureErrorReason,
  SignedFetch,
  SignedHeaders,
  VerifiedReceived,
  VerifiedRequest,
} from 'countersign'
import {
  createSignedFetch,
  inferScope,
  presignUrl,
  profileFor,
  SignatureError,
  Signer,
  signHeaders,
  signRequest,
  sigv4,
  Verifier,
} from 'countersign'
import {
  buildCanonicalRequest,
  buildStringToSign,
  canonicalHeaders,
  canonicalQueryString,
  type canonicalUri,
  type deriveSigningKey,
  parseAuthorization,
  parsePresignedQuery,
} from 'countersign/canonical'
import type { ChunkedDecoderStream, ChunkedEncoderStream, signChunkedRequest } from 'countersign/chunked'
import {
  decodeMessage,
  type EventSignerStream,
  type EventVerifierStream,
  type encodeMessage,
} from 'countersign/event-stream'
import { createPostForm, type VerifiedPostForm, type verifyPostForm } from 'countersign/post-policy'
import { deriveSigv4aKey, sigv4a } from 'countersign/sigv4a'
import type * as verifying from 'countersign/verify'

type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_T extends true>(): void => undefined

const credentials: Credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const provider: CredentialProvider = async () => credentials
const scope = { service: 's3', region: 'us-east-1' }

// Signing in headers and in the query is synchronous.
holds<Equals<ReturnType<typeof signHeaders>, SignedHeaders>>()
holds<Equals<ReturnType<typeof presignUrl>, PresignedUrl>>()
holds<Equals<ReturnType<typeof signRequest>, Promise<Request>>>()
holds<Equals<ReturnType<typeof createSignedFetch>, SignedFetch>>()
holds<SignedFetch extends typeof fetch ? true : false>()
holds<Equals<ReturnType<typeof canonicalUri>, string>>()
holds<Equals<ReturnType<typeof deriveSigningKey>, Uint8Array>>()

holds<Equals<ReturnType<typeof signChunkedRequest>, Promise<Request>>>()
holds<Equals<ReturnType<typeof encodeMessage>, Uint8Array>>()
holds<Equals<ReturnType<typeof verifyPostForm>, Promise<VerifiedPostForm>>>()
// The streams go between others of bytes.
holds<ChunkedEncoderStream extends TransformStream<Uint8Array, Uint8Array> ? true : false>()
holds<ChunkedDecoderStream extends TransformStream<Uint8Array, Uint8Array> ? true : false>()
holds<EventSignerStream extends TransformStream<Uint8Array, Uint8Array> ? true : false>()
holds<EventVerifierStream extends TransformStream<Uint8Array, Uint8Array> ? true : false>()

// Each form that headers and bodies may have.
signHeaders(
  { url: 'https://a.example/', headers: new Headers() },
  { credentials, ...scope, algorithm: sigv4 },
)
signHeaders({ url: new URL('https://a.example/'), headers: { a: ['b', 'c'] } }, { credentials, ...scope })
signHeaders(
  { url: 'https://a.example/', headers: [['a', 'b']] as const, body: new Uint8Array() },
  { credentials, ...scope },
)
presignUrl(
  { url: 'https://a.example/' },
  { credentials, ...scope, expiresInSeconds: 60, signHeaders: [{ prefix: 'x-' }] },
)
signRequest('https://a.example/', { credentials: provider, ...scope, init: { method: 'POST', body: 'a' } })
createSignedFetch({ credentials: provider })('https://a.example/', { signing: { service: 's3' } })
new Signer({ credentials }).presign('https://a.example/', { expiresInSeconds: 1 })

// @ts-expect-error credentials are needed
signHeaders({ url: 'https://a.example/' }, scope)
// @ts-expect-error a provider is asynchronous: signHeaders takes credentials
signHeaders({ url: 'https://a.example/' }, { credentials: provider, ...scope })
// @ts-expect-error no boolean options
signHeaders({ url: 'https://a.example/' }, { credentials, ...scope, payload: false })

const verifier = new Verifier({
  getKeys: ({ accessKeyId }) =>
    accessKeyId === 'AKIDEXAMPLE' ? { secretAccessKey: 'secret', principal: 1 } : undefined,
  ...scope,
  maxSkewSeconds: { past: 300, future: 60 },
})
holds<Equals<ReturnType<typeof verifier.verify>, Promise<VerifiedRequest>>>()
holds<Equals<ReturnType<typeof verifier.verifyReceived>, Promise<VerifiedReceived>>>()
new Verifier({ getKeys: async () => [{ signingKey: new Uint8Array(32) }], ...scope })
// @ts-expect-error a key is an object
new Verifier({ getKeys: () => 'secret', ...scope })
// @ts-expect-error service is needed
new Verifier({ getKeys: () => undefined, region: 'us-east-1' })

const reason: SignatureErrorReason = new SignatureError('signature-mismatch', '').reason
// @ts-expect-error reasons are a closed set
const unknownReason: SignatureErrorReason = 'because'
holds<Equals<typeof verifying.Verifier, typeof Verifier>>()

export const used = [
  reason,
  unknownReason,
  inferScope('https://s3.amazonaws.com'),
  profileFor('s3'),
  buildCanonicalRequest,
  buildStringToSign,
  canonicalHeaders,
  canonicalQueryString,
  parseAuthorization,
  parsePresignedQuery,
  decodeMessage,
  createPostForm,
  deriveSigv4aKey(credentials).publicKey.x,
  signHeaders(
    { url: 'https://a.example/' },
    { credentials, ...scope, algorithm: sigv4a, region: ['us-*', 'eu-west-1'] },
  ),
]
