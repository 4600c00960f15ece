import { invalidArgValue } from '../errors.ts'
import { splitUrl } from '../fields/url.ts'
import { scopeOfAwsHost } from './aws-host.ts'
import { scopeOfS3Host } from './s3-compatible-host.ts'

/** What a host name tells of the signing scope. */
export interface InferredScope {
  /** The signing name, such as `s3` or `execute-api`; left out where the host does not tell it. */
  service?: string
  /**
   * The region, such as `us-east-1`; left out where the host does not tell it. `*` stands for the region set of a
   * host that takes SigV4A alone.
   */
  region?: string
}

/**
 * Reads the signing name and the region out of the host name of an AWS endpoint, or of a storage service that speaks
 * S3.
 *
 * What the host does not tell is left out: `{}` for a host that is not known, no region for S3 Transfer Acceleration,
 * whose requests are signed for the bucket's region. A global AWS host, such as `iam.amazonaws.com`, is signed for one
 * region of its partition. The path is looked at for the few hosts that several services share. The answer is a guess
 * from the name: nothing is asked of the host.
 *
 * @param url Absolute, of the scheme http, https, ws or wss.
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE` where the URL is none.
 * @see The endpoint rules of botocore; AWS General Reference, "Service endpoints and quotas"
 * @example
 * ```ts
 * import { inferScope } from 'countersign'
 *
 * console.log(inferScope('https://bucket.s3.eu-west-1.amazonaws.com/key')) // { service: 's3', region: 'eu-west-1' }
 * console.log(inferScope('https://example.com/')) // {}
 * ```
 */
export function inferScope(url: string | URL): InferredScope {
  const parts = splitUrl(typeof url === 'string' ? url : url.href)
  if (!parts) throw invalidArgValue('url', 'must be an absolute http, https, ws or wss URL')
  const host = parts.host.replace(/:\d+$/, '')
  return scopeOfAwsHost(host, parts.path) ?? scopeOfS3Host(host) ?? {}
}
