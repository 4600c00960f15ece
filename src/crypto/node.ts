import type { Sha256 } from './backend.ts'

/** What we use of `node:crypto`. */
export interface NodeCrypto {
  createHash(algorithm: string): NodeHash
  /** From Node 20.12. */
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'hex'): string
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'buffer'): Uint8Array
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

export function nodeSha256(): Sha256 | undefined {
  // The one-shot call takes half the time of createHash for the sizes that signing has. Whatever Node has
  // getBuiltinModule has it too.
  const { hash } = nodeCrypto() ?? {}
  return (
    hash && { hash: (data) => hash('sha256', data, 'buffer'), hashHex: (data) => hash('sha256', data, 'hex') }
  )
}
