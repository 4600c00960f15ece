const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443', ws: '80', wss: '443' }

/** What a URL says, cut into parts and otherwise left as it is. */
export interface UrlParts {
  /** As the `host` header has it: lower-case, without user info, without the scheme's default port. */
  readonly host: string
  /** Everything before the path, the host as above. */
  readonly origin: string
  /** From the first `/`, raw; may be empty. */
  readonly path: string
  /** Without `?`, raw. */
  readonly query: string
}

//                 scheme            user info           host                           port      path        query       fragment, never sent
const URL_SHAPE =
  /^(https?|wss?):\/\/(?:[^@/?#\\]*@)?([\w.~-]+|\[[\da-f:.]+\])(?::(\d*))?((?:\/[^?#]*)?)(?:\?([^#]*))?(?:#.*)?$/is

/**
 * Cuts an absolute URL apart without changing a character of path and query, which `new URL` would.
 *
 * @returns undefined where the text is no absolute http(s) or ws(s) URL with an ASCII host.
 */
export function splitUrl(url: string): UrlParts | undefined {
  const match = URL_SHAPE.exec(url)
  if (!match) return undefined
  const [, scheme = '', name = '', port = '', path = '', query = ''] = match
  const isDefault = port === '' || port === DEFAULT_PORTS[scheme.toLowerCase()]
  const host = name.toLowerCase() + (isDefault ? '' : `:${port}`)
  return { host, origin: `${scheme}://${host}`, path, query }
}
