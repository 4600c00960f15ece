// Bytes and streams, in the language's own means.

export const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
/** One byte a character. */
export const asciiOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** Sends pieces through a TransformStream: all that comes out, as one text of single bytes. */
export async function through(stream, pieces) {
  const writer = stream.writable.getWriter()
  const write = async () => {
    for (const piece of pieces) await writer.write(piece)
    await writer.close()
  }
  const read = async () => {
    const reader = stream.readable.getReader()
    let text = ''
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text += Array.from(next.value, (byte) => String.fromCharCode(byte)).join('')
    }
    return text
  }
  const [text] = await Promise.all([read(), write()])
  return text
}
