import { encodePercent, reencodePercent } from '../encoding/percent.ts'

/** How a path becomes canonical: two settings of a service's profile. */
export interface PathRules {
  /** Whether the path on the wire is percent-encoded once more. S3 does not. */
  readonly pathEncoding: 'once' | 'twice'
  /** Whether `.`, `..` and repeated slashes are resolved first. S3 keeps them: they are part of the key. */
  readonly pathNormalization: 'normalize' | 'verbatim'
}

/**
 * Resolves `.` and `..` and drops empty segments. `..` at the root stays there; a final slash is kept if it is
 * the path's last character.
 *
 * @see RFC 3986, 5.2.4, save that AWS collapses repeated slashes too
 */
export const normalizePath = (path: string): string => {
  if (!/\/[./]|^(?!\/)/.test(path)) return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const joined = `/${segments.join('/')}`
  return path.endsWith('/') && joined !== '/' ? `${joined}/` : joined
}

const encodeSegments = (path: string, encode: (segment: string) => string): string =>
  /^[\w.~/-]*$/.test(path) ? path : path.split('/').map(encode).join('/')

/**
 * The canonical URI: the path on the wire, normalised, and encoded once more. S3 takes it as it is
 * (`{ pathEncoding: 'once', pathNormalization: 'verbatim' }`), in canonical spelling: `%c3` as `%C3`, `$` as
 * `%24`, and `%2F` as itself, for it is no separator.
 *
 * @param path The raw path, from the first `/` to before the `?`. An empty one is `/`.
 * @param rules Default: the rules of all services but S3.
 * @see "Create a signed AWS API request", step 1, CanonicalUri
 * @example
 * ```ts
 * import { canonicalUri } from 'countersign/canonical'
 *
 * console.log(canonicalUri('/a%20b/../c%20d')) // /c%2520d
 * console.log(canonicalUri('/a%20b', { pathEncoding: 'once', pathNormalization: 'verbatim' })) // /a%20b
 * ```
 */
export function canonicalUri(
  path: string,
  rules: PathRules = { pathEncoding: 'twice', pathNormalization: 'normalize' },
): string {
  const normalized = rules.pathNormalization === 'normalize' ? normalizePath(path) : path || '/'
  return encodeSegments(normalized, rules.pathEncoding === 'twice' ? encodePercent : reencodePercent)
}
