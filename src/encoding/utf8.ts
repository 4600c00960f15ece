import { invalidArgType } from '../errors.ts'

let made: TextEncoder | undefined

/** Made at the first use: the package can be imported before a stand-in is put in place. */
function encoder(): TextEncoder {
  if (made) return made
  const { TextEncoder: Encoder } = globalThis
  if (typeof Encoder !== 'function') {
    throw invalidArgType('globalThis.TextEncoder', 'a class (docs/runtimes.md has a stand-in)', Encoder)
  }
  made = new Encoder()
  return made
}

/** UTF-8; a lone surrogate becomes U+FFFD, as `TextEncoder` and `fetch` have it. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder().encode(text)
}

/** The same into a place that has room for it. Returns the number of bytes. */
export function encodeUtf8Into(text: string, place: Uint8Array): number {
  const utf8: Pick<TextEncoder, 'encode'> & Partial<TextEncoder> = encoder()
  if (utf8.encodeInto) return utf8.encodeInto(text, place).written
  const bytes = utf8.encode(text)
  place.set(bytes)
  return bytes.length
}

/** One byte a character: how Node and `Headers` hand over header values. Characters are at most U+00FF. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
