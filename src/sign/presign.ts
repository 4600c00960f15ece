import { joinCanonicalQuery, joinQuery } from '../canonical/query-string.ts'
import { decodeQueryComponent } from '../encoding/percent.ts'
import { checkOptions, type OptionNames } from '../errors.ts'
import { isPresigned, isPresignParameter } from '../fields/presigned-names.ts'
import { formatPresignedQuery, formatTokenParameter } from '../fields/presigned-query-format.ts'
import { type EncodedPair, splitQuery } from '../fields/query.ts'
import { AUTHORIZATION, HOST, PRESIGN, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import type { RequestParts, SigningTrace } from '../types.ts'
import { draftTrace, finishTrace, selectNames } from './draft.ts'
import { checkExpiresInSeconds, expiryOf } from './expiry.ts'
import { resolveSigning, SIGNING_OPTIONS, type Signing, type SigningOptions } from './options.ts'
import { hashBody, hashPayload } from './payload.ts'
import { type CheckedParts, checkParts } from './request-parts.ts'
import { signedNameTest } from './signed-names.ts'

/** A URL that carries its signature. */
export interface PresignedUrl {
  /** Without the fragment, which is never sent. */
  readonly url: string
  /** What the sender must send with it, by lower-case name; `host` goes without saying. */
  readonly headers: Readonly<Record<string, string>>
  /** When it stops working: the earlier of its own expiry and that of the credentials. */
  readonly expiresAt: Date
  /** Every step of the computation. */
  readonly trace: SigningTrace
}

/** How to presign. */
export interface PresignOptions extends SigningOptions {
  /** 1 to 604800 (a week). Default 3600. */
  readonly expiresInSeconds?: number | undefined
}

const PRESIGN_OPTIONS: OptionNames<PresignOptions> = /* @__PURE__ */ Object.assign(
  { expiresInSeconds: true } as const,
  SIGNING_OPTIONS,
)

const hasName =
  (lowerCaseName: string) =>
  ([name]: EncodedPair): boolean =>
    name.toLowerCase() === lowerCaseName

/** The caller's own parameters, rid of what an older signature left. */
function ownParameters(query: string, { profile, sessionToken }: Signing): EncodedPair[] {
  const written = splitQuery(query)
  // A token that belongs to no older signature, and that the credentials do not replace, is the caller's own.
  const isOwnToken = sessionToken || isPresigned(written) ? () => false : hasName(profile.sessionTokenName)
  return written.filter((pair) => !isPresignParameter(pair[0]) || isOwnToken(pair))
}

/** What the signature says of the body: what the caller says, in a header or in the query, else its hash or sentinel. */
function claimPayload(
  request: CheckedParts,
  own: readonly EncodedPair[],
  { payload, profile }: Pick<PresignOptions, 'payload'> & Pick<Signing, 'profile'>,
): string {
  const { headers } = request
  const claim = headers.has(X_AMZ_CONTENT_SHA256) ? undefined : own.find(hasName(X_AMZ_CONTENT_SHA256))
  if (claim) return decodeQueryComponent(claim[1])
  const hashedPayload = hashPayload(request, payload ?? profile.presignedPayload, hashBody)
  // The service takes a body for unsigned unless a header tells it the hash.
  if (profile.presignedPayload === 'unsigned' && payload === 'signed') {
    headers.set(X_AMZ_CONTENT_SHA256, [hashedPayload])
  }
  return hashedPayload
}

/** Drops what an older signature left, and works out what the sender is bound to send. */
function chooseHeaders({ headers }: CheckedParts, signing: Signing, options: PresignOptions): string[] {
  headers.delete(AUTHORIZATION)
  headers.delete(signing.profile.sessionTokenName)
  for (const name of headers.keys()) if (isPresignParameter(name)) headers.delete(name)
  for (const name of signing.profile.unsignedHeaders) headers.delete(name)
  return selectNames(headers, signedNameTest(options.signHeaders ?? 'all', options.excludeHeaders, 'query'))
}

/**
 * Presigns a URL: the signature travels in the query, and whoever has the URL may send the request until it
 * expires. Signs `host` and the headers it was given. Synchronous; changes nothing that it was given.
 *
 * `X-Amz-…` authentication parameters that the URL already has are replaced, and a fragment is left out: no client
 * sends one. The path is kept as it is written: a character that is encoded on the way, such as a space, is refused.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
 * @example
 * import { presignUrl } from 'countersign'
 *
 * const { url } = presignUrl(
 *   { url: 'https://photos.s3.us-east-1.amazonaws.com/cat.jpg' },
 *   {
 *     credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *     service: 's3',
 *     region: 'us-east-1',
 *     expiresInSeconds: 600,
 *   },
 * )
 * console.log(new URL(url).searchParams.get('X-Amz-Expires')) // 600
 */
export function presignUrl(parts: RequestParts, options: PresignOptions): PresignedUrl {
  checkOptions('presignUrl', options, PRESIGN_OPTIONS)
  const signing = resolveSigning(options)
  const expiresInSeconds = checkExpiresInSeconds(options.expiresInSeconds)
  const request = checkParts(parts)
  const { headers, url } = request
  const { profile, algorithm } = signing

  const own = ownParameters(url.query, signing)
  const hashedPayload = claimPayload(request, own, { payload: options.payload, profile })
  const signedHeaders = chooseHeaders(request, signing, options)
  const signedHeadersText = signedHeaders.join(';')
  const token = signing.sessionToken && formatTokenParameter(profile.sessionTokenName, signing.sessionToken)
  const saysExpiry = profile.presignedExpires === 'send' || options.expiresInSeconds !== undefined
  const pairs = [
    ...own,
    ...formatPresignedQuery({
      algorithm: algorithm.name,
      credential: signing.credential,
      amzDate: signing.amzDate,
      expiresInSeconds: saysExpiry ? expiresInSeconds : undefined,
      sessionToken: token && profile.sessionToken === 'signed' ? token : undefined,
      regionSet: algorithm.regionSetName && signing.region,
      signedHeaders: signedHeadersText,
    }),
  ]
  const canonicalQueryString = joinCanonicalQuery(pairs)
  const elements = { canonicalQueryString, signedHeaders, signedHeadersText, hashedPayload }
  const draft = draftTrace(request, signing, elements)
  const signature = signing.signer.sign(draft.stringToSign)
  pairs.push([PRESIGN.signature, signature])
  if (token && profile.sessionToken === 'appended') pairs.push(token)

  const sentNames = signedHeaders.filter((name) => name !== HOST)
  return {
    url: `${url.origin}${url.path || '/'}?${joinQuery(pairs)}`,
    headers: Object.fromEntries(sentNames.map((name) => [name, headers.get(name)!.join(',')])),
    expiresAt: expiryOf(signing, expiresInSeconds, options.credentials),
    trace: finishTrace(draft, signature),
  }
}
