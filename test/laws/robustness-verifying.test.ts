import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAuthorization, parsePresignedQuery } from '../../src/canonical/index.ts'
import { Verifier, type VerifierOptions } from '../../src/verify/index.ts'
import { outcomeOf, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import {
  expectDocumentedError,
  expectMisuse,
  junk,
  junkText,
  withOddFields,
} from '../support/arbitrary-junk.ts'
import { type AnyRequest, plainRequest } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { plainSigning } from '../support/arbitrary-signing.ts'

const request: AnyRequest = {
  ...plainRequest,
  method: 'POST',
  headers: [['x-amz-meta-a', 'b']],
  body: 'Hello',
}
const { delivery } = signAndSend(request, plainSigning)
const presigned = signAndSend(request, { ...plainSigning, carrier: 'query' }).delivery

/** Two days old, which is older than any option allows; and changed after it was signed. */
const old = [plainSigning, { ...plainSigning, carrier: 'query' as const }].map(
  (signing) =>
    signAndSend(request, { ...signing, signingDate: signing.signingDate - 2 * 86_400_000 }).delivery,
)
const refused = [...old, { ...delivery, target: '/b' }, { ...presigned, method: 'GET' }]

const options = {
  getKeys: () => plainSigning.credentials,
  service: 'execute-api',
  region: 'us-east-1',
  now: () => plainSigning.signingDate,
  profile: { maxSkewSeconds: 60, unsignedHeaders: [] },
  maxSkewSeconds: { past: 60, future: 60 },
  payloads: ['signed'],
  requireSignedHeaders: ['x-a'],
  allowUnsignedHeaders: [{ prefix: 'x-amz-' }],
  externalUrl: 'https://example.com',
  body: 'buffer',
  maxBodyBytes: 500,
  maxExpiresInSeconds: 3600,
  onVerified: () => undefined,
  onRejected: () => undefined,
} satisfies VerifierOptions
const optionNames = [...Object.keys(options), 'algorithms', 'keyCache', 'unheard-of']

async function throwsNothingElse(call: () => unknown, expected: (error: unknown) => void): Promise<void> {
  let error: unknown
  try {
    await call()
    return
  } catch (thrown) {
    error = thrown
  }
  expected(error)
}

describe('robustness: parsers throw nothing but documented errors', () => {
  const hex = 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'
  const headerTokens = [
    'AWS4-HMAC-SHA256',
    ' ',
    ',',
    '=',
    ';',
    '/',
    'Credential=',
    'SignedHeaders=',
    'Signature=',
    'host',
    hex,
    '\t',
    '\xa0',
  ]
  const queryTokens = [
    'X-Amz-Algorithm=',
    'X-Amz-Credential=',
    'X-Amz-SignedHeaders=',
    'X-Amz-Signature=',
    'x-amz-',
    '&',
    '=',
    '%',
    '%2',
    '%2F',
    '%ff',
    '+',
    'host',
    hex,
    'Action=',
    'a;b',
  ]

  it('parseAuthorization', async () => {
    const text = fc.oneof(
      junkText(headerTokens),
      junkText(headerTokens).map((rest) => `AWS4-HMAC-SHA256 ${rest}`),
      junk,
    )
    const law = fc.asyncProperty(text, (each) =>
      throwsNothingElse(() => parseAuthorization(each as string), expectDocumentedError),
    )
    await holds(law, 3000)
  })

  it('parsePresignedQuery', async () => {
    const text = fc.oneof(
      junkText(queryTokens),
      junkText(queryTokens).map((rest) => `X-Amz-Algorithm=a&${rest}`),
      junk,
    )
    const law = fc.asyncProperty(text, (each) =>
      throwsNothingElse(() => parsePresignedQuery(each as string), expectDocumentedError),
    )
    await holds(law, 3000)
  })
})

describe('robustness: a Verifier throws nothing but documented errors', () => {
  it('when it is made of anything, at once; and if it was made, lets in nothing old and nothing changed', async () => {
    let made = 0
    const { maxSkewSeconds, ...fewer } = options
    const odd = fc.oneof(withOddFields(options, optionNames), withOddFields(fewer, ['profile', 'now']), junk)
    const law = fc.asyncProperty(odd, async (each) => {
      let verifier: Verifier
      try {
        verifier = new Verifier(each as VerifierOptions)
      } catch (error) {
        return expectMisuse(error)
      }
      made++
      await throwsNothingElse(() => verifier.verifyReceived(delivery), expectDocumentedError)
      await throwsNothingElse(() => verifier.verifyReceived(presigned), expectDocumentedError)
      for (const each of refused) {
        await throwsNothingElse(async () => {
          await verifier.verifyReceived(each)
          expect.fail('an old or changed request was accepted')
        }, expectDocumentedError)
      }
    })
    await holds(law, 3000)
    expect(made).toBeGreaterThan(20)
  })

  it('whatever is said to be a request', async () => {
    const verifier = verifierFor(plainSigning)
    const given = fc.oneof(withOddFields({ ...delivery }, Object.keys(delivery)), junk)
    const law = fc.asyncProperty(given, async (each) => {
      await throwsNothingElse(() => verifier.verifyReceived(each as never), expectDocumentedError)
      await throwsNothingElse(() => verifier.verify(each as never), expectDocumentedError)
    })
    await holds(law, 3000)
  })

  it('whatever getKeys gives, which proves nobody unless it is the key', async () => {
    const { secretAccessKey } = plainSigning.credentials
    const keys = withOddFields({ secretAccessKey }, [
      'secretAccessKey',
      'sessionToken',
      'signingKey',
      'publicKey',
      'principal',
    ])
    const law = fc.asyncProperty(fc.oneof(keys, fc.array(keys), junk), async (each) => {
      const verifier = verifierFor(plainSigning, { getKeys: () => each as never })
      await throwsNothingElse(async () => {
        await verifier.verifyReceived(delivery)
        const right = [each]
          .flat()
          .filter((key) => (key as typeof plainSigning.credentials).secretAccessKey === secretAccessKey)
        expect(right.some((key) => ((key as { sessionToken?: unknown }).sessionToken ?? '') === '')).toBe(
          true,
        )
      }, expectDocumentedError)
    })
    await holds(law, 2000)
  })

  it('whatever stands in the Authorization header, the query and the other headers', async () => {
    const verifier = verifierFor(plainSigning)
    const [authorization = ''] = delivery.headers
      .filter(([name]) => name === 'authorization')
      .map(([, value]) => value)
    const headerTokens = [...authorization.split(/(?=[ ,=;/])/), ',', ';', ' ', authorization]
    const queryTokens = [
      ...presigned.target.slice(3).split(/(?=[&=%])|(?<=[&=])/),
      '&',
      '%',
      presigned.target.slice(3),
    ]
    const arriving = fc.record({
      authorization: fc.option(junkText(headerTokens)),
      query: junkText(queryTokens),
      date: junkText(['20150830T123600Z', 'Sun, 30 Aug 2015 12:36:00 GMT', '0', ',']),
      name: junkText(['x-amz-', 'date', 'content-sha256', ':', 'host', 'content-length']),
      value: junkText(['STREAMING-', 'UNSIGNED-PAYLOAD', '9'.repeat(30), 'e3b0']),
    })
    const law = fc.asyncProperty(arriving, async ({ authorization, query, date, name, value }) => {
      const headers: [string, string][] = [
        ['host', 'example.com'],
        ['x-amz-date', date],
        [name, value],
      ]
      if (authorization !== null) headers.push(['authorization', authorization])
      await throwsNothingElse(
        () => verifier.verifyReceived({ method: 'GET', target: `/a?${query}`, headers }),
        expectDocumentedError,
      )
    })
    await holds(law, 3000)
  })
})

describe('robustness: what the caller throws is handed on as it is', () => {
  const mine = new Error('mine')

  it('from getKeys, at once and later', async () => {
    const fails = [
      () => {
        throw mine
      },
      () => Promise.reject(mine),
    ]
    for (const getKeys of fails) {
      await expect(verifierFor(plainSigning, { getKeys }).verifyReceived(delivery)).rejects.toBe(mine)
    }
  })

  it('from the body', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1)
      throw mine
    }
    await expect(verifierFor(plainSigning).verifyReceived({ ...delivery, body: broken() })).rejects.toBe(mine)
    const stream = new ReadableStream({ start: (controller) => controller.error(mine) })
    await expect(verifierFor(plainSigning).verifyReceived({ ...delivery, body: stream })).rejects.toBe(mine)
  })

  it('and a right request is accepted all the same', async () => {
    expect(await outcomeOf(verifierFor(plainSigning), delivery)).toBe('accepted')
    expect(await outcomeOf(verifierFor(plainSigning), presigned)).toBe('accepted')
  })
})
