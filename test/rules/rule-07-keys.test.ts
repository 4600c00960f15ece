import { describe, expect, it, vi } from 'vitest'
import { deriveSigningKey } from '../../src/canonical/index.ts'
import { createKeyCache, type KeyLookup, Verifier } from '../../src/index.ts'
import { bothForms, headerSigned, judge, judgeRaw, KEY, verifier } from '../support/attack-world.ts'

const UNKNOWN = 'unknown-access-key InvalidClientTokenId 403'
const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const SCOPE = { scopeDate: '20150830', region: 'us-east-1', service: 'execute-api' }
const signingKey = deriveSigningKey({ ...KEY, ...SCOPE })

describe('rule 7: keys are looked up', () => {
  it.each(bothForms())('asks once for a %s request, with all that the claim says', async (_, wire) => {
    const getKeys = vi.fn((_lookup: KeyLookup) => KEY)
    expect(await judgeRaw(wire, { getKeys })).toBe('accepted')
    expect(getKeys.mock.calls).toEqual([
      [{ accessKeyId: KEY.accessKeyId, sessionToken: undefined, algorithm: 'AWS4-HMAC-SHA256', ...SCOPE }],
    ])
  })

  it('keeps getKeys the method that it is', async () => {
    const options = {
      service: 'execute-api',
      region: 'us-east-1',
      now: () => Date.UTC(2015, 7, 30, 12, 36),
      keys: new Map([[KEY.accessKeyId, KEY]]),
    }
    class Keys {
      readonly #keys = options.keys
      readonly service = options.service
      readonly region = options.region
      readonly now = options.now
      getKeys({ accessKeyId }: KeyLookup) {
        return this.#keys.get(accessKeyId)
      }
    }
    const { accessKeyId } = await new Verifier(
      Object.assign(new Keys(), { getKeys: Keys.prototype.getKeys }),
    ).verifyReceived(headerSigned())
    expect(accessKeyId).toBe(KEY.accessKeyId)
  })

  it('refuses an access key id that nobody has', async () => {
    for (const getKeys of [() => undefined, () => [], async () => undefined, async () => []]) {
      for (const [, wire] of bothForms()) expect(await judge(wire, { getKeys })).toBe(UNKNOWN)
    }
  })

  it('gives back the principal of the key that proved the request, as it is', async () => {
    const principal = { name: 'Ada' }
    for (const [, wire] of bothForms()) {
      const verified = await verifier({ getKeys: async () => ({ ...KEY, principal }) }).verifyReceived(wire)
      expect(verified.principal).toBe(principal)
      expect((await verifier().verifyReceived(wire)).principal).toBeUndefined()
    }
  })

  it('tries each of several keys while they are rotated', async () => {
    const old = { secretAccessKey: 'the old secret', principal: 'old' }
    const current = { ...KEY, principal: 'current' }
    for (const keys of [
      [old, current],
      [current, old],
    ]) {
      for (const [, wire] of bothForms()) {
        expect((await verifier({ getKeys: () => keys }).verifyReceived(wire)).principal).toBe('current')
      }
      for (const [, wire] of bothForms({}, { credentials: { ...KEY, secretAccessKey: 'the old secret' } })) {
        expect((await verifier({ getKeys: () => keys }).verifyReceived(wire)).principal).toBe('old')
      }
      for (const [, wire] of bothForms({}, { credentials: { ...KEY, secretAccessKey: 'neither' } })) {
        expect(await judge(wire, { getKeys: () => keys })).toBe(MISMATCH)
      }
    }
  })

  it('passes an error of the look-up on as it is, and lets nobody in', async () => {
    const error = new Error('the database is away')
    const getKeys = () => Promise.reject(error)
    await expect(verifier({ getKeys }).verifyReceived(headerSigned())).rejects.toBe(error)
  })

  it.each([undefined, null, {}, 'keys'])('refuses the option getKeys: %j', (getKeys) => {
    const options = { service: 's3', region: 'us-east-1', getKeys: getKeys as never }
    expect(() => new Verifier(options)).toThrow('getKeys must be a function')
  })
})

describe('rule 7: a key that was derived elsewhere', () => {
  it('proves a request without the secret', async () => {
    for (const [, wire] of bothForms()) {
      expect(await judge(wire, { getKeys: () => ({ signingKey }) })).toBe('accepted')
      expect(await judge(wire, { getKeys: () => [{ secretAccessKey: 'old' }, { signingKey }] })).toBe(
        'accepted',
      )
    }
  })

  it('proves none of another day, region or service', async () => {
    const others = [
      { scopeDate: '20150829' },
      { region: 'us-west-2' },
      { service: 's3' },
      { secretAccessKey: 'x' },
    ]
    for (const other of others) {
      const key = { signingKey: deriveSigningKey({ ...KEY, ...SCOPE, ...other }) }
      for (const [, wire] of bothForms()) expect(await judge(wire, { getKeys: () => key })).toBe(MISMATCH)
    }
  })

  it('is not changed, and does not stay when the look-up stops giving it', async () => {
    const before = signingKey.slice()
    const keyCache = createKeyCache()
    const wire = headerSigned()
    expect(await judge(wire, { keyCache, getKeys: () => ({ signingKey }) })).toBe('accepted')
    expect(signingKey).toEqual(before)
    expect(await judge(wire, { keyCache, getKeys: () => undefined })).toBe(UNKNOWN)
    expect(await judge(wire, { keyCache, getKeys: () => ({ signingKey: new Uint8Array(32) }) })).toBe(
      MISMATCH,
    )
  })

  it.each([31, 33, 0, 64])('refuses one of %d bytes for a mistake of the programmer', async (length) => {
    const getKeys = () => ({ signingKey: new Uint8Array(length) })
    expect(await judgeRaw(headerSigned(), { getKeys })).toBe('TypeError ERR_INVALID_ARG_TYPE')
  })
})

describe('rule 7: derived keys are cached by the secret that they come from', () => {
  it('takes no request that a secret signed which has been replaced', async () => {
    const keyCache = createKeyCache()
    for (const [, wire] of bothForms()) {
      expect(await judge(wire, { keyCache })).toBe('accepted')
      expect(await judge(wire, { keyCache, getKeys: () => ({ secretAccessKey: 'new' }) })).toBe(MISMATCH)
      expect(await judge(wire, { keyCache })).toBe('accepted')
    }
  })

  it('keeps apart two secrets that meet at the scope', async () => {
    const keyCache = createKeyCache({ maxEntries: 1 })
    const secrets = ['a', 'a\n20150830/us-east-1/execute-api/aws4_request', 'a\na', 'aa']
    for (const secretAccessKey of secrets) {
      const wire = headerSigned({}, { credentials: { ...KEY, secretAccessKey }, keyCache })
      for (const known of secrets) {
        const getKeys = () => ({ secretAccessKey: known })
        expect(await judge(wire, { keyCache, getKeys })).toBe(
          known === secretAccessKey ? 'accepted' : MISMATCH,
        )
      }
    }
  })
})
