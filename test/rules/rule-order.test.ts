import { describe, expect, it } from 'vitest'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bytes,
  editHeader,
  HOST,
  judgeRaw,
  type Pair,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

/**
 * What can be wrong with a claim, in the order in which it is told.
 */
const FAULTS: [rule: string, break_: (wire: Wire) => Wire, reason: string][] = [
  ['0', (wire) => ({ ...wire, target: 'no-slash' }), 'malformed-request'],
  ['1', (wire) => withHeader(wire, 'authorization', 'AWS4-HMAC-SHA256 x'), 'multiple-authentication'],
  [
    '2',
    (wire) => editHeader(wire, 'authorization', (value) => value.replace('AWS4-HMAC', 'AWS5-HMAC')),
    'unsupported-algorithm',
  ],
  [
    '3',
    (wire) => editHeader(wire, 'authorization', (value) => `${value}, Foo=bar`),
    'malformed-authorization',
  ],
]

/** Rules 4 to 11: a request is forged that breaks this rule and all after it. */
const from = (rule: number): Wire => {
  const amzDate = rule <= 4 ? '20150830T100000Z' : AMZ_DATE
  const headers: Pair[] = [
    ['host', HOST],
    ['x-amz-content-sha256', rule <= 9 ? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' : 'e'.repeat(64)],
    ['x-amz-date', amzDate],
  ]
  const forged = forgeHeader({
    headers,
    amzDate,
    signedHeaders: headers.map(([name]) => name),
    hashedPayload: 'e'.repeat(64),
    scope: `20150830/${rule <= 5 ? 'eu-west-1' : 'us-east-1'}/execute-api/aws4_request`,
    accessKeyId: rule <= 7 ? 'NOBODY' : 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: rule <= 10 ? 'a wrong one' : 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  })
  const sent = rule <= 6 ? withHeader(forged, 'x-amz-acl', 'public-read') : forged
  return { ...sent, body: bytes('a body that nobody signed') }
}

describe('the rules are applied in their order: the first that is broken is told', () => {
  it.each([
    [4, 'request-time-skewed'],
    [5, 'scope-mismatch'],
    [6, 'header-not-signed'],
    [7, 'unknown-access-key'],
    [9, 'payload-not-allowed'],
    [10, 'signature-mismatch'],
    [11, 'payload-mismatch'],
  ])('rule %d before those after it', async (rule, reason) => {
    expect(await judgeRaw(from(rule))).toMatch(new RegExp(`^${reason} `))
  })

  it.each(FAULTS)('rule %s before those after it', async (_, breakIt, reason) => {
    const index = FAULTS.findIndex(([, fault]) => fault === breakIt)
    const worst = FAULTS.slice(index).reduceRight((wire, [, fault]) => fault(wire), from(4))
    expect(await judgeRaw(worst)).toMatch(new RegExp(`^${reason} `))
  })

  it('asks for no key before rules 1 to 6 hold', async () => {
    let asked = 0
    const getKeys = () => {
      asked++
      return undefined
    }
    for (const rule of [4, 5, 6]) await judgeRaw(from(rule), { getKeys })
    for (const [, breakIt] of FAULTS) await judgeRaw(breakIt(from(12)), { getKeys })
    await judgeRaw(forgePresigned({}, { 'X-Amz-Expires': '0' }), { getKeys })
    expect(asked).toBe(0)
    await judgeRaw(from(7), { getKeys })
    expect(asked).toBe(1)
  })
})
