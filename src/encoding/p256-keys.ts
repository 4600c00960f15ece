/*
 * P-256 keys in the form that native implementations read: fixed ASN.1 around the key's own bytes.
 * See RFC 5208 and RFC 5915 (private), RFC 5480 (public).
 */

const bytesOf = (hex: string): number[] => hex.match(/../g)!.map((digits) => Number.parseInt(digits, 16))

/** PKCS#8 of a private key, without its public point: every implementation works that out itself. */
export function pkcs8FromPrivateKey(privateKey: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = '3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420'
  return Uint8Array.from([...bytesOf(prefix), ...privateKey])
}

const SPKI_PREFIX = '3059301306072a8648ce3d020106082a8648ce3d030107034200'

/** SubjectPublicKeyInfo of an uncompressed point. */
export function spkiFromPoint(point: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...bytesOf(SPKI_PREFIX), ...point])
}

/** The uncompressed point of a SubjectPublicKeyInfo; undefined where it is none of P-256. */
export function pointFromSpki(spki: Uint8Array): Uint8Array | undefined {
  const prefix = bytesOf(SPKI_PREFIX)
  const isOurs = spki.length === prefix.length + 65 && prefix.every((byte, i) => spki[i] === byte)
  return isOurs ? spki.slice(prefix.length) : undefined
}
