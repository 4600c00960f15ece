/*
 * P-256 keys in the form that native implementations read: fixed ASN.1 around the key's own bytes.
 * See RFC 5208 and RFC 5915 (private), RFC 5480 (public).
 */

const bytesOf = (hex: string): number[] => hex.match(/../g)!.map((digits) => Number.parseInt(digits, 16))

/** PKCS#8 of a private key with its public point, which WebKit does not do without. */
export function pkcs8FromKeyPair(privateKey: Uint8Array, point: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = '308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420'
  return Uint8Array.from([...bytesOf(prefix), ...privateKey, ...bytesOf('a144034200'), ...point])
}

const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d030107034200'

/** SubjectPublicKeyInfo of an uncompressed point. */
export function spkiFromPoint(point: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...bytesOf(SPKI_PREFIX), ...point])
}

/** The uncompressed point of a SubjectPublicKeyInfo; undefined where it is none of P-256. */
export function pointFromSpki(spki: Uint8Array): Uint8Array | undefined {
  const prefix = bytesOf(SPKI_PREFIX)
  const isUncompressed = spki.length === prefix.length + 65 && spki[prefix.length] === 4
  const isOurs = isUncompressed && prefix.every((byte, i) => spki[i] === byte)
  return isOurs ? Uint8Array.from(spki.subarray(prefix.length)) : undefined
}
