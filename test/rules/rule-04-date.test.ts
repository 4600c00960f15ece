import { describe, expect, it } from 'vitest'
import { Verifier } from '../../src/index.ts'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  HOST,
  headerSigned,
  judge,
  KEY,
  NOW,
  presigned,
  refusalOf,
  SECOND,
  verifier,
} from '../support/attack-world.ts'

const SKEWED = 'request-time-skewed SignatureDoesNotMatch 403'
const EXPIRED = 'request-expired SignatureDoesNotMatch 403'
const NOT_YET = 'request-not-yet-valid SignatureDoesNotMatch 403'
const EXPIRES = 'malformed-authorization IncompleteSignature 400'
const DATE = 'malformed-date IncompleteSignature 400'

const atMilliseconds = (offset: number) => ({ now: () => NOW + offset })

describe('rule 4: the date of a header-signed request', () => {
  it.each([
    [300_000, 'accepted'],
    [300_001, SKEWED],
    [-300_000, 'accepted'],
    [-300_001, SKEWED],
  ])('judges the default window at %d ms: %s', async (offset, expected) => {
    expect(await judge(headerSigned(), atMilliseconds(offset))).toBe(expected)
  })

  it.each([
    [0, 0, 'accepted'],
    [0, 1, SKEWED],
    [0, -1, SKEWED],
    [1, 1000, 'accepted'],
    [1, 1001, SKEWED],
    [86_400, 86_400_000, 'accepted'],
    [86_400, 86_400_001, SKEWED],
  ])('judges a window of %d s at %d ms: %s', async (maxSkewSeconds, offset, expected) => {
    expect(await judge(headerSigned(), { maxSkewSeconds, ...atMilliseconds(offset) })).toBe(expected)
  })

  it('has a window each way', async () => {
    const maxSkewSeconds = { past: 60, future: 5 }
    const verdicts = await Promise.all(
      [60_000, 60_001, -5000, -5001].map((offset) =>
        judge(headerSigned(), { maxSkewSeconds, ...atMilliseconds(offset) }),
      ),
    )
    expect(verdicts).toEqual(['accepted', SKEWED, 'accepted', SKEWED])
  })

  it.each([
    -1,
    86_401,
    Number.NaN,
    '300',
    null,
    {},
    { past: 1 },
    { past: 1, future: -1 },
  ])('refuses the option maxSkewSeconds: %j', (maxSkewSeconds) => {
    const options = {
      getKeys: () => KEY,
      service: 's3',
      region: 'a',
      maxSkewSeconds: maxSkewSeconds as never,
    }
    expect(() => new Verifier(options)).toThrow(/^maxSkewSeconds/)
  })

  it('takes the day of the scope, in UTC, for the day of the date', async () => {
    const midnight = Date.UTC(2015, 7, 31)
    for (const signingDate of [midnight - 1 * SECOND, midnight]) {
      for (const wire of [headerSigned({}, { signingDate }), presigned({}, { signingDate })]) {
        expect(await judge(wire, { now: () => midnight })).toBe('accepted')
      }
    }
    for (const scope of [
      '20150831/us-east-1/execute-api/aws4_request',
      '20150829/us-east-1/execute-api/aws4_request',
    ]) {
      expect(await judge(forgeHeader({ scope }))).toBe('scope-mismatch SignatureDoesNotMatch 403')
    }
  })

  it.each([
    ['20160229T235959Z', 'accepted'],
    ['20150229T235959Z', DATE],
    ['20000229T000000Z', 'accepted'],
    ['19000229T000000Z', DATE],
    ['20150430T000000Z', 'accepted'],
    ['20150431T000000Z', DATE],
    ['20151231T235959Z', 'accepted'],
    ['20151231T235960Z', DATE],
    ['20151231T240000Z', DATE],
    ['20150001T000000Z', DATE],
    ['20150100T000000Z', DATE],
  ])('reads %s: %s', async (amzDate, expected) => {
    const headers: [string, string][] = [
      ['host', HOST],
      ['x-amz-date', amzDate],
    ]
    const [, year, month, day, hour, minute, second] = (
      /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/.exec(amzDate) ?? []
    ).map(Number)
    const now = () => Date.UTC(year!, month! - 1, day!, hour, minute, second)
    const scope = `${amzDate.slice(0, 8)}/us-east-1/execute-api/aws4_request`
    expect(await judge(forgeHeader({ headers, amzDate, scope }), { now })).toBe(expected)
    expect(await judge(forgePresigned({ amzDate, scope }), { now })).toBe(expected)
  })

  it('lets x-amz-date beat a Date header that says otherwise', async () => {
    const wire = headerSigned({ headers: [['date', 'Mon, 31 Aug 2015 12:36:00 GMT']] })
    expect(await judge(wire)).toBe('accepted')
    expect(await judge(wire, atMilliseconds(86_400_000))).toBe(SKEWED)
  })

  it('takes a Date header in the AWS form', async () => {
    const headers: [string, string][] = [
      ['date', '20150830T123600Z'],
      ['host', HOST],
    ]
    expect(await judge(forgeHeader({ headers, signedHeaders: ['date', 'host'] }))).toBe('accepted')
  })
})

describe('rule 4: the dates of a presigned URL', () => {
  it.each([
    ['1', 1000, 'accepted'],
    ['1', 1001, EXPIRED],
    ['604800', 604_800_000, 'accepted'],
    ['604800', 604_800_001, EXPIRED],
    ['604801', 0, EXPIRES],
    ['0', 0, EXPIRES],
    ['300', -300_000, 'accepted'],
    ['300', -300_001, NOT_YET],
  ])('judges X-Amz-Expires=%s at %d ms: %s', async (expires, offset, expected) => {
    const url = forgePresigned({}, { 'X-Amz-Expires': expires })
    expect(await judge(url, atMilliseconds(offset))).toBe(expected)
  })

  it.each([
    [1, 1, 'accepted'],
    [1, 2, EXPIRES],
    [900, 900, 'accepted'],
    [900, 901, EXPIRES],
    [604_800, 604_800, 'accepted'],
  ])('judges under maxExpiresInSeconds %d one of %d: %s', async (maxExpiresInSeconds, expiresInSeconds, expected) => {
    expect(await judge(presigned({}, { expiresInSeconds }), { maxExpiresInSeconds })).toBe(expected)
  })

  it.each([
    0,
    604_801,
    -1,
    Number.NaN,
    '60',
  ])('refuses the option maxExpiresInSeconds: %j', (maxExpiresInSeconds) => {
    const options = {
      getKeys: () => KEY,
      service: 's3',
      region: 'a',
      maxExpiresInSeconds: maxExpiresInSeconds as never,
    }
    expect(() => new Verifier(options)).toThrow(/^maxExpiresInSeconds /)
  })

  it('holds a URL without an expiry to the window of a header, where the service names none', async () => {
    const service = 'iotdevicegateway'
    const url = presigned({ target: '/mqtt' }, { service })
    expect(await judge(url, { service, ...atMilliseconds(300_000) })).toBe('accepted')
    expect(await judge(url, { service, ...atMilliseconds(300_001) })).toBe(SKEWED)
    const named = presigned({ target: '/mqtt' }, { service, expiresInSeconds: 3600 })
    expect(await judge(named, { service, ...atMilliseconds(3_600_000) })).toBe('accepted')
    expect(await judge(named, { service, ...atMilliseconds(3_600_001) })).toBe(EXPIRED)
  })
})

describe('rule 4: what a refusal tells', () => {
  it('tells both clocks and the window', async () => {
    const error = await refusalOf(verifier(atMilliseconds(400_000)).verifyReceived(headerSigned()))
    expect(error.message).toBe(
      'Signature expired: 20150830T123600Z is earlier than 20150830T124240Z by more than 300 s: check the clocks',
    )
    expect(error.details).toMatchObject({
      requestTime: '20150830T123600Z',
      serverTime: '20150830T124240Z',
      maxSkewSeconds: 300,
    })
  })

  it('tells when a URL ended', async () => {
    const url = presigned({}, { expiresInSeconds: 60 })
    const error = await refusalOf(verifier(atMilliseconds(61_000)).verifyReceived(url))
    expect(error.details).toMatchObject({ expiresAt: '20150830T123700Z', serverTime: '20150830T123701Z' })
  })
})
