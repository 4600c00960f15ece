import type { SigningAlgorithm } from '../../algorithms/algorithm.ts'
import { sharedKeyCache } from '../../algorithms/key-cache.ts'
import { buildCanonicalHeaders, type HeaderLines } from '../../canonical/headers.ts'
import { joinCanonicalQuery } from '../../canonical/query-string.ts'
import { buildCanonicalRequest } from '../../canonical/request.ts'
import { buildStringToSign } from '../../canonical/string-to-sign.ts'
import { canonicalUri } from '../../canonical/uri.ts'
import { checkText } from '../../errors.ts'
import { formatAuthorization } from '../../fields/authorization.ts'
import { SCOPE_PART } from '../../fields/credential.ts'
import { formatTokenParameter } from '../../fields/presigned-query-format.ts'
import { AUTHORIZATION, PRESIGN, X_AMZ_CONTENT_SHA256, X_AMZ_DATE } from '../../names.ts'
import { checkCredentials } from '../../sign/credentials.ts'
import { checkExpiresInSeconds } from '../../sign/expiry.ts'
import type { Credentials } from '../../types.ts'
import { claimPayload, copyRequest, encodeQuery, hoistHeaders, signedLines } from './canonical-parts.ts'
import type { HttpRequest, RequestPresigningArguments, RequestSigningArguments } from './types.ts'

/** All that a signature depends on besides the request. */
export interface RequestSigning {
  readonly algorithm: SigningAlgorithm
  readonly credentials: Credentials
  /** One region, or the region set. */
  readonly region: string
  readonly service: string
  readonly amzDate: string
  readonly uriEscapePath: boolean
  readonly applyChecksum: boolean
  /** The header of the session token, whose query parameter is spelled likewise. */
  readonly tokenName: string
}

const scopeOf = ({ amzDate, region, service }: RequestSigning) => ({
  scopeDate: amzDate.slice(0, 8),
  region,
  service,
})

const credentialScopeOf = (signing: RequestSigning): string => signing.algorithm.formatScope(scopeOf(signing))

async function signatureOf(
  request: HttpRequest,
  signing: RequestSigning,
  { lines, hashedPayload }: { lines: HeaderLines; hashedPayload: string },
): Promise<string> {
  const { algorithm, credentials, amzDate, uriEscapePath } = signing
  const signedHeaders = [...lines.keys()]
  const canonicalRequest = buildCanonicalRequest({
    method: request.method.toUpperCase(),
    canonicalUri: canonicalUri(
      request.path,
      uriEscapePath
        ? { pathEncoding: 'twice', pathNormalization: 'normalize' }
        : { pathEncoding: 'once', pathNormalization: 'verbatim' },
    ),
    canonicalQueryString: joinCanonicalQuery(encodeQuery(request.query)),
    canonicalHeaders: buildCanonicalHeaders(lines, signedHeaders),
    signedHeaders,
    hashedPayload,
  })
  const key = algorithm.deriveKey(credentials, scopeOf(signing), sharedKeyCache())
  const credentialScope = credentialScopeOf(signing)
  const stringToSign = buildStringToSign({
    algorithm: algorithm.name,
    amzDate,
    credentialScope,
    canonicalRequest,
  })
  return key.signAsync?.(stringToSign) ?? key.sign(stringToSign)
}

/** The signing with its region in the form of the algorithm. */
function checkSigning(signing: RequestSigning): RequestSigning {
  checkCredentials(signing.credentials)
  checkText('service', signing.service, { pattern: SCOPE_PART, rule: 'must be a signing name, such as "s3"' })
  return { ...signing, region: signing.algorithm.formatRegion(signing.region) }
}

/** A copy of the request, with the headers that sign it. */
export async function signHttpRequest(
  given: HttpRequest,
  asked: RequestSigning,
  options: RequestSigningArguments,
): Promise<HttpRequest> {
  const signing = checkSigning(asked)
  const { algorithm, credentials, region, tokenName } = signing
  const request = copyRequest(given)
  const { headers } = request
  headers[X_AMZ_DATE] = signing.amzDate
  if (credentials.sessionToken) headers[tokenName] = credentials.sessionToken
  if (algorithm.regionSetName) headers[algorithm.regionSetName] = region
  const hashedPayload = claimPayload(request)
  const isThere = Object.keys(headers).some((name) => name.toLowerCase() === X_AMZ_CONTENT_SHA256)
  if (signing.applyChecksum && !isThere) headers[X_AMZ_CONTENT_SHA256] = hashedPayload
  const lines = signedLines(headers, options)
  headers[AUTHORIZATION] = formatAuthorization({
    algorithm: algorithm.name,
    credential: `${credentials.accessKeyId}/${credentialScopeOf(signing)}`,
    signedHeaders: [...lines.keys()],
    signature: await signatureOf(request, signing, { lines, hashedPayload }),
  })
  return request
}

/** A copy of the request, with the query that signs it. */
export async function presignHttpRequest(
  given: HttpRequest,
  asked: RequestSigning,
  options: RequestPresigningArguments,
): Promise<HttpRequest> {
  const signing = checkSigning(asked)
  const { algorithm, credentials, region, tokenName } = signing
  const expiresIn = checkExpiresInSeconds(options.expiresIn)
  const request = copyRequest(given)
  const query = { ...request.query } as Record<string, string>
  request.query = query
  hoistHeaders(request.headers, query, options)
  if (credentials.sessionToken) query[formatTokenParameter(tokenName, '')[0]] = credentials.sessionToken
  query[PRESIGN.algorithm] = algorithm.name
  query[PRESIGN.credential] = `${credentials.accessKeyId}/${credentialScopeOf(signing)}`
  query[PRESIGN.date] = signing.amzDate
  query[PRESIGN.expires] = String(expiresIn)
  if (algorithm.regionSetName) query[PRESIGN.regionSet] = region
  const lines = signedLines(request.headers, options)
  query[PRESIGN.signedHeaders] = [...lines.keys()].join(';')
  query[PRESIGN.signature] = await signatureOf(request, signing, {
    lines,
    hashedPayload: claimPayload(given),
  })
  return request
}
