import type { HeaderLines } from '../../canonical/headers.ts'
import { encodeUtf8 } from '../../encoding/utf8.ts'
import { formatTokenParameter } from '../../fields/presigned-query-format.ts'
import { AWS4_HMAC_SHA256, PRESIGN, X_AMZ_DATE } from '../../names.ts'
import { profileFor } from '../../profiles.ts'
import { hashBody } from '../../sign/payload.ts'
import { checkHeader } from '../../sign/request-parts.ts'
import type { Query } from './path.ts'
import { nameIn, type OutgoingHeaders, valueIn } from './request.ts'
import type { RequestSigner } from './request-signer.ts'

/** Left unsigned unless `extraHeadersToInclude` names them. */
const UNSIGNED = /^(?:authorization|connection|x-amzn-trace-id|user-agent|expect|presigned-expires|range)$/
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'
/** Of a presigned S3 URL: a day. */
const DEFAULT_EXPIRES = '86400'

/** The name of the session token, as it is written in headers and in queries. */
export const tokenNameOf = ({ service }: RequestSigner): string =>
  formatTokenParameter(profileFor(service).sessionTokenName, '')[0]

/** Adds to the query all but the signature. */
export function prepareQuery(signer: RequestSigner): void {
  const parsed = signer.parsedPath!
  const query: Query = parsed.query ?? Object.create(null)
  parsed.query = query
  const profile = profileFor(signer.service)
  const { sessionToken, accessKeyId } = signer.credentials
  if (sessionToken) delete query[tokenNameOf(signer)]
  if (sessionToken && profile.sessionToken === 'signed') query[tokenNameOf(signer)] = sessionToken
  if (profile.presignedPayload === 'unsigned') query[PRESIGN.expires] ||= DEFAULT_EXPIRES
  if (query[PRESIGN.date]) signer.datetime = String(query[PRESIGN.date])
  query[PRESIGN.date] = signer.getDateTime()
  query[PRESIGN.algorithm] = AWS4_HMAC_SHA256
  query[PRESIGN.credential] = `${accessKeyId}/${signer.credentialString()}`
  query[PRESIGN.signedHeaders] = signer.signedHeaders()
}

/** Adds to the headers all but `Authorization`. */
export function prepareHeaders(signer: RequestSigner, headers: OutgoingHeaders): void {
  const { body, doNotModifyHeaders } = signer.request
  const { sessionToken } = signer.credentials
  const profile = profileFor(signer.service)
  const add = (name: string, value: () => string | number): void => {
    if (nameIn(headers, name.toLowerCase()) === undefined) headers[name] = value()
  }
  if (!doNotModifyHeaders && !signer.isCodeCommitGit) {
    if (body) add('Content-Type', () => FORM)
    if (body) add('Content-Length', () => (typeof body === 'string' ? encodeUtf8(body) : body).length)
    if (sessionToken && profile.sessionToken === 'signed') add(tokenNameOf(signer), () => sessionToken)
    if (profile.contentSha256 === 'required') add('X-Amz-Content-Sha256', () => hashBody(body))
    signer.datetime = valueIn(headers, X_AMZ_DATE) || signer.datetime
    add('X-Amz-Date', () => signer.getDateTime())
  }
  const old = nameIn(headers, 'authorization')
  if (old !== undefined) delete headers[old]
}

type Names = Readonly<Record<string, boolean>>

/** The lines of what is signed, by lower-case name, sorted. */
export function signedLines(headers: OutgoingHeaders, ignored: Names, included: Names): HeaderLines {
  const lines: HeaderLines = new Map()
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    const lower = name.toLowerCase()
    const isLeftOut = UNSIGNED.test(lower) || ignored[lower]
    if (value === undefined || (isLeftOut && !included[lower])) continue
    lines.set(lower, [value].flat().map(String))
    checkHeader(lower, lines.get(lower)!)
  }
  return new Map([...lines].sort(([a], [b]) => (a < b ? -1 : 1)))
}
