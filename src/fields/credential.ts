import { AWS4_REQUEST } from '../names.ts'
import { SignatureError } from '../signature-error.ts'

/** What a region or a service may consist of: anything that cannot be read as more than one part. */
export const SCOPE_PART: RegExp = /^[\w.:-]+$/

/** A credential: who signs, and for what. */
export interface Credential {
  /** Whose key signs. It may hold slashes. */
  readonly accessKeyId: string
  /** `YYYYMMDD` */
  readonly scopeDate: string
  /** Undefined where the scope has none (SigV4A). */
  readonly region: string | undefined
  /** The signing name, such as `s3`. */
  readonly service: string
  /** `aws4_request`, unless the request says something else: nothing is believed yet. */
  readonly terminator: string
}

/**
 * The credential scope of SigV4:
 *
 *     <YYYYMMDD>/<region>/<service>/aws4_request
 *
 * @param scopeDate `YYYYMMDD`
 * @see "Create a signed AWS API request", step 3
 * @example
 * ```ts
 * import { formatCredentialScope } from 'countersign/canonical'
 *
 * console.log(formatCredentialScope('20260102', 'eu-west-1', 's3')) // 20260102/eu-west-1/s3/aws4_request
 * ```
 */
export function formatCredentialScope(scopeDate: string, region: string, service: string): string {
  return `${scopeDate}/${region}/${service}/${AWS4_REQUEST}`
}

/**
 * Splits `<accessKeyId>/<scope>` from the right: an access key id may hold slashes, a scope may not.
 *
 * @param scopeParts How many parts the scope has: 4 for SigV4, 3 for SigV4A, which names no region.
 * @throws {SignatureError} `malformed-authorization`
 * @see "Create a signed AWS API request", step 6
 * @example
 * ```ts
 * import { parseCredential } from 'countersign/canonical'
 *
 * const { accessKeyId, region } = parseCredential('AKIDEXAMPLE/20260102/eu-west-1/s3/aws4_request', 4)
 * console.log(accessKeyId, region) // AKIDEXAMPLE eu-west-1
 * ```
 */
export function parseCredential(text: string, scopeParts: 3 | 4): Credential {
  const terminatorAt = text.lastIndexOf('/')
  const serviceAt = text.lastIndexOf('/', terminatorAt - 1)
  const regionAt = scopeParts === 4 ? text.lastIndexOf('/', serviceAt - 1) : serviceAt
  const dateAt = text.lastIndexOf('/', regionAt - 1)
  const scopeDate = text.slice(dateAt + 1, regionAt)
  const region = scopeParts === 4 ? text.slice(regionAt + 1, serviceAt) : undefined
  const service = text.slice(serviceAt + 1, terminatorAt)
  const terminator = text.slice(terminatorAt + 1)
  if (dateAt < 1 || !/^\d{8}$/.test(scopeDate) || region === '' || !service || !terminator) {
    const shape = `<access key id>/<YYYYMMDD>/${scopeParts === 4 ? '<region>/' : ''}<service>/${AWS4_REQUEST}`
    throw new SignatureError('malformed-authorization', `The Credential must be ${shape}`)
  }
  return { accessKeyId: text.slice(0, dateAt), scopeDate, region, service, terminator }
}
