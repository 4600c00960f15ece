import { encodeUtf8 } from './utf8.ts'

/*
 * AWS's UriEncode: unreserved characters `A-Z a-z 0-9 - . _ ~` stay, every other byte of the UTF-8 form
 * becomes `%XX` with upper-case digits.
 * See "Create a signed AWS API request", UriEncode().
 */

const UNRESERVED = /^[\w.~-]*$/
/**
 * Where text is not in canonical encoding: what is no unreserved character, nor an escape of another one with
 * upper-case digits. Not the other way round: a pattern that repeats a group overflows the stack on long text.
 */
const NOT_CANONICAL = /[^\w.~%-]|%(?!(?:[0189A-F][\dA-F]|2[\dA-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]))/

const encodeByte = (byte: number): string => `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`

const encodeText = (text: string): string => {
  if (text.length === 1 && text < '\x80') return encodeByte(text.charCodeAt(0))
  let encoded = ''
  for (const byte of encodeUtf8(text)) encoded += encodeByte(byte)
  return encoded
}

/** Encodes text that is not encoded yet. `%` becomes `%25`. */
export function encodePercent(text: string): string {
  if (UNRESERVED.test(text)) return text
  try {
    return encodeURIComponent(text).replace(/[!'()*]/g, encodeText)
  } catch {
    // Half a surrogate pair, which becomes U+FFFD.
    return text.replace(/[^\w.~-]+/g, encodeText)
  }
}

const reencodeOne = (match: string): string => {
  if (match.length < 3) return encodeText(match)
  const character = String.fromCharCode(Number.parseInt(match.slice(1), 16))
  return UNRESERVED.test(character) ? character : match.toUpperCase()
}

/**
 * Brings text that is already encoded, well or badly, into the one canonical encoding, byte for byte:
 * `%7e` becomes `~`, `%c3` becomes `%C3`, `$` becomes `%24`, a lone `%` becomes `%25`. Bytes are kept even
 * where they are no UTF-8.
 */
export function reencodePercent(text: string): string {
  return !NOT_CANONICAL.test(text) ? text : text.replace(/%[\dA-Fa-f]{2}|[^\w.~-]/gu, reencodeOne)
}

const hexDigit = (byte: number | undefined): number =>
  byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16)

/** For what `decodeURIComponent` refuses: escapes that are none stay, bytes that are no UTF-8 become U+FFFD. */
function decodeLeniently(text: string): string {
  const encoded = encodeUtf8(text)
  const bytes = new Uint8Array(encoded.length)
  let length = 0
  for (let at = 0; at < encoded.length; at++) {
    const byte =
      encoded[at] === 0x25 ? 16 * hexDigit(encoded[at + 1]) + hexDigit(encoded[at + 2]) : Number.NaN
    if (byte >= 0) at += 2
    bytes[length++] = byte >= 0 ? byte : encoded[at]!
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, length))
}

/** Decodes `%XX`. Bytes that are no UTF-8 become U+FFFD. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return decodeLeniently(text)
  }
}

/** Decodes `%XX`, and `+` as a space. Bytes that are no UTF-8 become U+FFFD. */
export function decodeQueryComponent(text: string): string {
  return decodePercent(text.replaceAll('+', ' '))
}

/** Whether a `%` stands where no escape begins. */
export function hasBadEscape(text: string): boolean {
  return text.includes('%') && /%(?![\dA-Fa-f]{2})/.test(text)
}
