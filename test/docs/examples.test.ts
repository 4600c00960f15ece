// Every block of code in the documentation compiles in the strictest way, runs as it stands, and prints what its
// comments say.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  announcedOutput,
  blocksOf,
  createApplication,
  documentPaths,
  linesPrintedBy,
  ROOT,
  typeErrorsOf,
} from './code-blocks.ts'

const folder = createApplication()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the documentation', () => {
  const blocks = documentPaths().flatMap((document) => blocksOf(document))
  let typeErrors: string[][] = []
  beforeAll(() => {
    typeErrors = typeErrorsOf(blocks, folder)
  }, 120_000)

  it('has examples, and each prints something', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(12)
    for (const { title, code } of blocks)
      expect([title, announcedOutput(code).length > 0]).toEqual([title, true])
  })

  it('keeps the README within what is read in three minutes', () => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(251)
  })

  for (const [i, block] of blocks.entries()) {
    it(`${block.title} compiles`, () => expect(typeErrors[i]).toEqual([]))

    it(`${block.title} runs and prints what it says`, async () => {
      expect(await linesPrintedBy(block, folder)).toEqual(announcedOutput(block.code))
    })
  }

  it('would not pass with a wrong type, an option that does not exist, or other output', async () => {
    const text = [
      "import { signHeaders } from 'countersign'\nconst length: number = typeof signHeaders\n",
      "import { Verifier } from 'countersign'\nnew Verifier({ getKeys: () => undefined, service: 's', region: 'r', bodyLimit: 1 })\n",
      'const table: Record<string, string> = {}\ntable.missing.length\n',
      'console.log(1 as number) // 2\n',
    ]
    const planted = blocksOf('planted.md', text.map((code) => `\`\`\`ts\n${code}\`\`\`\n`).join('\n'))
    const errors = typeErrorsOf(planted, folder)
    expect(errors.map(({ length }) => length)).toEqual([1, 1, 1, 0])
    expect(errors[1]?.[0]).toContain('bodyLimit')
    expect(await linesPrintedBy(planted[3]!, folder)).toEqual(['1'])
    expect(announcedOutput(planted[3]!.code)).toEqual(['2'])
  }, 60_000)
})
