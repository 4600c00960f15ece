import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signAndSend } from '../support/arbitrary-delivery.ts'
import { type AnyRequest, anyRequest, type Pair } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { anySigning } from '../support/arbitrary-signing.ts'

/** Numbers that decide an order and the case of letters: the same ones, the same outcome. */
const dice = fc.array(fc.nat(), { minLength: 40, maxLength: 40 })

const shuffled = <Item>(items: readonly Item[], rolls: readonly number[]): Item[] => {
  const rest = [...items]
  return items.map((_, i) => rest.splice(rolls[i % rolls.length]! % rest.length, 1)[0]!)
}

/** Another order of the names; lines of one name stay in their order, which is signed. */
function shuffledByName(headers: readonly Pair[], rolls: readonly number[]): Pair[] {
  const lines = new Map<string, Pair[]>()
  for (const pair of headers) {
    const name = pair[0].toLowerCase()
    lines.set(name, [...(lines.get(name) ?? []), pair])
  }
  const names = shuffled(
    headers.map(([name]) => name.toLowerCase()),
    rolls,
  )
  return names.map((name) => lines.get(name)!.shift()!)
}

const inAnyCase = (name: string, rolls: readonly number[]): string =>
  Array.from(name, (letter, i) =>
    rolls[i % rolls.length]! % 2 ? letter.toUpperCase() : letter.toLowerCase(),
  ).join('')

const sameSignature = (change: (request: AnyRequest, rolls: readonly number[]) => AnyRequest) =>
  fc.asyncProperty(anyRequest, anySigning, dice, async (request, signing, rolls) => {
    const { trace } = signAndSend(request, signing)
    const { trace: changed } = signAndSend(change(request, rolls), signing)
    expect(changed.canonicalRequest).toBe(trace.canonicalRequest)
    expect(changed.signature).toBe(trace.signature)
  })

describe('law: what has no order has no say in the signature', () => {
  it('the order of headers', async () => {
    const law = sameSignature((request, rolls) => ({
      ...request,
      headers: shuffledByName(request.headers, rolls),
    }))
    await holds(law, 300)
  })

  it('the case of header names', async () => {
    const law = sameSignature((request, rolls) => ({
      ...request,
      headers: request.headers.map(([name, value]) => [inAnyCase(name, rolls), value]),
    }))
    await holds(law, 300)
  })

  it('the order of query parameters, repeated ones too', async () => {
    const law = sameSignature((request, rolls) => {
      const query = request.url.query && shuffled(request.url.query.split('&'), rolls).join('&')
      return { ...request, url: { ...request.url, query } }
    })
    await holds(law, 300)
  })

  it('the case of the host name', async () => {
    const law = sameSignature((request, rolls) => ({
      ...request,
      url: { ...request.url, authority: inAnyCase(request.url.authority, rolls) },
    }))
    await holds(law, 200)
  })
})
