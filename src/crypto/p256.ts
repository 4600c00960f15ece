import { nobleP256 } from './p256-noble.ts'
import { nodeP256 } from './p256-node.ts'
import { webP256 } from './p256-web.ts'

/** Signs text (one character a byte) with ECDSA over its SHA-256. Signatures are `r || s`, 64 bytes. */
export interface P256Signer {
  sign(message: Uint8Array): Uint8Array
}

/** Checks `r || s` over a message. High and low `s` are both good. */
export interface P256Verifier {
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

/** The same, beside the program: for runtimes that have nothing native but WebCrypto. */
export interface AsyncP256 {
  importPrivateKey(
    privateKey: Uint8Array,
    derivePoint: () => Uint8Array,
  ): { sign(message: Uint8Array): Promise<Uint8Array> }
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
