import { isPresigned, isPresignParameter } from '../fields/presigned-names.ts'
import { encodedPair, queryPieces, splitQuery } from '../fields/query.ts'
import { AUTHORIZATION, X_AMZ_CONTENT_SHA256, X_AMZ_DATE } from '../names.ts'
import type { ServiceProfile } from '../types.ts'

/** The URL without the parameters of an older signature; all others stay as they are written. */
export function withoutPresign(url: string): string {
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(url)!
  if (!isPresigned(splitQuery(query))) return url
  const kept = queryPieces(query).filter((piece) => !isPresignParameter(encodedPair(piece)[0]))
  return path + (kept.length > 0 ? `?${kept.join('&')}` : '') + fragment
}

/** Takes an older signature out of headers whole: with it go its date, its token and its hash. */
export function dropOldSignature(headers: Headers, profile: ServiceProfile): void {
  if (headers.get(AUTHORIZATION)?.startsWith('AWS4-')) {
    headers.delete(profile.sessionTokenName)
    if (/^[\da-f]{64}$/.test(headers.get(X_AMZ_CONTENT_SHA256) ?? '')) headers.delete(X_AMZ_CONTENT_SHA256)
  }
  headers.delete(AUTHORIZATION)
  headers.delete(X_AMZ_DATE)
}
