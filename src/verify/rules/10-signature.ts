import { buildCanonicalHeaders, type HeaderLines } from '../../canonical/headers.ts'
import { joinCanonicalQuery } from '../../canonical/query-string.ts'
import { buildCanonicalRequest, type CanonicalRequestParts } from '../../canonical/request.ts'
import { buildStringToSign } from '../../canonical/string-to-sign.ts'
import { canonicalUri, normalizePath } from '../../canonical/uri.ts'
import { quote } from '../../errors.ts'
import { splitUrl } from '../../fields/url.ts'
import { AUTHORITY, HOST, PRESIGN } from '../../names.ts'
import type { SignatureErrorDetails } from '../../refusal-details.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedBody } from '../body/received-body.ts'
import type { Context } from '../context.ts'
import type { ExternalAddress } from '../settings.ts'
import type { CandidateKey, KeyRing } from './07-keys.ts'
import type { PayloadReading } from './09-payload.ts'

/** What the signature proved. */
export interface Proof {
  readonly key: CandidateKey
  readonly reading: PayloadReading
  /** The one of `externalUrl` that was signed for; undefined where there is none. */
  readonly address: ExternalAddress | undefined
  /** As it came, not checked yet. */
  readonly body: ReceivedBody
}

/** What the signature may have been made with, and over. */
export interface ProofCandidates {
  readonly ring: KeyRing
  readonly readings: readonly PayloadReading[]
  readonly body: ReceivedBody
}

/** The query as it was signed: without the signature, and without a token that was appended after it. */
function signedQuery({ head, claim, profile }: Context): string {
  const { queryPairs } = head
  if (claim.carrier === 'header') return joinCanonicalQuery(queryPairs)
  const isAppended = profile.sessionToken === 'appended'
  return joinCanonicalQuery(
    queryPairs.filter(
      ([name]) => name !== PRESIGN.signature && !(isAppended && name === PRESIGN.securityToken),
    ),
  )
}

function signedLines({ headers }: Context['head'], address: ExternalAddress | undefined): HeaderLines {
  return address ? new Map(headers).set(HOST, [address.host]).set(AUTHORITY, [address.host]) : headers
}

/** The canonical request, short of its payload line, over the raw target and the raw headers. */
function canonicalParts(
  context: Context,
  address: ExternalAddress | undefined,
): Omit<CanonicalRequestParts, 'hashedPayload'> {
  const { head, claim, profile } = context
  // Resolved by itself: ".." does not climb out of the prefix.
  const path =
    address?.pathPrefix && profile.pathNormalization === 'normalize' ? normalizePath(head.path) : head.path
  return {
    method: head.method,
    canonicalUri: canonicalUri((address?.pathPrefix ?? '') + path, profile),
    canonicalQueryString: signedQuery(context),
    canonicalHeaders: buildCanonicalHeaders(signedLines(head, address), claim.signedHeaders),
    signedHeaders: claim.signedHeaders.join(';'),
  }
}

/**
 * What clients may have addressed. Of several addresses, the host that arrived selects: a request for one server is
 * none for another.
 */
function possibleAddresses({ head, settings }: Context): readonly (ExternalAddress | undefined)[] {
  const { externalAddresses } = settings
  if (externalAddresses.length === 0) return [undefined]
  if (externalAddresses.length === 1) return externalAddresses
  const arrived = head.headers.get(HOST)?.[0]?.trim() ?? ''
  const selected = externalAddresses.filter(
    ({ scheme, host }) => splitUrl(`${scheme}://${arrived}`)?.host === host,
  )
  if (selected.length > 0) return selected
  throw new SignatureError(
    'signature-mismatch',
    `The request is for the host ${quote(arrived)}, and externalUrl names ${externalAddresses.map(({ host }) => host).join(', ')}`,
  )
}

const TOKEN_LINES = /^(x-amz-(?:security|s3session)-token:).*$/gim
const TOKEN_PARAMETERS = /(X-Amz-(?:Security|S3session)-Token=)[^&\n]*/gi

/** A canonical request that may be shown: the session token is a secret. */
function redactSessionToken(canonicalRequest: string): string {
  return canonicalRequest.replace(TOKEN_LINES, '$1…').replace(TOKEN_PARAMETERS, '$1…')
}

function mismatch({ head, settings }: Context, details: SignatureErrorDetails): SignatureError {
  const host = settings.externalAddresses[0]?.host ?? head.headers.get(HOST)?.[0] ?? ''
  return new SignatureError(
    'signature-mismatch',
    `The signature is not that of this request: another key made it, or the request was changed after it was signed. Check that clients address the host ${quote(host)} (behind a proxy say externalUrl), that the target is the raw one, and that nobody read the body before; then compare the canonical request`,
    { details },
  )
}

/**
 * Rule 10: one of the keys made the signature, over one of the readings of the payload. The answer of rules 7 and 8 is
 * told here: a key that is not known, or not with this token, has by now cost what a wrong signature costs.
 *
 * @throws {SignatureError} `unknown-access-key`, `invalid-session-token`, `signature-mismatch`; what reading the body
 *   refuses.
 */
export async function proveSignature(context: Context, candidates: ProofCandidates): Promise<Proof> {
  const { claim, signedAt } = context
  const { ring, readings, body } = candidates
  let shown: SignatureErrorDetails | undefined
  for (const address of possibleAddresses(context)) {
    const parts = canonicalParts(context, address)
    for (const reading of readings) {
      let hashedPayload = reading.hashedPayload ?? body.hashHex()
      if (typeof hashedPayload !== 'string') hashedPayload = await hashedPayload
      const canonicalRequest = buildCanonicalRequest({
        method: parts.method,
        canonicalUri: parts.canonicalUri,
        canonicalQueryString: parts.canonicalQueryString,
        canonicalHeaders: parts.canonicalHeaders,
        signedHeaders: parts.signedHeaders,
        hashedPayload,
      })
      const stringToSign = buildStringToSign({
        algorithm: claim.algorithm.name,
        amzDate: signedAt.amzDate,
        credentialScope: claim.credentialScope,
        canonicalRequest,
      })
      for (const key of ring.candidates) {
        const verified = key.verifier.verify(stringToSign, claim.signatureProvided)
        const holds = typeof verified === 'boolean' ? verified : await verified
        if (holds && !ring.refusal) return { key, reading, address, body }
      }
      shown ??= {
        canonicalRequest: redactSessionToken(canonicalRequest),
        stringToSign,
        signatureProvided: claim.signatureProvided,
      }
    }
  }
  throw ring.refusal ?? mismatch(context, shown ?? {})
}
