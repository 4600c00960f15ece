import { invalidArgType, quote } from '../errors.ts'
import { SignatureError } from '../signature-error.ts'
import { formatSignedHeaders, parseSignedHeaders } from './signed-headers.ts'

/** What an Authorization header says, not yet believed. */
export interface Authorization {
  /** Such as `AWS4-HMAC-SHA256`. */
  readonly algorithm: string
  /** `<access key id>/<scope>` */
  readonly credential: string
  /** Lower-case names, sorted. */
  readonly signedHeaders: readonly string[]
  /** Hex, lower-case as we write it. */
  readonly signature: string
}

/**
 * Writes the Authorization header:
 *
 *     <algorithm> Credential=<accessKeyId>/<scope>, SignedHeaders=<a;b>, Signature=<hex>
 */
export function formatAuthorization(
  authorization: Omit<Authorization, 'signedHeaders'> & {
    readonly signedHeaders: readonly string[] | string
  },
): string {
  const { algorithm, credential, signedHeaders, signature } = authorization
  return `${algorithm} Credential=${credential}, SignedHeaders=${formatSignedHeaders(signedHeaders)}, Signature=${signature}`
}

/** As every signer writes it. What it does not fit is read with more tolerance, and then is explained. */
const USUAL = /^([!-+\--~]+) Credential=([!-+\--~]+), ?SignedHeaders=([!-+\--~]+), ?Signature=([\da-f]+)$/

const malformed = (problem: string): SignatureError =>
  new SignatureError('malformed-authorization', `The Authorization header ${problem}`)

/**
 * Reads the Authorization header. Spaces around commas are optional and the three components may stand in any
 * order; each must be there exactly once, and nothing else.
 *
 * @throws {SignatureError} `malformed-authorization`
 * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
 * @see "Create a signed AWS API request", step 6
 */
export function parseAuthorization(text: string): Authorization {
  if (typeof text !== 'string') throw invalidArgType('the Authorization header', 'a string', text)
  const usual = USUAL.exec(text)
  if (usual) {
    const [, algorithm = '', credential = '', names = '', signature = ''] = usual
    return { algorithm, credential, signedHeaders: parseSignedHeaders(names), signature }
  }
  // Other white space than these would be trimmed here, and perhaps not elsewhere.
  if (/[^\t -~]/.test(text)) throw malformed('has a character that is not printable ASCII')
  const trimmed = text.trim()
  const space = trimmed.search(/[ \t]/)
  if (space < 0) throw malformed('must be "<algorithm> Credential=…, SignedHeaders=…, Signature=…"')
  const found = new Map<string, string>()
  for (const component of trimmed.slice(space).split(',')) {
    const equals = component.indexOf('=')
    if (equals < 0) throw malformed('has a component that is not "name=value"')
    const name = component.slice(0, equals).trim()
    if (found.has(name)) throw malformed(`has ${quote(name)} twice`)
    found.set(name, component.slice(equals + 1).trim())
  }
  const take = (name: string): string => {
    const value = found.get(name)
    if (!value) throw malformed(`has no ${name}`)
    return value
  }
  const authorization = {
    algorithm: trimmed.slice(0, space),
    credential: take('Credential'),
    signedHeaders: parseSignedHeaders(take('SignedHeaders')),
    signature: take('Signature'),
  }
  if (found.size > 3) throw malformed('has components besides Credential, SignedHeaders and Signature')
  return authorization
}
