import { encodeBase64 } from '../encoding/base64.ts'
import { encodePercent } from '../encoding/percent.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { type PresignOptions, presignUrl } from '../sign/presign.ts'

/** What a token signs: a GET that nobody sends. */
export interface TokenRequest {
  /** Scheme, host and port. */
  readonly origin: string
  /** In this order, not encoded. */
  readonly query: Readonly<Record<string, string>>
  /** Signed beside `host`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The presigned URL, with its parameters in the order in which the AWS CLI and botocore write them. */
export function presignRequest(
  { origin, query, headers = {} }: TokenRequest,
  options: PresignOptions,
): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodePercent(value)}`)
  const { url } = presignUrl({ url: `${origin}/?${pairs.join('&')}`, headers }, options)
  // The signature covers the parameters sorted: their order in the URL is free.
  return url.replace(/(&X-Amz-Security-Token=[^&]*)(&X-Amz-SignedHeaders=[^&]*)/, '$2$1')
}

/** The same without its scheme, as databases and caches take it for a password. */
export function presignPassword(request: TokenRequest, options: PresignOptions): string {
  const url = presignRequest(request, options)
  // The origin as it was given: the port stays where it is the default of the scheme, too.
  return request.origin.replace(/^https?:\/\//, '') + url.slice(url.indexOf('/?'))
}

/** Base64 for URLs, without padding (RFC 4648, 5). */
export function encodeBase64Url(text: string): string {
  const base64 = encodeBase64(encodeUtf8(text)).replace(/=+$/, '')
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
