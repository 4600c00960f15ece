// Every js block of the documentation runs as it stands, and prints what its comments say.
import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const documents = [
  ...readdirSync(ROOT).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
]

// An application's folder, with the package installed.
const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(ROOT, join(folder, 'node_modules/countersign'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Example {
  title: string
  code: string
}

function examplesOf(document: string): Example[] {
  const text = readFileSync(join(ROOT, document), 'utf8')
  return [...text.matchAll(/^```(js|ts|javascript)\n(.*?)^```$/gms)].map((match, i) => ({
    title: `${document} block ${i + 1}`,
    code: match[2] ?? '',
  }))
}

/** What the comments behind `console.log` say is printed, on the same line or on the next. */
function announcedOutput(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\)\s*\/\/ (.*)$/gm)].map(([, text = '']) => text.trim())
}

const run = promisify(execFile)
const loader = join(ROOT, 'test/support/local-fetch.mjs')

describe('the documentation', () => {
  const examples = documents.flatMap(examplesOf)

  it('has examples, and each prints something', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5)
    for (const { title, code } of examples)
      expect([title, announcedOutput(code).length > 0]).toEqual([title, true])
  })

  for (const [i, { title, code }] of examples.entries()) {
    it(`${title} runs and prints what it says`, async () => {
      const file = join(folder, `example-${i}.mjs`)
      writeFileSync(file, code)
      const { stdout } = await run(process.execPath, ['--import', loader, file], { cwd: folder })
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => line.trim()),
      ).toEqual(announcedOutput(code))
    })
  }
})
