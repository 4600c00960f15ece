import type { HeaderLines } from '../../canonical/headers.ts'
import { encodePercent } from '../../encoding/percent.ts'
import type { EncodedPair } from '../../fields/query.ts'
import { PRESIGN, UNSIGNED_PAYLOAD, X_AMZ, X_AMZ_CONTENT_SHA256 } from '../../names.ts'
import { hashBody } from '../../sign/payload.ts'
import { checkHeader } from '../../sign/request-parts.ts'
import type { HttpRequest, RequestPresigningArguments, RequestSigningArguments } from './types.ts'

/** Left unsigned unless `signableHeaders` names them. */
const UNSIGNED =
  /^(?:authorization|cache-control|connection|expect|from|keep-alive|max-forwards|pragma|referer|te|trailer|transfer-encoding|upgrade|user-agent|x-amzn-trace-id|(?:proxy|sec)-.*)$/
/** Made anew by each signature. */
const GENERATED = /^(?:authorization|x-amz-date|date)$/
const OLD_SIGNATURE = PRESIGN.signature.toLowerCase()

/** A copy that may be written to, of the same class: the SDK asks it for its methods. */
export function copyRequest(request: HttpRequest): HttpRequest {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(request)), request)
  copy.headers = { ...request.headers }
  if (request.query) copy.query = { ...request.query }
  for (const name of Object.keys(copy.headers))
    if (GENERATED.test(name.toLowerCase())) delete copy.headers[name]
  return copy
}

/** Moves headers to the query: `x-amz-*` but the unhoistable, and the hoistable. */
export function hoistHeaders(
  headers: HttpRequest['headers'],
  query: Record<string, string>,
  { unhoistableHeaders, hoistableHeaders }: RequestPresigningArguments,
): void {
  for (const name of Object.keys(headers)) {
    const lower = name.toLowerCase()
    const isOfAws = lower.startsWith(X_AMZ) && !unhoistableHeaders?.has(lower)
    if (!isOfAws && !hoistableHeaders?.has(lower)) continue
    query[name] = headers[name]!
    delete headers[name]
  }
}

/** The lines of what is signed, by lower-case name, sorted. */
export function signedLines(
  headers: HttpRequest['headers'],
  { signableHeaders, unsignableHeaders }: RequestSigningArguments,
): HeaderLines {
  const lines: [string, string[]][] = []
  for (const name of Object.keys(headers).sort()) {
    const value: string | undefined = headers[name]
    const lower = name.toLowerCase()
    const isLeftOut = UNSIGNED.test(lower) || unsignableHeaders?.has(lower)
    if (value == null || (isLeftOut && !signableHeaders?.has(lower))) continue
    // As the original has it, which takes a line break for a space.
    const line = value.replace(/[\r\n]/g, ' ')
    checkHeader(lower, [line])
    lines.push([lower, [line]])
  }
  return new Map([...new Map(lines)].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The query in canonical encoding, without an older signature. */
export function encodeQuery(query: HttpRequest['query'] = {}): EncodedPair[] {
  return Object.entries(query).flatMap(([name, values]) =>
    name.toLowerCase() === OLD_SIGNATURE || values === undefined
      ? []
      : [values ?? '']
          .flat()
          .map((value): EncodedPair => [encodePercent(name), encodePercent(String(value))]),
  )
}

/** What the signature says of the body. */
export function claimPayload({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): string {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === X_AMZ_CONTENT_SHA256)
  if (name !== undefined) return headers[name]!
  const isWhole =
    body == null || typeof body === 'string' || ArrayBuffer.isView(body) || body instanceof ArrayBuffer
  return isWhole ? hashBody(body) : UNSIGNED_PAYLOAD
}
