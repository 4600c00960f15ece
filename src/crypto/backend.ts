import { nobleSha256 } from './noble.ts'
import { nodeSha256 } from './node.ts'

/** SHA-256 as the rest of the library needs it. Text is UTF-8. */
export interface Sha256 {
  /** 32 bytes. */
  hash(data: Uint8Array): Uint8Array
  /** 64 lower-case hex digits. */
  hashHex(data: Uint8Array | string): string
}

let chosen: Sha256 | undefined

/** Native where the runtime has it built in, else pure JavaScript: looked for once, at the first use. */
export function sha256(): Sha256 {
  chosen ??= nodeSha256() ?? nobleSha256
  return chosen
}

/** Whether hashing is the runtime's own, and needs no help from WebCrypto. */
export function isNative(): boolean {
  return sha256() !== nobleSha256
}
