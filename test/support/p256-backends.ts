import { type MockInstance, vi } from 'vitest'

/** What runs P-256: native code at once, native code asynchronously, or JavaScript. */
export const BACKENDS = ['node', 'webcrypto', 'noble'] as const
export type Backend = (typeof BACKENDS)[number]

let hiding: MockInstance | undefined

/** A runtime without `node:crypto`, as browsers are; with 'noble' also a context that is not secure. */
export function pretend(backend: Backend): void {
  if (backend === 'node') return
  const real = process.getBuiltinModule.bind(process) as (id: string) => unknown
  const hidden = (id: string): unknown => (/^(?:node:)?crypto$/.test(id) ? undefined : real(id))
  hiding = vi.spyOn(process, 'getBuiltinModule').mockImplementation(hidden as typeof process.getBuiltinModule)
  const { crypto } = globalThis
  if (backend === 'noble') vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
}

/** A copy of the package that makes its choice of backend anew, in the runtime that is pretended. */
export async function importAfresh() {
  vi.resetModules()
  const [root, sigv4a] = [await import('../../src/index.ts'), await import('../../src/sigv4a/index.ts')]
  return { ...root, ...sigv4a }
}

export type Package = Awaited<ReturnType<typeof importAfresh>>

/** For `afterEach`: the runtime as it is. */
export function stopPretending(): void {
  hiding?.mockRestore()
  vi.unstubAllGlobals()
}
