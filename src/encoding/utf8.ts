import { invalidArgType } from '../errors.ts'

let encoder: TextEncoder | undefined

/** Made at the first use: the package can be imported before a stand-in is put in place. */
function makeEncoder(): TextEncoder {
  const { TextEncoder } = globalThis
  if (!TextEncoder)
    throw invalidArgType('globalThis.TextEncoder', 'a class, as in docs/runtimes.md', TextEncoder)
  return new TextEncoder()
}

/** UTF-8; a lone surrogate becomes U+FFFD, as `TextEncoder` and `fetch` have it. */
export function encodeUtf8(text: string): Uint8Array {
  encoder ??= makeEncoder()
  return encoder.encode(text)
}

/** The same into a place that has room for it. Returns the number of bytes. */
export function encodeUtf8Into(text: string, place: Uint8Array): number {
  encoder ??= makeEncoder()
  // A stand-in may do without it.
  if ('encodeInto' in encoder) return encoder.encodeInto(text, place).written
  const bytes = encodeUtf8(text)
  place.set(bytes)
  return bytes.length
}

/** One byte a character: how Node and `Headers` hand over header values. Characters are at most U+00FF. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
