import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalHeaders,
  canonicalQueryString,
  canonicalUri,
  formatCredentialScope,
  parseAuthorization,
  parseCredential,
} from '../../src/canonical/index.ts'
import { formatAmzDate, parseAmzDate, parseHttpDate } from '../../src/fields/amz-date.ts'
import { formatAuthorization } from '../../src/fields/authorization.ts'
import { anyHeaders } from '../support/arbitrary-request.ts'
import { holds } from '../support/arbitrary-runs.ts'
import { anyPath, anyQuery } from '../support/arbitrary-url.ts'

/** Any text at all, lone surrogates and control characters too; often of characters that mean something here. */
const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'%%%&=+/?.~ aF2\ud800é', '%2', '%25', '%2f'), maxLength: 40 }),
)
const law = <Input>(input: fc.Arbitrary<Input>, check: (input: Input) => void) =>
  fc.asyncProperty(input, async (each) => {
    check(each)
  })

const asWritten = { pathEncoding: 'once', pathNormalization: 'verbatim' } as const

describe('law: what is canonical stays as it is', () => {
  it('a canonical query string', async () => {
    const check = (query: string): void => {
      const canonical = canonicalQueryString(query)
      expect(canonicalQueryString(canonical)).toBe(canonical)
      expect(canonical).toMatch(/^(?:[\w.~=&-]|%[\dA-F]{2})*$/)
    }
    await holds(law(anyQuery, check), 500)
    await holds(law(wildText, check), 1000)
  })

  it('a canonical URI of S3', async () => {
    const check = (path: string): void => {
      const canonical = canonicalUri(path, asWritten)
      expect(canonicalUri(canonical, asWritten)).toBe(canonical)
      expect(canonical).toMatch(/^(?:[\w.~/-]|%[\dA-F]{2})*$/)
    }
    await holds(law(anyPath, check), 500)
    await holds(
      law(
        wildText.map((text) => `/${text}`),
        check,
      ),
      1000,
    )
  })

  it('a normalized path, which is encoded again and has its escapes escaped', async () => {
    const check = (path: string): void => {
      const canonical = canonicalUri(path)
      expect(canonical).toMatch(/^\/(?:[\w.~/-]|%[\dA-F]{2})*$/)
      expect(canonical).not.toMatch(/\/\/|\/\.{1,2}(?:\/|$)/)
      expect(canonicalUri(decodeURIComponent(canonical))).toBe(canonical)
    }
    await holds(law(anyPath, check), 500)
  })

  it('the values of canonical headers', async () => {
    const check = (headers: readonly (readonly [string, string])[]): void => {
      const canonical = canonicalHeaders(headers)
      const lines = canonical.split('\n').slice(0, -1)
      const pairs = lines.map(
        (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const,
      )
      expect(canonicalHeaders(pairs)).toBe(canonical)
    }
    await holds(law(anyHeaders, check), 500)
  })
})

describe('law: pairs and the text that URLSearchParams makes of them have one canonical query string', () => {
  it('whatever the names and values', async () => {
    const pairs = fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), {
      maxLength: 6,
    })
    const check = (each: [string, string][]): void => {
      expect(canonicalQueryString(new URLSearchParams(each).toString())).toBe(canonicalQueryString(each))
    }
    await holds(law(pairs, check), 500)
  })
})

const printable = (but: RegExp): fc.Arbitrary<string> =>
  fc
    .integer({ min: 0x21, max: 0x7e })
    .map((code) => String.fromCharCode(code))
    .filter((character) => !but.test(character))
const word = (but: RegExp): fc.Arbitrary<string> =>
  fc.string({ unit: printable(but), minLength: 1, maxLength: 20 })
const instant = fc.integer({
  min: Date.parse('0000-01-01T00:00:00Z') / 1000,
  max: Date.UTC(9999, 11, 31) / 1000,
})

describe('law: parse ∘ format = id', () => {
  it('an Authorization header', async () => {
    const headerName = fc.string({
      unit: fc.constantFrom(..."!#$%&'*+.^_`|~09azbc-"),
      minLength: 1,
      maxLength: 8,
    })
    const authorization = fc.record({
      algorithm: word(/,/),
      credential: word(/,/),
      signedHeaders: fc.uniqueArray(headerName, { minLength: 1, maxLength: 8 }).map((names) => names.sort()),
      signature: word(/,/),
    })
    const check = (each: Parameters<typeof formatAuthorization>[0]): void =>
      expect(parseAuthorization(formatAuthorization(each))).toEqual(each)
    await holds(law(authorization, check), 500)
  })

  it('a credential, whose access key id may hold slashes', async () => {
    const credential = fc.record({
      accessKeyId: word(/,/),
      scopeDate: fc.integer({ min: 0, max: 99_999_999 }).map((date) => String(date).padStart(8, '0')),
      region: word(/\//),
      service: word(/\//),
    })
    const check = ({ accessKeyId, scopeDate, region, service }: Record<string, string>): void => {
      const scope = formatCredentialScope(scopeDate!, region!, service!)
      const parsed = { accessKeyId, scopeDate, region, service, terminator: 'aws4_request' }
      expect(parseCredential(`${accessKeyId}/${scope}`, 4)).toEqual(parsed)
    }
    await holds(law(credential, check), 500)
  })

  it('a date', async () => {
    const check = (seconds: number): void => {
      const text = formatAmzDate(seconds * 1000)
      expect(text).toMatch(/^\d{8}T\d{6}Z$/)
      expect(parseAmzDate(text)).toBe(seconds * 1000)
      expect(parseHttpDate(new Date(seconds * 1000).toUTCString())).toBe(seconds * 1000)
    }
    await holds(law(instant, check), 1000)
  })

  it('a date that is formatted again is the same text, and any other text is none', async () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 14, maxLength: 14 })
    const check = (fields: string): void => {
      const text = `${fields.slice(0, 8)}T${fields.slice(8)}Z`
      const parsed = parseAmzDate(text)
      if (parsed !== undefined) expect(formatAmzDate(parsed)).toBe(text)
      else expect(isRealInstant(fields)).toBe(false)
    }
    await holds(law(digits, check), 500)
    const two = (from: number, to: number): fc.Arbitrary<string> =>
      fc.integer({ min: from, max: to }).map((value) => String(value).padStart(2, '0'))
    const nearlyReal = fc.tuple(two(0, 13), two(0, 32), two(20, 25), two(57, 61), two(57, 61))
    await holds(
      law(
        nearlyReal.map((parts) => `2024${parts.join('')}`),
        check,
      ),
      1000,
    )
  })
})

/** Told without a Date: months have their lengths, hours and minutes their ends. */
function isRealInstant(fields: string): boolean {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = /^(....)(..)(..)(..)(..)(..)$/
    .exec(fields)!
    .slice(1)
    .map(Number)
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day >= 1 && day <= days && hour < 24 && minute < 60 && second < 60
}
