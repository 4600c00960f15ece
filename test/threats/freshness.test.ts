import { describe, expect, it } from 'vitest'
import { forgeHeader, forgePresigned } from '../support/attack-forge.ts'
import {
  bothForms,
  HOST,
  headerSigned,
  judge,
  NOW,
  presigned,
  SECOND,
  withoutHeader,
} from '../support/attack-world.ts'

const SKEWED = 'request-time-skewed SignatureDoesNotMatch 403'
const SKEWED_S3 = 'request-time-skewed RequestTimeTooSkewed 403'
const MISSING = 'missing-date IncompleteSignature 400'
const MALFORMED_DATE = 'malformed-date IncompleteSignature 400'
const MALFORMED = 'malformed-authorization IncompleteSignature 400'
const EXPIRED = 'request-expired SignatureDoesNotMatch 403'
const NOT_YET = 'request-not-yet-valid SignatureDoesNotMatch 403'

const at = (seconds: number) => ({ now: () => NOW + seconds * SECOND })
const MINUTE = 60
const DAY = 86_400

/** Texts that are no instant, though `Date` and loose patterns make one of many. */
const NO_DATES = [
  '20150229T123600Z',
  '20260229T000000Z',
  '20150831T240000Z',
  '20150830T126000Z',
  '20150830T123660Z',
  '20150830T123600',
  '20150830T123600z',
  '20150830t123600Z',
  '20150830T123600+0000',
  '20150830T123600.000Z',
  '2015-08-30T12:36:00Z',
  '20150830',
  '1440938160',
  '1440938160000',
  '+20150830T123600Z',
  ' 20150830T123600Z',
  '20150830T123600Z,20150830T123600Z',
  '００００00000T000000Z',
  '00000000T000000Z',
  '20151330T123600Z',
  '20150832T123600Z',
  'NaN',
  'Infinity',
  '-1',
]

describe('V10 no freshness: a header-signed request is good for a short time', () => {
  it.each([
    [-301, SKEWED],
    [-300, 'accepted'],
    [0, 'accepted'],
    [300, 'accepted'],
    [301, SKEWED],
    [DAY, SKEWED],
    [365 * DAY, SKEWED],
    [-365 * DAY, SKEWED],
  ])('judges it %d s after it was signed: %s', async (seconds, expected) => {
    expect(await judge(headerSigned(), at(seconds))).toBe(expected)
  })

  it.each([
    [-901, SKEWED_S3],
    [-900, 'accepted'],
    [900, 'accepted'],
    [901, SKEWED_S3],
  ])('judges it %d s after it was signed, for S3: %s', async (seconds, expected) => {
    expect(await judge(headerSigned({}, { service: 's3' }), { service: 's3', ...at(seconds) })).toBe(expected)
  })

  it('takes the window from the option, each way', async () => {
    const options = { maxSkewSeconds: { past: 10, future: 20 } }
    const verdicts = [11, 10, -20, -21].map((seconds) =>
      judge(headerSigned(), { ...options, ...at(seconds) }),
    )
    expect(await Promise.all(verdicts)).toEqual([SKEWED, 'accepted', 'accepted', SKEWED])
  })

  it('refuses a request without a date, signed as if it had one or not', async () => {
    expect(await judge(withoutHeader(headerSigned(), 'x-amz-date'))).toBe(MISSING)
    expect(await judge(forgeHeader({ headers: [['host', HOST]], signedHeaders: ['host'] }))).toBe(MISSING)
    const empty = forgeHeader({
      headers: [
        ['host', HOST],
        ['x-amz-date', ''],
      ],
    })
    expect(await judge(empty)).toBe(MISSING)
    expect(
      await judge(withoutHeader(headerSigned({}, { service: 's3' }), 'x-amz-date'), { service: 's3' }),
    ).toBe('missing-date AccessDenied 403')
  })

  it.each(
    NO_DATES.filter((date) => !/^ |[^\0-\xff]/.test(date)),
  )('refuses the date "%s" and crashes on none', async (date) => {
    const wire = forgeHeader({
      headers: [
        ['host', HOST],
        ['x-amz-date', date],
      ],
      amzDate: date,
    })
    expect(await judge(wire)).toBe(MALFORMED_DATE)
  })

  it.each([
    'Sun, 30 Aug 2015 12:36:00 +0000',
    'Sunday, 30-Aug-15 12:36:00 GMT',
    'Sun Aug 30 12:36:00 2015',
    'Mon, 29 Feb 2015 12:36:00 GMT',
    'Sun, 30 aug 2015 12:36:00 GMT',
    'Sun, 30 ugS 2015 12:36:00 GMT',
  ])('refuses the HTTP date "%s"', async (date) => {
    const headers: [string, string][] = [
      ['date', date],
      ['host', HOST],
    ]
    expect(await judge(forgeHeader({ headers, signedHeaders: ['date', 'host'] }))).toBe(MALFORMED_DATE)
  })

  it('takes an HTTP date that is signed, and holds it to the same window', async () => {
    const headers: [string, string][] = [
      ['date', 'Sun, 30 Aug 2015 12:36:00 GMT'],
      ['host', HOST],
    ]
    const wire = forgeHeader({ headers, signedHeaders: ['date', 'host'] })
    expect(await judge(wire)).toBe('accepted')
    expect(await judge(wire, at(301))).toBe(SKEWED)
  })

  it('lets an old signature not be freshened by an unsigned date header', async () => {
    const headers: [string, string][] = [
      ['date', 'Sun, 30 Aug 2015 12:36:00 GMT'],
      ['host', HOST],
    ]
    expect(await judge(forgeHeader({ headers, signedHeaders: ['host'] }))).toBe(
      'header-not-signed SignatureDoesNotMatch 403',
    )
    const old = forgeHeader()
    const fresh = {
      ...old,
      headers: [...old.headers, ['date', 'Sun, 30 Aug 2015 13:36:00 GMT'] as [string, string]],
    }
    expect(await judge(fresh, at(3600))).toBe(SKEWED)
  })
})

describe('V11 presign expiry: a presigned URL ends when it says, and says so rightly', () => {
  it.each([
    '0',
    '-1',
    '604801',
    '1e3',
    '',
    '60.0',
    '+60',
    ' 60',
    '060',
    '0x3c',
    'NaN',
    'Infinity',
    '60s',
    '60,60',
    '６０',
    '99999999999999999999',
  ])('refuses X-Amz-Expires=%s, signed though it is', async (expires) => {
    const url = forgePresigned({}, { 'X-Amz-Expires': encodeURIComponent(expires) })
    expect(await judge(url)).toBe(MALFORMED)
    const s3 = { service: 's3' }
    const scope = '20150830/us-east-1/s3/aws4_request'
    const forS3 = forgePresigned(
      { scope, hashedPayload: 'UNSIGNED-PAYLOAD' },
      { 'X-Amz-Expires': encodeURIComponent(expires) },
    )
    expect(await judge(forS3, s3)).toBe('malformed-authorization AuthorizationQueryParametersError 400')
  })

  it('refuses a URL without X-Amz-Expires', async () => {
    expect(await judge(forgePresigned({}, { 'X-Amz-Expires': undefined }))).toBe(MALFORMED)
  })

  it('does not take the expiry from a header', async () => {
    const headers: [string, string][] = [
      ['host', HOST],
      ['x-amz-expires', '300'],
    ]
    const url = forgePresigned(
      { headers, signedHeaders: ['host', 'x-amz-expires'] },
      { 'X-Amz-Expires': undefined },
    )
    expect(await judge(url)).toBe(MALFORMED)
  })

  it.each([
    [1, 1, 'accepted'],
    [1, 2, EXPIRED],
    [3600, 16 * MINUTE, 'accepted'],
    [3600, 3600, 'accepted'],
    [3600, 3601, EXPIRED],
    [604_800, 604_800, 'accepted'],
    [604_800, 604_801, EXPIRED],
    [604_800, 365 * DAY, EXPIRED],
    [3600, -300, 'accepted'],
    [3600, -301, NOT_YET],
    [604_800, -365 * DAY, NOT_YET],
  ])('judges a URL good for %d s at second %d: %s', async (expiresInSeconds, seconds, expected) => {
    expect(await judge(presigned({}, { expiresInSeconds }), at(seconds))).toBe(expected)
  })

  it('gives an expired URL no grace of the clock skew', async () => {
    const url = presigned({}, { expiresInSeconds: 1, service: 's3' })
    expect(await judge(url, { service: 's3', ...at(2) })).toBe('request-expired AccessDenied 403')
  })

  it('holds URLs to the option maxExpiresInSeconds', async () => {
    const options = { maxExpiresInSeconds: 900 }
    expect(await judge(presigned({}, { expiresInSeconds: 900 }), options)).toBe('accepted')
    expect(await judge(presigned({}, { expiresInSeconds: 901 }), options)).toBe(MALFORMED)
  })

  it('refuses a URL without its date, and one with an empty date', async () => {
    expect(await judge(forgePresigned({}, { 'X-Amz-Date': undefined }))).toBe(MISSING)
    expect(await judge(forgePresigned({}, { 'X-Amz-Date': '' }))).toBe(MISSING)
  })

  it.each(NO_DATES)('refuses the date "%s" and crashes on none', async (date) => {
    const url = forgePresigned({ amzDate: date }, { 'X-Amz-Date': encodeURIComponent(date) })
    expect(await judge(url)).toBe(MALFORMED_DATE)
  })

  it.each(['00010101T000000Z', '99991231T235959Z'])('reads %s as the far date that it is', async (date) => {
    const scope = `${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`
    const url = forgePresigned({ amzDate: date, scope }, { 'X-Amz-Expires': '604800' })
    expect(await judge(url)).toBe(date < '2015' ? EXPIRED : NOT_YET)
  })

  it('lets no clock that is broken make a signature fresh', async () => {
    for (const [, wire] of bothForms()) {
      for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(await judge(wire, { now: () => time })).toBe('TypeError ERR_INVALID_ARG_TYPE')
      }
    }
  })
})
