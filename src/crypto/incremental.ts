import { encodeHex } from '../encoding/hex.ts'
import { newSha256 } from './noble-streams.ts'
import { nodeCrypto } from './node.ts'

/** SHA-256 of bytes that come in pieces. */
export interface IncrementalSha256 {
  /** Adds the next bytes. */
  update(data: Uint8Array): void
  /** 64 lower-case hex digits; ends the hash. */
  digestHex(): string
}

/** Native where it is built in, else pure JavaScript. */
export function incrementalSha256(): IncrementalSha256 {
  const native = nodeCrypto()?.createHash('sha256')
  if (native) return { update: (data) => void native.update(data), digestHex: () => native.digest('hex') }
  const state = newSha256()
  return { update: (data) => void state.update(data), digestHex: () => encodeHex(state.digest()) }
}
