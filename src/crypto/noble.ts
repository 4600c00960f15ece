// The class and not the `sha256` helper: the helper brings the other SHA-2 variants' machinery along.
import { _SHA256 } from '@noble/hashes/sha2.js'
import { encodeHex } from '../encoding/hex.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import type { Sha256 } from './backend.ts'

const hash = (data: Uint8Array): Uint8Array => new _SHA256().update(data).digest()

/** Pure JavaScript: there is always this one. */
export const nobleSha256: Sha256 = {
  hash,
  hashHex: (data) => encodeHex(hash(typeof data === 'string' ? encodeUtf8(data) : data)),
}
