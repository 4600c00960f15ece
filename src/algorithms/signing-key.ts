import { HmacSha256 } from '../crypto/hmac.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { AWS4_REQUEST } from '../names.ts'
import type { SigningScope } from '../types.ts'

const hmac = (key: Uint8Array, text: string): Uint8Array => new HmacSha256(key).digest(text)

/**
 * Derives the SigV4 signing key in AWS's four stages. It is good for one day, region and service, and does not
 * give away the secret.
 *
 * @returns 32 bytes.
 * @see "Create a signed AWS API request", step 4, Derive a signing key
 */
export function deriveSigningKey(input: SigningScope & { readonly secretAccessKey: string }): Uint8Array {
  const dateKey = hmac(encodeUtf8(`AWS4${input.secretAccessKey}`), input.scopeDate)
  const dateRegionKey = hmac(dateKey, input.region)
  const dateRegionServiceKey = hmac(dateRegionKey, input.service)
  return hmac(dateRegionServiceKey, AWS4_REQUEST)
}
