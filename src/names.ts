/** Strings that AWS defines, spelled as on the wire. */
export const AWS4_HMAC_SHA256 = 'AWS4-HMAC-SHA256'
export const AWS4_ECDSA_P256_SHA256 = 'AWS4-ECDSA-P256-SHA256'
export const AWS4_REQUEST = 'aws4_request'

/** SHA-256 of no bytes. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

export const AUTHORIZATION = 'authorization'
export const CONTENT_LENGTH = 'content-length'
export const CONTENT_TYPE = 'content-type'
export const HOST = 'host'
/** HTTP/2 sends it in place of `host`. */
export const AUTHORITY = ':authority'

export const X_AMZ = 'x-amz-'
export const X_AMZ_CONTENT_SHA256 = 'x-amz-content-sha256'
export const X_AMZ_DATE = 'x-amz-date'
export const X_AMZ_REGION_SET = 'x-amz-region-set'
export const X_AMZ_SECURITY_TOKEN = 'x-amz-security-token'
export const X_AMZ_S3SESSION_TOKEN = 'x-amz-s3session-token'

/** The longest life of a presigned URL: a week. */
export const MAX_EXPIRES_IN_SECONDS = 604_800

/** The query parameters of a presigned URL, in the order in which we write them. */
export const PRESIGN = {
  algorithm: 'X-Amz-Algorithm',
  credential: 'X-Amz-Credential',
  date: 'X-Amz-Date',
  expires: 'X-Amz-Expires',
  securityToken: 'X-Amz-Security-Token',
  s3SessionToken: 'X-Amz-S3session-Token',
  regionSet: 'X-Amz-Region-Set',
  signedHeaders: 'X-Amz-SignedHeaders',
  signature: 'X-Amz-Signature',
} as const
