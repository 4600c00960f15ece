import { checkOptions, checkText, invalidArgType, type OptionNames, quote } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import { type AudienceHeader, checkAudienceHeader } from './audience-header.ts'
import { checkProof } from './received-proof.ts'
import { type CallerIdentity, parseCallerIdentity, readAnswer } from './sts-answer.ts'
import { isStsHost } from './sts-host.ts'
import { HOSTNAME } from './token-options.ts'

/** What a proof is held to. */
export interface VerifyStsProofOptions {
  /** What the proof must name as its audience, and sign. Default: it must name none. */
  readonly audienceHeader?: AudienceHeader | undefined
  /** The hosts that may be asked, by their exact names. Default: the endpoints of STS in all partitions. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Default: that of the runtime. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Ends the wait for STS. Default: none. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

const OPTIONS: OptionNames<VerifyStsProofOptions> = {
  audienceHeader: true,
  allowedHosts: true,
  fetch: true,
  signal: true,
  now: true,
}

function hostTest(allowedHosts: readonly string[] | undefined): (host: string) => boolean {
  if (allowedHosts === undefined) return isStsHost
  if (!Array.isArray(allowedHosts)) throw invalidArgType('allowedHosts', 'a list of host names', allowedHosts)
  for (const host of allowedHosts) checkText('allowedHosts', host, HOSTNAME)
  const known = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return (host) => known.has(host)
}

/** STS has refused the proof; at any other answer nothing is known of it. */
function failureOf(status: number, text: string): Error {
  const code = /<Code>([\w.]{1,64})<\/Code>/.exec(text)?.[1] ?? ''
  const message = `STS answered ${status}${code && ` ${code}`}`
  const isRefusal = status >= 400 && status < 500 && status !== 429 && !/^Throttl/.test(code)
  return isRefusal
    ? new SignatureError('signature-mismatch', message, { carrier: 'query' })
    : new Error(message)
}

/**
 * Sends a proof to STS, and resolves to whose it is.
 *
 * The proof comes from whom it is about, and is sent from within your network: first it must be a presigned
 * `GetCallerIdentity` and nothing else, at an endpoint of STS, over https, not older than 15 minutes, with no other
 * query parameter or header than it needs. Nothing is sent otherwise. Redirects are not followed, and the answer is
 * held to the one document that STS sends.
 *
 * Whoever saw a proof can use it again within its 15 minutes. Say `audienceHeader`, or a proof that was made for
 * another service is good here too, and compare the whole ARN.
 *
 * @param proof What `stsProof` made, as it came, out of JSON: anything may be in it.
 * @throws {SignatureError} where it is no such proof, where it has expired, and where STS refuses it.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE` for the options.
 * @throws {Error} where STS cannot be asked, or gives another answer: try again.
 * @see "GetCallerIdentity" in the AWS Security Token Service API Reference
 * @example
 * import { stsProof, verifyStsProof } from 'countersign/tokens'
 *
 * const audienceHeader = { name: 'x-audience', value: 'orders.example' }
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const proof = await stsProof({ credentials })
 * await verifyStsProof(proof, { audienceHeader }).catch((error) => console.log(error.reason)) // header-not-signed
 */
export async function verifyStsProof(
  proof: unknown,
  options: VerifyStsProofOptions = {},
): Promise<CallerIdentity> {
  checkOptions('verifyStsProof', options, OPTIONS)
  const { audienceHeader, allowedHosts, fetch = globalThis.fetch, signal, now = Date.now } = options
  for (const [name, value] of [['fetch', fetch] as const, ['now', now] as const])
    if (typeof value !== 'function') throw invalidArgType(name, 'a function', value)
  const audience = audienceHeader && checkAudienceHeader(audienceHeader)
  const url = checkProof(proof, { isAllowedHost: hostTest(allowedHosts), audience, now: now() })
  const response = await fetch(url, {
    method: 'GET',
    headers: { accept: 'text/xml', ...(audience && { [audience.name]: audience.value }) },
    redirect: 'manual',
    ...(signal && { signal }),
  })
  const text = await readAnswer(response)
  if (response.status !== 200) throw failureOf(response.status, text ?? '')
  const identity = text === undefined ? undefined : parseCallerIdentity(text)
  if (!identity) throw new Error(`STS answered ${quote(text ?? 'too much')}`)
  return identity
}
