import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileFor, sigv4 } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import { type Delivery, outcomeOf, signAndSend, verifierFor } from '../support/arbitrary-delivery.ts'
import { anyHeadChange, changed } from '../support/arbitrary-head-change.ts'
import { meaningOf, type Reading } from '../support/arbitrary-meaning.ts'
import { anyRequest, type Pair } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { type AnySigning, anySigning } from '../support/arbitrary-signing.ts'
import { Tally } from '../support/arbitrary-tally.ts'

/** The order of the components means nothing, nor does the white space around them. */
const componentsOf = (authorization: string): string => {
  const [, algorithm = '', components = ''] = /^\s*(\S*)(.*)$/s.exec(authorization)!
  return `${algorithm} ${components
    .split(',')
    .map((component) => component.trim())
    .sort()
    .join()}`
}

/** What is unsigned and not heeded means nothing either. */
const heeded = (delivery: Delivery, signedHeaders: readonly string[]): Delivery => ({
  ...delivery,
  headers: delivery.headers.flatMap(([name, value]): Pair[] => {
    const lower = name.toLowerCase()
    if (lower === 'authorization') return [[name, componentsOf(value)]]
    const isHeeded = lower !== 'x-amz-content-sha256' || signedHeaders.includes(lower)
    if (lower === ':authority')
      return delivery.headers.some(([each]) => /^host$/i.test(each)) ? [] : [['host', value]]
    return isHeeded ? [[name, value]] : []
  }),
})

interface Signed {
  readonly delivery: Delivery
  readonly reading: Reading
}

function signed(request: Parameters<typeof signAndSend>[0], signing: AnySigning): Signed {
  const { delivery, trace } = signAndSend(request, signing)
  return {
    delivery,
    reading: {
      path: profileFor(signing.service).pathEncoding === 'once' ? 'decoded' : 'normalized',
      signedHeaders: trace.signedHeaders,
      body: trace.hashedPayload === 'UNSIGNED-PAYLOAD' ? 'unsigned' : 'signed',
    },
  }
}

/** Whether it means what was signed. */
const isSame = (arrived: Delivery, { delivery, reading }: Signed): boolean => {
  const [one, other] = [arrived, delivery].map((each) =>
    meaningOf(heeded(each, reading.signedHeaders), reading),
  )
  return one !== undefined && one === other
}

const anyChanges = fc.array(anyHeadChange, { maxLength: 4 })

describe('mutation: what is accepted means what was signed', () => {
  const laws = [
    ['SigV4', sigv4, 1000],
    ['SigV4A', sigv4a, 200],
  ] as const
  it.each(laws)('whatever was done to a head, several times: %s', async (name, algorithm, count) => {
    const tally = new Tally()
    const law = fc.asyncProperty(
      anyRequest,
      anyRequest,
      anySigning,
      anyChanges,
      async (request, another, scope, changes) => {
        const signing = { ...scope, algorithm }
        const [one, other] = [signed(request, signing), signed(another, signing)]
        const arrived = changed(one.delivery, changes, other.delivery)
        const outcome = await outcomeOf(verifierFor(signing, { algorithms: [algorithm] }), arrived)
        tally.count(
          outcome === 'accepted' ? 'accepted' : 'refused',
          isDeepStrictEqual(arrived, one.delivery) ? 'as it was sent' : 'changed',
        )
        if (changes.length === 0) expect(outcome).toBe('accepted')
        if (outcome === 'accepted')
          expect(arrived).toSatisfy(() => isSame(arrived, one) || isSame(arrived, other))
      },
    )
    await holds(law, count)
    tally.expectBoth(`heads, ${name}`)
  })
})
