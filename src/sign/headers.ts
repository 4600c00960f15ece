import type { HeaderLines } from '../canonical/headers.ts'
import { joinCanonicalQuery } from '../canonical/query-string.ts'
import { checkOptions, invalidArgValue } from '../errors.ts'
import { formatAuthorization } from '../fields/authorization.ts'
import { isPresigned } from '../fields/presigned-names.ts'
import { splitQuery } from '../fields/query.ts'
import { AUTHORIZATION, UNSIGNED_PAYLOAD, X_AMZ_CONTENT_SHA256, X_AMZ_DATE } from '../names.ts'
import type { RequestParts, SigningTrace } from '../types.ts'
import { draftTrace, finishTrace, selectNames, type TraceDraft } from './draft.ts'
import { resolveSigning, SIGNING_OPTIONS, type Signing, type SigningOptions } from './options.ts'
import { hashBody, hashPayload } from './payload.ts'
import { checkParts } from './request-parts.ts'
import { signedNameTest } from './signed-names.ts'

/** What signs a request in its headers. */
export interface SignedHeaders {
  /** Only what must be added, by lower-case name. They replace older ones of the same name. */
  readonly headers: Readonly<Record<string, string>>
  /** Every step of the computation. */
  readonly trace: SigningTrace
}

/** The headers that signing adds, apart from Authorization. */
function addedHeaders(signing: Signing, hashedPayload: string, given: HeaderLines): Record<string, string> {
  const { profile, algorithm, sessionToken } = signing
  const added: Record<string, string> = { [X_AMZ_DATE]: signing.amzDate }
  // A server that is not told of UNSIGNED-PAYLOAD would hash the body.
  const sendsHash = profile.contentSha256 !== 'omit' || hashedPayload === UNSIGNED_PAYLOAD
  if (sendsHash && !given.has(X_AMZ_CONTENT_SHA256)) added[X_AMZ_CONTENT_SHA256] = hashedPayload
  if (algorithm.regionSetName) added[algorithm.regionSetName] = signing.region
  if (sessionToken && profile.sessionToken === 'signed') added[profile.sessionTokenName] = sessionToken
  return added
}

/** A request on its way: all is there but the signature. */
export interface HeadersDraft {
  readonly signing: Signing
  /** Grows by the signature. */
  readonly added: Record<string, string>
  readonly signedHeadersText: string
  readonly trace: TraceDraft
}

/** Takes a request to its string to sign. */
export function draftHeaders(
  parts: RequestParts,
  options: SigningOptions,
  hash: (body: unknown) => string,
): HeadersDraft {
  const signing = resolveSigning(options)
  const request = checkParts(parts)
  const { headers } = request
  const query = splitQuery(request.url.query)
  if (isPresigned(query)) {
    throw invalidArgValue('url', 'is presigned already: send it as it is')
  }
  const hashedPayload = hashPayload(request, options.payload ?? 'signed', hash)
  const added = addedHeaders(signing, hashedPayload, headers)
  const { profile, sessionToken } = signing
  headers.delete(AUTHORIZATION)
  if (sessionToken) headers.delete(profile.sessionTokenName)
  for (const name of profile.unsignedHeaders) headers.delete(name)

  const isChosen = signedNameTest(options.signHeaders ?? 'all', options.excludeHeaders, 'headers')
  for (const name in added) headers.set(name, [added[name]!])
  const signedHeaders = selectNames(headers, (name) => Object.hasOwn(added, name) || isChosen(name))
  const signedHeadersText = signedHeaders.join(';')
  const canonicalQueryString = joinCanonicalQuery(query)
  const elements = { canonicalQueryString, signedHeaders, signedHeadersText, hashedPayload }
  return { signing, added, signedHeadersText, trace: draftTrace(request, signing, elements) }
}

/** Puts the signature where it belongs. */
export function finishHeaders(draft: HeadersDraft, signature: string): SignedHeaders {
  const { signing, added, trace, signedHeadersText } = draft
  const { credential, profile, sessionToken } = signing
  const { algorithm } = trace
  added[AUTHORIZATION] = formatAuthorization({
    algorithm,
    credential,
    signedHeaders: signedHeadersText,
    signature,
  })
  if (sessionToken && profile.sessionToken === 'appended') added[profile.sessionTokenName] = sessionToken
  return { headers: added, trace: finishTrace(trace, signature) }
}

/**
 * Signs a request in its headers. Synchronous; changes nothing that it was given.
 *
 * An `authorization`, `x-amz-date` or session token that the request already has is replaced. The URL is signed as
 * it is written, and must be sent so: a character that is encoded on the way, such as a space, is refused.
 *
 * @returns The headers to add, among them `authorization`, and every step of the computation.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; also
 *   where the URL is presigned already.
 * @see "Create a signed AWS API request"
 * @example
 * import { signHeaders } from 'countersign'
 *
 * const url = 'https://dynamodb.us-east-1.amazonaws.com/'
 * const { headers } = signHeaders(
 *   { method: 'POST', url, headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' }, body: '{}' },
 *   {
 *     credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *     service: 'dynamodb',
 *     region: 'us-east-1',
 *   },
 * )
 * console.log(Object.keys(headers)) // [ 'x-amz-date', 'authorization' ]
 */
export function signHeaders(parts: RequestParts, options: SigningOptions): SignedHeaders {
  checkOptions('signHeaders', options, SIGNING_OPTIONS)
  const draft = draftHeaders(parts, options, hashBody)
  return finishHeaders(draft, draft.signing.signer.sign(draft.trace.stringToSign))
}
