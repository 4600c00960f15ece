import { SignatureError } from '../signature-error.ts'

const malformed = (message: string): SignatureError => new SignatureError('malformed-authorization', message)

/** Lower-case header names; `:authority` is how HTTP/2 says `host`. */
const CHARACTERS = /^[!#$%&'*+.^_`|~0-9a-z:;-]+$/
/** An empty name, or a colon that does not begin one. */
const MISPLACED = /;;|^;|;$|[^;]:|:(?:;|$)/

/** `SignedHeaders` as it is written. Text is that already. */
export function formatSignedHeaders(signedHeaders: readonly string[] | string): string {
  return typeof signedHeaders === 'string' ? signedHeaders : signedHeaders.join(';')
}

/**
 * `SignedHeaders`: lower-case names, sorted, each once, joined by `;`.
 *
 * @throws {SignatureError} `malformed-authorization`
 */
export function parseSignedHeaders(text: string): string[] {
  if (!CHARACTERS.test(text) || MISPLACED.test(text)) {
    throw malformed('SignedHeaders must be lower-case header names joined by ";"')
  }
  const names = text.split(';')
  for (let i = 1; i < names.length; i++) {
    if (names[i - 1]! >= names[i]!) throw malformed('SignedHeaders must be sorted, each name once')
  }
  return names
}
