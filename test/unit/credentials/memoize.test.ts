import { afterEach, describe, expect, it, vi } from 'vitest'
import { CredentialsError } from '../../../src/credentials/credentials-error.ts'
import { memoize } from '../../../src/credentials/memoize.ts'
import type { CredentialProvider, Credentials } from '../../../src/types.ts'

const MINUTE = 60_000
const key = (accessKeyId: string, expiration?: number): Credentials => ({
  accessKeyId,
  secretAccessKey: 'EXAMPLEKEY',
  ...(expiration !== undefined && { expiration: new Date(expiration) }),
})

/** A clock to set, and a provider that numbers its answers, fails when told, and waits when told. */
function world(lifetime?: number) {
  const state = { time: 1e12, loads: 0, forced: 0, failure: undefined as Error | undefined, lifetime }
  let gate: Promise<void> | undefined
  const provider: CredentialProvider = async (options) => {
    const id = `AKID${++state.loads}`
    if (options?.forceRefresh) state.forced++
    const { failure, lifetime: life } = state
    await gate
    if (failure) throw failure
    return key(id, life === undefined ? undefined : state.time + life)
  }
  const hold = (): (() => void) => {
    let release = (): void => {}
    gate = new Promise((resolve) => {
      release = resolve
    })
    return () => {
      gate = undefined
      release()
    }
  }
  return { state, provider, hold, now: () => state.time }
}

const idOf = async (provider: CredentialProvider): Promise<string> => (await provider()).accessKeyId

afterEach(() => vi.restoreAllMocks())

describe('memoize', () => {
  it('asks once for a thousand callers, at first and on expiry', async () => {
    const { state, provider, now } = world(60 * MINUTE)
    const memoized = memoize(provider, { now })
    const all = () => Promise.all(Array.from({ length: 1000 }, () => idOf(memoized)))
    expect(new Set(await all())).toEqual(new Set(['AKID1']))
    state.time += 60 * MINUTE
    expect(new Set(await all())).toEqual(new Set(['AKID2']))
    expect(state.loads).toBe(2)
  })

  it('keeps credentials without expiration until told to load anew', async () => {
    const { state, provider, now } = world()
    const memoized = memoize(provider, { now })
    await memoized()
    state.time += 1e12
    expect(await idOf(memoized)).toBe('AKID1')
    expect((await memoized({ forceRefresh: true })).accessKeyId).toBe('AKID2')
    expect(await idOf(memoized)).toBe('AKID2')
    expect(state.forced).toBe(1)
  })

  it('refreshes ahead of expiry: one caller waits, the others go on', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { state, provider, hold, now } = world(60 * MINUTE)
    const memoized = memoize(provider, { now })
    await memoized()
    state.time += 54 * MINUTE
    expect(await idOf(memoized)).toBe('AKID1')
    state.time += MINUTE
    const release = hold()
    const first = idOf(memoized)
    expect(await Promise.all([idOf(memoized), idOf(memoized)])).toEqual(['AKID1', 'AKID1'])
    // Nor does another refresh begin while one is under way.
    state.time += 50_000
    expect(await idOf(memoized)).toBe('AKID1')
    release()
    expect(await first).toBe('AKID2')
    expect([await idOf(memoized), state.loads, state.forced]).toEqual(['AKID2', 2, 0])
  })

  it('spreads refreshes over a tenth of the time ahead', async () => {
    const moments: number[] = []
    for (const random of [0, 0.5, 0.999]) {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      const { state, provider, now } = world(60 * MINUTE)
      const memoized = memoize(provider, { now, refreshAheadSeconds: 600 })
      await memoized()
      for (; state.loads === 1; state.time += 1000) await memoized()
      moments.push(60 * MINUTE - (state.time - 1000 - 1e12))
    }
    expect(moments).toEqual([600_000, 630_000, 659_000])
  })

  it('keeps what is good when an early refresh fails, and tries again later, not on each call', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const { state, provider, now } = world(60 * MINUTE)
    const memoized = memoize(provider, { now })
    await memoized()
    state.time += 56 * MINUTE
    state.failure = new Error('down')
    for (let call = 0; call < 10; call++) expect(await idOf(memoized)).toBe('AKID1')
    expect(state.loads).toBe(2)
    state.time += 29_000
    expect([await idOf(memoized), state.loads]).toEqual(['AKID1', 2])
    state.time += 1_000
    expect([await idOf(memoized), state.loads]).toEqual(['AKID1', 3])
    state.time = 1e12 + 60 * MINUTE
    await expect(memoized()).rejects.toThrow('down')
    await expect(memoized()).rejects.toThrow('down')
    expect(state.loads).toBe(5)
    state.failure = undefined
    expect(await idOf(memoized)).toBe('AKID6')
  })

  it('does not hand out what expired while an early refresh failed', async () => {
    const { state, provider, hold, now } = world(10 * MINUTE)
    const memoized = memoize(provider, { now })
    await memoized()
    state.time += 9 * MINUTE
    state.failure = new Error('down')
    const release = hold()
    const early = memoized()
    state.time += 2 * MINUTE
    release()
    await expect(early).rejects.toThrow('down')
  })

  it('does not ask on each call for credentials that live shorter than the time ahead', async () => {
    const { state, provider, now } = world(2 * MINUTE)
    const memoized = memoize(provider, { now })
    for (let call = 0; call < 100; call++) await memoized()
    expect(state.loads).toBe(2)
    state.time += MINUTE
    for (let call = 0; call < 100; call++) await memoized()
    expect(state.loads).toBe(3)
  })

  it('remembers no failure', async () => {
    const { state, provider, now } = world()
    state.failure = new Error('down')
    const memoized = memoize(provider, { now })
    const both = await Promise.allSettled([memoized(), memoized()])
    expect([both.map(({ status }) => status), state.loads]).toEqual([['rejected', 'rejected'], 1])
    state.failure = undefined
    expect(await idOf(memoized)).toBe('AKID2')
    expect(
      await idOf(
        memoize(
          () => {
            throw new Error('at once')
          },
          { now },
        ),
      ).catch(({ message }) => message),
    ).toBe('at once')
  })

  it('loads anew for forceRefresh even while an ordinary load is under way, and keeps the newer', async () => {
    const { state, provider, hold, now } = world()
    const memoized = memoize(provider, { now })
    const release = hold()
    const ordinary = idOf(memoized)
    const forced = [memoized({ forceRefresh: true }), memoized({ forceRefresh: true }), memoized()]
    release()
    expect(await ordinary).toBe('AKID1')
    expect((await Promise.all(forced)).map(({ accessKeyId }) => accessKeyId)).toEqual([
      'AKID2',
      'AKID2',
      'AKID2',
    ])
    expect([await idOf(memoized), state.loads, state.forced]).toEqual(['AKID2', 2, 1])
  })

  it('does not let an overtaken load replace the newer credentials', async () => {
    const answers: ((credentials: Credentials) => void)[] = []
    const memoized = memoize(() => new Promise((resolve) => answers.push(resolve)))
    const ordinary = memoized()
    const forced = memoized({ forceRefresh: true })
    answers[1]?.(key('NEW'))
    await forced
    answers[0]?.(key('OLD'))
    await ordinary
    expect(await idOf(memoized)).toBe('NEW')
  })

  it('rejects a forceRefresh that fails, and keeps what it had', async () => {
    const { state, provider, now } = world(60 * MINUTE)
    const memoized = memoize(provider, { now })
    await memoized()
    state.failure = new Error('down')
    await expect(memoized({ forceRefresh: true })).rejects.toThrow('down')
    expect(await idOf(memoized)).toBe('AKID1')
  })

  it('asks once more with forceRefresh for expired credentials, then says so', async () => {
    const { state, provider, now } = world(-1)
    const error = await memoize(provider, { now })().catch((reason) => reason)
    expect(error).toBeInstanceOf(CredentialsError)
    expect(error.message).toBe('No credentials: memoize: the provider gives credentials that have expired')
    expect([state.loads, state.forced]).toEqual([2, 1])
    await expect(memoize(provider, { now })({ forceRefresh: true })).rejects.toThrow('have expired')
    expect([state.loads, state.forced]).toEqual([3, 2])
    const stale: CredentialProvider = async (options) =>
      options?.forceRefresh ? key('FRESH', state.time + 1) : key('STALE', state.time)
    expect(await idOf(memoize(stale, { now }))).toBe('FRESH')
  })

  it('waits a minute for a load, and not for ever: the runtime may have dropped it', async () => {
    const { state, provider, hold, now } = world()
    const memoized = memoize(provider, { now })
    hold()
    const lost = memoized()
    state.time += 59_999
    void memoized()
    expect(state.loads).toBe(1)
    hold()()
    state.time += 1
    expect(await idOf(memoized)).toBe('AKID2')
    expect(lost).toBeInstanceOf(Promise)
  })

  it('refuses misuse by name', async () => {
    const { provider } = world()
    expect(() => memoize(key('A') as never)).toThrow('provider must be a function; it is object')
    expect(() => memoize(provider, { refreshAheadSeconds: -1 })).toThrow(
      'refreshAheadSeconds must be a whole',
    )
    expect(() => memoize(provider, { refreshAhead: 1 } as never)).toThrow('"refreshAhead" is not an option')
    await expect(memoize((async () => undefined) as never)()).rejects.toThrow(
      'what the provider gives must be an object; it is undefined',
    )
  })
})
