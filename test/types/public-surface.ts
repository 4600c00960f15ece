// Compiled, never run: what the built declarations say to an application.
import type {
  BodyMode,
  CredentialProvider,
  Credentials,
  PresignedUrl,
  SignatureErrorReason,
  SignedFetch,
  SignedHeaders,
  VerificationKey,
  Verified,
  VerifiedReceived,
  VerifiedRequest,
  VerifierOptions,
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
import { createPostForm, type VerifiedPostForm, verifyPostForm } from 'countersign/post-policy'
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

// What is proved has the type of what `getKeys` gives as principal, however it gives it.
interface Account {
  readonly id: number
}
const account: Account = { id: 1 }
const key = { secretAccessKey: 'secret', principal: account }
type PrincipalOf<V> = V extends Verifier<infer Principal, BodyMode> ? Principal : never
type BodyOf<V extends { verifyReceived: (...given: never[]) => Promise<{ body: unknown }> }> = Awaited<
  ReturnType<V['verifyReceived']>
>['body']

const verifier = new Verifier({
  getKeys: ({ accessKeyId }) => (accessKeyId === 'AKIDEXAMPLE' ? key : undefined),
  ...scope,
  maxSkewSeconds: { past: 300, future: 60 },
})
holds<Equals<typeof verifier, Verifier<Account, 'buffer'>>>()
holds<Equals<ReturnType<typeof verifier.verify>, Promise<VerifiedRequest<Account>>>>()
holds<Equals<ReturnType<typeof verifier.verifyReceived>, Promise<VerifiedReceived<Account, 'buffer'>>>>()

const ofMap = new Verifier({ getKeys: ({ accessKeyId }) => new Map([['A', key]]).get(accessKeyId), ...scope })
const ofPromise = new Verifier({ getKeys: async () => key, ...scope })
const ofList = new Verifier({
  getKeys: () => [key, { secretAccessKey: 'old', principal: account }],
  ...scope,
})
const ofAsyncList = new Verifier({
  getKeys: async () => [{ signingKey: new Uint8Array(32), principal: account }],
  ...scope,
})
const ofNull = new Verifier({ getKeys: async (): Promise<typeof key | null> => null, ...scope })
const ofPublicKey = new Verifier({
  getKeys: () => ({ publicKey: { x: '', y: '' }, principal: 'a' as const }),
  ...scope,
})
const ofTwo = new Verifier({
  getKeys: ({ accessKeyId }) => ({
    secretAccessKey: '',
    principal: accessKeyId === 'A' ? account : ('guest' as const),
  }),
  ...scope,
})
const ofNobody = new Verifier({ getKeys: () => ({ secretAccessKey: 'secret' }), ...scope })
holds<Equals<PrincipalOf<typeof ofMap>, Account>>()
holds<Equals<PrincipalOf<typeof ofPromise>, Account>>()
holds<Equals<PrincipalOf<typeof ofList>, Account>>()
holds<Equals<PrincipalOf<typeof ofAsyncList>, Account>>()
holds<Equals<PrincipalOf<typeof ofNull>, Account>>()
holds<Equals<PrincipalOf<typeof ofPublicKey>, 'a'>>()
holds<Equals<PrincipalOf<typeof ofTwo>, Account | 'guest'>>()
holds<Equals<PrincipalOf<typeof ofNobody>, unknown>>()
holds<Equals<VerifiedRequest<Account>['principal'], Account>>()
holds<Equals<Verified['principal'], unknown>>()
holds<VerifiedRequest<Account> extends Verified<Account> ? true : false>()
holds<Equals<VerifiedRequest<Account>['request'], Request>>()
declare const proved: VerifiedRequest<Account>
holds<Equals<typeof proved.principal.id, number>>()
// @ts-expect-error a principal has no more than getKeys gives
proved.principal.name
declare const nobody: Awaited<ReturnType<typeof ofNobody.verify>>
// @ts-expect-error of a principal that nobody gave, nothing is known
nobody.principal.id

// A body is bytes, or a stream where that is asked for; where the mode is a variable, either.
const mode = 'stream' as BodyMode
const streaming = new Verifier({ getKeys: () => key, ...scope, body: 'stream' })
const either = new Verifier({ getKeys: () => key, ...scope, body: mode })
holds<Equals<BodyOf<typeof verifier>, Uint8Array | null>>()
holds<Equals<BodyOf<typeof streaming>, ReadableStream<Uint8Array> | null>>()
holds<Equals<BodyOf<typeof either>, Uint8Array | ReadableStream<Uint8Array> | null>>()
holds<Equals<typeof streaming, Verifier<Account, 'stream'>>>()
verifier.verifyReceived({ method: 'GET', target: '/', headers: [] }).then(({ body, path, url }) => {
  holds<Equals<[typeof path, typeof url], [string, string]>>()
  // @ts-expect-error no body may have come
  return body.length
})
// @ts-expect-error a body is buffered or a stream
new Verifier({ getKeys: () => key, ...scope, body: 'streaming' })

// What a look-up may give, and what it may not.
new Verifier({ getKeys: () => undefined, ...scope })
new Verifier({ getKeys: () => null, ...scope })
new Verifier({ getKeys: async () => [], ...scope })
const options: VerifierOptions<Account> = { getKeys: (): VerificationKey<Account> => key, ...scope }
const given: Verifier<Account> = new Verifier(options)
// @ts-expect-error a key is an object
new Verifier({ getKeys: () => 'secret', ...scope })
// @ts-expect-error a key has a secret, a signing key or a public key
new Verifier({ getKeys: () => ({ secret: 'secret' }), ...scope })
// @ts-expect-error a look-up is called: it is no table
new Verifier({ getKeys: new Map([['A', key]]), ...scope })
// @ts-expect-error service is needed
new Verifier({ getKeys: () => undefined, region: 'us-east-1' })

// Forms likewise.
const form = (): Promise<VerifiedPostForm<Account>> =>
  verifyPostForm(new FormData(), { getKeys: async () => key, ...scope, bucket: 'photos' })
const uploads = verifyPostForm([['key', 'a']], { getKeys: () => [key], ...scope, bucket: 'photos' })
holds<Equals<typeof uploads, Promise<VerifiedPostForm<Account>>>>()
// @ts-expect-error the bucket is what the request addresses
verifyPostForm(new FormData(), { getKeys: () => key, ...scope })

const reason: SignatureErrorReason = new SignatureError('signature-mismatch', '').reason
// @ts-expect-error reasons are a closed set
const unknownReason: SignatureErrorReason = 'because'
holds<Equals<typeof verifying.Verifier, typeof Verifier>>()

export const used = [
  given,
  form,
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
