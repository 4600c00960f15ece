/** An error code of AWS, and the HTTP status that goes with it. */
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
  | 'malformed-checksum'
  | 'checksum-mismatch'
  | 'incomplete-body'
  | 'body-already-read'
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
  'malformed-checksum': { aws: ['InvalidRequest', 400], s3: ['InvalidRequest', 400] },
  'checksum-mismatch': { aws: ['BadDigest', 400], s3: ['BadDigest', 400] },
  'incomplete-body': { aws: ['IncompleteBody', 400], s3: ['IncompleteBody', 400] },
  'body-already-read': { aws: ['InternalFailure', 500], s3: ['InternalError', 500] },
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

/** AWS's name for a refusal, and its status. */
export function answerOf(reason: SignatureErrorReason, errorCodes: ErrorCodes, carrier: Carrier): Answer {
  const { aws, s3, s3Query = s3, s3Form = s3 } = ANSWERS[reason]
  return errorCodes === 's3' ? { header: s3, query: s3Query, form: s3Form }[carrier] : aws
}
