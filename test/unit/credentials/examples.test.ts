// Each example in a comment of the public face runs as it stands, and prints what it says.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../../../src', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'countersign-examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

const examples = readdirSync(join(SRC, 'credentials')).flatMap((file) => {
  const text = readFileSync(join(SRC, 'credentials', file), 'utf8')
  return [...text.matchAll(/^ \* ```js\n(.*?)^ \* ```$/gms)].map(([, block = '']) => ({
    file,
    code: block.replace(/^ \* ?/gm, ''),
  }))
})

describe('the examples', () => {
  it('stand at each public name', () => {
    const face = readFileSync(join(SRC, 'credentials/index.ts'), 'utf8')
    const exporting = [...face.matchAll(/^export \{.* from '\.\/(.*)'$/gm)].map(([, file]) => file)
    expect(exporting.length).toBeGreaterThan(10)
    expect(examples.map(({ file }) => file).sort()).toEqual(exporting.sort())
  })

  for (const { file, code } of examples) {
    it(`of ${file} runs and prints what it says`, async () => {
      const said = [...code.matchAll(/console\.log\(.*\)\s*\/\/ (.*)$/gm)].map(([, text]) => text)
      expect(said).not.toEqual([])
      const outfile = join(folder, `${file}.mjs`)
      await build({
        stdin: { contents: code, resolveDir: SRC },
        alias: {
          'countersign/credentials': join(SRC, 'credentials/index.ts'),
          countersign: join(SRC, 'index.ts'),
        },
        bundle: true,
        format: 'esm',
        outfile,
      })
      const { stdout } = await promisify(execFile)(process.execPath, [outfile])
      expect(stdout.trim().split('\n')).toEqual(said)
    })
  }
})
