import { readFileSync } from 'node:fs'
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

const sections = page.split(/^### /m).slice(1)
const rules = sections.map((section) => ({
  title: section.split('\n')[0] ?? '',
  reasons: [...(/^Reasons?: (.*)\.$/m.exec(section)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map(
    ([, reason = '']) => reason,
  ),
}))

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

  it('writes out rules 1 to 12 in order, and says of the twelfth that it is not there', () => {
    expect(rules.map(({ title }) => title.split(':')[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => `Rule ${i + 1}`),
    )
    expect(sections[11]).toContain('Not in this version')
  })

  it('names reasons under each rule, and none that does not exist', () => {
    const named = new Set(rules.flatMap(({ reasons }) => reasons))
    expect([...named].filter((reason) => !REASONS.includes(reason as SignatureErrorReason))).toEqual([])
    for (const { title, reasons } of rules.slice(0, 11))
      expect([title, reasons.length > 0]).toEqual([title, true])
  })

  it('tells of each reason in its prose, not in its table alone', () => {
    const prose = page.replace(/^\|.*\|$/gm, '')
    expect(REASONS.filter((reason) => !prose.includes(`\`${reason}\``))).toEqual([])
  })

  it('numbers the rules as the source does', () => {
    const source = ['claim', 'date', 'scope', 'signed-headers', 'keys', 'payload', 'verifier', 'body']
      .map((file) => read(`src/verify/${file}.ts`))
      .join('\n')
    const numbers = [...source.matchAll(/\b[Rr]ules? (\d+)(?: (?:to|and) (\d+))?/g)].flatMap(([, from, to]) =>
      Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => Number(from) + i),
    )
    expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })
})
