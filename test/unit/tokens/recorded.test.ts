// Each token beside the one that AWS's own tool makes of the same input, as vectors/tokens.json has it.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as tokens from '../../../src/tokens/index.ts'

interface Recorded {
  readonly token: string
  readonly tool: string
  readonly options: Readonly<Record<string, unknown>>
  readonly credentials: { accessKeyId: string; secretAccessKey: string; expiration?: string }
  readonly signingDate: string
  readonly expected: string | { readonly token: string; readonly expiryTime: number }
}

const { cases }: { cases: readonly Recorded[] } = JSON.parse(
  readFileSync(new URL('../../../vectors/tokens.json', import.meta.url), 'utf8'),
)

const MAKERS: Readonly<Record<string, (options: never) => Promise<unknown>>> = {
  rds: tokens.rdsToken,
  dsql: tokens.dsqlToken,
  elasticache: tokens.elasticacheToken,
  memorydb: tokens.memorydbToken,
  eks: tokens.eksToken,
  msk: tokens.mskToken,
  iot: tokens.iotUrl,
  stsProof: async (options) => (await tokens.stsProof(options)).url,
}

/** The JavaScript signers write the parameters sorted, which the signature does not cover. */
const IN_ANY_ORDER = /^@aws-sdk\//
const sortQuery = (text: string): string => {
  const [start, query = ''] = text.split('?')
  return [start, ...query.split('&').sort()].join('\n')
}

/** The URL in the token, sorted, and without the name of the program, which is not signed. */
function openMskToken({ token, expiryTime }: { token: string; expiryTime: number }): unknown {
  expect(token).toMatch(/^[\w-]+$/)
  const url = Buffer.from(token, 'base64url').toString()
  const withoutAgent = url.replace(/&User-Agent=[\w.%-]+/, '')
  expect(withoutAgent).not.toBe(url)
  return { url: sortQuery(withoutAgent), expiryTime }
}

describe('the tokens are those of the tools of AWS', () => {
  it('of which there are some for each', () => {
    expect(new Set(cases.map(({ token }) => token))).toEqual(new Set(Object.keys(MAKERS)))
  })

  for (const [i, { token, tool, options, credentials, signingDate, expected }] of cases.entries()) {
    const { expiration, ...keys } = credentials
    const own = { ...keys, ...(expiration && { expiration: new Date(expiration) }) }
    it(`${i} ${token} of ${tool}, from ${keys.accessKeyId}`, async () => {
      const all = { ...options, credentials: async () => own, signingDate: new Date(signingDate) }
      const made = await MAKERS[token]!(all as never)
      if (typeof expected !== 'string')
        expect(openMskToken(made as tokens.MskToken)).toEqual(openMskToken(expected))
      else if (IN_ANY_ORDER.test(tool)) expect(sortQuery(made as string)).toBe(sortQuery(expected))
      else expect(made).toBe(expected)
    })
  }
})
