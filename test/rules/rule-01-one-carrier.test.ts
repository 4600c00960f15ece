import { describe, expect, it } from 'vitest'
import {
  editHeader,
  headerOf,
  headerSigned,
  judge,
  judgeRaw,
  presigned,
  verifier,
  type Wire,
  withHeader,
  withoutHeader,
} from '../support/attack-world.ts'

const MISSING = 'missing-authentication MissingAuthenticationToken 400'
const MULTIPLE = 'multiple-authentication SignatureDoesNotMatch 403'

describe('rule 1: exactly one carrier', () => {
  const header = headerSigned()
  const url = presigned()

  it('takes an Authorization header, in any case of its name', async () => {
    for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
      const wire = withHeader(withoutHeader(header, 'authorization'), name, headerOf(header, 'authorization'))
      expect(await judge(wire)).toBe('accepted')
      expect((await verifier().verifyReceived(wire)).carrier).toBe('header')
    }
  })

  it('takes presigned query parameters, in any order', async () => {
    const [path = '', query = ''] = url.target.split('?')
    const reversed = { ...url, target: `${path}?${query.split('&').reverse().join('&')}` }
    expect(await judge(reversed)).toBe('accepted')
    expect((await verifier().verifyReceived(reversed)).carrier).toBe('query')
  })

  it('refuses neither', async () => {
    expect(await judge(withoutHeader(header, 'authorization'))).toBe(MISSING)
    expect(await judge({ ...url, target: '/' })).toBe(MISSING)
    expect(await judge({ ...url, target: '/?X-Amz-Date=20150830T123600Z&X-Amz-Expires=60' })).toBe(MISSING)
    expect(await judge({ ...url, target: '/?X-Amz-Security-Token=abc' })).toBe(MISSING)
  })

  it('refuses both', async () => {
    const both: Wire = { ...header, target: url.target }
    expect(await judge(both)).toBe(MULTIPLE)
  })

  it('refuses two of one', async () => {
    expect(await judgeRaw(withHeader(header, 'authorization', headerOf(header, 'authorization')))).toBe(
      MULTIPLE,
    )
    const [, query = ''] = url.target.split('?')
    expect(await judge({ ...url, target: `${url.target}&${query}` })).toBe(
      'malformed-authorization IncompleteSignature 400',
    )
  })

  it('takes an Authorization header of another scheme for no AWS signature', async () => {
    for (const other of ['Bearer abc', 'Basic dTpw', 'Digest a=b']) {
      expect(await judge(editHeader(header, 'authorization', () => other))).toBe(
        'unsupported-algorithm IncompleteSignature 400',
      )
    }
  })
})
