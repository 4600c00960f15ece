import { joinCanonicalQuery } from '../canonical/query-string.ts'
import { decodeQueryComponent, encodePercent } from '../encoding/percent.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { isPresigned, isPresignParameter } from '../fields/presigned-names.ts'
import { type EncodedPair, splitQuery } from '../fields/query.ts'
import { AUTHORIZATION, HOST, PRESIGN, X_AMZ_CONTENT_SHA256 } from '../names.ts'
import type { RequestParts, SigningTrace } from '../types.ts'
import { draftTrace, finishTrace, selectNames } from './draft.ts'
import { resolveSigning, type Signing, type SigningOptions } from './options.ts'
import { hashBody, hashPayload } from './payload.ts'
import { type CheckedParts, checkParts } from './request-parts.ts'
import { signedNameTest } from './signed-names.ts'

/** A URL that carries its signature. */
export interface PresignedUrl {
  readonly url: string
  /** What the sender must send with it, lower-case names; `host` goes without saying. */
  readonly headers: Readonly<Record<string, string>>
  /** When it stops working: the earlier of its own expiry and that of the credentials. */
  readonly expiresAt: Date
  readonly trace: SigningTrace
}

/** How to presign. */
export interface PresignOptions extends SigningOptions {
  /** 1 to 604800 (a week). Default 3600. */
  readonly expiresInSeconds?: number | undefined
}

const MAX_EXPIRES_IN_SECONDS = 604_800

/** `x-amz-security-token` as `X-Amz-Security-Token`, `x-amz-s3session-token` as `X-Amz-S3session-Token`. */
const spellParameter = (headerName: string): string =>
  headerName.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkExpires({ expiresInSeconds = 3600 }: Pick<PresignOptions, 'expiresInSeconds'>): number {
  if (typeof expiresInSeconds !== 'number') {
    throw invalidArgType('expiresInSeconds', 'a whole number of seconds', expiresInSeconds)
  }
  if (
    !(
      Number.isInteger(expiresInSeconds) &&
      expiresInSeconds >= 1 &&
      expiresInSeconds <= MAX_EXPIRES_IN_SECONDS
    )
  ) {
    throw invalidArgValue(
      'expiresInSeconds',
      `must be a whole number from 1 to ${MAX_EXPIRES_IN_SECONDS} (a week)`,
    )
  }
  return expiresInSeconds
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
 * `X-Amz-…` authentication parameters that the URL already has are replaced.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"
 */
export function presignUrl(parts: RequestParts, options: PresignOptions): PresignedUrl {
  const signing = resolveSigning(options)
  const expiresInSeconds = checkExpires(options)
  const request = checkParts(parts)
  const { headers, url } = request
  const { profile, algorithm, sessionToken } = signing

  const hashedPayload = hashPayload(
    headers,
    request.body,
    options.payload ?? profile.presignedPayload,
    hashBody,
  )
  if (
    profile.presignedPayload === 'unsigned' &&
    options.payload === 'signed' &&
    !headers.has(X_AMZ_CONTENT_SHA256)
  ) {
    headers.set(X_AMZ_CONTENT_SHA256, [hashedPayload])
  }
  const signedHeaders = chooseHeaders(request, signing, options)

  // A token that belongs to no older signature, and that the credentials do not replace, is the caller's own.
  const written = splitQuery(url.query)
  const keepsToken = !sessionToken && !isPresigned(written)
  const own = written.filter(
    ([name]) => !isPresignParameter(name) || (keepsToken && name.toLowerCase() === profile.sessionTokenName),
  )
  const claim = own.find(([name]) => name.toLowerCase() === X_AMZ_CONTENT_SHA256)
  const tokenParameter: [string, string][] = sessionToken
    ? [[spellParameter(profile.sessionTokenName), encodePercent(sessionToken)]]
    : []
  const pairs: EncodedPair[] = [
    ...own,
    [PRESIGN.algorithm, algorithm.name],
    [PRESIGN.credential, encodePercent(signing.credential)],
    [PRESIGN.date, signing.amzDate],
  ]
  if (profile.presignedExpires === 'send' || options.expiresInSeconds !== undefined) {
    pairs.push([PRESIGN.expires, String(expiresInSeconds)])
  }
  if (profile.sessionToken === 'signed') pairs.push(...tokenParameter)
  if (algorithm.regionSetName) pairs.push([PRESIGN.regionSet, encodePercent(signing.region)])
  pairs.push([PRESIGN.signedHeaders, encodePercent(signedHeaders.join(';'))])

  const draft = draftTrace(request, signing, {
    canonicalQueryString: joinCanonicalQuery(pairs),
    signedHeaders,
    hashedPayload:
      claim && !headers.has(X_AMZ_CONTENT_SHA256) ? decodeQueryComponent(claim[1]) : hashedPayload,
  })
  const signature = signing.signer.sign(draft.stringToSign)
  pairs.push([PRESIGN.signature, signature])
  if (profile.sessionToken === 'appended') pairs.push(...tokenParameter)

  const query = pairs.map(([name, value]) => `${name}=${value}`).join('&')
  const sent: Record<string, string> = {}
  for (const name of signedHeaders) if (name !== HOST) sent[name] = headers.get(name)!.join(',')
  const expiry = signing.signedAtMilliseconds + expiresInSeconds * 1000
  const credentialsExpiry = Number(options.credentials.expiration ?? Number.POSITIVE_INFINITY)
  return {
    url: `${url.origin}${url.path || '/'}?${query}`,
    headers: sent,
    expiresAt: new Date(Math.min(expiry, credentialsExpiry)),
    trace: finishTrace(draft, signature),
  }
}
