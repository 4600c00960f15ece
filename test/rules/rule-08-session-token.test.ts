import { describe, expect, it, vi } from 'vitest'
import type { KeyLookup } from '../../src/index.ts'
import { forgeHeader } from '../support/attack-forge.ts'
import {
  AMZ_DATE,
  bothForms,
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
  withHeader,
} from '../support/attack-world.ts'

const BAD_TOKEN = 'invalid-session-token InvalidClientTokenId 403'
const NOT_SIGNED = 'header-not-signed SignatureDoesNotMatch 403'
const temporary = { ...KEY, sessionToken: 'TEMPORARY/TOKEN+EXAMPLE==' }
const forms = bothForms({}, { credentials: temporary })

describe('rule 8: a session token', () => {
  it.each(forms)('of a %s request is handed to the look-up', async (_, wire) => {
    const getKeys = vi.fn((_lookup: KeyLookup) => temporary)
    expect(await judgeRaw(wire, { getKeys })).toBe('accepted')
    expect(getKeys.mock.calls[0]?.[0].sessionToken).toBe('TEMPORARY/TOKEN+EXAMPLE==')
  })

  it('is the one that belongs to the key', async () => {
    for (const [, wire] of forms) {
      expect(await judge(wire, { getKeys: () => temporary })).toBe('accepted')
      expect(await judge(wire, { getKeys: () => ({ ...KEY, sessionToken: 'other' }) })).toBe(BAD_TOKEN)
      expect(await judge(wire, { getKeys: () => KEY })).toBe(BAD_TOKEN)
    }
  })

  it('is needed where the key has one', async () => {
    for (const [, wire] of bothForms()) {
      expect(await judge(wire, { getKeys: () => temporary })).toBe(BAD_TOKEN)
      for (const sessionToken of [undefined, '']) {
        expect(await judge(wire, { getKeys: () => ({ ...KEY, sessionToken }) })).toBe('accepted')
      }
    }
    const error = await refusalOf(verifier({ getKeys: () => temporary }).verifyReceived(headerSigned()))
    expect(error.message).toBe(
      'The key is a temporary one, and the request has no session token: sign with it',
    )
  })

  it('is signed', async () => {
    const unsigned = withHeader(headerSigned(), 'x-amz-security-token', temporary.sessionToken)
    expect(await judge(unsigned, { getKeys: () => temporary })).toBe(NOT_SIGNED)
  })

  it('may be appended in a header where the profile appends it', async () => {
    const profile = { sessionToken: 'appended' } as const
    const wire = headerSigned({}, { credentials: temporary, profile })
    expect(wire.headers.map(([name]) => name)).toContain('x-amz-security-token')
    expect(await judge(wire, { getKeys: () => temporary, profile })).toBe('accepted')
    expect(await judge(wire, { getKeys: () => KEY, profile })).toBe(BAD_TOKEN)
    expect(await judge(wire, { getKeys: () => temporary })).toBe(NOT_SIGNED)
  })

  it('may be appended in the query where the profile appends it, before or after the signature', async () => {
    const profile = { sessionToken: 'appended' } as const
    const url = presigned({}, { credentials: temporary, profile })
    const first = editTarget(url, (target) => target.replace(/\?(.*)&(X-Amz-Security-Token=.*)/, '?$2&$1'))
    for (const wire of [url, first]) {
      expect(await judge(wire, { getKeys: () => temporary, profile })).toBe('accepted')
      expect(await judge(wire, { getKeys: () => KEY, profile })).toBe(BAD_TOKEN)
      expect(await judge(wire, { getKeys: () => temporary })).toBe(
        'signature-mismatch SignatureDoesNotMatch 403',
      )
    }
  })

  it('comes once', async () => {
    const headers: Pair[] = [
      ['host', HOST],
      ['x-amz-date', AMZ_DATE],
      ['x-amz-s3session-token', 'a'],
      ['x-amz-security-token', 'a'],
    ]
    const two = forgeHeader({ headers, signedHeaders: headers.map(([name]) => name) })
    expect(await judge(two)).toBe('malformed-authorization IncompleteSignature 400')
    const lines: Pair[] = [
      ...headers.slice(0, 2),
      ['x-amz-security-token', 'a'],
      ['x-amz-security-token', 'a'],
    ]
    const doubled = forgeHeader({
      headers: lines,
      signedHeaders: ['host', 'x-amz-date', 'x-amz-security-token'],
    })
    expect(await judgeRaw(doubled, { getKeys: () => ({ ...KEY, sessionToken: 'a' }) })).toBe(BAD_TOKEN)
  })

  it('is told to nobody in a refusal', async () => {
    for (const [, wire] of forms) {
      const getKeys = () => ({ ...temporary, secretAccessKey: 'another' })
      const { details } = await refusalOf(verifier({ getKeys }).verifyReceived(wire))
      expect(details.canonicalRequest).toMatch(/x-amz-security-token[:=]…/i)
      expect(JSON.stringify(details)).not.toContain('TEMPORARY')
    }
  })
})
