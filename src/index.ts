export type { SigningAlgorithm, SigningKeyCache, VerificationKey } from './algorithms/algorithm.ts'
export type { KeyCacheOptions } from './algorithms/key-cache.ts'
export { createKeyCache } from './algorithms/key-cache.ts'
export { sigv4 } from './algorithms/sigv4.ts'
export type { InferredScope } from './endpoints/inferred-scope.ts'
export { inferScope } from './endpoints/inferred-scope.ts'
export type { MisuseError } from './errors.ts'
export type { BodyFactory } from './fetch/attempt.ts'
export type { RetryAttempt, RetryOptions } from './fetch/retry.ts'
export type { SignRequestOptions } from './fetch/sign-request.ts'
export { signRequest } from './fetch/sign-request.ts'
export { createSignedFetch } from './fetch/signed-fetch.ts'
export type {
  SignedFetch,
  SignedFetchCallOptions,
  SignedFetchInit,
  SignedFetchOptions,
} from './fetch/signed-fetch-options.ts'
export { Signer } from './fetch/signer.ts'
export type { SignerOptions } from './fetch/signer-options.ts'
export type { PayloadMode } from './fields/content-sha256.ts'
export type { MaybePromise } from './maybe-promise.ts'
export { profileFor } from './profiles.ts'
export type { Carrier, ErrorCodes, SignatureErrorReason } from './refusal-answers.ts'
export type { SignatureErrorDetails } from './refusal-details.ts'
export type { SignedHeaders } from './sign/headers.ts'
export { signHeaders } from './sign/headers.ts'
export type { SigningOptions } from './sign/options.ts'
export type { PresignedUrl, PresignOptions } from './sign/presign.ts'
export { presignUrl } from './sign/presign.ts'
export { isSignatureError, SignatureError } from './signature-error.ts'
export type {
  CredentialProvider,
  Credentials,
  HeaderMatcher,
  HeadersInput,
  RequestParts,
  ServiceProfile,
  SigningScope,
  SigningTrace,
} from './types.ts'
export type { RejectedEvent, VerifiedEvent } from './verify/audit.ts'
export type { BodyMode, KeyLookup, VerifierOptions } from './verify/options.ts'
export type { ReceivedBodySource, ReceivedRequest } from './verify/received.ts'
export type { Verified, VerifiedBody, VerifiedReceived, VerifiedRequest } from './verify/verified.ts'
export { Verifier } from './verify/verifier.ts'
