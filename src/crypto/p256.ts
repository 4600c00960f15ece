import { nobleP256 } from './p256-noble.ts'
import { nodeP256 } from './p256-node.ts'
import { webP256 } from './p256-web.ts'

/** Signs with ECDSA over the SHA-256 of a message. */
export interface P256Signer {
  /** @returns DER, 8 to 72 bytes. */
  sign(message: Uint8Array): Uint8Array
}

/** Checks signatures of one key. High and low `s` are both good. */
export interface P256Verifier {
  /** @param signature DER. Backends read it more or less strictly: whoever calls has checked its form. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

/** P-256 as the rest of the library needs it. */
export interface P256 {
  /** @param privateKey 32 bytes, from 1 to n - 1. */
  importPrivateKey(privateKey: Uint8Array): P256Signer
  /**
   * @param point 65 bytes: 04, x, y.
   * @returns undefined where the point is not on the curve.
   */
  importPublicKey(point: Uint8Array): P256Verifier | undefined
  /** @returns 65 bytes: 04, x, y. */
  derivePublicKey(privateKey: Uint8Array): Uint8Array
}

/** The same, asynchronously: for runtimes that have nothing native but WebCrypto. */
export interface AsyncP256 {
  /** @param derivePoint Gives the public half, 65 bytes; called once, at the first signature. */
  importPrivateKey(
    privateKey: Uint8Array,
    derivePoint: () => Uint8Array,
  ): { sign(message: Uint8Array): Promise<Uint8Array> }
  /** @param point 65 bytes: 04, x, y. One that is not on the curve fails at the first use. */
  importPublicKey(point: Uint8Array): { verify(message: Uint8Array, signature: Uint8Array): Promise<boolean> }
}

let chosen: P256 | undefined

/** Native where it is built in, else pure JavaScript: looked for once, at the first use. */
export function p256(): P256 {
  chosen ??= nodeP256() ?? nobleP256
  return chosen
}

/** WebCrypto, where it is the best there is: undefined where something native answers at once. */
export function asyncP256(): AsyncP256 | undefined {
  return p256() === nobleP256 ? webP256() : undefined
}
