import { invalidArgType } from '../errors.ts'
import { splitUrl } from '../fields/host.ts'
import { HOST } from '../names.ts'
import type { ReceivedRequest } from './received.ts'

/**
 * A fetch-style Request as it arrived. Some runtimes leave `host` to the URL.
 *
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 */
export function receivedFromRequest(request: Request): ReceivedRequest {
  const parts = typeof request?.url === 'string' ? splitUrl(request.url) : undefined
  if (!parts || !request.headers) throw invalidArgType('the request', 'a Request', request)
  const headers = [...request.headers]
  if (!request.headers.has(HOST)) headers.push([HOST, parts.host])
  const at = request.url.indexOf('?')
  return {
    method: request.method,
    target: (parts.path || '/') + (at < 0 ? '' : `?${parts.query}`),
    headers,
    body: request.body,
  }
}
