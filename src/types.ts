/** AWS credentials. `sessionToken` and `expiration` belong to temporary ones. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** The shape of AWS SDK v3 providers, so those work here unchanged. */
export type CredentialProvider = (options?: { forceRefresh?: boolean }) => Promise<Credentials>

/** Headers in any usual form. A list of pairs keeps repeated names apart. */
export type HeadersInput =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>

/** One header line. */
export type HeaderPair = readonly [name: string, value: string]

/**
 * A request as it goes on the wire. A string `url` is kept exactly as written: nothing is decoded,
 * normalised or re-encoded. A `URL` object stands for what the runtime will send.
 */
export interface RequestParts {
  /** Default `GET`. */
  readonly method?: string | undefined
  readonly url: string | URL
  readonly headers?: HeadersInput | undefined
  readonly body?: string | Uint8Array | ArrayBuffer | null | undefined
}

/** Envoy's StringMatcher. A string means `{ exact: … }`. Header names have no case, whatever `ignoreCase` says. */
export type HeaderMatcher =
  | string
  | {
      readonly exact?: string
      readonly prefix?: string
      readonly suffix?: string
      readonly contains?: string
      /** Must match the whole name. */
      readonly regex?: RegExp | string
      readonly ignoreCase?: boolean
    }

/** How a service differs from the common rules. */
export interface ServiceProfile {
  /** Whether the path on the wire is percent-encoded once more for the canonical URI. S3 does not. */
  readonly pathEncoding: 'once' | 'twice'
  /** Whether `.`, `..` and repeated slashes are resolved first. S3 keeps them: they are part of the key. */
  readonly pathNormalization: 'normalize' | 'verbatim'
  /**
   * Whether `x-amz-content-sha256` is sent with every header-signed request. `'required'`: it is, and a verifier
   * refuses a request without it.
   */
  readonly contentSha256: 'required' | 'send' | 'omit'
  /** What a presigned URL says of the body when the caller does not. */
  readonly presignedPayload: 'unsigned' | 'signed'
  /** Whether the session token is signed, or added after signing. */
  readonly sessionToken: 'signed' | 'appended'
  /** Header that carries the session token; its query parameter is spelled likewise. */
  readonly sessionTokenName: string
  /** Whether presigned URLs carry `X-Amz-Expires`. */
  readonly presignedExpires: 'send' | 'omit'
  /** Headers that this service cannot take as signed. */
  readonly unsignedHeaders: readonly string[]
  /** Whose error codes and XML a verifier answers with. */
  readonly errorCodes: 'aws' | 's3'
  /** How far a client's clock may be off, either way, unless the verifier is told. */
  readonly maxSkewSeconds: number
}

/** Where a signature is good: date and region and service. */
export interface SigningScope {
  /** `YYYYMMDD` */
  readonly scopeDate: string
  readonly region: string
  readonly service: string
}

/** Every value on the way to the signature, to compare with what the other side computed. */
export interface SigningTrace {
  readonly algorithm: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  readonly credentialScope: string
  readonly signedHeaders: readonly string[]
  /** 64 lower-case hex digits, or a sentinel such as `UNSIGNED-PAYLOAD`. */
  readonly hashedPayload: string
  readonly canonicalRequest: string
  readonly stringToSign: string
  readonly signature: string
}
