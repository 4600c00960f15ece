/** What is known of a refused request. Never a key, a session token, or the signature that we computed. */
export interface SignatureErrorDetails {
  /** As the request says. */
  readonly accessKeyId?: string
  /** As the request says: `YYYYMMDD/region/service/aws4_request`. */
  readonly credentialScope?: string
  /** Ours. The session token in it is replaced by `…`; in an answer also the values of most headers. */
  readonly canonicalRequest?: string
  /** Ours. */
  readonly stringToSign?: string
  /** Theirs. */
  readonly signatureProvided?: string
  /** What the request's region, service, date or terminator should have been. */
  readonly expected?: string
  /** Headers that must be signed and are not, lower-case. */
  readonly headersNotSigned?: readonly string[]
  /** Headers that are said to be signed and did not arrive, lower-case. */
  readonly headersMissing?: readonly string[]
  /** When the request was signed: `YYYYMMDDTHHMMSSZ`. */
  readonly requestTime?: string
  /** When it arrived: `YYYYMMDDTHHMMSSZ`. */
  readonly serverTime?: string
  /** When it stopped being good: `YYYYMMDDTHHMMSSZ`. */
  readonly expiresAt?: string
  /** How far the two clocks may be apart. */
  readonly maxSkewSeconds?: number
  /** How large the body may be. */
  readonly maxBodyBytes?: number
  /** The `x-amz-content-sha256` that was claimed. */
  readonly contentSha256Claimed?: string
  /** The hash of the body that came. */
  readonly contentSha256Received?: string
}
