import { gatherHeaders } from '../canonical/headers.ts'
import { checkText, invalidArgType, invalidArgValue } from '../errors.ts'
import { type Authorization, parseAuthorization } from '../fields/authorization.ts'
import { isPresigned } from '../fields/presigned-names.ts'
import { parsePresignedQuery } from '../fields/presigned-query.ts'
import { splitQuery } from '../fields/query.ts'
import { AUTHORIZATION, AWS4_HMAC_SHA256 } from '../names.ts'
import type { HeadersInput } from '../types.ts'

/** What carries a signature: a Request, what `signHeaders` or `presignUrl` give, or a presigned URL. */
export type SignedInput =
  | {
      /** Looked at for a presigned query. */
      readonly url?: string | URL
      /** Looked at for `authorization`. */
      readonly headers?: HeadersInput | undefined
    }
  | string
  | URL

function readSignatures(input: SignedInput): Authorization[] {
  const isUrl = typeof input === 'string' || 'href' in input
  const { url = '', headers = {} } = isUrl ? { url: input } : input
  const found = (gatherHeaders(headers).get(AUTHORIZATION) ?? []).map(parseAuthorization)
  const query = /\?([^#]*)/.exec(String(url))?.[1] ?? ''
  if (isPresigned(splitQuery(query))) found.push(parsePresignedQuery(query))
  return found
}

/**
 * The signature of a signed request, from its Authorization header or its presigned URL: the seed of its events.
 *
 * @returns 64 lower-case hex digits.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`; `ERR_INVALID_ARG_VALUE` where it carries none or more
 *   than one, or one of SigV4A.
 * @throws {SignatureError} `malformed-authorization`
 * @example
 * import { presignUrl } from 'countersign'
 * import { seedSignatureOf } from 'countersign/event-stream'
 *
 * const url = 'https://transcribestreaming.eu-west-1.amazonaws.com:8443/stream-transcription-websocket'
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
 * const presigned = presignUrl({ url }, { credentials, service: 'transcribe', region: 'eu-west-1' })
 * console.log(seedSignatureOf(presigned) === presigned.trace.signature) // true
 */
export function seedSignatureOf(input: SignedInput): string {
  if (typeof input !== 'string' && (input === null || typeof input !== 'object')) {
    throw invalidArgType('the input', 'a signed Request, { headers } or a presigned URL', input)
  }
  const [found, ...more] = readSignatures(input)
  if (!found || more.length > 0) throw invalidArgValue('the input', 'must carry one signature')
  if (found.algorithm !== AWS4_HMAC_SHA256) {
    throw invalidArgValue('the input', 'must be signed with SigV4: event streams are not defined for SigV4A')
  }
  checkText('the signature', found.signature, {
    pattern: /^[\da-f]{64}$/,
    rule: 'must be 64 lower-case hex digits',
  })
  return found.signature
}
