import type { SigningAlgorithm } from '../../algorithms/algorithm.ts'
import { parseAuthorization } from '../../fields/authorization.ts'
import { type Credential, parseCredential } from '../../fields/credential.ts'
import { readPresignedQuery } from '../../fields/presigned-query.ts'
import {
  AUTHORIZATION,
  X_AMZ_CONTENT_SHA256,
  X_AMZ_REGION_SET,
  X_AMZ_S3SESSION_TOKEN,
  X_AMZ_SECURITY_TOKEN,
} from '../../names.ts'
import { SignatureError } from '../../signature-error.ts'
import {
  type HeaderClaim,
  headerValue,
  type QueryClaim,
  type ReceivedHead,
  type RequestClaim,
} from '../context.ts'
import type { VerifierSettings } from '../settings.ts'
import { enabledAlgorithm } from './02-algorithm.ts'

/** The value of a header that is said to be signed. */
function signedValue(head: ReceivedHead, signedHeaders: readonly string[], name: string): string | undefined {
  return signedHeaders.includes(name) ? headerValue(head.headers, name) : undefined
}

/** The one session token of the request, wherever it travels. */
function onlyToken(...tokens: readonly (string | undefined)[]): string | undefined {
  let found: string | undefined
  for (const token of tokens) {
    if (token === undefined) continue
    if (found !== undefined) {
      throw new SignatureError('malformed-authorization', 'The request has two session tokens')
    }
    found = token
  }
  return found
}

const tokenOf = ({ headers }: ReceivedHead, inQuery?: string): string | undefined =>
  onlyToken(inQuery, headerValue(headers, X_AMZ_SECURITY_TOKEN), headerValue(headers, X_AMZ_S3SESSION_TOKEN))

/** What stands in every carrier alike. */
interface SignatureText {
  readonly credential: string
  readonly signature: string
}

/**
 * Reads a credential in the scope of its algorithm, and a signature that has the algorithm's shape.
 *
 * @throws {SignatureError} `malformed-authorization`, `signature-mismatch`
 */
export function readSignatureParts(
  text: SignatureText,
  algorithm: SigningAlgorithm,
): { credential: Credential; credentialScope: string } {
  const credential = parseCredential(text.credential, algorithm.scopeParts)
  if (!algorithm.signaturePattern.test(text.signature)) {
    throw new SignatureError('signature-mismatch', `The signature is not one that ${algorithm.name} makes`)
  }
  return { credential, credentialScope: text.credential.slice(credential.accessKeyId.length + 1) }
}

function readHeaderClaim(head: ReceivedHead, settings: VerifierSettings): HeaderClaim {
  const text = head.headers.get(AUTHORIZATION)![0]!
  const algorithm = enabledAlgorithm(/\S+/.exec(text)?.[0] ?? '', settings.algorithms) // rule 2
  const authorization = parseAuthorization(text)
  const { signedHeaders } = authorization
  const { credential, credentialScope } = readSignatureParts(authorization, algorithm)
  return {
    carrier: 'header',
    algorithm,
    credential,
    credentialScope,
    signedHeaders,
    signatureProvided: authorization.signature,
    sessionToken: tokenOf(head),
    regionSet: signedValue(head, signedHeaders, X_AMZ_REGION_SET),
    contentSha256: signedValue(head, signedHeaders, X_AMZ_CONTENT_SHA256),
  }
}

function readQueryClaim(head: ReceivedHead, settings: VerifierSettings): QueryClaim {
  const presigned = readPresignedQuery(head.queryPairs)
  const algorithm = enabledAlgorithm(presigned.algorithm, settings.algorithms) // rule 2
  const { signedHeaders } = presigned
  const { credential, credentialScope } = readSignatureParts(presigned, algorithm)
  return {
    carrier: 'query',
    algorithm,
    credential,
    credentialScope,
    signedHeaders,
    signatureProvided: presigned.signature,
    sessionToken: tokenOf(head, presigned.sessionToken),
    regionSet: presigned.regionSet,
    contentSha256: signedValue(head, signedHeaders, X_AMZ_CONTENT_SHA256) ?? presigned.contentSha256,
    amzDate: presigned.amzDate,
    expires: presigned.expires,
  }
}

/**
 * Rules 2 and 3: the algorithm, and a strict parse. Every component stands there once, the credential is split from
 * the right, the signed headers are lower-case, sorted and unique, the signature has the shape of its algorithm.
 *
 * @throws {SignatureError} `unsupported-algorithm`, `malformed-authorization`, `signature-mismatch`
 */
export function readClaim(
  head: ReceivedHead,
  carrier: 'header' | 'query',
  settings: VerifierSettings,
): RequestClaim {
  return carrier === 'query' ? readQueryClaim(head, settings) : readHeaderClaim(head, settings)
}
