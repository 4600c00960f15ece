import { vi } from 'vitest'

/**
 * Imports a module of src afresh, in a runtime that has no `node:crypto` built in, as browsers have not.
 *
 * @param webCrypto false: there is no WebCrypto either, as in an insecure context.
 */
export async function importWithoutNative<Module>(
  load: () => Promise<Module>,
  { webCrypto = true }: { webCrypto?: boolean } = {},
): Promise<Module> {
  vi.resetModules()
  vi.stubGlobal('process', { ...process, getBuiltinModule: undefined })
  if (!webCrypto) vi.stubGlobal('crypto', undefined)
  const module = await load()
  // The choice is made at the first use: make it while nothing native can be found.
  const { sha256 } = await import('../../src/crypto/backend.ts')
  sha256()
  return module
}
