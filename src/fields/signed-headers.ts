import { SignatureError } from '../signature-error.ts'

/** A header name as it may be signed: lower-case; `:authority` is how HTTP/2 says `host`. */
const SIGNED_NAME = /^:?[!#$%&'*+.^_`|~0-9a-z-]+$/

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
  const names = text.split(';')
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!
    if (!SIGNED_NAME.test(name)) {
      throw new SignatureError(
        'malformed-authorization',
        'SignedHeaders must be lower-case header names joined by ";"',
      )
    }
    if (i > 0 && names[i - 1]! >= name) {
      throw new SignatureError('malformed-authorization', 'SignedHeaders must be sorted, each name once')
    }
  }
  return names
}
