import { describe, expect, it } from 'vitest'
import { equalConstantTime } from '../../src/encoding/equal.ts'

type Equality = (a: string, b: string) => boolean

const LENGTH = 200_000
const ROUNDS = 25

/** What constant time forbids, planted to show that the harness would see it. */
const earlyExit: Equality = (a, b) => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a.charCodeAt(i) !== b.charCodeAt(i)) return false
  return true
}

const differingAt = (at: number): string => `${'a'.repeat(at)}b${'a'.repeat(LENGTH - at - 1)}`

/** How much longer a difference at the end takes than one at the start: 1 where time tells nothing. */
function timeRatio(equality: Equality): number {
  const right = ['a'.repeat(LENGTH), ''].join('')
  const [early, late] = [differingAt(0), differingAt(LENGTH - 1)].map((text) => [text, ''].join(''))
  const fastest = { early: Number.POSITIVE_INFINITY, late: Number.POSITIVE_INFINITY }
  const time = (text: string): number => {
    const start = performance.now()
    if (equality(right, text)) throw new Error('the texts differ')
    return performance.now() - start
  }
  // Interleaved, and the fastest of each: what else the machine does adds time and takes none away.
  for (let round = 0; round < ROUNDS; round++) {
    fastest.early = Math.min(fastest.early, time(early!))
    fastest.late = Math.min(fastest.late, time(late!))
  }
  return fastest.late / Math.max(fastest.early, 1e-4)
}

describe('V20 timing: equalConstantTime', () => {
  it.each([
    ['', '', true],
    ['a', 'a', true],
    ['abc', 'abc', true],
    ['a', 'b', false],
    ['abc', 'abd', false],
    ['abc', 'xbc', false],
    ['abc', 'ab', false],
    ['ab', 'abc', false],
    ['', 'a', false],
    ['a', '', false],
    ['a', 'aa', false],
    ['abab', 'ab', false],
    ['\0', '', false],
    ['', '\0', false],
    ['\0\0', '\0', false],
    ['a', 'A', false],
    ['\u0161', 'a', false],
    ['é', 'e\u0301', false],
  ])('compares %j and %j: %j', (a, b, expected) => {
    expect(equalConstantTime(a, b)).toBe(expected)
  })

  it('sees a difference of any one bit at any place of a signature', () => {
    const signature = '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7'
    for (let at = 0; at < signature.length; at++) {
      for (let bit = 0; bit < 16; bit++) {
        const other = String.fromCharCode(signature.charCodeAt(at) ^ (1 << bit))
        expect(equalConstantTime(signature, signature.slice(0, at) + other + signature.slice(at + 1))).toBe(
          false,
        )
      }
    }
  })

  it('takes as long for a difference at the start as for one at the end, and an early exit would be seen', () => {
    expect(timeRatio(earlyExit)).toBeGreaterThan(20)
    expect(timeRatio(equalConstantTime)).toBeLessThan(3)
  })
})
