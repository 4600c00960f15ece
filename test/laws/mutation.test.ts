import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileFor } from '../../src/index.ts'
import { additions, bitFlips, type Change, removalsAndDoublings } from '../support/arbitrary-change.ts'
import { outcomeOf, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import { meaningOf } from '../support/arbitrary-meaning.ts'
import { type AnyRequest, anyRequest } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { type AnySigning, anySigning, plainSigning } from '../support/arbitrary-signing.ts'

type Changes = (...given: Parameters<typeof bitFlips>) => Iterable<Change>

/**
 * Holds a verifier to the law: a changed request is accepted if, and only if, the protocol gives it the meaning
 * of the one that was signed. `equivalences.test.ts` says in words which changes those are.
 *
 * @param every Take one in so many changes.
 */
async function checkChanges(
  request: AnyRequest,
  signing: AnySigning,
  changes: Changes,
  every = 1,
  first = 0,
) {
  const { delivery, trace } = signAndSend(request, signing)
  const verifier = verifierFor(signing)
  const isDecoded = profileFor(signing.service).pathEncoding === 'once'
  const reading = {
    path: isDecoded ? ('decoded' as const) : ('normalized' as const),
    signedHeaders: trace.signedHeaders,
    body: trace.hashedPayload === 'UNSIGNED-PAYLOAD' ? ('unsigned' as const) : ('signed' as const),
  }
  const meaning = meaningOf(delivery, reading)
  expect(await outcomeOf(verifier, delivery)).toBe('accepted')

  const tally = { accepted: 0, refused: 0 }
  let at = first
  // Tokens that are added after signing are no part of the signature, and are held to all the same.
  for (const { what, delivery: changed } of changes(delivery, [
    ...trace.signedHeaders,
    'x-amz-security-token',
  ])) {
    if (at++ % every !== 0) continue
    const outcome = await outcomeOf(verifier, changed)
    const isSame = meaningOf(changed, reading) === meaning
    if ((outcome === 'accepted') !== isSame) {
      expect.fail(`${what}: ${outcome}, and its meaning is ${isSame ? 'the same' : 'another'}`)
    }
    tally[isSame ? 'accepted' : 'refused']++
  }
  return tally
}

const request: AnyRequest = {
  method: 'PUT',
  url: {
    scheme: 'https',
    authority: 'files.example.com:8443',
    host: 'files.example.com:8443',
    path: '/a%20b//c~d/./%C3%A9$',
    query: 'list-type=2&q=x+y&q=%2b&acl',
    fragment: '',
  },
  headers: [
    ['Content-Type', 'text/plain;  charset=utf-8'],
    ['x-amz-meta-a', ' one\ttwo '],
    ['X-Amz-Meta-A', 'caf\xe9'],
  ],
  body: 'Hello',
}
const credentials = { ...plainSigning.credentials, sessionToken: 'AQoDYXdzEPT//EXAMPLEtoken==' }

const signings: Record<string, AnySigning> = {
  'in headers': { ...plainSigning, credentials },
  'in headers for S3': { ...plainSigning, credentials, service: 's3' },
  'in headers, with a token that is appended': { ...plainSigning, credentials, service: 'iotdevicegateway' },
  'in the query': { ...plainSigning, credentials, carrier: 'query' },
  'in the query for S3': { ...plainSigning, credentials, carrier: 'query', service: 's3' },
  'in the query, with a token that is appended': {
    ...plainSigning,
    credentials,
    carrier: 'query',
    service: 'iotdevicegateway',
  },
}

describe('mutation: a request that was changed after it was signed is refused', () => {
  for (const [where, signing] of Object.entries(signings)) {
    it(`whichever bit of a signed part is flipped: signed ${where}`, async () => {
      const { accepted, refused } = await checkChanges(request, signing, bitFlips)
      expect(refused).toBeGreaterThan(2000)
      // Header names in another case, a tab for a carriage return: few flips keep the meaning.
      expect(accepted).toBeLessThan(refused / 10)
    })

    it(`whichever signed part is taken away or doubled: signed ${where}`, async () => {
      const { refused } = await checkChanges(request, signing, removalsAndDoublings)
      expect(refused).toBeGreaterThan(20)
    })
  }

  it('whatever the request, if something is added that nobody signed', async () => {
    const law = fc.asyncProperty(anyRequest, anySigning, async (request, signing) => {
      const { refused } = await checkChanges(request, signing, additions)
      expect(refused).toBeGreaterThan(10)
    })
    await holds(law, 200)
  })

  it('whatever the request, if a bit is flipped', async () => {
    const law = fc.asyncProperty(anyRequest, anySigning, fc.nat(60), async (request, signing, first) => {
      await checkChanges(request, signing, bitFlips, 61, first)
    })
    await holds(law, 150)
  })

  it('whatever the request, if a part is taken away or doubled', async () => {
    const law = fc.asyncProperty(anyRequest, anySigning, async (request, signing) => {
      await checkChanges(request, signing, removalsAndDoublings)
    })
    await holds(law, 250)
  })
})
