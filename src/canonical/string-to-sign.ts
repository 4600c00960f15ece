import { sha256 } from '../crypto/backend.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'

/** What goes into a string to sign. */
export interface StringToSignParts {
  /** Default `AWS4-HMAC-SHA256`. */
  readonly algorithm?: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  /** `<YYYYMMDD>/<region>/<service>/aws4_request`; of SigV4A without the region. */
  readonly credentialScope: string
  /** From `buildCanonicalRequest`: its hash goes into the text. */
  readonly canonicalRequest: string
}

const ASCII = /^[\0-\x7f]*$/

/**
 * Builds the string to sign:
 *
 *     <algorithm>\n<YYYYMMDDTHHMMSSZ>\n<credential scope>\n<hex SHA-256 of the canonical request>
 *
 * @returns Text without a trailing newline.
 * @see "Create a signed AWS API request", steps 2 and 3
 * @example
 * ```ts
 * import { buildStringToSign } from 'countersign/canonical'
 *
 * const stringToSign = buildStringToSign({
 *   amzDate: '20260102T030405Z',
 *   credentialScope: '20260102/eu-west-1/s3/aws4_request',
 *   canonicalRequest: 'GET\n/\n\nhost:a.example\n\nhost\nUNSIGNED-PAYLOAD',
 * })
 * console.log(stringToSign.split('\n')[0]) // AWS4-HMAC-SHA256
 * ```
 */
export function buildStringToSign(parts: StringToSignParts): string {
  const { algorithm = AWS4_HMAC_SHA256, amzDate, credentialScope, canonicalRequest } = parts
  const hashedCanonicalRequest = sha256().hashHex(
    ASCII.test(canonicalRequest) ? canonicalRequest : encodeLatin1(canonicalRequest),
  )
  return `${algorithm}\n${amzDate}\n${credentialScope}\n${hashedCanonicalRequest}`
}
