// The code of the documentation and of the docstrings, as an application that installed the package has it.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface CodeBlock {
  /** Where it stands, as a failure names it. */
  readonly title: string
  readonly code: string
}

/** The documents that hold code, by their paths in the repository. */
export function documentPaths(): string[] {
  const inFolder = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  return [...readdirSync(ROOT), ...inFolder.map((file) => join('docs', file))].filter((file) =>
    file.endsWith('.md'),
  )
}

export function blocksOf(document: string, text: string = readFileSync(join(ROOT, document), 'utf8')) {
  return [...text.matchAll(/^```(?:js|ts|javascript|typescript)\n(.*?)^```$/gms)].map(
    ([, code = ''], i): CodeBlock => ({ title: `${document} block ${i + 1}`, code }),
  )
}

/** What the comments behind `console.log` say is printed, on the same line. */
export function announcedOutput(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\)\s*\/\/ (.*)$/gm)].map(([, text = '']) => text.trim())
}

/** An application's folder, with the package installed beside all that the tests may use. */
export function createApplication(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'))
  mkdirSync(join(folder, 'node_modules'))
  for (const entry of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(join(ROOT, 'node_modules', entry), join(folder, 'node_modules', entry))
  symlinkSync(ROOT, join(folder, 'node_modules/countersign'))
  return folder
}

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
  skipLibCheck: true,
  noEmit: true,
}

/** What the compiler says of each block, in the order of the blocks. All of them are compiled in one run. */
export function typeErrorsOf(blocks: readonly CodeBlock[], folder: string): string[][] {
  const files = blocks.map(({ code }, i) => {
    const file = join(folder, `block-${i}.mts`)
    writeFileSync(file, code)
    return file
  })
  const program = ts.createProgram(files, { ...OPTIONS, typeRoots: [join(ROOT, 'node_modules/@types')] })
  const errors: string[][] = blocks.map(() => [])
  for (const { file, start = 0, messageText } of ts.getPreEmitDiagnostics(program)) {
    const message = ts.flattenDiagnosticMessageText(messageText, ' ')
    const index = Number(/^block-(\d+)\.mts$/.exec(basename(file?.fileName ?? ''))?.[1])
    const found = errors[index]
    if (!file || !found) throw new Error(message)
    const line = file.getLineAndCharacterOfPosition(start).line
    found.push(`${message} :: ${file.text.split('\n')[line]?.trim()}`)
  }
  return errors
}

const run = promisify(execFile)
const loader = join(ROOT, 'test/support/local-fetch.mjs')

/** Runs a block on this Node, without its types, and gives the lines that it prints. */
export async function linesPrintedBy({ title, code }: CodeBlock, folder: string): Promise<string[]> {
  const file = join(folder, `${title.replaceAll(/[^\w]+/g, '-')}.mjs`)
  writeFileSync(file, (await transform(code, { loader: 'ts', target: 'node20' })).code)
  const { stdout } = await run(process.execPath, ['--import', loader, file], { cwd: folder })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim())
}
