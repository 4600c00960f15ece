// SigV4A beside two independent implementations: aws-crt (C) and @smithy/signature-v4a (JavaScript).
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveSigv4aKey } from '../../src/sigv4a/index.ts'
import { SEED } from '../support/arbitrary-runs.ts'
import { anySigv4aRequest, type Sigv4aRequest } from '../support/arbitrary-sigv4a.ts'
import { crtJudges, crtSigns, type Location } from '../support/crt-sigv4a.ts'
import { weJudge, weSign } from '../support/sigv4a-ours.ts'
import { smithySigns } from '../support/smithy-sigv4a.ts'

const REQUESTS = Number(process.env.COUNTERSIGN_DIFFERENTIAL ?? 600)
const TIMEOUT = 60_000 + REQUESTS * 50
const MISMATCH = 'AWS_AUTH_CANONICAL_REQUEST_MISMATCH'
const INVALID = 'AWS_AUTH_SIGV4A_SIGNATURE_VALIDATION_FAILURE'

const requests = fc.sample(anySigv4aRequest, { numRuns: REQUESTS, seed: SEED })

/** Another digit in one place. */
function bend(text: string, at: number): string {
  const index = at % text.length
  return text.slice(0, index) + (text[index] === '0' ? '1' : '0') + text.slice(index + 1)
}

/** S3's presigned URLs leave the body unsigned; how they sign it is one of the differences. */
const formOf: Readonly<Record<Location, (request: Sigv4aRequest) => Sigv4aRequest>> = {
  header: (request) => request,
  query: (request) => (request.service === 's3' ? { ...request, payload: 'unsigned' } : request),
}

/** Asks the same of every request, and shows the first three that are answered otherwise than wanted. */
async function expectOfAll(
  wanted: readonly string[],
  ask: (request: Sigv4aRequest, index: number) => Promise<string[]> | string[],
): Promise<void> {
  const faults: unknown[] = []
  for (const [i, request] of requests.entries()) {
    const answers = await ask(request, i)
    if (answers.join() !== wanted.join()) faults.push({ answers, request })
  }
  expect(faults.slice(0, 3)).toEqual([])
}

describe('random requests', () => {
  it('are of every kind', () => {
    const share = (test: (request: Sigv4aRequest) => boolean): number =>
      requests.filter(test).length / REQUESTS
    const shares = {
      s3: share(({ service }) => service === 's3'),
      token: share(({ sessionToken }) => sessionToken !== undefined),
      unsigned: share(({ payload }) => payload === 'unsigned'),
      pattern: share(({ regionSet }) => regionSet.includes('*')),
      list: share(({ regionSet }) => regionSet.includes(',')),
      escape: share(({ path }) => path.includes('%')),
      dots: share(({ path }) => /\/\.{0,2}(?:\/|$)/.test(path)),
      query: share(({ query }) => query.includes('&')),
      body: share(({ body }) => body !== ''),
    }
    for (const [name, value] of Object.entries(shares)) expect(value, name).toBeGreaterThan(0.1)
  })

  for (const location of ['header', 'query'] as const) {
    it(
      `signed by us (${location}) are accepted by aws-crt, and refused with anything changed`,
      async () => {
        await expectOfAll(['accepted', MISMATCH, MISMATCH, MISMATCH, INVALID, INVALID], (one, i) => {
          const request = formOf[location](one)
          const signed = { ...weSign(request, location), ...deriveSigv4aKey(request) }
          const ofAnother = deriveSigv4aKey({ ...request, accessKeyId: `${request.accessKeyId}X` })
          return [
            crtJudges(request, location, signed),
            crtJudges(request, location, {
              ...signed,
              canonicalRequest: bend(signed.canonicalRequest, i * 7),
            }),
            crtJudges({ ...request, method: 'TRACE' }, location, signed),
            crtJudges({ ...request, regionSet: `${request.regionSet},sa-east-1` }, location, signed),
            crtJudges(request, location, { ...signed, signature: bend(signed.signature, i * 11) }),
            crtJudges(request, location, { ...signed, ...ofAnother }),
          ]
        })
      },
      TIMEOUT,
    )

    it(
      `signed by aws-crt (${location}) are accepted by us, and refused with anything changed`,
      async () => {
        const REFUSED = 'signature-mismatch'
        await expectOfAll(['accepted', 'accepted', REFUSED, REFUSED, REFUSED], async (request, i) => {
          const { secretAccessKey } = request
          const { publicKey } = deriveSigv4aKey(request)
          const wire = await crtSigns(request, location)
          const bent = (text: string): string =>
            text.replace(/(?<=Signature=)[\da-f]+$/, (signature) => bend(signature, i * 13))
          const headers = wire.headers.map(([name, value]) => [name, bent(value)] as const)
          return [
            await weJudge(request, wire, { secretAccessKey }),
            await weJudge(request, wire, { publicKey }),
            await weJudge(request, { target: bent(wire.target), headers }, { publicKey }),
            await weJudge({ ...request, method: 'TRACE' }, wire, { publicKey }),
            await weJudge(request, wire, { secretAccessKey: `${secretAccessKey}X` }),
          ]
        })
      },
      TIMEOUT,
    )
  }

  it(
    'signed by @smithy/signature-v4a are accepted by us, and by aws-crt over our canonical request',
    async () => {
      await expectOfAll(['accepted', 'accepted', 'signature-mismatch', 'accepted'], async (request) => {
        const { secretAccessKey } = request
        const { publicKey } = deriveSigv4aKey(request)
        const { canonicalRequest } = weSign(request, 'header')
        const { signature, ...wire } = await smithySigns(request)
        return [
          await weJudge(request, wire, { secretAccessKey }),
          await weJudge(request, wire, { publicKey }),
          await weJudge({ ...request, method: 'TRACE' }, wire, { publicKey }),
          crtJudges(request, 'header', { canonicalRequest, signature, publicKey }),
        ]
      })
    },
    TIMEOUT,
  )
})
