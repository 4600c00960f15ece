/** AWS credentials. Further members, such as those that AWS SDKs add, have no effect. */
export interface Credentials {
  /** Printable ASCII without spaces and commas. Not secret: it is part of each signature's `Credential`. */
  readonly accessKeyId: string
  /** The secret: never sent, never printed. White space at either end is refused. */
  readonly secretAccessKey: string
  /** Of temporary credentials: sent with each request. Default: none. */
  readonly sessionToken?: string | undefined
  /** When temporary credentials end. Default: never. `Signer` refuses to sign with them from then on. */
  readonly expiration?: Date | undefined
}

/**
 * A function that resolves to credentials: the shape of AWS SDK v3 providers, so those work here unchanged.
 * `forceRefresh` asks for others than those that it gave last.
 */
export type CredentialProvider = (options?: { forceRefresh?: boolean }) => Promise<Credentials>

/** Headers in any usual form, with names in any case. A list of pairs keeps repeated names apart. */
export type HeadersInput =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [string, string]>

/** One header line. */
export type HeaderPair = readonly [name: string, value: string]

/** A request as it goes on the wire. */
export interface RequestParts {
  /** Signed in upper case. Default `GET`. */
  readonly method?: string | undefined
  /**
   * Absolute. A string is kept exactly as it is written: nothing is decoded, normalised or encoded, so that it must
   * be encoded already. A `URL` object stands for what the runtime will send.
   */
  readonly url: string | URL
  /** Those that are sent. `host` is taken from the URL where it is not among them. Default: none. */
  readonly headers?: HeadersInput | undefined
  /** Text stands for its UTF-8. Default: no body. */
  readonly body?: string | Uint8Array | ArrayBuffer | null | undefined
}

/**
 * Which header names are meant, as Envoy's StringMatcher says it: one of `exact`, `prefix`, `suffix`, `contains` and
 * `regex`. A string means `{ exact: … }`. Header names have no case, whatever `ignoreCase` says.
 */
export type HeaderMatcher =
  | string
  | {
      /** The whole name. */
      readonly exact?: string
      /** What the name begins with. */
      readonly prefix?: string
      /** What the name ends with. */
      readonly suffix?: string
      /** What the name has anywhere. */
      readonly contains?: string
      /** Must match the whole name. */
      readonly regex?: RegExp | string
      /** Taken, for configurations that have it, and without effect. */
      readonly ignoreCase?: boolean
    }

/**
 * How a service differs from the common rules. What all services share is no setting: one is that a run of spaces and
 * tabs within a header value counts as one space, as in boto3, though radosgw keeps tabs.
 */
export interface ServiceProfile {
  /** Whether the path on the wire is percent-encoded once more for the canonical URI. S3 does not. */
  readonly pathEncoding: 'once' | 'twice'
  /** Whether `.`, `..` and repeated slashes are resolved first. S3 keeps them: they are part of the key. */
  readonly pathNormalization: 'normalize' | 'verbatim'
  /**
   * Whether `x-amz-content-sha256` goes with every request that is signed in its headers. `'required'`: it is sent, and
   * a verifier refuses a request without it. `'send'`: it is sent, and a verifier does without it.
   */
  readonly contentSha256: 'required' | 'send' | 'omit'
  /** What a presigned URL says of the body where the option `payload` is not given. */
  readonly presignedPayload: 'unsigned' | 'signed'
  /** Whether the session token is signed, or appended after signing. */
  readonly sessionToken: 'signed' | 'appended'
  /** The header that carries the session token; its query parameter is spelled likewise. */
  readonly sessionTokenName: 'x-amz-security-token' | 'x-amz-s3session-token'
  /** Whether presigned URLs carry `X-Amz-Expires`. */
  readonly presignedExpires: 'send' | 'omit'
  /** Headers that this service cannot take as signed, by lower-case name. */
  readonly unsignedHeaders: readonly string[]
  /** Whose error codes and XML a verifier answers with. */
  readonly errorCodes: 'aws' | 's3'
  /** How many seconds a client's clock may be off, either way, unless the verifier is told. 0 to 86400. */
  readonly maxSkewSeconds: number
}

/** Where and when a signature is good. */
export interface SigningScope {
  /** The day in UTC: `YYYYMMDD`. */
  readonly scopeDate: string
  /** One region; of SigV4A the region set, which is no part of its scope. */
  readonly region: string
  /** The signing name. */
  readonly service: string
}

/** Every value on the way to the signature, to compare with what the other side computed. */
export interface SigningTrace {
  /** `AWS4-HMAC-SHA256` or `AWS4-ECDSA-P256-SHA256`. */
  readonly algorithm: string
  /** `YYYYMMDDTHHMMSSZ`, in UTC. */
  readonly amzDate: string
  /** `<YYYYMMDD>/<region>/<service>/aws4_request`; SigV4A's has no region. */
  readonly credentialScope: string
  /** Lower-case names, sorted. */
  readonly signedHeaders: readonly string[]
  /** 64 lower-case hex digits, or a sentinel such as `UNSIGNED-PAYLOAD`. */
  readonly hashedPayload: string
  /** Six elements, joined by line breaks, one character a byte. */
  readonly canonicalRequest: string
  /** Algorithm, date, scope, and the hash of the canonical request, joined by line breaks. */
  readonly stringToSign: string
  /** Lower-case hex: 64 digits, or the DER of an ECDSA signature. */
  readonly signature: string
}
