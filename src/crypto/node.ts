import type { Sha256 } from './backend.ts'

interface NodeCrypto {
  createHash(algorithm: string): NodeHash
  /** From Node 20.12. */
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'hex'): string
  hash?(algorithm: string, data: Uint8Array | string, encoding: 'buffer'): Uint8Array
}
interface NodeHash {
  update(data: Uint8Array | string): NodeHash
  digest(): Uint8Array
  digest(encoding: 'hex'): string
}
interface WithBuiltins {
  process?: { getBuiltinModule?(id: string): unknown }
}

/** `node:crypto` where it is built in (Node, Deno, Bun, workerd with nodejs_compat), else undefined. */
export function nodeSha256(): Sha256 | undefined {
  const crypto = (globalThis as WithBuiltins).process?.getBuiltinModule?.('node:crypto') as
    | NodeCrypto
    | undefined
  if (!crypto?.createHash) return undefined
  const create = (): NodeHash => crypto.createHash('sha256')
  // The one-shot call takes half the time of createHash for the sizes that signing has.
  const oneShot = crypto.hash !== undefined
  return {
    hash: oneShot
      ? (data) => crypto.hash!('sha256', data, 'buffer')
      : (data) => create().update(data).digest(),
    hashHex: oneShot
      ? (data) => crypto.hash!('sha256', data, 'hex')
      : (data) => create().update(data).digest('hex'),
    create() {
      const state = create()
      return {
        update: (data) => void state.update(data),
        digestHex: () => state.digest('hex'),
      }
    },
  }
}
