import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type InferredScope, inferScope } from '../../src/index.ts'

/** vectors/README.md says what the members are. */
interface Recorded {
  readonly places: readonly Readonly<Record<string, string>>[]
  readonly rows: readonly (readonly [template: string, service: string, place: number])[]
}

const { places, rows }: Recorded = JSON.parse(
  readFileSync(new URL('../../vectors/endpoints.json', import.meta.url), 'utf8'),
)

/** Each URL with the scopes that the endpoint rules sign it for: more than one where the host alone does not tell. */
function expand(): Map<string, InferredScope[]> {
  const scopes = new Map<string, InferredScope[]>()
  for (const [template, service, place] of rows) {
    for (const [suffix, regions] of Object.entries(places[place]!)) {
      for (const region of regions.split(' ')) {
        const url = `https://${template.replaceAll('{region}', region).replace('{suffix}', suffix)}`
        scopes.set(url, [...(scopes.get(url) ?? []), { service, region }])
      }
    }
  }
  return scopes
}

/** The rows whose scope the host does not tell, by the reason. All others are to be read right. */
const UNTOLD: readonly { reason: string; url: RegExp; count: number; answer: RegExp }[] = [
  {
    reason: 'S3 Transfer Acceleration is signed for the region of the bucket: no region is told',
    url: /^https:\/\/bucket\.s3-accelerate\./,
    count: 88,
    answer: /^s3 undefined$/,
  },
  {
    reason: 'GovCloud has the host of the commercial partition, which is told',
    url: /^https:\/\/(?:budgets|cloudfront)(?:-fips)?\.(?:amazonaws\.com|api\.aws)$/,
    count: 8,
    answer: /^(?:budgets|cloudfront) us-east-1$/,
  },
  {
    reason: 'AWS Sustainability signs for one region whatever the region of the host',
    url: /^https:\/\/api\.sustainability\./,
    count: 33,
    answer: /^sustainability [a-z]+-[a-z]+-\d$/,
  },
  {
    reason: 'IAM in China signs for another region than the global services beside it',
    url: /^https:\/\/iam\.global\.api\.amazonwebservices\.com\.cn$/,
    count: 1,
    answer: /^iam cn-northwest-1$/,
  },
]

const isEqual = (a: InferredScope, b: InferredScope): boolean =>
  a.service === b.service && a.region === b.region
const show = ({ service, region }: InferredScope): string => `${service} ${region}`

describe("inferScope beside botocore's endpoint rules", () => {
  const expanded = expand()
  const wrong = [...expanded].flatMap(([url, scopes]) =>
    scopes.filter((scope) => !isEqual(scope, inferScope(url))).map((scope) => ({ url, scope })),
  )

  it('has all of them', () => expect(expanded.size).toBe(76_104))

  it('reads every host that tells its scope', () => {
    const faults = wrong.filter(({ url }) => !UNTOLD.some((known) => known.url.test(url)))
    expect(faults.map(({ url, scope }) => `${url}: ${show(inferScope(url))}, not ${show(scope)}`)).toEqual([])
  })

  for (const { reason, url: pattern, count, answer } of UNTOLD) {
    it(`knows why ${count} rows are not met: ${reason}`, () => {
      const urls = wrong.map(({ url }) => url).filter((url) => pattern.test(url))
      expect(urls).toHaveLength(count)
      for (const url of new Set(urls)) expect(show(inferScope(url)), url).toMatch(answer)
    })
  }
})
