import { inferScope } from '../../endpoints/inferred-scope.ts'
import { invalidArgValue } from '../../errors.ts'
import { splitUrl } from '../../fields/url.ts'
import type { Request } from './request.ts'

/** Services whose endpoint names no region. */
const GLOBAL = /^(?:cloudfront|ls|route53|iam|importexport|sts)$/
/** Services whose first endpoint names no region. */
const GLOBAL_IN_US_EAST_1 = /^(?:s3|sdb)$/

/** Whether the endpoint of a service names no region. */
export function isSingleRegion(service: string, region: string): boolean {
  return GLOBAL.test(service) || (region === 'us-east-1' && GLOBAL_IN_US_EAST_1.test(service))
}

/** The host name of an AWS endpoint. */
export function endpointHost(service: string, region: string): string {
  const label = service.replace(/^ses$/, 'email')
  const suffix = region.startsWith('cn-') ? '.cn' : ''
  return `${label}${isSingleRegion(service, region) ? '' : `.${region}`}.amazonaws.com${suffix}`
}

/** What a host name tells: service and region. */
export function matchHost(
  host: string | undefined,
): [service?: string | undefined, region?: string | undefined] {
  // What is no host name tells nothing.
  const url = `https://${host ?? ''}/`
  if (!splitUrl(url)) return []
  const { service, region } = inferScope(url)
  return service === undefined ? [] : [service, region === '*' ? undefined : region]
}

/**
 * The options of `http.request` for a URL.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
 */
export function requestOfUrl(url: string): Request & { protocol: string } {
  const parts = splitUrl(url)
  if (!parts) throw invalidArgValue('request', 'must be an object or an absolute URL')
  const { host, path, query } = parts
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host)!
  return {
    protocol: `${url.slice(0, url.indexOf(':')).toLowerCase()}:`,
    hostname: name.replace(/^\[|\]$/g, ''),
    ...(port !== undefined && { port }),
    path: `${path || '/'}${query && `?${query}`}`,
    headers: { Host: host },
  }
}
