import { canonicalHeaderLines } from '../canonical/headers.ts'
import { joinCanonicalQuery } from '../canonical/query-string.ts'
import { buildCanonicalRequest } from '../canonical/request.ts'
import { buildStringToSign } from '../canonical/string-to-sign.ts'
import { canonicalUri, normalizePath } from '../canonical/uri.ts'
import { AUTHORITY, HOST, PRESIGN } from '../names.ts'
import type { ServiceProfile } from '../types.ts'
import type { Claim } from './claim.ts'
import type { SignedAt } from './date.ts'
import type { ExternalAddress } from './options.ts'
import type { ReceivedHead } from './received.ts'

/** The two texts that a signature stands on. */
export interface SignedTexts {
  readonly canonicalRequest: string
  readonly stringToSign: string
}

/** Everything but the payload is known before a key is: it is built once for all readings of it. */
export interface CanonicalParts {
  readonly method: string
  readonly canonicalUri: string
  readonly canonicalQueryString: string
  readonly canonicalHeaders: string
  readonly signedHeaders: readonly string[]
}

/** The query as it was signed: without the signature, and without a token that was appended after it. */
function signedQuery({ queryPairs }: ReceivedHead, claim: Claim, profile: ServiceProfile): string {
  if (claim.carrier === 'header') return joinCanonicalQuery([...queryPairs])
  const added: string[] = [PRESIGN.signature]
  if (profile.sessionToken === 'appended') added.push(PRESIGN.securityToken)
  return joinCanonicalQuery(queryPairs.filter(([name]) => !added.includes(name)))
}

/**
 * The canonical request, short of its payload line, over the raw target and the raw headers.
 *
 * @param external How clients address the server, where a proxy changes host or path.
 */
export function canonicalParts(
  head: ReceivedHead,
  claim: Claim,
  profile: ServiceProfile,
  external: ExternalAddress | undefined,
): CanonicalParts {
  let canonicalHeaders = ''
  for (const name of claim.signedHeaders) {
    const isHost = name === HOST || name === AUTHORITY
    const value = external && isHost ? external.host : canonicalHeaderLines(head.headers.get(name)!)
    canonicalHeaders += `${name}:${value}\n`
  }
  const normalizes = profile.pathNormalization === 'normalize'
  // Resolved by itself: ".." does not climb out of the prefix.
  const path = normalizes ? normalizePath(head.path) : head.path
  return {
    method: head.method,
    canonicalUri: canonicalUri((external?.pathPrefix ?? '') + path, profile),
    canonicalQueryString: signedQuery(head, claim, profile),
    canonicalHeaders,
    signedHeaders: claim.signedHeaders,
  }
}

/** Completes the canonical request, and builds the string to sign on it. */
export function signedTexts(
  parts: CanonicalParts,
  hashedPayload: string,
  claim: Claim,
  signedAt: SignedAt,
): SignedTexts {
  const canonicalRequest = buildCanonicalRequest({ hashedPayload, ...parts })
  const stringToSign = buildStringToSign({
    algorithm: claim.algorithm.name,
    amzDate: signedAt.amzDate,
    credentialScope: claim.credentialScope,
    canonicalRequest,
  })
  return { canonicalRequest, stringToSign }
}

const TOKEN_LINES = /^(x-amz-(?:security|s3session)-token:).*$/gim
const TOKEN_PARAMETERS = /(X-Amz-(?:Security|S3session)-Token=)[^&\n]*/gi

/** A canonical request that may be shown: the session token is a secret. */
export function redactSessionToken(canonicalRequest: string): string {
  return canonicalRequest.replace(TOKEN_LINES, '$1…').replace(TOKEN_PARAMETERS, '$1…')
}
