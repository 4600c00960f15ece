const encoder = /* @__PURE__ */ new TextEncoder()

/** UTF-8; a lone surrogate becomes U+FFFD, as `TextEncoder` and `fetch` have it. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The same into a place that has room for it. Returns the number of bytes. */
export function encodeUtf8Into(text: string, place: Uint8Array): number {
  return encoder.encodeInto(text, place).written
}

/** One byte a character: how Node and `Headers` hand over header values. Characters are at most U+00FF. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
