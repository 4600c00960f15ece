import { formatSignedHeaders } from '../fields/signed-headers.ts'

/** The six elements of a canonical request, each already canonical. */
export interface CanonicalRequestParts {
  readonly method: string
  readonly canonicalUri: string
  readonly canonicalQueryString: string
  /** Each header ends in a newline. */
  readonly canonicalHeaders: string
  /** Lower-case names, sorted; or their text, joined by `;`. */
  readonly signedHeaders: readonly string[] | string
  /** 64 lower-case hex digits, or a sentinel such as `UNSIGNED-PAYLOAD`. */
  readonly hashedPayload: string
}

/**
 * Builds the canonical request:
 *
 *     <Method>\n<CanonicalUri>\n<CanonicalQueryString>\n<CanonicalHeaders>\n<SignedHeaders>\n<HashedPayload>
 *
 * The canonical headers end in a newline of their own, so that an empty line follows them.
 *
 * @returns Text without a trailing newline, one character a byte.
 * @see "Create a signed AWS API request", step 1
 */
export function buildCanonicalRequest(parts: CanonicalRequestParts): string {
  const { method, canonicalUri, canonicalQueryString, canonicalHeaders, signedHeaders, hashedPayload } = parts
  const head = `${method}\n${canonicalUri}\n${canonicalQueryString}\n`
  return `${head}${canonicalHeaders}\n${formatSignedHeaders(signedHeaders)}\n${hashedPayload}`
}
