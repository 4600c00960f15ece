// What an application pays for one token: no verifier, no fetch, and about what the documentation says.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import * as tokens from '../../../src/tokens/index.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const document = readFileSync(`${ROOT}/docs/tokens.md`, 'utf8')

/** From the build, as an application has it, or from the source, whose files tell more. */
async function bundle(names: string, from: './dist/tokens.js' | './src/tokens/index.ts') {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export ${names} from '${from}'`, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
  })
  const [output] = Object.values(metafile.outputs)
  const files = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    files: files.map(([file]) => file),
    kilobytes: brotliCompressSync(outputFiles[0]!.contents).length / 1000,
  }
}

const stated = (pattern: RegExp): number => Number(pattern.exec(document)?.[1])

describe('the bundle', () => {
  const names = Object.keys(tokens)

  it.each(names)('of %s is as large as the documentation says', async (name) => {
    const { kilobytes } = await bundle(`{ ${name} }`, './dist/tokens.js')
    const said = stated(new RegExp(`^\\| \`${name}\` \\|.*\\| ([\\d.]+) kB \\|$`, 'm'))
    expect(Math.abs(kilobytes - said)).toBeLessThan(0.4)
  })

  it('of all of them is as large as the documentation says', async () => {
    const { kilobytes } = await bundle('*', './dist/tokens.js')
    expect(Math.abs(kilobytes - stated(/together they are\s+([\d.]+) kB/))).toBeLessThan(0.5)
  })

  it('has neither the verifier in it, nor fetch, nor the curve', async () => {
    const { files } = await bundle('*', './src/tokens/index.ts')
    expect(files).toContain('src/sign/presign.ts')
    expect(files.filter((file) => /^src\/(?:verify|fetch|sigv4a|chunked|event-stream)\//.test(file))).toEqual(
      [],
    )
  })

  it('of verifyStsProof cannot sign', async () => {
    const { files } = await bundle('{ verifyStsProof }', './src/tokens/index.ts')
    expect(files).toContain('src/tokens/received-proof.ts')
    expect(files.filter((file) => /^src\/(?:crypto|sign|algorithms)\/|@noble/.test(file))).toEqual([])
  })
})
