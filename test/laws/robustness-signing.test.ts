import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presignUrl, signHeaders, signRequest } from '../../src/index.ts'
import { outcomeOf, verifierFor } from '../support/arbitrary-delivery.ts'
import { expectMisuse, junk, junkText, withOddFields } from '../support/arbitrary-junk.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { headerOptionsOf, plainSigning } from '../support/arbitrary-signing.ts'

const parts = {
  method: 'PUT',
  url: 'https://example.com/a/b?c=d',
  headers: { 'content-type': 'text/plain', 'x-amz-meta-a': ['b', 'c'] },
  body: 'Hello',
}
const options = {
  ...headerOptionsOf({
    ...plainSigning,
    credentials: { ...plainSigning.credentials, sessionToken: 'token' },
  }),
  excludeHeaders: ['x-b'],
}
const presignOptions = { ...options, expiresInSeconds: 60 }
const requestOptions = { ...options, init: { method: 'PUT', headers: { 'x-a': 'b' }, body: 'Hello' } }

const odd = (good: Readonly<Record<string, unknown>>, more: readonly string[] = []): fc.Arbitrary<unknown> =>
  fc.oneof(withOddFields(good, [...Object.keys(good), ...more, 'unheard-of']), junk)
const oddOptions = (good: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> =>
  odd(good, ['algorithm', 'keyCache', 'profile'])
/** One or the other is odd, or both are. */
const oddArguments = (good: Readonly<Record<string, unknown>>): fc.Arbitrary<[unknown, unknown]> =>
  fc.oneof(
    fc.tuple(odd(parts), fc.constant<unknown>(good)),
    fc.tuple(fc.constant<unknown>(parts), oddOptions(good)),
    fc.tuple(odd(parts), oddOptions(good)),
  )

async function throwsNothingElse(call: () => unknown): Promise<void> {
  let error: unknown
  try {
    await call()
    return
  } catch (thrown) {
    error = thrown
  }
  expectMisuse(error)
}

it('what the odd values stand in for is signed', async () => {
  expect(signHeaders(parts, options).headers.authorization).toContain('AWS4')
  expect(presignUrl(parts, presignOptions).url).toContain('X-Amz-Expires=60')
  expect((await signRequest(parts.url, requestOptions)).headers.get('authorization')).toContain('AWS4')
})

describe('robustness: signing throws nothing but misuse errors', () => {
  it('signHeaders', async () => {
    const law = fc.asyncProperty(oddArguments(options), ([parts, options]) =>
      throwsNothingElse(() => signHeaders(parts as never, options as never)),
    )
    await holds(law, 3000)
  })

  it('presignUrl', async () => {
    const law = fc.asyncProperty(oddArguments(presignOptions), ([parts, options]) =>
      throwsNothingElse(() => presignUrl(parts as never, options as never)),
    )
    await holds(law, 3000)
  })

  it('signRequest', async () => {
    const inputs = fc.oneof(
      fc.constantFrom<unknown>(parts.url, new URL(parts.url), new Request(parts.url)),
      junk,
    )
    const law = fc.asyncProperty(
      inputs,
      fc.oneof(fc.constant<unknown>(requestOptions), oddOptions(requestOptions)),
      (input, options) => throwsNothingElse(() => signRequest(input as never, options as never)),
    )
    await holds(law, 2000)
  })
})

describe('robustness: signing takes nothing that could not be verified', () => {
  const tokens = [
    'https://',
    'a',
    '.',
    '..',
    '/',
    '?',
    '&',
    '=',
    '%',
    '%2',
    '%20',
    '+',
    '#',
    '@',
    ':',
    '\\',
    '\t',
    '\x7f',
    ' ',
    '\n',
  ]
  const urls = junkText(tokens).map((text) => `https://example.com${text}`)

  it('whatever text is said to be a URL', async () => {
    let signed = 0
    const law = fc.asyncProperty(urls, fc.constantFrom('s3', 'execute-api'), async (url, service) => {
      const signing = { ...plainSigning, service }
      let headers: Record<string, string>
      try {
        headers = { ...signHeaders({ url }, headerOptionsOf(signing)).headers }
      } catch (error) {
        return expectMisuse(error)
      }
      signed++
      const [, host = '', target = ''] = /^https:\/\/(?:[^@/?#]*@)?([^/?#]*)([^#]*)/s.exec(url)!
      const sent = {
        method: 'GET',
        target: target.startsWith('/') ? target : `/${target}`,
        headers: [
          ['host', host.toLowerCase().replace(/:(?:443)?$/, '')] as const,
          ...Object.entries(headers),
        ],
      }
      // AWS takes a query with empty pieces; our verifier does not.
      const isPadded = /^[^?]*\?(?:&|.*&&)/s.test(target)
      expect(await outcomeOf(verifierFor(signing), sent)).toBe(isPadded ? 'malformed-request' : 'accepted')
    })
    await holds(law, 1500)
    expect(signed).toBeGreaterThan(150)
  })
})
