// Texts that one parser trims and another does not.
import { describe, expect, it } from 'vitest'
import { parseAuthorization, parsePresignedQuery } from '../../src/canonical/index.ts'
import { presignUrl, signHeaders } from '../../src/index.ts'

const OPTIONS = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  service: 'iam',
  region: 'us-east-1',
  signingDate: 0,
}
const url = 'https://a.example/'

describe('look-alikes', () => {
  it('a byte order mark is part of a query value', () => {
    const query = new URL(presignUrl({ url }, OPTIONS).url).search.slice(1)
    const { signature } = parsePresignedQuery(query)
    const marked = query.replace('X-Amz-Signature=', 'X-Amz-Signature=%EF%BB%BF')
    expect(parsePresignedQuery(marked).signature).toBe(`\ufeff${signature}`)
  })

  it('white space that is neither space nor tab has no place in an Authorization header', () => {
    const { authorization } = signHeaders({ url }, OPTIONS).headers
    expect(parseAuthorization(` ${authorization}\t`)).toEqual(parseAuthorization(authorization!))
    for (const space of ['\xa0', '\v', '\f', '\r\n', '\ufeff']) {
      for (const text of [
        space + authorization,
        authorization + space,
        authorization!.replace(', ', `,${space}`),
      ]) {
        expect(() => parseAuthorization(text)).toThrow(
          expect.objectContaining({ reason: 'malformed-authorization' }),
        )
      }
    }
  })

  it('a header without lines is no header', () => {
    expect(signHeaders({ url, headers: { 'x-a': [] } }, OPTIONS).trace.signedHeaders).toEqual([
      'host',
      'x-amz-date',
    ])
  })
})
