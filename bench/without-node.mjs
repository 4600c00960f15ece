// Countersign as it runs where Node's crypto is not at hand: one bundle, started while nobody finds it.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const SOURCE = `
export { signHeaders, signRequest, Verifier } from 'countersign'
export { sigv4a } from 'countersign/sigv4a'`

/**
 * @param hidesWebCrypto Whether WebCrypto is to be missing too.
 * @param firstUse Gets the module, and uses it: what there is is looked for once, at the first use.
 * @returns The module.
 */
export async function loadWithoutNode(hidesWebCrypto, firstUse) {
  const { outputFiles } = await build({
    stdin: { contents: SOURCE, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    ...{
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      logLevel: 'error',
    },
  })
  const code = `${outputFiles[0].text}\n// ${hidesWebCrypto}`
  const { getBuiltinModule } = process
  const webCrypto = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  process.getBuiltinModule = undefined
  // noble draws blinding from it; only its keys and signatures are hidden.
  const { crypto } = globalThis
  const random = { getRandomValues: (bytes) => crypto.getRandomValues(bytes) }
  if (hidesWebCrypto) Object.defineProperty(globalThis, 'crypto', { configurable: true, value: random })
  try {
    const loaded = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`)
    await firstUse(loaded)
    return loaded
  } finally {
    process.getBuiltinModule = getBuiltinModule
    Object.defineProperty(globalThis, 'crypto', webCrypto)
  }
}
