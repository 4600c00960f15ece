import type { SigningAlgorithm, SigningKeyCache, VerificationKey } from '../algorithms/algorithm.ts'
import type { PayloadMode } from '../fields/content-sha256.ts'
import type { MaybePromise } from '../maybe-promise.ts'
import type { HeaderMatcher, ServiceProfile } from '../types.ts'
import type { RejectedEvent, VerifiedEvent } from './audit.ts'

/** What the request says of its key, before anything of it is believed. */
export interface KeyLookup {
  /** Whose key it is. */
  readonly accessKeyId: string
  /** The session token that came with the request. */
  readonly sessionToken?: string | undefined
  /** Such as `AWS4-HMAC-SHA256`. */
  readonly algorithm: string
  /** `YYYYMMDD` */
  readonly scopeDate: string
  /** Undefined for SigV4A, whose scope has none. */
  readonly region?: string | undefined
  /** The signing name, such as `s3`. */
  readonly service: string
}

/** How a verifier hands over bodies. */
export type BodyMode = 'buffer' | 'stream'

/** What a verifier takes for good. */
export interface VerifierOptions<Principal = unknown, Mode extends BodyMode = BodyMode> {
  /**
   * Finds the keys of an access key id: one, several while keys are rotated, or none (`undefined`, `null` or an empty
   * list). Keep keys in a `Map`: a plain object also has a `constructor`, and a client may call itself that. What is
   * no key counts as none. Whoever uses session tokens checks `lookup.sessionToken` here and gives it back with the
   * key. What this throws is passed on: it is no refusal.
   */
  getKeys(
    lookup: KeyLookup,
  ): MaybePromise<VerificationKey<Principal> | readonly VerificationKey<Principal>[] | null | undefined>
  /** Required: the signing names that are served here, such as `execute-api` or `s3`. */
  readonly service: string | readonly string[]
  /** Required: the regions that are served here. For SigV4A, the signed region set must cover one of them. */
  readonly region: string | readonly string[]
  /** Default `[sigv4]`; add `sigv4a` of `countersign/sigv4a` to take that too. */
  readonly algorithms?: readonly SigningAlgorithm[] | undefined
  /** How old, and how far ahead, a signature may be. Default 300 both ways; 900 where the service is S3. */
  readonly maxSkewSeconds?: number | { readonly past: number; readonly future: number } | undefined
  /** Longest life of a presigned URL. Default 604800 (a week), which is also the most. */
  readonly maxExpiresInSeconds?: number | undefined
  /** What may be claimed of a body. Default `['signed', 'streaming']`. */
  readonly payloads?: readonly PayloadMode[] | undefined
  /** Headers that must be signed if they arrive, beside `host` and `x-amz-*`. */
  readonly requireSignedHeaders?: readonly HeaderMatcher[] | undefined
  /** `x-amz-*` headers that may arrive unsigned. Whatever they steer is then the client's word alone. */
  readonly allowUnsignedHeaders?: readonly HeaderMatcher[] | undefined
  /** `'buffer'` (the default) checks the body first; `'stream'` while it is read, with an error before its end. */
  readonly body?: Mode | undefined
  /** Of the body as the application gets it. Default 8 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Of one signed chunk, which is held in memory until its signature is checked. Default 16 MiB. */
  readonly maxChunkBytes?: number | undefined
  /** Of every chunk but the last. Default 8192, as S3 has it. */
  readonly minChunkBytes?: number | undefined
  /** Of one signed event, which is held in memory until its signature is checked. Default 16 MiB. */
  readonly maxMessageBytes?: number | undefined
  /** Of the query. Default 1000, where `querystring` and `qs` stop reading too. */
  readonly maxQueryParameters?: number | undefined
  /** Header lines. Default 1000: what stands behind them is missing from `message.headers` of Node. */
  readonly maxHeaders?: number | undefined
  /**
   * What clients address, where a proxy stands before the server: an http or https URL, with the path that the proxy
   * takes away. Of several, the host that arrived selects. Forwarded headers are never believed.
   */
  readonly externalUrl?: string | readonly string[] | undefined
  /** Over `profileFor(service)`. */
  readonly profile?: Partial<ServiceProfile> | undefined
  /** Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
  /** Told of each request that was proved; of a body that streams, its head. */
  onVerified?(event: VerifiedEvent): void
  /** Told of each request that was refused. */
  onRejected?(event: RejectedEvent): void
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}
