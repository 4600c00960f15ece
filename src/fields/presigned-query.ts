import { decodeQueryComponent } from '../encoding/percent.ts'
import { invalidArgType, quote } from '../errors.ts'
import { PRESIGN, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { Authorization } from './authorization.ts'
import { type EncodedPair, splitQuery } from './query.ts'
import { parseSignedHeaders } from './signed-headers.ts'

/** What the parameters of a presigned URL say, not yet believed. */
export interface PresignedQuery extends Authorization {
  /** As it came: `YYYYMMDDTHHMMSSZ` if it is well formed. */
  readonly amzDate: string | undefined
  /** As it came, undefined where it is absent. */
  readonly expires: string | undefined
  /** `X-Amz-Security-Token` or `X-Amz-S3session-Token`. */
  readonly sessionToken: string | undefined
  /** Of SigV4A: the regions that the signature is good for. */
  readonly regionSet: string | undefined
  /** The payload claim that some signers put into the query. */
  readonly contentSha256: string | undefined
}

/** Spelling by lower-case name. */
const SPELLING: ReadonlyMap<string, string> = /* @__PURE__ */ (() =>
  new Map(Object.values(PRESIGN).map((name) => [name.toLowerCase(), name])))()

const malformed = (message: string): SignatureError =>
  new SignatureError('malformed-authorization', message, { carrier: 'query' })

/** What no other parser may read in another way: all that AWS's own parsers look at. */
const OWN_PARAMETER = /^(?:x-amz-.*|action)$/i

/** By lower-case name, decoded. */
function readOwnParameters(pairs: readonly EncodedPair[]): Map<string, string> {
  const own = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (!OWN_PARAMETER.test(name)) continue
    const lower = name.toLowerCase()
    if (own.has(lower)) throw malformed(`The query has ${quote(lower)} twice`)
    const exact = SPELLING.get(lower)
    if (exact !== undefined && exact !== name)
      throw malformed(`The query parameter ${exact} must be spelled so`)
    own.set(lower, decodeQueryComponent(value))
  }
  return own
}

/**
 * Reads the parameters of a presigned URL from a query that is split. Each may stand there once, spelled exactly: what
 * another parser could read differently is refused (CVE-2022-2385).
 *
 * @throws {SignatureError} `malformed-authorization`
 */
export function readPresignedQuery(pairs: readonly EncodedPair[]): PresignedQuery {
  const own = readOwnParameters(pairs)
  const get = (name: string): string | undefined => own.get(name.toLowerCase())
  const take = (name: string): string => {
    const value = get(name)
    if (!value) throw malformed(`The query has no ${name}`)
    return value
  }
  const token = get(PRESIGN.securityToken)
  const s3Token = get(PRESIGN.s3SessionToken)
  if (token !== undefined && s3Token !== undefined) throw malformed('The query has two session tokens')
  return {
    algorithm: take(PRESIGN.algorithm),
    credential: take(PRESIGN.credential),
    signedHeaders: parseSignedHeaders(take(PRESIGN.signedHeaders)),
    signature: take(PRESIGN.signature),
    amzDate: get(PRESIGN.date),
    expires: get(PRESIGN.expires),
    sessionToken: token ?? s3Token,
    regionSet: get(PRESIGN.regionSet),
    contentSha256: get(X_AMZ_CONTENT_SHA256),
  }
}

/**
 * Reads the parameters of a presigned URL. Each may stand there once, spelled exactly.
 *
 * @param query The raw query, without `?`.
 * @throws {SignatureError} `malformed-authorization`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
 * @example
 * ```ts
 * import { parsePresignedQuery } from 'countersign/canonical'
 *
 * const url = new URL(
 *   'https://a.example/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260102%2Feu-west-1%2Fs3%2Faws4_request' +
 *     '&X-Amz-Date=20260102T030405Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=ab',
 * )
 * console.log(parsePresignedQuery(url.search.slice(1)).expires) // 900
 * ```
 */
export function parsePresignedQuery(query: string): PresignedQuery {
  if (typeof query !== 'string') throw invalidArgType('the query', 'a string', query)
  return readPresignedQuery(splitQuery(query))
}
