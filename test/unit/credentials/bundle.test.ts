// What an application gets that imports one provider, and what happens where there is no Node.

import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../../../src/credentials', import.meta.url))

async function bundle(code: string, format: 'esm' | 'iife' = 'esm') {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: SRC },
    bundle: true,
    minify: true,
    format,
    globalName: 'bundle',
    target: 'es2022',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  const [output] = outputFiles
  const inputs = Object.values(metafile.outputs)[0]?.inputs ?? {}
  const files = Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0)
  return { files, text: output!.text, bytes: brotliCompressSync(output!.contents).length }
}

const PROVIDERS: readonly [name: string, maxBytes: number][] = [
  ['memoize', 1_100],
  ['fromEnv', 1_150],
  ['chain', 550],
  ['fromProcess', 3_600],
  ['fromContainer', 2_600],
  ['fromInstanceMetadata', 3_800],
  ['fromWebIdentity', 3_900],
  ['fromAssumeRole', 11_500],
  ['fromSso', 4_600],
  ['fromRolesAnywhere', 11_000],
  ['fromIni', 15_800],
  ['defaultProvider', 16_500],
]

describe('a bundle', () => {
  it.each(
    PROVIDERS,
  )('of %s keeps within %i bytes, without static imports of Node', async (name, maxBytes) => {
    const { bytes, text } = await bundle(`export { ${name} } from './index.ts'`)
    expect(text).not.toMatch(/(?:from|require\(|import\()\s*["']node:/)
    expect(bytes).toBeLessThanOrEqual(maxBytes)
    // A budget that nobody notices is none.
    expect(bytes).toBeGreaterThan(maxBytes * 0.8)
  })

  it('of fromEnv has nothing of STS, files or signing', async () => {
    const { files } = await bundle(`export { fromEnv } from './index.ts'`)
    expect(files.filter((file) => /sts|sign|ini|shared|algorithms|crypto|endpoint/.test(file))).toEqual([])
    const all = await bundle(`export * from './index.ts'`)
    expect(all.files.filter((file) => /sts\.ts|sign\//.test(file)).length).toBeGreaterThan(3)
  })

  it('says what is missing where there is no Node', async () => {
    const { text } = await bundle(`export * from './index.ts'`, 'iife')
    const globals = {
      URL,
      URLSearchParams,
      TextEncoder,
      TextDecoder,
      AbortController,
      setTimeout,
      clearTimeout,
      btoa,
      fetch,
    }
    const context = createContext({ ...globals })
    const whyOf = async (code: string): Promise<string> =>
      runInContext(`${text}; (${code})().then(() => 'credentials', ({ message }) => message)`, context)
    const anywhere = `certificate: '-----BEGIN', privateKey: 'k', trustAnchorArn: 'a', profileArn: 'b', roleArn: 'c', region: 'd'`
    expect(await whyOf('bundle.fromEnv()')).toContain('are not both set')
    expect(await whyOf(`bundle.fromProcess({ command: 'a' })`)).toContain('this runtime cannot run a command')
    expect(await whyOf(`bundle.fromIni({ filepath: '/a', configFilepath: '/b' })`)).toContain(
      'has no file system',
    )
    expect(await whyOf(`bundle.fromWebIdentity({ roleArn: 'a', tokenFile: '/t', region: 'b' })`)).toContain(
      'has no file system',
    )
    expect(await whyOf(`bundle.fromRolesAnywhere({ ${anywhere} })`)).toContain('needs node:crypto')
    const sso = `[default]\\nsso_start_url=a\\nsso_region=b\\nsso_account_id=c\\nsso_role_name=d`
    expect(await whyOf(`bundle.fromSso({ configFilepath: '/c', readFile: async () => '${sso}' })`)).toContain(
      'needs node:crypto',
    )
  })
})
