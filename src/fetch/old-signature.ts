import { isPresigned, PRESIGN_PARAMETERS, queryPairs } from '../fields/presigned-query.ts'
import { AUTHORIZATION, X_AMZ_CONTENT_SHA256, X_AMZ_DATE } from '../names.ts'
import type { ServiceProfile } from '../types.ts'

/** The URL without the parameters of an older signature; all others stay as they are written. */
export function withoutPresign(url: string): string {
  const [beforeFragment = '', ...fragment] = url.split('#')
  const at = beforeFragment.indexOf('?')
  if (at < 0 || !isPresigned(beforeFragment.slice(at + 1))) return url
  const kept = beforeFragment
    .slice(at + 1)
    .split('&')
    .filter((piece) => {
      const [name = ''] = queryPairs(piece)[0] ?? []
      return !PRESIGN_PARAMETERS.has(name.toLowerCase())
    })
    .join('&')
  return [beforeFragment.slice(0, at) + (kept && `?${kept}`), ...fragment].join('#')
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
