import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { SEED } from '../support/arbitrary-runs.ts'
import { quirks } from '../support/peer-quirks.ts'
import { anyPeerRequest, credentialsOf, hostOf, type PeerRequest } from '../support/peer-request.ts'
import {
  aws4fetch,
  aws4Signer,
  ours,
  oursForFetch,
  type PeerAnswer,
  smithy,
} from '../support/peer-signers.ts'

/** `COUNTERSIGN_DIFFERENTIAL=100000` compares so many. */
const COUNT = Number(process.env.COUNTERSIGN_DIFFERENTIAL ?? 2000)
const EQUAL_AT_LEAST = 0.6

const peers = {
  smithy: { sign: smithy, ours },
  aws4: { sign: aws4Signer, ours },
  aws4fetch: { sign: aws4fetch, ours: oursForFetch },
}
type PeerName = keyof typeof peers

async function answersOf(peer: PeerName, request: PeerRequest) {
  const mine = peers[peer].ours(request)
  const theirs = await peers[peer].sign(request).catch((error: Error) => error)
  const isEqual =
    !(theirs instanceof Error) &&
    theirs.signature === mine.signature &&
    theirs.signedHeaders === mine.signedHeaders &&
    theirs.canonicalRequest === mine.canonicalRequest
  return { mine, theirs, isEqual }
}

/** The request as the peer's client sends it, before our verifier. */
async function verify(request: PeerRequest, answer: PeerAnswer): Promise<unknown> {
  const { service, region, signingDate, body } = request
  const verifier = new Verifier({
    getKeys: () => credentialsOf(request),
    service,
    region,
    now: () => signingDate,
    payloads: ['signed', 'unsigned'],
  })
  return verifier.verifyReceived({
    method: request.method.toUpperCase(),
    target: answer.target,
    headers: [['host', hostOf(request)], ...answer.headers],
    body: typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? null),
  })
}

const applying = (peer: PeerName, request: PeerRequest) =>
  quirks.filter((quirk) => quirk.peer === peer && quirk.applies(request))

describe('differential: the same requests, signed by others', () => {
  for (const peer of Object.keys(peers) as PeerName[]) {
    it(`${peer} signs as we do, but for the quirks named here; and what it signs, we accept`, async () => {
      const tally = { compared: 0, equal: 0, verified: 0 }
      const law = fc.asyncProperty(anyPeerRequest, async (request) => {
        const { mine, theirs, isEqual } = await answersOf(peer, request)
        const reasons = applying(peer, request).map(({ name }) => name)
        tally.compared++
        if (isEqual) tally.equal++
        // A quirk that does not show is drawn too wide; a difference without one is a fault, of ours or theirs.
        if (isEqual !== (reasons.length === 0)) {
          const answer = theirs instanceof Error ? String(theirs) : theirs.canonicalRequest
          expect.fail(
            `quirks: ${reasons.join(', ') || 'none'}\nours:\n${mine.canonicalRequest}\ntheirs:\n${answer}`,
          )
        }
        if (isEqual) {
          await verify(request, theirs as PeerAnswer)
          tally.verified++
        }
      })
      await fc.assert(law, { numRuns: COUNT, seed: SEED })

      console.info(
        `${peer}: ${tally.equal} of ${tally.compared} signed alike, ${tally.verified} of them verified`,
      )
      expect(tally.compared).toBe(COUNT)
      expect(tally.equal / tally.compared).toBeGreaterThanOrEqual(EQUAL_AT_LEAST)
      expect(tally.verified).toBeGreaterThanOrEqual(Math.min(500, COUNT * EQUAL_AT_LEAST))
    }, 600_000)
  }
})

describe('differential: a quirk is what it is said to be', () => {
  for (const quirk of quirks) {
    it(`${quirk.peer}: ${quirk.name}. ${quirk.why}`, async () => {
      const { mine, theirs, isEqual } = await answersOf(quirk.peer, quirk.example)
      expect(applying(quirk.peer, quirk.example)).toEqual([quirk])
      expect(isEqual).toBe(false)
      if ('throws' in quirk.shows) {
        expect(String(theirs)).toMatch(quirk.shows.throws)
      } else {
        const answer = theirs as PeerAnswer
        expect(answer.signature).not.toBe(mine.signature)
        expect(answer.canonicalRequest).toContain(quirk.shows.theirs)
        expect(mine.canonicalRequest).toContain(quirk.shows.ours)
      }
    })
  }

  it('and a name is given once to a peer', () => {
    const names = quirks.map(({ peer, name }) => `${peer}: ${name}`)
    expect(new Set(names).size).toBe(names.length)
  })
})
