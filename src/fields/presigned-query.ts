import { decodeQueryComponent } from '../encoding/percent.ts'
import { invalidArgType } from '../errors.ts'
import { PRESIGN, X_AMZ, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import type { Authorization } from './authorization.ts'
import { parseSignedHeaders } from './signed-headers.ts'

/** What the parameters of a presigned URL say, not yet believed. */
export interface PresignedQuery extends Authorization {
  /** As it came: `YYYYMMDDTHHMMSSZ` if it is well formed. */
  readonly amzDate: string | undefined
  /** As it came, undefined where it is absent. */
  readonly expires: string | undefined
  readonly sessionToken: string | undefined
  /** Of SigV4A: the regions that the signature is good for. */
  readonly regionSet: string | undefined
  /** The payload claim that some signers put into the query. */
  readonly contentSha256: string | undefined
}

/** Spelling by lower-case name. */
const SPELLING: ReadonlyMap<string, string> = /* @__PURE__ */ (() =>
  new Map(Object.values(PRESIGN).map((name) => [name.toLowerCase(), name])))()

/** `name=value` pairs of a raw query, decoded. Empty pieces are skipped. */
function queryPairs(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const equals = piece.indexOf('=')
      return equals < 0
        ? [decodeQueryComponent(piece), '']
        : [decodeQueryComponent(piece.slice(0, equals)), decodeQueryComponent(piece.slice(equals + 1))]
    })
}

const malformed = (message: string): SignatureError =>
  new SignatureError('malformed-authorization', message, { carrier: 'query' })

/**
 * Reads the parameters of a presigned URL. Each may stand there once, spelled exactly: what another parser
 * could read differently is refused (CVE-2022-2385).
 *
 * @param query The raw query, without `?`.
 * @throws {SignatureError} `malformed-authorization`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
 */
export function parsePresignedQuery(query: string): PresignedQuery {
  if (typeof query !== 'string') throw invalidArgType('the query', 'a string', query)
  const seen = new Map<string, string>()
  for (const [name, value] of queryPairs(query)) {
    const lower = name.toLowerCase()
    if (!lower.startsWith(X_AMZ) && lower !== 'action') continue
    if (seen.has(lower)) throw malformed(`The query has ${JSON.stringify(lower.slice(0, 40))} twice`)
    const exact = SPELLING.get(lower)
    if (exact !== undefined && exact !== name)
      throw malformed(`The query parameter ${exact} must be spelled so`)
    seen.set(lower, value)
  }
  const get = (name: string): string | undefined => seen.get(name.toLowerCase())
  const take = (name: string): string => {
    const value = get(name)
    if (!value) throw malformed(`The query has no ${name}`)
    return value
  }
  const tokens = [get(PRESIGN.securityToken), get(PRESIGN.s3SessionToken)].filter(
    (token) => token !== undefined,
  )
  if (tokens.length > 1) throw malformed('The query has two session tokens')
  return {
    algorithm: take(PRESIGN.algorithm),
    credential: take(PRESIGN.credential),
    signedHeaders: parseSignedHeaders(take(PRESIGN.signedHeaders)),
    signature: take(PRESIGN.signature),
    amzDate: get(PRESIGN.date),
    expires: get(PRESIGN.expires),
    sessionToken: tokens[0],
    regionSet: get(PRESIGN.regionSet),
    contentSha256: get(X_AMZ_CONTENT_SHA256),
  }
}
