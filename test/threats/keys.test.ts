import { describe, expect, it, vi } from 'vitest'
import * as equality from '../../src/encoding/equal.ts'
import { type KeyLookup, type RejectedEvent, type SigningAlgorithm, sigv4 } from '../../src/index.ts'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
  bytes,
  editHeader,
  editTarget,
  HOST,
  headerSigned,
  judge,
  judgeRaw,
  KEY,
  type Pair,
  presigned,
  refusalOf,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

vi.mock('../../src/encoding/equal.ts', async (load) => {
  const real = await load<typeof equality>()
  return { equalConstantTime: vi.fn(real.equalConstantTime) }
})
const equal = vi.mocked(equality.equalConstantTime)

const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const UNKNOWN = 'unknown-access-key InvalidClientTokenId 403'
const BAD_TOKEN = 'invalid-session-token InvalidClientTokenId 403'
const NOT_SIGNED = 'header-not-signed SignatureDoesNotMatch 403'

const signatureIn = ({ target, headers }: Wire): string =>
  /Signature=([\da-f]{64})/.exec(target + headers.map(String).join())?.[1] ?? ''

const withSignature = (wire: Wire, signature: string): Wire => {
  const swap = (text: string): string => text.replace(/Signature=[\da-f]{64}/, `Signature=${signature}`)
  return editHeader(editTarget(wire, swap), 'authorization', swap)
}

const flipped = (hex: string, at: number): string =>
  hex.slice(0, at) + (Number.parseInt(hex[at]!, 16) ^ 1).toString(16) + hex.slice(at + 1)

describe('V20 timing: signatures and tokens are compared in constant time', () => {
  it.each(
    bothForms(),
  )('the %s signature goes through the constant-time comparison, and its word is final', async (_, wire) => {
    const forged = withSignature(wire, '0'.repeat(64))
    equal.mockClear()
    expect(await judgeRaw(forged)).toBe(MISMATCH)
    expect(equal.mock.calls.filter((pair) => pair.includes('0'.repeat(64)))).not.toEqual([])
    const { equalConstantTime } = await vi.importActual<typeof equality>('../../src/encoding/equal.ts')
    equal.mockReturnValue(true)
    expect(await judgeRaw(forged)).toBe('accepted')
    equal.mockReturnValue(false)
    expect(await judgeRaw(wire)).not.toBe('accepted')
    equal.mockImplementation(equalConstantTime)
    expect(await judgeRaw(wire)).toBe('accepted')
  })

  it('a session token goes through it', async () => {
    const credentials = { ...KEY, sessionToken: 'the-right-token' }
    const getKeys = () => ({ ...KEY, sessionToken: 'another-token' })
    equal.mockClear()
    expect(await judgeRaw(headerSigned({}, { credentials }), { getKeys })).toBe(BAD_TOKEN)
    expect(equal.mock.calls).toContainEqual(['another-token', 'the-right-token'])
  })

  it('a content hash goes through it', async () => {
    equal.mockClear()
    const put = headerSigned({ method: 'PUT', body: 'a' }, { service: 's3' })
    expect(await judgeRaw({ ...put, body: bytes('b') }, { service: 's3' })).toBe(
      'payload-mismatch XAmzContentSHA256Mismatch 400',
    )
    const claimed = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb'
    expect(equal.mock.calls.filter((pair) => pair.includes(claimed))).not.toEqual([])
  })

  it('each digit of the signature counts', async () => {
    for (const [, wire] of bothForms()) {
      const signature = signatureIn(wire)
      for (let at = 0; at < 64; at++) {
        expect(await judgeRaw(withSignature(wire, flipped(signature, at)))).toBe(MISMATCH)
      }
    }
  })

  it('a signature of the wrong shape is refused before a key is looked up or anything is compared', async () => {
    const getKeys = vi.fn(() => KEY)
    for (const [, wire] of bothForms()) {
      const right = signatureIn(wire)
      const shapes = [
        right.toUpperCase(),
        right.slice(1),
        `${right}0`,
        `0x${right.slice(2)}`,
        `${right.slice(1)}g`,
        'x',
        right.repeat(2),
      ]
      for (const shape of shapes) {
        equal.mockClear()
        const ill = withSignature(wire, shape)
        expect(ill).not.toEqual(wire)
        expect(await judge(ill, { getKeys })).toBe(MISMATCH)
        expect(equal).not.toHaveBeenCalled()
      }
    }
    expect(getKeys).not.toHaveBeenCalled()
  })
})

/** The algorithm with its work counted. */
function countingSigv4(): { algorithm: SigningAlgorithm; work: { derived: number; compared: number } } {
  const work = { derived: 0, compared: 0 }
  const algorithm: SigningAlgorithm = {
    ...sigv4,
    deriveKey(...input) {
      work.derived++
      const key = sigv4.deriveKey(...input)
      return {
        sign: (stringToSign) => key.sign(stringToSign),
        verify(stringToSign, signatureProvided) {
          work.compared++
          return key.verify(stringToSign, signatureProvided)
        },
      }
    },
  }
  return { algorithm, work }
}

describe('V22 user enumeration / fallback: an unknown key is nobody, and costs what a wrong signature costs', () => {
  const workFor = async (wire: Wire, getKeys: (lookup: KeyLookup) => unknown, expected: string) => {
    const { algorithm, work } = countingSigv4()
    const options = {
      algorithms: [algorithm],
      getKeys: getKeys as () => undefined,
      payloads: ['signed', 'unsigned'] as const,
    }
    expect(await judgeRaw(wire, options)).toBe(expected)
    return work
  }
  const wrongKey = () => ({ ...KEY, secretAccessKey: 'a wrong one' })

  const wires: [form: string, wire: Wire][] = [
    ...bothForms({ method: 'POST', body: 'hello' }),
    ...bothForms({ method: 'POST', body: 'hello' }, { payload: 'unsigned' }),
    ...bothForms({ method: 'POST', body: 'hello' }, { credentials: { ...KEY, sessionToken: 'token' } }),
  ]

  it.each(
    wires,
  )('does the same work for a %s request of an unknown key and for a wrong signature', async (_, wire) => {
    const token = /token/i.test(JSON.stringify(wire)) ? 'token' : undefined
    const wrong = await workFor(wire, () => ({ ...wrongKey(), sessionToken: token }), MISMATCH)
    expect(wrong.derived).toBe(1)
    expect(wrong.compared).toBeGreaterThan(0)
    expect(await workFor(wire, () => undefined, UNKNOWN)).toEqual(wrong)
    expect(await workFor(wire, () => null, UNKNOWN)).toEqual(wrong)
    expect(await workFor(wire, () => [], UNKNOWN)).toEqual(wrong)
    expect(await workFor(wire, () => Promise.resolve(undefined), UNKNOWN)).toEqual(wrong)
  })

  it('does the same work where the token is wrong, whether or not the signature is right', async () => {
    const wire = headerSigned({}, { credentials: { ...KEY, sessionToken: 'token' } })
    const right = await workFor(wire, () => ({ ...KEY, sessionToken: 'other' }), BAD_TOKEN)
    expect(await workFor(wire, () => ({ ...wrongKey(), sessionToken: 'other' }), BAD_TOKEN)).toEqual(right)
    expect(await workFor(wire, () => undefined, UNKNOWN)).toEqual(right)
  })

  it('never takes an unknown key, not even with the secret that stands in for it', async () => {
    const secretAccessKey = 'the key of an access key id that nobody has'
    for (const accessKeyId of ['NOBODY', KEY.accessKeyId, 'anonymous']) {
      for (const [, wire] of bothForms({}, { credentials: { accessKeyId, secretAccessKey } })) {
        expect(await judge(wire, { getKeys: () => undefined })).toBe(UNKNOWN)
      }
    }
    expect(await judge(presigned(), { getKeys: () => undefined, service: 'execute-api' })).toBe(UNKNOWN)
    expect(
      await judge(headerSigned({}, { service: 's3' }), { getKeys: () => undefined, service: 's3' }),
    ).toBe('unknown-access-key InvalidAccessKeyId 403')
  })

  it('takes a key of a kind that the algorithm has no use for as unknown', async () => {
    const getKeys = () => ({ publicKey: new Uint8Array(65) })
    for (const [, wire] of bothForms()) expect(await judge(wire, { getKeys })).toBe(UNKNOWN)
  })

  it('does not fall back to an anonymous request where there is no signature', async () => {
    const anonymous: Wire = { method: 'GET', target: '/', headers: [['host', HOST]], body: null }
    expect(await judge(anonymous)).toBe('missing-authentication MissingAuthenticationToken 400')
    expect(await judge(anonymous, { service: 's3' })).toBe('missing-authentication AccessDenied 403')
    expect(await judge(withHeader(anonymous, 'authorization', ''))).toBe(
      'unsupported-algorithm IncompleteSignature 400',
    )
  })

  it.each([
    '',
    0,
    false,
    'a secret',
    () => KEY,
  ])('takes %j, which getKeys gives and is no key, for an unknown one', async (found) => {
    const getKeys = (() => found) as unknown as () => undefined
    expect(await judge(headerSigned(), { getKeys })).toBe(UNKNOWN)
  })

  it.each([
    { secretAccessKey: '' },
    { secretAccessKey: undefined },
    { signingKey: new Uint8Array(0) },
    { signingKey: 'k' },
    {},
    [null],
    Object.prototype,
    Object,
  ])('takes %j, a key that is none, for an unknown one', async (key) => {
    expect(await judge(headerSigned(), { getKeys: () => key as never })).toBe(UNKNOWN)
  })

  it('tells whoever wrote getKeys, and nobody else, what is wrong with such a key', async () => {
    const causes: unknown[] = []
    const onRejected = (event: RejectedEvent): void => void causes.push(event.cause)
    const getKeys = () => ({ secretAccessKey: undefined }) as never
    const error = await refusalOf(verifier({ getKeys, onRejected }).verifyReceived(headerSigned()))
    expect(error.message).toBe('The access key id is not known here')
    const problem = 'the secretAccessKey from getKeys must be a string that is not empty; it is undefined'
    expect(error.cause).toMatchObject({ name: 'TypeError', message: problem })
    expect(causes).toEqual([error.cause])
    expect(await error.toResponse().text()).not.toContain('getKeys')
  })
})

describe('V23 session token: a temporary key works with its token alone', () => {
  const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaDGE='
  const temporary = { ...KEY, sessionToken: TOKEN }
  const getKeys = () => temporary
  const forms = bothForms({}, { credentials: temporary })

  it.each(forms)('takes the %s request with its token, and hands it to the look-up', async (_, wire) => {
    const lookups: KeyLookup[] = []
    const options = {
      getKeys(lookup: KeyLookup) {
        lookups.push(lookup)
        return temporary
      },
    }
    expect(await judge(wire, options)).toBe('accepted')
    expect(lookups[0]).toEqual({
      accessKeyId: KEY.accessKeyId,
      sessionToken: TOKEN,
      algorithm: 'AWS4-HMAC-SHA256',
      scopeDate: '20150830',
      region: 'us-east-1',
      service: 'execute-api',
    })
  })

  it('refuses a temporary key without its token', async () => {
    for (const [, wire] of bothForms()) expect(await judge(wire, { getKeys })).toBe(BAD_TOKEN)
    for (const [, wire] of bothForms({}, { service: 's3' })) {
      expect(await judge(wire, { getKeys, service: 's3' })).toBe('invalid-session-token InvalidToken 400')
    }
  })

  it('refuses another token, and one where none belongs', async () => {
    for (const sessionToken of ['other', TOKEN.slice(1), `${TOKEN}=`, TOKEN.toLowerCase()]) {
      for (const [, wire] of bothForms({}, { credentials: { ...KEY, sessionToken } })) {
        expect(await judge(wire, { getKeys })).toBe(BAD_TOKEN)
      }
    }
    for (const [, wire] of forms) expect(await judge(wire, { getKeys: () => KEY })).toBe(BAD_TOKEN)
  })

  it('refuses a token that the look-up no longer knows', async () => {
    const expired = ({ sessionToken }: KeyLookup) => (sessionToken === TOKEN ? undefined : temporary)
    for (const [, wire] of forms) expect(await judge(wire, { getKeys: expired })).toBe(UNKNOWN)
  })

  it('refuses a token that came unsigned, in a header or in the query', async () => {
    expect(await judge(withHeader(headerSigned(), 'x-amz-security-token', TOKEN), { getKeys })).toBe(
      NOT_SIGNED,
    )
    expect(await judge(withHeader(presigned(), 'X-Amz-Security-Token', TOKEN), { getKeys })).toBe(NOT_SIGNED)
    const appended = editTarget(
      presigned(),
      (target) => `${target}&X-Amz-Security-Token=${encodeURIComponent(TOKEN)}`,
    )
    expect(await judge(appended, { getKeys })).toBe(MISMATCH)
  })

  it('refuses a token that was changed under way', async () => {
    const getAny = ({ sessionToken }: KeyLookup) => ({ ...KEY, sessionToken })
    for (const [, wire] of forms) {
      const swap = (text: string): string => text.replace('IQoJ', 'XXXX')
      const changed = editHeader(editTarget(wire, swap), 'x-amz-security-token', swap)
      expect(await judge(wire, { getKeys: getAny })).toBe('accepted')
      expect(await judge(changed, { getKeys: getAny })).toBe(MISMATCH)
    }
  })

  it('lets a token be appended where the service appends it, and compares it all the same', async () => {
    const service = 'iotdevicegateway'
    const url = presigned({ target: '/mqtt' }, { service, credentials: temporary })
    expect(url.target).toMatch(/&X-Amz-Signature=[\da-f]{64}&X-Amz-Security-Token=/)
    expect(await judge(url, { service, getKeys })).toBe('accepted')
    expect(
      await judge(
        editTarget(url, (target) => target.replace('IQoJ', 'XXXX')),
        { service, getKeys },
      ),
    ).toBe(BAD_TOKEN)
    expect(
      await judge(
        editTarget(url, (target) => target.replace(/&X-Amz-Security.*/, '')),
        { service, getKeys },
      ),
    ).toBe(BAD_TOKEN)
  })

  it('takes a token in a signed header of a presigned URL', async () => {
    const headers: Pair[] = [
      ['host', HOST],
      ['x-amz-security-token', TOKEN],
    ]
    const url = forgePresigned({ headers, signedHeaders: ['host', 'x-amz-security-token'] })
    expect(await judge(url, { getKeys })).toBe('accepted')
    expect(await judge(url, { getKeys: () => KEY })).toBe(BAD_TOKEN)
  })

  it("reads S3 Express's own token header", async () => {
    const service = 's3express'
    for (const [, wire] of bothForms({ target: '/k' }, { service, credentials: temporary })) {
      expect(await judge(wire, { service, getKeys })).toBe('accepted')
      expect(await judge(wire, { service, getKeys: () => KEY })).toBe(
        'invalid-session-token InvalidToken 400',
      )
    }
  })

  it('holds each of several keys to its own token', async () => {
    const keys = [{ ...KEY, sessionToken: 'first' }, temporary]
    for (const [, wire] of forms) {
      expect(await judge(wire, { getKeys: () => keys })).toBe('accepted')
      const crossed = [
        { ...KEY, secretAccessKey: 'other', sessionToken: TOKEN },
        { ...KEY, sessionToken: 'first' },
      ]
      expect(await judge(wire, { getKeys: () => crossed })).toBe(MISMATCH)
    }
  })

  it('takes a forged request with an empty token for one without', async () => {
    const headers: Pair[] = [
      ['host', HOST],
      ['x-amz-date', AMZ_DATE],
      ['x-amz-security-token', ''],
    ]
    const wire = forgeHeader({ headers, signedHeaders: headers.map(([name]) => name) })
    expect(await judge(wire)).toBe('accepted')
    expect(await judge(wire, { getKeys })).toBe(BAD_TOKEN)
    expect((await verifier().verifyReceived(wire)).principal).toBeUndefined()
  })
})
