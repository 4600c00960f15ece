import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signRequest } from '../../src/index.ts'
import { verifierFor } from '../support/arbitrary-delivery.ts'
import {
  type AnyBody,
  anyBody,
  anyMethod,
  bytesOf,
  type Pair,
  plainHeaders,
} from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { anySigning, headerOptionsOf, withOwnHash } from '../support/arbitrary-signing.ts'
import { type AnyUrl, anyUrl, keptUrl, urlText } from '../support/arbitrary-url.ts'

interface FetchArguments {
  readonly method: string
  readonly url: AnyUrl
  readonly headers: readonly Pair[]
  readonly body: AnyBody
}

const fetchArguments = (url: fc.Arbitrary<AnyUrl>): fc.Arbitrary<FetchArguments> =>
  fc
    .record({ method: anyMethod, url, headers: plainHeaders, body: anyBody })
    // fetch sends no body with these, and refuses these methods altogether.
    .map((request) => (/^(?:GET|HEAD)$/i.test(request.method) ? { ...request, body: null } : request))
    .filter(({ method }) => !/^(?:CONNECT|TRACE|TRACK)$/i.test(method))

const inputs = {
  string: (url: AnyUrl) => urlText(url),
  URL: (url: AnyUrl) => new URL(urlText(url)),
  Request: (url: AnyUrl) => new Request(urlText(url)),
}
const bodyOf = async (request: Request): Promise<Uint8Array> => new Uint8Array(await request.arrayBuffer())

describe('law: what signRequest makes, Verifier.verify accepts', () => {
  for (const [kind, toInput] of Object.entries(inputs)) {
    it(`from a ${kind}, whose path and query reach the server unchanged`, async () => {
      const law = fc.asyncProperty(fetchArguments(keptUrl), anySigning, async (given, signing) => {
        const { method, url, body } = given
        const headers = withOwnHash(given.headers, body, signing) as [string, string][]
        const init: RequestInit = { method, headers, body: body as BodyInit | null }
        const signed = await signRequest(toInput(url), { ...headerOptionsOf(signing), init })
        const proved = await verifierFor(signing).verify(signed)

        expect(proved.principal).toBe('the caller')
        expect(new URL(signed.url).pathname).toBe(url.path || '/')
        expect(await bodyOf(proved.request)).toEqual(bytesOf(body) ?? new Uint8Array())
      })
      await holds(law, 250)
    })
  }

  it('from a string that the runtime rewrites, or refuses to sign it', async () => {
    let accepted = 0
    const law = fc.asyncProperty(fetchArguments(anyUrl), anySigning, async ({ url }, signing) => {
      let signed: Request
      try {
        signed = await signRequest(urlText(url), headerOptionsOf(signing))
      } catch (error) {
        // Dot segments of an S3 key: the runtime would send another key.
        expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
        expect(new URL(urlText(url)).pathname).not.toBe(url.path)
        return
      }
      await verifierFor(signing).verify(signed)
      accepted++
    })
    await holds(law, 300)
    expect(accepted).toBeGreaterThan(100)
  })
})
