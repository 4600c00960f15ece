import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBase64Url } from '../../../src/tokens/presigned-token.ts'

describe('encodeBase64Url', () => {
  it('law: is what Node writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeBase64Url(text)).toBe(Buffer.from(text).toString('base64url'))
      }),
    )
    expect(encodeBase64Url('ab~ab?ab')).toBe('YWJ-YWI_YWI')
  })
})
