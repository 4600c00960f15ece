type Answer = readonly [code: string, status: number]

/** Why a request was refused. Stable: to be compared with, logged and counted. */
export type SignatureErrorReason =
  | 'missing-authentication'
  | 'multiple-authentication'
  | 'malformed-request'
  | 'malformed-authorization'
  | 'unsupported-algorithm'
  | 'missing-date'
  | 'malformed-date'
  | 'request-time-skewed'
  | 'request-not-yet-valid'
  | 'request-expired'
  | 'scope-mismatch'
  | 'header-not-signed'
  | 'unknown-access-key'
  | 'invalid-session-token'
  | 'missing-content-sha256'
  | 'malformed-content-sha256'
  | 'payload-not-allowed'
  | 'signature-mismatch'
  | 'payload-mismatch'
  | 'body-too-large'
  | 'missing-decoded-length'
  | 'malformed-chunk'
  | 'malformed-event'
  | 'chunk-too-large'
  | 'chunk-too-small'
  | 'chunk-signature-mismatch'
  | 'malformed-trailer'
  | 'checksum-mismatch'
  | 'incomplete-body'
  | 'malformed-form'
  | 'form-too-large'
  | 'malformed-policy'
  | 'policy-condition-failed'
  | 'field-not-covered'
  | 'file-too-large'
  | 'file-too-small'

/**
 * What a refusal is called: by AWS services in general, by S3, and by S3 where a presigned URL or a form is at
 * fault.
 */
const ANSWERS: Readonly<
  Record<SignatureErrorReason, { aws: Answer; s3: Answer; s3Query?: Answer; s3Form?: Answer }>
> = {
  'missing-authentication': { aws: ['MissingAuthenticationToken', 400], s3: ['AccessDenied', 403] },
  'multiple-authentication': { aws: ['SignatureDoesNotMatch', 403], s3: ['InvalidArgument', 400] },
  'malformed-request': { aws: ['MalformedQueryString', 400], s3: ['InvalidURI', 400] },
  'malformed-authorization': {
    aws: ['IncompleteSignature', 400],
    s3: ['AuthorizationHeaderMalformed', 400],
    s3Query: ['AuthorizationQueryParametersError', 400],
    s3Form: ['InvalidArgument', 400],
  },
  'unsupported-algorithm': {
    aws: ['IncompleteSignature', 400],
    s3: ['InvalidArgument', 400],
    s3Query: ['AuthorizationQueryParametersError', 400],
  },
  'missing-date': {
    aws: ['IncompleteSignature', 400],
    s3: ['AccessDenied', 403],
    s3Query: ['AuthorizationQueryParametersError', 400],
  },
  'malformed-date': {
    aws: ['IncompleteSignature', 400],
    s3: ['AccessDenied', 403],
    s3Query: ['AuthorizationQueryParametersError', 400],
    s3Form: ['InvalidArgument', 400],
  },
  'request-time-skewed': { aws: ['SignatureDoesNotMatch', 403], s3: ['RequestTimeTooSkewed', 403] },
  'request-not-yet-valid': { aws: ['SignatureDoesNotMatch', 403], s3: ['AccessDenied', 403] },
  'request-expired': { aws: ['SignatureDoesNotMatch', 403], s3: ['AccessDenied', 403] },
  'scope-mismatch': {
    aws: ['SignatureDoesNotMatch', 403],
    s3: ['AuthorizationHeaderMalformed', 400],
    s3Query: ['AuthorizationQueryParametersError', 400],
    s3Form: ['InvalidArgument', 400],
  },
  'header-not-signed': { aws: ['SignatureDoesNotMatch', 403], s3: ['AccessDenied', 403] },
  'unknown-access-key': { aws: ['InvalidClientTokenId', 403], s3: ['InvalidAccessKeyId', 403] },
  'invalid-session-token': { aws: ['InvalidClientTokenId', 403], s3: ['InvalidToken', 400] },
  'missing-content-sha256': { aws: ['IncompleteSignature', 400], s3: ['InvalidRequest', 400] },
  'malformed-content-sha256': { aws: ['IncompleteSignature', 400], s3: ['InvalidArgument', 400] },
  'payload-not-allowed': { aws: ['SignatureDoesNotMatch', 403], s3: ['AccessDenied', 403] },
  'signature-mismatch': { aws: ['SignatureDoesNotMatch', 403], s3: ['SignatureDoesNotMatch', 403] },
  'payload-mismatch': { aws: ['SignatureDoesNotMatch', 403], s3: ['XAmzContentSHA256Mismatch', 400] },
  'body-too-large': { aws: ['RequestEntityTooLarge', 413], s3: ['EntityTooLarge', 400] },
  'missing-decoded-length': { aws: ['MissingContentLength', 411], s3: ['MissingContentLength', 411] },
  'malformed-chunk': { aws: ['IncompleteBody', 400], s3: ['IncompleteBody', 400] },
  'malformed-event': { aws: ['IncompleteBody', 400], s3: ['IncompleteBody', 400] },
  'chunk-too-large': { aws: ['InvalidRequest', 400], s3: ['InvalidRequest', 400] },
  'chunk-too-small': { aws: ['InvalidChunkSizeError', 400], s3: ['InvalidChunkSizeError', 400] },
  'chunk-signature-mismatch': { aws: ['SignatureDoesNotMatch', 403], s3: ['SignatureDoesNotMatch', 403] },
  'malformed-trailer': { aws: ['MalformedTrailerError', 400], s3: ['MalformedTrailerError', 400] },
  'checksum-mismatch': { aws: ['BadDigest', 400], s3: ['BadDigest', 400] },
  'incomplete-body': { aws: ['IncompleteBody', 400], s3: ['IncompleteBody', 400] },
  'malformed-form': { aws: ['InvalidArgument', 400], s3: ['InvalidArgument', 400] },
  'form-too-large': { aws: ['MaxPostPreDataLengthExceeded', 400], s3: ['MaxPostPreDataLengthExceeded', 400] },
  'malformed-policy': { aws: ['InvalidPolicyDocument', 400], s3: ['InvalidPolicyDocument', 400] },
  'policy-condition-failed': { aws: ['AccessDenied', 403], s3: ['AccessDenied', 403] },
  'field-not-covered': { aws: ['AccessDenied', 403], s3: ['AccessDenied', 403] },
  'file-too-large': { aws: ['EntityTooLarge', 400], s3: ['EntityTooLarge', 400] },
  'file-too-small': { aws: ['EntityTooSmall', 400], s3: ['EntityTooSmall', 400] },
}

/** Whose error codes and XML are spoken. */
export type ErrorCodes = 'aws' | 's3'
/** Where a signature travels. */
export type Carrier = 'header' | 'query' | 'form'

/** What is known of a refused request. Never a key, a session token, or the signature that we computed. */
export interface SignatureErrorDetails {
  readonly accessKeyId?: string
  readonly credentialScope?: string
  /** The session token in it is replaced by `…`. */
  readonly canonicalRequest?: string
  readonly stringToSign?: string
  readonly signatureProvided?: string
  /** What the request's region, service, date or terminator should have been. */
  readonly expected?: string
  /** Headers that must be signed and are not, lower-case. */
  readonly headersNotSigned?: readonly string[]
  /** Headers that are said to be signed and did not arrive, lower-case. */
  readonly headersMissing?: readonly string[]
  /** ISO 8601 */
  readonly requestTime?: string
  readonly serverTime?: string
  readonly expiresAt?: string
  readonly maxSkewSeconds?: number
  readonly maxBodyBytes?: number
  /** The `x-amz-content-sha256` that was claimed, and the hash of the body that came. */
  readonly contentSha256Claimed?: string
  readonly contentSha256Received?: string
}

/** The names that S3 gives to details in its XML. */
const S3_ELEMENTS: readonly (readonly [keyof SignatureErrorDetails, string])[] = [
  ['accessKeyId', 'AWSAccessKeyId'],
  ['stringToSign', 'StringToSign'],
  ['signatureProvided', 'SignatureProvided'],
  ['canonicalRequest', 'CanonicalRequest'],
  ['headersNotSigned', 'HeadersNotSigned'],
  ['requestTime', 'RequestTime'],
  ['expiresAt', 'Expires'],
  ['serverTime', 'ServerTime'],
  ['contentSha256Claimed', 'ClientComputedContentSHA256'],
  ['contentSha256Received', 'S3ComputedContentSHA256'],
]

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
// XML 1.0 has no way to write most control characters, not even escaped.
const escapeXml = (text: string): string =>
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '?').replace(/[&<>"]/g, (c) => XML_ENTITIES[c]!)
const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

/** A request that was not proved. The one kind of error that parsing and verifying throw for what arrived. */
export class SignatureError extends Error {
  readonly reason: SignatureErrorReason
  /** AWS's name for it; S3's where the service is S3. */
  readonly awsCode: string
  /** HTTP status. */
  readonly status: number
  readonly details: SignatureErrorDetails
  readonly #errorCodes: ErrorCodes

  constructor(
    reason: SignatureErrorReason,
    message: string,
    options: {
      details?: SignatureErrorDetails
      errorCodes?: ErrorCodes
      carrier?: Carrier
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SignatureError'
    this.reason = reason
    this.details = options.details ?? {}
    this.#errorCodes = options.errorCodes ?? 'aws'
    const { aws, s3, s3Query = s3, s3Form = s3 } = ANSWERS[reason]
    const s3Answer = { header: s3, query: s3Query, form: s3Form }[options.carrier ?? 'header']
    ;[this.awsCode, this.status] = this.#errorCodes === 's3' ? s3Answer : aws
  }

  /**
   * The answer for the client: AWS's XML or JSON error body. Default: XML where the service is S3, else JSON.
   */
  toResponse(format: 'xml' | 'json' = this.#errorCodes === 's3' ? 'xml' : 'json'): Response {
    const { body, contentType } = format === 'xml' ? this.#toXml() : this.#toJson()
    return new Response(body, {
      status: this.status,
      headers: { 'content-type': contentType, 'x-amzn-errortype': this.awsCode },
    })
  }

  #toJson(): { body: string; contentType: string } {
    const body = JSON.stringify({ __type: this.awsCode, message: this.message })
    return { body, contentType: 'application/json' }
  }

  #toXml(): { body: string; contentType: string } {
    const common = element('Code', this.awsCode) + element('Message', this.message)
    const body =
      this.#errorCodes === 's3'
        ? `<Error>${common}${this.#s3Elements()}</Error>`
        : `<ErrorResponse><Error><Type>Sender</Type>${common}</Error></ErrorResponse>`
    return { body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`, contentType: 'application/xml' }
  }

  #s3Elements(): string {
    const { details } = this
    const texts = S3_ELEMENTS.map(([key, name]) => {
      const value = details[key]
      return value === undefined ? '' : element(name, String(value))
    })
    if (this.reason === 'scope-mismatch' && details.expected)
      texts.push(element('Expected', details.expected))
    if (details.maxSkewSeconds !== undefined) {
      texts.push(element('MaxAllowedSkewMilliseconds', String(details.maxSkewSeconds * 1000)))
    }
    return texts.join('')
  }
}

/** Also true for an error that came from a second copy of this package. */
export function isSignatureError(error: unknown): error is SignatureError {
  return error instanceof Error && error.name === 'SignatureError' && 'reason' in error && 'awsCode' in error
}
