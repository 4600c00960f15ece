import { checkOptions, type OptionNames } from '../errors.ts'
import { encodeBase64Url, presignRequest } from './presigned-token.ts'
import { signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which region's clusters. */
export interface MskTokenOptions extends TokenOptions {}

const OPTIONS: OptionNames<MskTokenOptions> = TOKEN_OPTIONS

const MAX_EXPIRES_IN_SECONDS = 900

/** What SASL/OAUTHBEARER asks for. */
export interface MskToken {
  /** A presigned URL in base64url. */
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiryTime: number
}

/**
 * The token for SASL/OAUTHBEARER with Managed Streaming for Apache Kafka, as AWS's signers for Kafka clients make it.
 *
 * It is good for 15 minutes, or as long as the credentials are, for all clusters of the region.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "Configure clients to use IAM access control" in the Amazon MSK Developer Guide
 * @example
 * import { mskToken } from 'countersign/tokens'
 *
 * const { expiryTime } = await mskToken({
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 *   signingDate: new Date('2026-01-02T03:04:05Z'),
 * })
 * console.log(new Date(expiryTime).toISOString()) // 2026-01-02T03:19:05.000Z
 */
export async function mskToken(options: MskTokenOptions): Promise<MskToken> {
  checkOptions('mskToken', options, OPTIONS)
  const signing = await signingFor('kafka-cluster', options)
  const { signingDate, region } = signing
  // Whole seconds, as the date in the URL is: the broker adds what the two of them say.
  const signedAtSeconds = Math.floor(signingDate / 1000)
  const endSeconds = Math.floor(Number(signing.credentials.expiration ?? Number.POSITIVE_INFINITY) / 1000)
  const expiresInSeconds = Math.max(1, Math.min(MAX_EXPIRES_IN_SECONDS, endSeconds - signedAtSeconds))
  const url = presignRequest(
    { origin: `https://kafka.${region}.amazonaws.com`, query: { Action: 'kafka-cluster:Connect' } },
    { ...signing, expiresInSeconds },
  )
  return {
    // Not signed: the name of the program, which AWS's signers send too.
    token: encodeBase64Url(`${url}&User-Agent=countersign`),
    expiryTime: (signedAtSeconds + expiresInSeconds) * 1000,
  }
}
