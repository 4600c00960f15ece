import { sha256 } from '../crypto/backend.ts'
import { encodeLatin1 } from '../encoding/utf8.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'

/** What goes into a string to sign. */
export interface StringToSignParts {
  /** Default `AWS4-HMAC-SHA256`. */
  readonly algorithm?: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  readonly credentialScope: string
  readonly canonicalRequest: string
}

const ASCII = /^[\0-\x7f]*$/

/**
 * Builds the string to sign:
 *
 *     <algorithm>\n<YYYYMMDDTHHMMSSZ>\n<credential scope>\n<hex SHA-256 of the canonical request>
 *
 * @see "Create a signed AWS API request", steps 2 and 3
 */
export function buildStringToSign(parts: StringToSignParts): string {
  const { algorithm = AWS4_HMAC_SHA256, amzDate, credentialScope, canonicalRequest } = parts
  const hashedCanonicalRequest = sha256().hashHex(
    ASCII.test(canonicalRequest) ? canonicalRequest : encodeLatin1(canonicalRequest),
  )
  return `${algorithm}\n${amzDate}\n${credentialScope}\n${hashedCanonicalRequest}`
}
