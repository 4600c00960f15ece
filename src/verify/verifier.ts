import type { MaybePromise } from '../maybe-promise.ts'
import { AUTHORIZATION } from '../names.ts'
import { SignatureError } from '../signature-error.ts'
import { refuse } from './audit.ts'
import { bodyLimits, ReceivedBody, UNLIMITED } from './body/received-body.ts'
import { type Context, claimedProfile, type ReceivedHead, type RequestClaim } from './context.ts'
import type { BodyMode, VerifierOptions } from './options.ts'
import type { ReceivedRequest } from './received.ts'
import { readHead } from './rules/00-head.ts'
import { findCarrier } from './rules/01-carrier.ts'
import { readClaim } from './rules/03-parse.ts'
import { checkDate } from './rules/04-date.ts'
import { checkScope } from './rules/05-scope.ts'
import { checkSignedHeaders } from './rules/06-signed-headers.ts'
import { type KeyRing, lookUpKeys } from './rules/07-keys.ts'
import { checkSessionToken } from './rules/08-session-token.ts'
import { checkPayloadAllowed, readPayload } from './rules/09-payload.ts'
import { type Proof, proveSignature } from './rules/10-signature.ts'
import { checkBody } from './rules/11-body.ts'
import { resolveSettings, type VerifierSettings } from './settings.ts'
import { type VerifiedReceived, type VerifiedRequest, verifiedReceived } from './verified.ts'
import { checkedRequest, receivedFromRequest } from './web-request.ts'

/** What became clear of a request until it was refused. */
interface Findings {
  head: ReceivedHead | undefined
  claim: RequestClaim | undefined
}

/**
 * Verifies requests signed with AWS Signature Version 4 and 4A. What it does not prove, it throws: there is no result
 * to forget to look at.
 *
 * `Principal` is inferred from `getKeys`, and the type of bodies from `body`.
 *
 * @example
 * ```ts
 * import { signHeaders, Verifier } from 'countersign'
 *
 * const keys = new Map([['AKIDEXAMPLE', { secretAccessKey: 'a shared secret', principal: 'billing' }]])
 * const verifier = new Verifier({
 *   getKeys: ({ accessKeyId }) => keys.get(accessKeyId),
 *   service: 'orders',
 *   region: 'eu-west-1',
 * })
 *
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a shared secret' }
 * const scope = { credentials, service: 'orders', region: 'eu-west-1' }
 * const signed = signHeaders({ url: 'https://api.example.com/a' }, scope)
 * const headers: [string, string][] = [['host', 'api.example.com'], ...Object.entries(signed.headers)]
 * const { principal, path } = await verifier.verifyReceived({ method: 'GET', target: '/a', headers })
 * console.log(principal, path) // billing /a
 * ```
 */
export class Verifier<Principal = unknown, Mode extends BodyMode = 'buffer'> {
  readonly #settings: VerifierSettings

  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
   */
  constructor(options: VerifierOptions<Principal, Mode>) {
    this.#settings = resolveSettings(options)
  }

  /**
   * Verifies a fetch-style Request. Its body is read; the checked one is in `.request` of the result.
   *
   * @throws {SignatureError} (as a rejection) where the request was not proved.
   */
  async verify(request: Request): Promise<VerifiedRequest<Principal>> {
    const { body, ...verified } = await this.#verify(() => receivedFromRequest(request, this.#settings))
    const isDecoded = verified.payload.startsWith('streaming')
    return {
      ...(verified as VerifiedReceived<Principal>),
      request: checkedRequest(request, { url: verified.url, body, isDecoded }),
    }
  }

  /**
   * Verifies a request in raw form, as every server can give it.
   *
   * @throws {SignatureError} (as a rejection) where the request was not proved; with `body: 'stream'` also while
   *   the body is read.
   */
  verifyReceived(received: ReceivedRequest): Promise<VerifiedReceived<Principal, Mode>> {
    return this.#verify(() => received) as Promise<VerifiedReceived<Principal, Mode>>
  }

  async #verify(receive: () => ReceivedRequest): Promise<VerifiedReceived> {
    const findings: Findings = { head: undefined, claim: undefined }
    try {
      const received = receive()
      const context = this.#readContext(received, findings)
      const found = lookUpKeys(context) // rule 7
      const ring = checkSessionToken(context, isPromise(found) ? await found : found) // rule 8
      const proof = await prove(received, context, ring)
      const checked = checkBody(proof, context, (error) => this.#refuse(error, findings)) // rule 11
      const body = isPromise(checked) ? await checked : checked
      const verified = verifiedReceived(context, proof, body)
      this.#settings.onVerified?.({
        method: context.head.method,
        accessKeyId: verified.accessKeyId,
        credentialScope: verified.credentialScope,
        carrier: verified.carrier,
        payload: verified.payload,
      })
      return verified
    } catch (error) {
      throw this.#refuse(error, findings)
    }
  }

  /** Rules 0 to 6: what the head of the request says, without a key. */
  #readContext(received: ReceivedRequest, findings: Findings): Context {
    const settings = this.#settings
    const head = readHead(received, settings) // rule 0
    findings.head = head
    const claim = readClaim(head, findCarrier(head), settings) // rules 1 to 3
    findings.claim = claim
    const profile = claimedProfile(settings, claim)
    const signedAt = checkDate({ head, claim, profile, settings }) // rule 4
    const context: Context = { head, claim, profile, signedAt, settings }
    checkScope(context) // rule 5
    checkSignedHeaders(context) // rule 6
    return context
  }

  #refuse(error: unknown, { head, claim }: Findings): unknown {
    const carrier = claim?.carrier ?? (head && !head.headers.has(AUTHORIZATION) ? 'query' : 'header')
    return refuse(error, this.#settings, { method: head?.method ?? '', carrier, claim })
  }
}

const isPromise = <T>(value: MaybePromise<T>): value is Promise<T> =>
  typeof (value as Partial<Promise<T>> | null)?.then === 'function'

/** Rules 9 and 10: what was signed of the body, and with which key. */
async function prove(received: ReceivedRequest, context: Context, ring: KeyRing): Promise<Proof> {
  try {
    const readings = readPayload(context) // rule 9
    // What chunks add to a body has no limit of its own: each is small beside its data.
    const isStreaming = readings[0]!.mode.startsWith('streaming')
    const limits = isStreaming ? UNLIMITED : bodyLimits(context.settings)
    const body = ReceivedBody.arrived(received.body, context.head.headers, limits)
    const proof = await proveSignature(context, { ring, readings, body }) // rule 10
    const allowed = checkPayloadAllowed(proof.reading, body, context)
    if (isPromise(allowed)) await allowed
    return proof
  } catch (error) {
    // The answer of rules 7 and 8 waits until the work of 9 and 10 is done, and comes before theirs.
    throw ring.refusal && error instanceof SignatureError ? ring.refusal : error
  }
}
