import { AWS4_REQUEST } from '../names.ts'
import { SignatureError } from '../signature-error.ts'

/** What a region or a service may consist of: anything that cannot be read as more than one part. */
export const SCOPE_PART: RegExp = /^[\w.:-]+$/

/** A credential: who signs, and for what. */
export interface Credential {
  readonly accessKeyId: string
  /** `YYYYMMDD` */
  readonly scopeDate: string
  /** Undefined where the scope has none (SigV4A). */
  readonly region: string | undefined
  readonly service: string
  readonly terminator: string
}

/**
 * The credential scope of SigV4:
 *
 *     <YYYYMMDD>/<region>/<service>/aws4_request
 */
export function formatCredentialScope(scopeDate: string, region: string, service: string): string {
  return `${scopeDate}/${region}/${service}/${AWS4_REQUEST}`
}

/**
 * Splits `<accessKeyId>/<scope>` from the right: an access key id may hold slashes, a scope may not.
 *
 * @param scopeParts How many parts the scope of this algorithm has.
 * @throws {SignatureError} `malformed-authorization`
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
