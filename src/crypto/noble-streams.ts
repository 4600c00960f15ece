import { _SHA1 } from '@noble/hashes/legacy.js'
import { _SHA256 } from '@noble/hashes/sha2.js'

interface Hash {
  update(data: Uint8Array): unknown
  digest(): Uint8Array
}

/** Hashes of bytes that come in pieces, in pure JavaScript. */
export const newSha1 = (): Hash => new _SHA1()
export const newSha256 = (): Hash => new _SHA256()
