import { sha256 } from '../crypto/backend.ts'
import { AWS4_HMAC_SHA256 } from '../names.ts'

/** What the string to sign of an event is made of. */
export interface EventStringToSignParts {
  /** `YYYYMMDDTHHMMSSZ`, of the event. */
  readonly amzDate: string
  /** `YYYYMMDD/region/service/aws4_request`, with the day of the event. */
  readonly credentialScope: string
  /** Of the event before; of the request for the first. Lower-case hex. */
  readonly priorSignature: string
  /** The headers that are signed, as they are encoded: `:date` alone. */
  readonly headers: Uint8Array
  /** The message inside, as it is encoded; empty in the event that closes the stream. */
  readonly payload: Uint8Array
}

/**
 * The string to sign of one event:
 *
 *     AWS4-HMAC-SHA256-PAYLOAD\n<date>\n<scope>\n<prior signature>\n<SHA-256 of the headers>\n<SHA-256 of the payload>
 *
 * AWS's guide to Transcribe prints its first line without `-PAYLOAD`; services and SDKs have it so.
 */
export function buildEventStringToSign(parts: EventStringToSignParts): string {
  const { amzDate, credentialScope, priorSignature, headers, payload } = parts
  const { hashHex } = sha256()
  return [
    `${AWS4_HMAC_SHA256}-PAYLOAD`,
    amzDate,
    credentialScope,
    priorSignature,
    hashHex(headers),
    hashHex(payload),
  ].join('\n')
}
