// The catalogue of threats, held to the tests: what one cites, the other has.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const FOLDER = fileURLToPath(new URL('.', import.meta.url))
const TESTS = join(FOLDER, '..')
const OWN = 'threats/catalogue.test.ts'

interface Row {
  readonly id: string
  readonly wrong: string
  readonly where: string
  readonly tests: readonly string[]
}

const rowsOf = (text: string): Row[] =>
  [...text.matchAll(/^\| (V\d+[a-z]?) \| (.*) \| (.*) \| (.*) \|$/gm)].map(
    ([, id = '', wrong = '', where = '', heldBy = '']) => ({
      id,
      wrong,
      where,
      tests: [...heldBy.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link),
    }),
  )

const idsIn = (text: string): string[] => [...text.matchAll(/\bV\d+[a-z]?\b/g)].map(([id]) => id)

/** Where the two differ. A threat without a test is one of `without`, and only while nothing here is open to it. */
function faultsOf(rows: readonly Row[], cited: ReadonlyMap<string, string>, without: readonly string[]) {
  const ids = rows.map(({ id }) => id)
  return [
    ...[...cited]
      .filter(([id]) => !ids.includes(id))
      .map(([id, file]) => `${file} cites ${id}, which has no row`),
    ...rows
      .filter(({ id, tests }) => (tests.length === 0) !== without.includes(id))
      .map(({ id }) => `${id} names no test`),
    ...rows.flatMap(({ id, tests }) =>
      tests.filter((link) => !existsSync(join(FOLDER, link))).map((link) => `${id} names ${link}`),
    ),
    ...rows.filter(({ wrong, where }) => !wrong || !where).map(({ id }) => `${id} says nothing`),
    ...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} comes twice`),
  ]
}

describe('the catalogue of threats', () => {
  const rows = rowsOf(readFileSync(join(FOLDER, 'README.md'), 'utf8'))
  const cited = new Map(
    readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && file !== OWN)
      .flatMap((file) => idsIn(readFileSync(join(TESTS, file), 'utf8')).map((id) => [id, file] as const)),
  )

  it('has a row for each threat that a test cites, and a test for each row', () => {
    expect(cited.size).toBeGreaterThan(18)
    expect(faultsOf(rows, cited, [])).toEqual([])
  })

  it('has its rows in the order of their numbers', () => {
    const numbers = rows.map(({ id }) => Number(id.replace(/\D/g, '')))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
  })

  it('would not pass with a row too few, a test that is not there, or none', () => {
    const [first, ...rest] = rowsOf(
      '| V1 | a | b | [x](carriers.test.ts) |\n| V2 | a | b | [x](none.test.ts) |\n| V3 | a | b | c |\n| V3 | a | b | [x](keys.test.ts) |\n',
    )
    expect(first).toEqual({ id: 'V1', wrong: 'a', where: 'b', tests: ['carriers.test.ts'] })
    expect(faultsOf(rest, new Map([['V1', 'a.test.ts']]), [])).toEqual([
      'a.test.ts cites V1, which has no row',
      'V3 names no test',
      'V2 names none.test.ts',
      'V3 comes twice',
    ])
    expect(idsIn("describe('V1b one: SigV4 and sigV4a')")).toEqual(['V1b'])
  })
})
