import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { canonicalHeaderLines, type HeaderLines } from '../canonical/headers.ts'
import type { Credential } from '../fields/credential.ts'
import type { EncodedPair } from '../fields/query.ts'
import type { ServiceProfile } from '../types.ts'
import type { VerifierSettings } from './settings.ts'

/** A request head that can be read in one way only. */
export interface ReceivedHead {
  readonly method: string
  /** Raw, from the first `/` to before the `?`. */
  readonly path: string
  /** The request target, raw. */
  readonly target: string
  /** The query in canonical encoding, in the order in which it came. */
  readonly queryPairs: readonly EncodedPair[]
  /** By lower-case name. `host` and `:authority` both stand there, if one came. */
  readonly headers: HeaderLines
  /** Of the URL that the client addressed, where that is known. */
  readonly scheme: 'http' | 'https'
}

/** The value of a header, or undefined where it did not arrive. */
export function headerValue(headers: HeaderLines, name: string): string | undefined {
  const lines = headers.get(name)
  return lines && canonicalHeaderLines(lines)
}

/** What every signature says of itself: well formed, and nothing of it believed yet. */
interface AnyClaim {
  readonly algorithm: SigningAlgorithm
  readonly credential: Credential
  /** `<scope>` as it stands in the credential. */
  readonly credentialScope: string
  readonly signatureProvided: string
  readonly sessionToken: string | undefined
}

/** What a signed request says besides. */
interface AnyRequestClaim extends AnyClaim {
  readonly signedHeaders: readonly string[]
  /** Of SigV4A, and signed: the regions that the signature is good for. */
  readonly regionSet: string | undefined
  /** A payload claim that is signed: in a signed header, or in the query of a presigned URL. */
  readonly contentSha256: string | undefined
}

/** In the Authorization header. */
export interface HeaderClaim extends AnyRequestClaim {
  readonly carrier: 'header'
}

/** In the query of a presigned URL. */
export interface QueryClaim extends AnyRequestClaim {
  readonly carrier: 'query'
  readonly amzDate: string | undefined
  readonly expires: string | undefined
}

/** In the fields of a form. */
export interface FormClaim extends AnyClaim {
  readonly carrier: 'form'
  readonly amzDate: string
}

export type RequestClaim = HeaderClaim | QueryClaim
export type Claim = RequestClaim | FormClaim

/** The moment of signing, and the text that stands for it in the string to sign. */
export interface SignedAt {
  readonly milliseconds: number
  readonly amzDate: string
}

/** What a rule needs that holds for requests and forms alike. */
export interface ClaimContext {
  readonly claim: Claim
  /** Of the service that the claim names. */
  readonly profile: ServiceProfile
  readonly settings: VerifierSettings
}

/** What the rules are applied to. */
export interface Context extends ClaimContext {
  readonly head: ReceivedHead
  readonly claim: RequestClaim
  readonly signedAt: SignedAt
}

/** The rules of the service that is claimed, if the verifier serves it. */
export function claimedProfile(
  { services, profiles }: VerifierSettings,
  claim: Claim | undefined,
): ServiceProfile {
  return profiles.get(claim?.credential.service ?? '') ?? profiles.get(services[0]!)!
}
