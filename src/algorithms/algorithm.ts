import type { MaybePromise } from '../maybe-promise.ts'
import type { SigningScope } from '../types.ts'

/** A secret, and whose it is. */
export interface SecretKey {
  /** Public: it names the key. SigV4A's key depends on it. */
  readonly accessKeyId: string
  /** Must not be empty, and must not be shown. */
  readonly secretAccessKey: string
}

/** Signs strings to sign. Shows nothing of the key when printed. */
export interface StringSigner {
  /** The signature in lower-case hex. */
  sign(stringToSign: string): string
  /** The same, asynchronously; present where that is faster. */
  readonly signAsync?: (stringToSign: string) => Promise<string>
}

/** A P-256 public key: `x` and `y` of 64 hex digits each, or SPKI (DER), or the 65 bytes `04 x y`. */
export type PublicKeyInput = Uint8Array | { readonly x: string; readonly y: string }

/** A key as a verifier's `getKeys` gives it. */
export type VerificationKey<Principal = unknown> = {
  /** For whom the key stands: handed back as it is once a request is proved. */
  readonly principal?: Principal
  /** The session token that belongs to the key. A request that brings a token needs it, and no other. */
  readonly sessionToken?: string | undefined
} & (
  | {
      /** The secret itself, for SigV4 and SigV4A. Must not be empty. */
      readonly secretAccessKey: string
    }
  | {
      /** SigV4: 32 bytes, derived for the day, region and service. The secret never reaches the verifier. */
      readonly signingKey: Uint8Array
    }
  | {
      /** SigV4A: no secret at all. */
      readonly publicKey: PublicKeyInput
    }
)

/** Checks signatures over strings to sign. */
export interface StringVerifier {
  /** Whether the key made the signature: false for one of the wrong shape too. */
  verify(stringToSign: string, signatureProvided: string): MaybePromise<boolean>
}

/** A key to sign and to verify with. */
export interface StringKey extends StringSigner, StringVerifier {}

/**
 * What differs between SigV4 and SigV4A. Applications pass one around and need none of its members.
 */
export interface SigningAlgorithm {
  /** The first line of the string to sign. */
  readonly name: string
  /** Parts of the credential scope: 4, or 3 where it has no region. */
  readonly scopeParts: 3 | 4
  /** The credential scope: what stands behind the access key id in a credential. */
  formatScope(scope: SigningScope): string
  /**
   * The text that stands for the region: one region, or a region set.
   *
   * @throws {RangeError} `ERR_INVALID_ARG_VALUE`
   */
  formatRegion(region: string | readonly string[]): string
  /** Header that carries the region set, where the scope has no region. Its query parameter is spelled likewise. */
  readonly regionSetName?: string
  /** A signature of the right shape, whatever it signs. */
  readonly signaturePattern: RegExp
  /** The key that a secret gives for a scope. */
  deriveKey(key: SecretKey, scope: SigningScope, cache: SigningKeyCache): StringKey
  /** A key that was derived elsewhere. Absent where there is no such thing. */
  importSigningKey?(signingKey: Uint8Array): StringVerifier
  /** A public key. Absent where there is no such thing. */
  importPublicKey?(publicKey: PublicKeyInput, cache: SigningKeyCache): StringVerifier
}

/** Holds derived keys, so that they need not be derived for each request. */
export interface SigningKeyCache {
  /**
   * The key that was derived for this secret and scope, or else the one that `derive` gives now.
   *
   * @param secret Held in no form but its hash.
   * @param scope A text without line breaks: what the key depends on besides the secret.
   */
  getOrDerive<Key extends object>(secret: string, scope: string, derive: () => Key): Key
}
