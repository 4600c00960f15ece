import { checkOptions, type OptionNames } from '../errors.ts'
import { type AudienceHeader, checkAudienceHeader } from './audience-header.ts'
import { presignRequest } from './presigned-token.ts'
import { CALLER_IDENTITY, GLOBAL_STS_HOST, stsHost } from './sts-host.ts'
import { signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** How to prove who one is. */
export interface StsProofOptions extends Omit<TokenOptions, 'region'> {
  /** Whose endpoint of STS is to be asked. Default: the global one, `sts.amazonaws.com`. */
  readonly region?: string | undefined
  /** For whom the proof is meant. Default: for anybody, who may then pass it on. */
  readonly audienceHeader?: AudienceHeader | undefined
}

const OPTIONS: OptionNames<StsProofOptions> = /* @__PURE__ */ Object.assign(
  { audienceHeader: true } as const,
  TOKEN_OPTIONS,
)

/** A signed request to STS, for somebody else to send. It survives JSON. */
export interface StsProof {
  /** `GET`. */
  readonly method: string
  /** Presigned. */
  readonly url: string
  /** What is signed beside `host`, by lower-case name: the audience, if there is one. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A proof of who holds the credentials: a presigned `GetCallerIdentity`, which the receiver sends to STS to read the
 * identity in the answer. The secret stays here, and the proof allows nothing else.
 *
 * It is good for 15 minutes, as often as it is used: send it over TLS, and name the audience.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "GetCallerIdentity" in the AWS Security Token Service API Reference
 * @example
 * import { stsProof } from 'countersign/tokens'
 *
 * const proof = await stsProof({
 *   region: 'eu-west-1',
 *   audienceHeader: { name: 'x-audience', value: 'orders.example' },
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(new URL(proof.url).host, proof.headers) // sts.eu-west-1.amazonaws.com { 'x-audience': 'orders.example' }
 */
export async function stsProof(options: StsProofOptions): Promise<StsProof> {
  checkOptions('stsProof', options, OPTIONS)
  const { region, audienceHeader } = options
  const audience = audienceHeader && checkAudienceHeader(audienceHeader)
  const signing = await signingFor('sts', { ...options, region: region ?? 'us-east-1' })
  const headers = audience ? { [audience.name]: audience.value } : {}
  const origin = `https://${region === undefined ? GLOBAL_STS_HOST : stsHost(region)}`
  const url = presignRequest(
    { origin, query: CALLER_IDENTITY, headers },
    { ...signing, expiresInSeconds: 900 },
  )
  return { method: 'GET', url, headers }
}
