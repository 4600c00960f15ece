// The package as it is published: packed, installed elsewhere, imported in each way, and bundled.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const SUBPATHS = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => join('countersign', path))

const run = (command: string, args: string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

describe('the package', () => {
  let consumer = ''
  let packed: { filename: string }

  beforeAll(() => {
    consumer = mkdtempSync(join(tmpdir(), 'countersign-'))
    packed = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', consumer], ROOT))[0]
    const installed = join(consumer, 'node_modules', 'countersign')
    mkdirSync(installed, { recursive: true })
    run('tar', ['-xzf', packed.filename, '-C', installed, '--strip-components=1'], consumer)
    writeFileSync(join(consumer, 'package.json'), '{ "private": true }')
  }, 120_000)
  afterAll(() => rmSync(consumer, { recursive: true, force: true }))

  it('has no dependencies', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual([])
    expect(Object.keys(manifest.peerDependencies ?? {})).toEqual([])
  })

  it('puts types first in each export condition', () => {
    for (const path of SUBPATHS) {
      const conditions = manifest.exports[path.replace('countersign', '.')]
      for (const condition of ['import', 'require']) {
        expect(Object.keys(conditions[condition])[0]).toBe('types')
        for (const file of Object.values(conditions[condition])) {
          expect(existsSync(join(consumer, 'node_modules/countersign', file as string))).toBe(true)
        }
      }
    }
  })

  it('ships the licences of what is bundled', () => {
    const licences = readFileSync(join(ROOT, 'THIRD-PARTY-LICENSES.txt'), 'utf8')
    for (const name of ['@noble/hashes', '@noble/curves', 'yaml']) {
      expect(licences).toContain(readFileSync(join(ROOT, `node_modules/${name}/LICENSE`), 'utf8'))
    }
  })

  const MAIN = `
    const signed = signHeaders({ url: 'https://a.example/' }, { credentials: { accessKeyId: 'A', secretAccessKey: 'S' },
      service: 's3', region: 'us-east-1', signingDate: 0 })
    console.log(signed.trace.signature.length, typeof Verifier, Object.keys(canonical).length > 5)`

  it('works as an ES module', () => {
    const source = `import { signHeaders, Verifier } from 'countersign'\nimport * as canonical from 'countersign/canonical'\n`
    writeFileSync(join(consumer, 'main.mjs'), source + MAIN)
    expect(run(process.execPath, ['main.mjs'], consumer)).toBe('64 function true\n')
  })

  it('works with require', () => {
    const source = `const { signHeaders } = require('countersign')\nconst { Verifier } = require('countersign/verify')\nconst canonical = require('countersign/canonical')\n`
    writeFileSync(join(consumer, 'main.cjs'), source + MAIN)
    expect(run(process.execPath, ['main.cjs'], consumer)).toBe('64 function true\n')
  })

  it.each(['import', 'require'])('shares what its faces share, by %s', (way) => {
    const faces = SUBPATHS.map((path) =>
      way === 'import' ? `await import('${path}')` : `require('${path}')`,
    )
    const file = `shared.${way === 'import' ? 'mjs' : 'cjs'}`
    writeFileSync(
      join(consumer, file),
      `const faces = [${faces.join(', ')}]
      const alike = ['SignatureError', 'sigv4'].map((name) => new Set(faces.flatMap((face) => face[name] ?? [])).size)
      console.log(faces.length, ...alike)`,
    )
    expect(run(process.execPath, [file], consumer)).toBe(`${SUBPATHS.length} 1 1\n`)
  })

  /** What an application's compiler says, with nothing but Node's types at hand. */
  function compile(file: string, flags: readonly string[]): string {
    const typeRoots = ['--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
    const strict = [
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      'false',
      '--target',
      'es2022',
      '--lib',
      'es2023',
    ]
    const args = [...strict, ...typeRoots, ...flags, file]
    return spawnSync(join(ROOT, 'node_modules/.bin/tsc'), args, { cwd: consumer, encoding: 'utf8' }).stdout
  }

  it('has declarations that an application with nothing but Node types compiles against', () => {
    const file = join(consumer, 'app.mts')
    writeFileSync(file, SUBPATHS.map((path, i) => `export * as a${i} from '${path}'`).join('\n'))
    expect(compile(file, ['--module', 'nodenext'])).toBe('')
  }, 60_000)

  it('has declarations of each face for compilers that do not read exports', () => {
    const file = join(consumer, 'old.ts')
    const lines = SUBPATHS.map((path, i) => `import * as a${i} from '${path}'\nexport const b${i} = a${i}\n`)
    writeFileSync(file, `${lines.join('')}import { Verifier } from 'countersign/verify'\nnew Verifier({})\n`)
    const flags = ['--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop']
    // The one error is the planted one: the types are there, and are not `any`.
    const errors = compile(file, flags)
      .split('\n')
      .filter((line) => line.startsWith('old.ts'))
    expect(errors.map((line) => line.replace(/^.*(TS\d+).*$/, '$1'))).toEqual(['TS2345'])
  }, 60_000)

  async function bundle(code: string): Promise<{ files: string[]; text: string; brotliBytes: number }> {
    const { outputFiles, metafile } = await build({
      stdin: { contents: code, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      platform: 'browser',
      write: false,
      metafile: true,
    })
    const [output] = outputFiles
    const files = Object.keys(metafile.inputs).filter((path) => path.includes('countersign/dist/'))
    return { files, text: output!.text, brotliBytes: brotliCompressSync(output!.contents).length }
  }

  it('bundles for browsers without Node modules and without P-256', async () => {
    const everything = await bundle(SUBPATHS.map((path, i) => `export * as a${i} from '${path}'`).join('\n'))
    expect(everything.text).not.toMatch(/(?:from|require\(|import\()\s*["']node:/)
    const root = await bundle(`export * from 'countersign'`)
    // The order of the curve, in noble's spelling.
    expect(root.text).not.toContain('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
  })

  it.each(SUBPATHS)('is read from four files at most: %s', async (path) => {
    // Each file that a runtime has to find costs an import about a millisecond.
    expect((await bundle(`export * from '${path}'`)).files.length).toBeLessThanOrEqual(4)
  })

  /** Minified by esbuild, brotli. A budget is raised on purpose, never by accident. */
  const BUDGETS: readonly [code: string, maxBytes: number][] = [
    [`export { signRequest } from 'countersign'`, 9_900],
    [`export { createSignedFetch } from 'countersign'`, 14_850],
    [`export { signHeaders } from 'countersign'`, 8_330],
    [`export { signHeaders } from 'countersign'\nexport { sigv4a } from 'countersign/sigv4a'`, 21_700],
    [`export { Verifier } from 'countersign/verify'`, 22_000],
  ]
  for (const [code, maxBytes] of BUDGETS) {
    it(`keeps within ${maxBytes} bytes: ${code.replace('\n', ', ')}`, async () => {
      expect((await bundle(code)).brotliBytes).toBeLessThanOrEqual(maxBytes)
    })
  }
})
