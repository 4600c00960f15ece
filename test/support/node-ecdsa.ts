// An independent check of SigV4A signatures: node:crypto over DER, with a key from a JWK.
import { createPublicKey, verify } from 'node:crypto'

export function verifiesUnder(
  publicKey: { x: string; y: string },
  stringToSign: string,
  signature: string,
): boolean {
  const coordinate = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
  const key = createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: coordinate(publicKey.x), y: coordinate(publicKey.y) },
  })
  return verify('sha256', Buffer.from(stringToSign, 'latin1'), key, Buffer.from(signature, 'hex'))
}
