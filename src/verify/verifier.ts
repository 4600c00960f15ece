import type { PayloadMode } from '../fields/content-sha256.ts'
import { AUTHORIZATION } from '../names.ts'
import { type Carrier, SignatureError, type SignatureErrorDetails } from '../signature-error.ts'
import type { ServiceProfile } from '../types.ts'
import { bodyLimits, ReceivedBody } from './body.ts'
import { type Claim, headerValue, readClaim } from './claim.ts'
import { checkDate, type SignedAt } from './date.ts'
import { type CandidateKey, findKeys, refuseKeys } from './keys.ts'
import { resolvePolicy, type VerifierOptions, type VerifierPolicy } from './options.ts'
import { checkPayloadAllowed, type PayloadReading, readPayload } from './payload.ts'
import { type ReceivedHead, type ReceivedRequest, readHead } from './received.ts'
import { claimedProfile, refuse } from './refusal.ts'
import { checkScope } from './scope.ts'
import { canonicalParts, redactSessionToken, signedTexts } from './signature.ts'
import { checkSignedHeaders } from './signed-headers.ts'
import { decodeStreamingBody } from './streaming-body.ts'
import { checkedRequest, receivedFromRequest } from './web-request.ts'

/** What was proved of a request. */
export interface Verified {
  /** What `getKeys` gave with the key that proved it. */
  readonly principal: unknown
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly credentialScope: string
  /** Lower-case, sorted. Headers that are not among them are the client's word alone. */
  readonly signedHeaders: readonly string[]
  readonly signingDate: Date
  /** Where the signature travelled. */
  readonly carrier: Carrier
  /** What was signed of the body. */
  readonly payload: PayloadMode
}

/** A proved request, with its checked body. */
export interface VerifiedRequest extends Verified {
  readonly request: Request
}

/** A proved request, with its checked body: bytes, or a stream with `body: 'stream'`; null if none came. */
export interface VerifiedReceived extends Verified {
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null
}

/** What became clear of a request until it was refused. */
interface Findings {
  head?: ReceivedHead
  claim?: Claim
}

/**
 * Verifies requests signed with AWS Signature Version 4. What it does not prove, it throws: there is no result to
 * forget to look at.
 */
export class Verifier {
  readonly #policy: VerifierPolicy

  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: VerifierOptions) {
    this.#policy = resolvePolicy(options)
  }

  /**
   * Verifies a fetch-style Request. Its body is read; the checked one is in `.request` of the result.
   *
   * @throws {SignatureError} (as a rejection) where the request was not proved.
   */
  async verify(request: Request): Promise<VerifiedRequest> {
    const { body, ...verified } = await this.verifyReceived(receivedFromRequest(request))
    if (body === null) return { ...verified, request }
    const isDecoded = verified.payload.startsWith('streaming')
    return { ...verified, request: checkedRequest(request, body as BodyInit, isDecoded) }
  }

  /**
   * Verifies a request in raw form, as every server can give it.
   *
   * @throws {SignatureError} (as a rejection) where the request was not proved; with `body: 'stream'` also while
   *   the body is read.
   */
  async verifyReceived(received: ReceivedRequest): Promise<VerifiedReceived> {
    const findings: Findings = {}
    try {
      return await this.#verify(received, findings)
    } catch (error) {
      throw this.#refuse(error, findings)
    }
  }

  async #verify(received: ReceivedRequest, findings: Findings): Promise<VerifiedReceived> {
    const policy = this.#policy
    const head = readHead(received)
    findings.head = head
    const claim = readClaim(head, policy) // rules 1 to 3
    findings.claim = claim
    const profile = claimedProfile(policy, claim)
    const signedAt = checkDate(head, claim, policy, profile) // rule 4
    checkScope(claim, policy) // rule 5
    checkSignedHeaders(head, claim, policy, profile) // rule 6
    const keys = await findKeys(claim, policy) // rules 7 and 8
    const readings = readPayload(claim, profile, policy) // rule 9
    const wire = this.#openBody(received, head, readings)
    const { key, reading } = await this.#prove(head, claim, profile, signedAt, keys, readings, wire) // rule 10
    await checkPayloadAllowed(reading.mode, wire, head, policy)

    const body = reading.mode.startsWith('streaming')
      ? decodeStreamingBody(wire, reading.hashedPayload!, { head, claim, signedAt, key }, policy)
      : wire
    // The hash of a body that went into the signature itself is proved by it.
    const toCheck = reading.mode === 'signed' ? reading.hashedPayload : undefined
    const checkedBody =
      policy.body === 'buffer' || !body.isPresent
        ? await body.checkedBytes(toCheck) // rule 11
        : body.checkedStream(toCheck, (error) => this.#refuse(error, findings))
    const verified: Verified = {
      principal: key.principal,
      accessKeyId: claim.credential.accessKeyId,
      credentialScope: claim.credentialScope,
      signedHeaders: claim.signedHeaders,
      signingDate: new Date(signedAt.milliseconds),
      carrier: claim.carrier,
      payload: reading.mode,
    }
    const { accessKeyId, credentialScope, carrier, payload } = verified
    policy.onVerified?.({ method: head.method, accessKeyId, credentialScope, carrier, payload })
    return { body: checkedBody, ...verified }
  }

  /** The body on the wire. What chunks add to it has no limit of its own: each is small beside its data. */
  #openBody(
    { body }: ReceivedRequest,
    { headers }: ReceivedHead,
    readings: readonly PayloadReading[],
  ): ReceivedBody {
    const isChunked = readings.some(({ mode }) => mode.startsWith('streaming'))
    const unlimited = Number.POSITIVE_INFINITY
    if (isChunked) return new ReceivedBody(body, { maxBytes: unlimited, maxBufferedBytes: unlimited })
    return new ReceivedBody(body, bodyLimits(this.#policy), headerValue(headers, 'content-length'))
  }

  /** Rule 10: one of the keys made the signature over one of the readings. */
  async #prove(
    head: ReceivedHead,
    claim: Claim,
    profile: ServiceProfile,
    signedAt: SignedAt,
    keys: readonly CandidateKey[],
    readings: readonly PayloadReading[],
    body: ReceivedBody,
  ): Promise<{ key: CandidateKey; reading: PayloadReading }> {
    let shown: SignatureErrorDetails = {}
    for (const external of this.#policy.externalAddresses ?? [undefined]) {
      const parts = canonicalParts(head, claim, profile, external)
      for (const reading of readings) {
        const texts = signedTexts(parts, reading.hashedPayload ?? (await body.hashHex()), claim, signedAt)
        for (const key of keys) {
          const holds = await key.verifier.verify(texts.stringToSign, claim.signatureProvided)
          if (holds && key.isKnown && key.tokenMatches) return { key, reading }
        }
        if (!shown.stringToSign) {
          shown = {
            canonicalRequest: redactSessionToken(texts.canonicalRequest),
            stringToSign: texts.stringToSign,
            signatureProvided: claim.signatureProvided,
          }
        }
      }
    }
    throw (
      refuseKeys(keys, claim) ??
      new SignatureError(
        'signature-mismatch',
        'The signature is not that of this request: another key made it, or the request was changed after it was signed. Compare the canonical request',
        { details: shown },
      )
    )
  }

  #refuse(error: unknown, { head, claim }: Findings): unknown {
    const carrier = claim?.carrier ?? (head && !head.headers.has(AUTHORIZATION) ? 'query' : 'header')
    return refuse(error, this.#policy, { method: head?.method ?? '', carrier, claim })
  }
}
