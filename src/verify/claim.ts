import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { canonicalHeaderLines, type HeaderLines } from '../canonical/headers.ts'
import { type Authorization, parseAuthorization } from '../fields/authorization.ts'
import { type Credential, parseCredential } from '../fields/credential.ts'
import { isPresigned } from '../fields/presigned-names.ts'
import { parsePresignedQuery } from '../fields/presigned-query.ts'
import {
  AUTHORIZATION,
  X_AMZ_CONTENT_SHA256,
  X_AMZ_REGION_SET,
  X_AMZ_S3SESSION_TOKEN,
  X_AMZ_SECURITY_TOKEN,
} from '../names.ts'
import { type Carrier, SignatureError } from '../signature-error.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedHead } from './received.ts'

/** What a request says of its own signature: well formed, and nothing of it believed yet. */
export interface Claim {
  readonly carrier: Carrier
  readonly algorithm: SigningAlgorithm
  readonly credential: Credential
  /** `<scope>` as it stands in the credential. */
  readonly credentialScope: string
  readonly signedHeaders: readonly string[]
  readonly signatureProvided: string
  readonly sessionToken: string | undefined
  /** Presigned only: the text of its date and expiry. */
  readonly amzDate: string | undefined
  readonly expires: string | undefined
  /** Of SigV4A, and signed: the regions that the signature is good for. */
  readonly regionSet: string | undefined
  /** A payload claim that is signed: in a signed header, or in the query of a presigned URL. */
  readonly contentSha256: string | undefined
}

/** The value of a header, or undefined where it did not arrive. */
export function headerValue(headers: HeaderLines, name: string): string | undefined {
  const lines = headers.get(name)
  return lines && canonicalHeaderLines(lines)
}

/** The value of a header that is said to be signed. */
function signedValue(
  { headers }: ReceivedHead,
  signedHeaders: readonly string[],
  name: string,
): string | undefined {
  return signedHeaders.includes(name) ? headerValue(headers, name) : undefined
}

/** Rule 1: exactly one carrier. */
function findCarrier({ headers, queryPairs }: ReceivedHead): Carrier {
  const authorizations = headers.get(AUTHORIZATION)?.length ?? 0
  const presigned = isPresigned(queryPairs)
  if (authorizations + Number(presigned) > 1) {
    throw new SignatureError(
      'multiple-authentication',
      'The request must be signed in one place: one Authorization header, or the query',
    )
  }
  if (presigned) return 'query'
  if (authorizations === 1) return 'header'
  throw new SignatureError(
    'missing-authentication',
    'The request is not signed: it has no Authorization header and no X-Amz-Signature in its query',
  )
}

function tokenOf(headers: HeaderLines, inQuery?: string): string | undefined {
  const tokens = [
    inQuery,
    headerValue(headers, X_AMZ_SECURITY_TOKEN),
    headerValue(headers, X_AMZ_S3SESSION_TOKEN),
  ].filter((token) => token !== undefined)
  if (tokens.length > 1)
    throw new SignatureError('malformed-authorization', 'The request has two session tokens')
  return tokens[0]
}

function unsupported(found: string, policy: VerifierPolicy): SignatureError {
  const names = [...policy.algorithms.keys()].join(' or ')
  return new SignatureError(
    'unsupported-algorithm',
    `The algorithm must be ${names}; it is ${JSON.stringify(found.slice(0, 40))}`,
  )
}

/** Rules 2 and 3: a strict parse, and an algorithm that is enabled. */
function readAuthorization(authorization: Authorization, policy: VerifierPolicy) {
  const algorithm = policy.algorithms.get(authorization.algorithm)
  if (!algorithm) throw unsupported(authorization.algorithm, policy)
  const credential = parseCredential(authorization.credential, algorithm.scopeParts)
  if (!algorithm.signaturePattern.test(authorization.signature)) {
    throw new SignatureError('signature-mismatch', `The signature is not one that ${algorithm.name} makes`)
  }
  return {
    algorithm,
    credential,
    credentialScope: authorization.credential.slice(credential.accessKeyId.length + 1),
    signedHeaders: authorization.signedHeaders,
    signatureProvided: authorization.signature,
  }
}

/**
 * Rules 1 to 3: where the request is signed, what it says there, and with which algorithm.
 *
 * @throws {SignatureError}
 */
export function readClaim(head: ReceivedHead, policy: VerifierPolicy): Claim {
  const carrier = findCarrier(head)
  const { headers, query } = head
  if (carrier === 'query') {
    const presigned = parsePresignedQuery(query)
    const { sessionToken, amzDate, expires, contentSha256, regionSet } = presigned
    const claim = readAuthorization(presigned, policy)
    return {
      carrier,
      sessionToken: tokenOf(headers, sessionToken),
      amzDate,
      expires,
      regionSet,
      contentSha256: signedValue(head, claim.signedHeaders, X_AMZ_CONTENT_SHA256) ?? contentSha256,
      ...claim,
    }
  }
  const text = headers.get(AUTHORIZATION)![0]!
  const scheme = /\S+/.exec(text)?.[0] ?? ''
  if (!policy.algorithms.has(scheme)) throw unsupported(scheme, policy)
  const claim = readAuthorization(parseAuthorization(text), policy)
  return {
    carrier,
    sessionToken: tokenOf(headers),
    amzDate: undefined,
    expires: undefined,
    regionSet: signedValue(head, claim.signedHeaders, X_AMZ_REGION_SET),
    contentSha256: signedValue(head, claim.signedHeaders, X_AMZ_CONTENT_SHA256),
    ...claim,
  }
}
