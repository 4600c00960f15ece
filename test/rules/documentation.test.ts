import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SignatureError, type SignatureErrorReason } from '../../src/index.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/verification.md')

/** The union in the source: what a new reason is added to first. */
const [, union = ''] =
  /export type SignatureErrorReason =([^\n]*(?:\n {2}\|[^\n]*)*)/.exec(read('src/refusal-answers.ts')) ?? []
const REASONS = [...union.matchAll(/'([a-z\d-]+)'/g)].map(([, reason]) => reason as SignatureErrorReason)

const answers = (reason: SignatureErrorReason): string[] =>
  [{}, { errorCodes: 's3' } as const, { errorCodes: 's3', carrier: 'query' } as const].map((options) => {
    const { awsCode, status } = new SignatureError(reason, 'x', options)
    return `${awsCode} ${status}`
  })

type Rows = string[][]

const rowsOf = (text: string): Rows =>
  [...text.matchAll(/^\| `([a-z\d-]+)` \| (.*) \| (.*) \| (.*) \|$/gm)].map(([, ...cells]) => cells)

/** What the table says and the code does not, or the other way round. */
function faultsOf(rows: Rows): string[] {
  const listed = rows.map(([reason]) => reason)
  const missing = REASONS.filter((reason) => !listed.includes(reason)).map(
    (reason) => `${reason} is not listed`,
  )
  const wrong = rows.flatMap(([reason = '', ...said]) => {
    if (!REASONS.includes(reason as SignatureErrorReason)) return [`${reason} is no reason`]
    const right = answers(reason as SignatureErrorReason).join(', ')
    return said.join(', ') === right ? [] : [`${reason}: ${right}`]
  })
  return [...missing, ...wrong]
}

/** What a page says of each rule: its number, and the reasons that it names. */
const rulesOf = (text: string) =>
  text
    .split(/^### /m)
    .slice(1)
    .map((section) => ({
      number: Number(/^Rule (\d+):/.exec(section)?.[1]),
      reasons: [...(/^Reasons?: (.*)\.$/m.exec(section)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(
        ([, reason = '']) => reason,
      ),
      section,
    }))
const rules = rulesOf(page)

const RULES = 'src/verify/rules'
const ruleFiles = readdirSync(new URL(`../../${RULES}`, import.meta.url)).sort()

/** The wings that do the work of a rule and know of none. */
const WINGS = /^src\/verify\/(?:body|chunked|event-stream)\//
/** These too: of the readers of strings, several rules use the same one. */
const WINGS_AND_FIELDS = /^src\/(?:fields|verify\/(?:body|chunked|event-stream))\//

/** The reasons that stand in a file, and in what it imports of these folders. */
function reasonsIn(path: string, folders: RegExp, seen = new Set<string>()): Set<string> {
  seen.add(path)
  const source = read(path)
  const found = [...source.matchAll(/'([a-z\d-]+)'/g)].map(([, text = '']) => text)
  for (const [, specifier = ''] of source.matchAll(/^import (?!type )[^']* from '(\.[^']+)'/gm)) {
    const imported = join(dirname(path), specifier)
    if (folders.test(imported) && !seen.has(imported)) found.push(...reasonsIn(imported, folders, seen))
  }
  return new Set(found.filter((text) => REASONS.includes(text as SignatureErrorReason)))
}

/** What a section says of reasons and its rule does not, or the other way round. */
function reasonFaults(documented: typeof rules): string[] {
  return ruleFiles.flatMap((file) => {
    const number = Number(file.slice(0, 2))
    const told = documented.find((rule) => rule.number === number)?.reasons ?? []
    const own = [...reasonsIn(`${RULES}/${file}`, WINGS)]
    const all = reasonsIn(`${RULES}/${file}`, WINGS_AND_FIELDS)
    return [
      ...own.filter((reason) => !told.includes(reason)).map((reason) => `${number} does not tell ${reason}`),
      ...told.filter((reason) => !all.has(reason)).map((reason) => `${number} does not throw ${reason}`),
    ]
  })
}

describe('docs/verification.md', () => {
  it('finds the reasons in the source', () => {
    expect(REASONS).toEqual(
      expect.arrayContaining(['missing-authentication', 'signature-mismatch', 'incomplete-body']),
    )
    expect(new Set(REASONS).size).toBe(REASONS.length)
  })

  it('lists each reason with the answers that the code gives, in the order of the code', () => {
    const rows = rowsOf(page)
    expect(faultsOf(rows)).toEqual([])
    expect(rows.map(([reason]) => reason)).toEqual(REASONS)
  })

  it('would not pass with a wrong code, a wrong status, a reason too many or too few', () => {
    const [first = [], second = [], ...rest] = rowsOf(page)
    const reason = first[0] ?? ''
    expect(faultsOf([[reason, 'Other 400', ...first.slice(2)], second, ...rest])).toHaveLength(1)
    expect(faultsOf([[...first.slice(0, 3), 'AccessDenied 400'], second, ...rest])).toHaveLength(1)
    expect(faultsOf([first, second, ...rest, ['no-reason', 'a', 'b', 'c']])).toHaveLength(1)
    expect(faultsOf([second, ...rest])).toEqual([`${reason} is not listed`])
  })

  it('has a section for each file of a rule, in the order of the numbers, and one for what is not there yet', () => {
    const numbers = ruleFiles.map((file) => Number(/^(\d\d)-[a-z-]+\.ts$/.exec(file)?.[1]))
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect(rules.map(({ number }) => number)).toEqual([...numbers, 12])
    expect(rules.at(-1)?.section).toContain('Not in this version')
  })

  it('names under each rule the reasons that it throws, all of them and no other', () => {
    expect(reasonFaults(rules)).toEqual([])
  })

  it('would not pass with a reason too many or too few under a rule, or without its section', () => {
    const fewer = rulesOf(page.replace('Reason: `malformed-request`.', ''))
    expect(reasonFaults(fewer)).toEqual(['0 does not tell malformed-request'])
    const more = rulesOf(
      page.replace('Reason: `malformed-request`.', 'Reasons: `malformed-request`, `body-too-large`.'),
    )
    expect(reasonFaults(more)).toEqual(['0 does not throw body-too-large'])
    expect(reasonFaults(rulesOf(page.replace('### Rule 8:', '### Of')))).toEqual([
      '8 does not tell invalid-session-token',
    ])
  })

  it('tells of each reason in its prose, not in its table alone', () => {
    const prose = page.replace(/^\|.*\|$/gm, '')
    expect(REASONS.filter((reason) => !prose.includes(`\`${reason}\``))).toEqual([])
  })

  it('numbers the rules as their files say themselves, and as the verifier applies them', () => {
    for (const file of ruleFiles) {
      const numbers = numbersIn(read(`${RULES}/${file}`).replace(/^\s*\/\/.*$/gm, ''))
      expect([file, numbers.includes(Number(file.slice(0, 2)))]).toEqual([file, true])
    }
    // In which order they are applied, rule-order.test.ts sees.
    const applied = [...read('src/verify/verifier.ts').matchAll(/\) \/\/ (rules? [^\n]*)$/gm)]
    expect(applied.flatMap(([, comment = '']) => numbersIn(comment)).sort((a, b) => a - b)).toEqual(
      ruleFiles.map((_, i) => i),
    )
  })
})

/** The numbers of rules that a text speaks of. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(/\b[Rr]ules? (\d+)(?: (to|and) (\d+))?/g)].flatMap(([, from, , to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i),
  )
}
