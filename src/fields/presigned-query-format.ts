import { encodePercent } from '../encoding/percent.ts'
import { PRESIGN } from '../names.ts'
import type { EncodedPair } from './query.ts'

/** What a presigned URL says of its signature. */
export interface PresignedQueryParts {
  readonly algorithm: string
  /** `<accessKeyId>/<scope>` */
  readonly credential: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  /** Undefined: the URL does not say. */
  readonly expiresInSeconds: number | undefined
  /** Undefined: there is none, or it is not signed. */
  readonly sessionToken: EncodedPair | undefined
  /** Undefined: the scope names the region. */
  readonly regionSet: string | undefined
  /** Lower-case names, sorted, joined by `;`. */
  readonly signedHeaders: string
}

/**
 * The parameter of a session token, spelled after its header: `X-Amz-Security-Token` for `x-amz-security-token`,
 * `X-Amz-S3session-Token` for `x-amz-s3session-token`.
 */
export function formatTokenParameter(headerName: string, sessionToken: string): EncodedPair {
  const name = headerName.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase())
  return [name, encodePercent(sessionToken)]
}

/**
 * Writes the parameters of a presigned URL, all but the signature:
 *
 *     X-Amz-Algorithm=…&X-Amz-Credential=…&X-Amz-Date=…[&X-Amz-Expires=…][&<token>][&X-Amz-Region-Set=…]&X-Amz-SignedHeaders=…
 *
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
 */
export function formatPresignedQuery(parts: PresignedQueryParts): EncodedPair[] {
  const { algorithm, credential, amzDate, expiresInSeconds, sessionToken, regionSet, signedHeaders } = parts
  const pairs: EncodedPair[] = [
    [PRESIGN.algorithm, algorithm],
    [PRESIGN.credential, encodePercent(credential)],
    [PRESIGN.date, amzDate],
  ]
  if (expiresInSeconds !== undefined) pairs.push([PRESIGN.expires, String(expiresInSeconds)])
  if (sessionToken) pairs.push(sessionToken)
  if (regionSet !== undefined) pairs.push([PRESIGN.regionSet, encodePercent(regionSet)])
  pairs.push([PRESIGN.signedHeaders, encodePercent(signedHeaders)])
  return pairs
}
