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
 * What a refusal is called, and its HTTP status: by AWS services in general; by S3, if that differs; by S3 where a
 * presigned URL is at fault, and where a form is.
 */
const ANSWERS: Readonly<Record<SignatureErrorReason, string>> = {
  'missing-authentication': 'MissingAuthenticationToken 400, AccessDenied 403',
  'multiple-authentication': 'SignatureDoesNotMatch 403, InvalidArgument 400',
  'malformed-request': 'MalformedQueryString 400, InvalidURI 400',
  'malformed-authorization':
    'IncompleteSignature 400, AuthorizationHeaderMalformed 400, AuthorizationQueryParametersError 400, InvalidArgument 400',
  'unsupported-algorithm':
    'IncompleteSignature 400, InvalidArgument 400, AuthorizationQueryParametersError 400',
  'missing-date': 'IncompleteSignature 400, AccessDenied 403, AuthorizationQueryParametersError 400',
  'malformed-date':
    'IncompleteSignature 400, AccessDenied 403, AuthorizationQueryParametersError 400, InvalidArgument 400',
  'request-time-skewed': 'SignatureDoesNotMatch 403, RequestTimeTooSkewed 403',
  'request-not-yet-valid': 'SignatureDoesNotMatch 403, AccessDenied 403',
  'request-expired': 'SignatureDoesNotMatch 403, AccessDenied 403',
  'scope-mismatch':
    'SignatureDoesNotMatch 403, AuthorizationHeaderMalformed 400, AuthorizationQueryParametersError 400, InvalidArgument 400',
  'header-not-signed': 'SignatureDoesNotMatch 403, AccessDenied 403',
  'unknown-access-key': 'InvalidClientTokenId 403, InvalidAccessKeyId 403',
  'invalid-session-token': 'InvalidClientTokenId 403, InvalidToken 400',
  'missing-content-sha256': 'IncompleteSignature 400, InvalidRequest 400',
  'malformed-content-sha256': 'IncompleteSignature 400, InvalidArgument 400',
  'payload-not-allowed': 'SignatureDoesNotMatch 403, AccessDenied 403',
  'signature-mismatch': 'SignatureDoesNotMatch 403',
  'payload-mismatch': 'SignatureDoesNotMatch 403, XAmzContentSHA256Mismatch 400',
  'body-too-large': 'RequestEntityTooLarge 413, EntityTooLarge 400',
  'missing-decoded-length': 'MissingContentLength 411',
  'malformed-chunk': 'IncompleteBody 400',
  'malformed-event': 'IncompleteBody 400',
  'chunk-too-large': 'InvalidRequest 400',
  'chunk-too-small': 'InvalidChunkSizeError 400',
  'chunk-signature-mismatch': 'SignatureDoesNotMatch 403',
  'malformed-trailer': 'MalformedTrailerError 400',
  'malformed-checksum': 'InvalidRequest 400',
  'checksum-mismatch': 'BadDigest 400',
  'incomplete-body': 'IncompleteBody 400',
  'body-already-read': 'InternalFailure 500, InternalError 500',
  'malformed-form': 'InvalidArgument 400',
  'form-too-large': 'MaxPostPreDataLengthExceeded 400',
  'malformed-policy': 'InvalidPolicyDocument 400',
  'policy-condition-failed': 'AccessDenied 403',
  'field-not-covered': 'AccessDenied 403',
  'file-too-large': 'EntityTooLarge 400',
  'file-too-small': 'EntityTooSmall 400',
}

/** Whose error codes and XML are spoken. */
export type ErrorCodes = 'aws' | 's3'
/** Where a signature travels. */
export type Carrier = 'header' | 'query' | 'form'

const S3_COLUMNS: Readonly<Record<Carrier, number>> = { header: 1, query: 2, form: 3 }

/** AWS's name for a refusal, and its status. */
export function answerOf(
  reason: SignatureErrorReason,
  errorCodes: ErrorCodes,
  carrier: Carrier,
): readonly [awsCode: string, status: number] {
  const answers = ANSWERS[reason].split(', ')
  const column = errorCodes === 's3' ? S3_COLUMNS[carrier] : 0
  const [awsCode = '', status] = (answers[column] ?? answers[1] ?? answers[0]!).split(' ')
  return [awsCode, Number(status)]
}
