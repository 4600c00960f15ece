import { encodeLatin1 } from '../encoding/utf8.ts'
import type { Sha256 } from './backend.ts'

/** What we use of `node:crypto`. */
export interface NodeCrypto {
  createHash(algorithm: string): NodeHash
  /** From Node 20.12. */
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'hex' | 'latin1'): string
}

export interface NodeHash {
  update(data: Uint8Array | string): NodeHash
  digest(): Uint8Array
  digest(encoding: 'hex'): string
}

interface WithBuiltins {
  process?: { getBuiltinModule?(id: string): unknown }
}

/** What we use of `node:zlib`. */
export interface NodeZlib {
  /** From Node 20.15. */
  crc32?(data: Uint8Array, start: number): number
}

const builtin = (id: string): unknown => (globalThis as WithBuiltins).process?.getBuiltinModule?.(id)

/** `node:crypto` where it is built in (Node, Deno, Bun, workerd with nodejs_compat), else undefined. */
export function nodeCrypto(): NodeCrypto | undefined {
  const crypto = builtin('node:crypto') as NodeCrypto | undefined
  return typeof crypto?.createHash === 'function' ? crypto : undefined
}

/** `node:zlib`, likewise. */
export function nodeZlib(): NodeZlib | undefined {
  return builtin('node:zlib') as NodeZlib | undefined
}

/** Hashing by the one-shot call, which takes half the time of `createHash` for the sizes that signing has. */
export function nodeSha256(): Sha256 | undefined {
  // Whatever Node has getBuiltinModule has this too.
  const { hash } = nodeCrypto() ?? {}
  return (
    hash && {
      // As text and back: a digest as a Buffer takes twice as long.
      hash: (data) => encodeLatin1(hash('sha256', data, 'latin1')),
      hashHex: (data) => hash('sha256', data, 'hex'),
    }
  )
}
