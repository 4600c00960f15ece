import { describe, expect, it } from 'vitest'
import { parseAuthorization, parsePresignedQuery } from '../../src/canonical/index.ts'
import { presignUrl, type ReceivedRequest, SignatureError, signHeaders } from '../../src/index.ts'
import { type Delivery, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import { growthExponent, type WorkOf } from '../support/arbitrary-growth.ts'
import { type AnyRequest, type Pair, plainRequest } from '../support/arbitrary-request.ts'
import { optionsOf, plainSigning } from '../support/arbitrary-signing.ts'

const LIMIT = 1.5

describe('the measure of growth', () => {
  const sizes = (step: (text: string) => unknown): WorkOf => {
    return (size) => {
      const text = ' '.repeat(size)
      return () => step(text)
    }
  }

  it('calls a quadratic function quadratic', async () => {
    /** Of three measurements: a slow moment while the small size is timed makes a slope look flat. */
    const steepest = async (workOf: WorkOf): Promise<number> => {
      const slopes: number[] = []
      for (let i = 0; i < 3; i++) slopes.push(await growthExponent(workOf, LIMIT, 1))
      return Math.max(...slopes)
    }
    // Each space begins a run that is followed to its end, in vain.
    expect(await steepest(sizes((text) => / +$/.test(`${text}.`)))).toBeGreaterThan(LIMIT)
    const pairs = sizes((text) => {
      let equal = 0
      for (let i = 0; i < text.length; i++) for (let j = 0; j < i; j++) if (text[i] === text[j]) equal++
      return equal
    })
    expect(await steepest(pairs)).toBeGreaterThan(LIMIT)
  })

  it('calls a linear function linear, and sorting too', async () => {
    expect(
      await growthExponent(
        sizes((text) => / +$/.test(text)),
        LIMIT,
      ),
    ).toBeLessThan(LIMIT)
    const sorting = sizes((text) => Array.from(text, (_, i) => String((i * 7919) % 10_007)).sort())
    expect(await growthExponent(sorting, LIMIT)).toBeLessThan(LIMIT)
  })
})

const numbered = (size: number, text: (i: number) => string): string[] =>
  Array.from({ length: size }, (_, i) => text(i))
const withUrl = (url: Partial<AnyRequest['url']>): AnyRequest => ({
  ...plainRequest,
  url: { ...plainRequest.url, ...url },
})
const withHeaders = (headers: readonly Pair[]): AnyRequest => ({ ...plainRequest, headers })

/** Requests that can be signed, verified and presigned. */
const requests: Record<string, (size: number) => AnyRequest> = {
  'spaces in a header value': (size) => withHeaders([['x-a', `a${' '.repeat(size)}b`]]),
  'spaces at the end of a header value': (size) => withHeaders([['x-a', `a${' '.repeat(size)}`]]),
  'words in a header value': (size) => withHeaders([['x-a', 'a  b '.repeat(size)]]),
  'folds in a header value': (size) => withHeaders([['x-a', 'a\r\n\t'.repeat(size)]]),
  'bytes in a header value': (size) => withHeaders([['x-a', '\xff'.repeat(size)]]),
  'lines of one header': (size) =>
    withHeaders(numbered(size, (i) => String(i)).map((value) => ['x-a', value])),
  headers: (size) => withHeaders(numbered(size, (i) => `x-${(i * 7919) % size}`).map((name) => [name, 'a'])),
  'a header name': (size) => withHeaders([['x'.repeat(size), 'a']]),
  'slashes in the path': (size) => withUrl({ path: '/'.repeat(size) }),
  'ways back in the path': (size) => withUrl({ path: '/..'.repeat(size) }),
  'ways there and back in the path': (size) => withUrl({ path: '/a'.repeat(size) + '/..'.repeat(size) }),
  'dots in the path': (size) => withUrl({ path: `/${'.'.repeat(size)}` }),
  'escapes in the path': (size) => withUrl({ path: `/${'%c3%A9%41'.repeat(size)}` }),
  'percent signs in the path': (size) => withUrl({ path: `/${'%'.repeat(size)}` }),
  'equals signs in the query': (size) => withUrl({ query: '='.repeat(size) }),
  'pluses in the query': (size) => withUrl({ query: '+'.repeat(size) }),
  'escapes in the query': (size) => withUrl({ query: '%41%ff%C3%A9'.repeat(size) }),
  parameters: (size) => withUrl({ query: numbered(size, (i) => `a${(i * 7919) % size}=b`).join('&') }),
  'values of one parameter': (size) =>
    withUrl({ query: numbered(size, (i) => `a=${(i * 7919) % size}`).join('&') }),
  'parameters that look like a signature': (size) =>
    withUrl({ query: numbered(size, (i) => `x-amz-signatur${i}`).join('&') }),
  'bytes of the body': (size) => ({ ...plainRequest, body: new Uint8Array(size * 20) }),
  'letters of the body': (size) => ({ ...plainRequest, body: 'é'.repeat(size) }),
}

/** What must be refused, in a time that does not depend on what is wrong with it. */
const refused: Record<string, readonly [reason: string, deliveryOf: (size: number) => ReceivedRequest]> = {
  'commas in Authorization': ['malformed-authorization', (size) => claimed(`a=b${','.repeat(size)}`)],
  'spaces in Authorization': ['malformed-authorization', (size) => claimed(`${' '.repeat(size)}a`)],
  'spaces before the scheme': ['unsupported-algorithm', (size) => withAuthorization(`${' '.repeat(size)}a`)],
  'components of Authorization': [
    'malformed-authorization',
    (size) => claimed(numbered(size, (i) => `a${i}=b`).join(', ')),
  ],
  'slashes in the credential': [
    'malformed-authorization',
    (size) => claimed(`Credential=${'/'.repeat(size)}, SignedHeaders=host, Signature=a`),
  ],
  'names that are said to be signed': [
    'malformed-authorization',
    (size) => claimed(`Credential=a, SignedHeaders=${names(size)}, Signature=a`),
  ],
  'semicolons among them': [
    'malformed-authorization',
    (size) => claimed(`Credential=a, SignedHeaders=${';'.repeat(size)}, Signature=a`),
  ],
  'headers that are missing': [
    'header-not-signed',
    (size) => claimed(`Credential=${credential}, SignedHeaders=${names(size)}, Signature=${hex}`),
  ],
  'headers that are not signed': [
    'header-not-signed',
    (size) => withLines(numbered(size, (i) => `x-amz-${i}`)),
  ],
  'digits of a date': ['malformed-date', (size) => withLine('x-amz-date', '2'.repeat(size))],
  'digits of a length': ['body-too-large', (size) => withLine('content-length', '9'.repeat(size))],
  'letters of a hash': [
    'malformed-content-sha256',
    (size) => signAndSend(withHeaders([['x-amz-content-sha256', 'a'.repeat(size)]]), plainSigning).delivery,
  ],
  'one parameter over and over': [
    'multiple-authentication',
    (size) => withQuery('X-Amz-Signature=a&'.repeat(size)),
  ],
  'ampersands in the query': ['malformed-request', (size) => withQuery('&'.repeat(size))],
  'percent signs in the query': ['malformed-request', (size) => withQuery('%'.repeat(size))],
  'escaped names in the query': [
    'multiple-authentication',
    (size) => withQuery('%58%2dAmz-Credential=a&'.repeat(size)),
  ],
  'session tokens that are not shown': [
    'signature-mismatch',
    (size) => withQuery('X-Amz-Security-Token=a&'.repeat(size)),
  ],
}
const hex = 'a'.repeat(64)
const credential = 'AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request'
const names = (size: number): string =>
  ['host', ...numbered(size, (i) => `x${i}`), 'x-amz-date'].sort().join(';')
const withLine = (name: string, value: string): Delivery => {
  const { headers, ...rest } = signAndSend(plainRequest, plainSigning).delivery
  return { ...rest, headers: [...headers.filter(([each]) => each !== name), [name, value]] }
}
const withLines = (names: readonly string[]): Delivery => {
  const { headers, ...rest } = signAndSend(plainRequest, plainSigning).delivery
  return { ...rest, headers: [...headers, ...names.map((name): Pair => [name, 'a'])] }
}
const withAuthorization = (value: string): Delivery => withLine('authorization', value)
const claimed = (claims: string): Delivery => withAuthorization(`AWS4-HMAC-SHA256 ${claims}`)
const withQuery = (query: string): Delivery => ({
  ...signAndSend(plainRequest, plainSigning).delivery,
  target: `/a?${query}`,
})

const expectLinear = async (workOf: WorkOf): Promise<void> =>
  expect(await growthExponent(workOf, LIMIT)).toBeLessThan(LIMIT)

describe('law: time grows no faster than the request', () => {
  const verifier = verifierFor(plainSigning, {
    maxBodyBytes: 2 ** 30,
    maxQueryParameters: 2 ** 30,
    maxHeaders: 2 ** 30,
  })
  const options = optionsOf(plainSigning)

  for (const [what, requestOf] of Object.entries(requests)) {
    it(`signing, presigning and verifying: ${what}`, async () => {
      const partsOf = (size: number) => {
        const { method, url, headers, body } = requestOf(size)
        return { method, headers, body, url: `https://example.com${url.path}?${url.query}` }
      }
      await expectLinear((size) => {
        const parts = partsOf(size)
        return () => signHeaders(parts, options)
      })
      await expectLinear((size) => {
        const parts = partsOf(size)
        return () => presignUrl(parts, options)
      })
      await expectLinear((size) => {
        const { delivery } = signAndSend(requestOf(size), plainSigning)
        return () => verifier.verifyReceived(delivery)
      })
    })
  }

  for (const [what, [reason, deliveryOf]] of Object.entries(refused)) {
    it(`refusing, and answering: ${what}`, async () => {
      await expectLinear((size) => {
        const delivery = deliveryOf(size)
        return async () => {
          const error = await verifier.verifyReceived(delivery).catch((error: unknown) => error)
          expect((error as SignatureError).reason).toBe(reason)
          return (error as SignatureError).toResponse('xml').text()
        }
      })
    })
  }

  it('reading a body: many small pieces', async () => {
    await expectLinear((size) => {
      const { delivery } = signAndSend({ ...plainRequest, body: new Uint8Array(size) }, plainSigning)
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < size; i++) yield new Uint8Array(1)
      }
      return () => verifier.verifyReceived({ ...delivery, body: pieces() })
    })
  })

  it('parsing alone, of what was never meant to be parsed', async () => {
    for (const text of [', ', '=,', ' \t', 'a=b,', ';', '&', '%41', 'x-amz-a=&']) {
      for (const parse of [parseAuthorization, parsePresignedQuery]) {
        await expectLinear((size) => {
          const long = `a ${text.repeat(size)}`
          return () => {
            try {
              parse(long)
            } catch (error) {
              expect(error).toBeInstanceOf(SignatureError)
            }
          }
        })
      }
    }
  })
})
