// Every function and class that the package exports has an example that compiles, and runs where it announces
// output; every export and every public member says in a comment what it is.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { announcedOutput, createApplication, linesPrintedBy, ROOT, typeErrorsOf } from './code-blocks.ts'
import { declaringFiles, docstringBlocks, documentationGaps } from './docstrings.ts'

/** The sources of what package.json exports, as the build knows them. */
const FACES = [...readFileSync(join(ROOT, 'tsup.config.ts'), 'utf8').matchAll(/: '(src\/[^']+\.ts)'/g)].map(
  ([, path = '']) => join(ROOT, path),
)
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

const folder = createApplication()
const planted = mkdtempSync(join(tmpdir(), 'countersign-planted-'))
afterAll(() => {
  for (const made of [folder, planted]) rmSync(made, { recursive: true, force: true })
})

describe('the docstrings', () => {
  it('are looked for at every face', () => {
    const exported = Object.keys(manifest.exports).filter((path) => path !== './package.json')
    expect(FACES).toHaveLength(exported.length)
  })

  it('leave no export and no public member without a comment, and no function or class without an example', () => {
    expect(documentationGaps(FACES, join(ROOT, 'src'))).toEqual([])
  }, 60_000)

  it('would not pass with any of these missing', () => {
    const file = join(planted, 'index.ts')
    writeFileSync(
      file,
      `/** Has both.\n * @example\n * ok()\n */\nexport function ok(): void {}
/** Has no example. */
export function bare(): void {}
export interface Mute {
  /** Said. */
  readonly said: string
  readonly unsaid: string
}
interface Base { readonly inherited: string }
/** An alias. */
export type Alias = Base & { readonly own?: string } | 'text'
/**
 * A class.
 * @example
 * new Thing()
 */
export class Thing {
  #hidden = 1
  private alsoHidden = 2
  open(): number { return this.#hidden + this.alsoHidden }
  static make(): Thing { return new Thing() }
}
`,
    )
    expect(documentationGaps([file], planted)).toEqual([
      'index.ts: Alias.own has no comment',
      'index.ts: Base.inherited has no comment',
      'index.ts: Mute has no comment',
      'index.ts: Mute.unsaid has no comment',
      'index.ts: Thing.make has no comment',
      'index.ts: Thing.open has no comment',
      'index.ts: bare has no example',
    ])
  }, 60_000)
})

describe('the examples in docstrings', () => {
  // An example of what no face exports could not import it.
  const blocks = declaringFiles(FACES, join(ROOT, 'src')).flatMap((file) =>
    docstringBlocks(file.slice(ROOT.length), readFileSync(file, 'utf8')),
  )
  let typeErrors: string[][] = []
  beforeAll(() => {
    typeErrors = typeErrorsOf(blocks, folder)
  }, 120_000)

  it('are found behind every face', () => {
    const titles = blocks.map(({ title }) => title).join()
    for (const name of [
      'signHeaders',
      'Verifier',
      'sigv4a',
      'encodeMessage',
      'verifyPostForm',
      'canonicalUri',
    ])
      expect(titles).toContain(` ${name} example 1`)
  })

  for (const [i, block] of blocks.entries()) {
    it(`${block.title} compiles`, () => expect(typeErrors[i]).toEqual([]))
    const announced = announcedOutput(block.code)
    if (announced.length > 0) {
      it(`${block.title} runs and prints what it says`, async () => {
        expect(await linesPrintedBy(block, folder)).toEqual(announced)
      })
    }
  }

  it('are found with fences and without, up to the next tag', () => {
    const source = `
/**
 * Adds.
 * @example
 * import { add } from '@scope/package'
 *   console.log(add(1)) // 1
 * @throws {TypeError} never
 */
export function add(): void {}

/** @example console.log(2) // 2 */
export const two = 2

/**
 * @example Once and again
 * \`\`\`ts
 * console.log(3) // 3
 * \`\`\`
 * and
 * \`\`\`js
 * console.log(4) // 4
 * \`\`\`
 */
export class Three {}
`
    expect(docstringBlocks('src/planted.ts', source)).toEqual([
      {
        title: 'src/planted.ts add example 1',
        code: "import { add } from '@scope/package'\n  console.log(add(1)) // 1\n",
      },
      { title: 'src/planted.ts two example 1', code: 'console.log(2) // 2\n' },
      { title: 'src/planted.ts Three example 1', code: 'console.log(3) // 3\n' },
      { title: 'src/planted.ts Three example 2', code: 'console.log(4) // 4\n' },
    ])
  })
})
