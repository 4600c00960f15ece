import { sha256 } from '../crypto/backend.ts'
import { EMPTY_SHA256 } from '../names.ts'

/** What each string to sign of a chunked body begins with. */
export interface ChunkScope {
  /** Such as `AWS4-HMAC-SHA256`. */
  readonly algorithm: string
  /** `YYYYMMDDTHHMMSSZ`, of the request. */
  readonly amzDate: string
  readonly credentialScope: string
}

/**
 * The string to sign of one chunk:
 *
 *     <algorithm>-PAYLOAD\n<date>\n<scope>\n<prior signature>\n<SHA-256 of nothing>\n<SHA-256 of the data>
 *
 * @param priorSignature Of the chunk before; of the request for the first. Without padding.
 */
export function buildChunkStringToSign(scope: ChunkScope, priorSignature: string, dataHash: string): string {
  const { algorithm, amzDate, credentialScope } = scope
  return `${algorithm}-PAYLOAD\n${amzDate}\n${credentialScope}\n${priorSignature}\n${EMPTY_SHA256}\n${dataHash}`
}

/** Canonical trailers: lower-case, sorted, `name:value\n` each. */
export function canonicalTrailers(trailers: readonly (readonly [name: string, value: string])[]): string {
  return trailers
    .map(([name, value]) => `${name.toLowerCase()}:${value.trim()}\n`)
    .sort()
    .join('')
}

/**
 * The string to sign of the trailers:
 *
 *     <algorithm>-TRAILER\n<date>\n<scope>\n<signature of the last chunk>\n<SHA-256 of the canonical trailers>
 */
export function buildTrailerStringToSign(
  scope: ChunkScope,
  priorSignature: string,
  trailers: string,
): string {
  const { algorithm, amzDate, credentialScope } = scope
  return `${algorithm}-TRAILER\n${amzDate}\n${credentialScope}\n${priorSignature}\n${sha256().hashHex(trailers)}`
}
