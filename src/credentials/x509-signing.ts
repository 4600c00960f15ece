import type { SigningAlgorithm } from '../algorithms/algorithm.ts'
import { sigv4 } from '../algorithms/sigv4.ts'
import { encodeBase64 } from '../encoding/base64.ts'
import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import { builtinModule, type Certificate, type PrivateKey } from './builtin-modules.ts'
import { failed } from './credentials-error.ts'

/** A certificate, and how to sign with its key. */
export interface X509Signing {
  readonly algorithm: SigningAlgorithm
  /** In decimal: it stands where an access key ID stands otherwise. */
  readonly serialNumber: string
  /** `x-amz-x509`, and `x-amz-x509-chain` where there are further certificates. */
  readonly headers: Readonly<Record<string, string>>
}

/** PEM, or DER. */
export type KeyMaterial = string | Uint8Array

const ALGORITHMS: Readonly<Record<string, string>> = {
  ec: 'AWS4-X509-ECDSA-SHA256',
  rsa: 'AWS4-X509-RSA-SHA256',
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** SigV4 with a signature of the private key (ECDSA in DER, or RSA with PKCS #1 v1.5 padding) in place of the HMAC. */
function algorithmOf(name: string, sign: (data: Uint8Array) => Uint8Array): SigningAlgorithm {
  return {
    ...sigv4,
    name,
    signaturePattern: /^(?:[\da-f]{2})+$/,
    deriveKey: () => ({
      sign: (stringToSign) => encodeHex(sign(encodeUtf8(stringToSign))),
      verify: () => false,
    }),
  }
}

/**
 * Reads a certificate (those behind it in the same PEM are its chain) and its private key.
 *
 * @throws {CredentialsError} where they cannot be used, or this runtime has no `node:crypto`.
 * @see "IAM Roles Anywhere User Guide", Signing process
 */
export function x509Signing(source: string, certificate: KeyMaterial, privateKey: KeyMaterial): X509Signing {
  const crypto = builtinModule('node:crypto')
  if (!crypto?.X509Certificate) throw failed(source, 'needs node:crypto, which this runtime does not have')
  let certificates: Certificate[]
  try {
    const texts = typeof certificate === 'string' ? (certificate.match(PEM) ?? []) : [certificate]
    certificates = texts.map((text) => new crypto.X509Certificate(text))
  } catch {
    certificates = []
  }
  const [own, ...chain] = certificates
  if (!own) throw failed(source, 'the certificate must be in PEM or DER form')
  let key: PrivateKey
  try {
    key = crypto.createPrivateKey(
      typeof privateKey === 'string' ? privateKey : { key: privateKey, format: 'der', type: 'pkcs8' },
    )
  } catch {
    throw failed(source, 'the private key must be in PEM or PKCS #8 DER form, and not encrypted')
  }
  const name = ALGORITHMS[key.asymmetricKeyType ?? '']
  if (!name) throw failed(source, 'the private key must be an ECDSA or an RSA key')
  if (!own.checkPrivateKey(key)) throw failed(source, 'the private key does not belong to the certificate')
  return {
    algorithm: algorithmOf(name, (data) => crypto.sign('sha256', data, key)),
    serialNumber: BigInt(`0x${own.serialNumber}`).toString(),
    headers: {
      'x-amz-x509': encodeBase64(own.raw),
      ...(chain.length > 0 && { 'x-amz-x509-chain': chain.map(({ raw }) => encodeBase64(raw)).join(',') }),
    },
  }
}
