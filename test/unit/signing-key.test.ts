import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { deriveSigningKey } from '../../src/canonical/index.ts'

/** The example of "Deriving the signing key", AWS General Reference. */
const INPUT = {
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  scopeDate: '20150830',
  region: 'us-east-1',
  service: 'iam',
}

describe('deriveSigningKey', () => {
  it('gives the key of the documentation', () => {
    expect(Buffer.from(deriveSigningKey(INPUT)).toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    )
  })

  it('is defined for the empty secret', () => {
    const stages = [INPUT.scopeDate, INPUT.region, INPUT.service, 'aws4_request']
    const key = stages.reduce((k, text) => createHmac('sha256', k).update(text).digest(), Buffer.from('AWS4'))
    expect(Buffer.from(deriveSigningKey({ ...INPUT, secretAccessKey: '' })).equals(key)).toBe(true)
  })

  const wrong: [what: string, input: unknown, code: string, message: string][] = [
    ['nothing', undefined, 'TYPE', 'the input of deriveSigningKey must be an object; it is undefined'],
    [
      'no secret',
      { ...INPUT, secretAccessKey: undefined },
      'TYPE',
      'secretAccessKey must be a string; it is undefined',
    ],
    [
      'a misspelt date',
      { ...INPUT, scopeDate: undefined, date: '20150830' },
      'TYPE',
      'scopeDate must be a string; it is undefined',
    ],
    [
      'a date and time',
      { ...INPUT, scopeDate: '20150830T123600Z' },
      'VALUE',
      'scopeDate must be a date in the form YYYYMMDD; it is "20150830T123600Z"',
    ],
    [
      'a region set',
      { ...INPUT, region: '*' },
      'VALUE',
      'region must be one region, such as "us-east-1"; it is "*"',
    ],
    [
      'an empty service',
      { ...INPUT, service: '' },
      'VALUE',
      'service must be a signing name, such as "s3"; it is ""',
    ],
  ]
  for (const [what, input, code, message] of wrong) {
    it(`refuses ${what}, by name`, () => {
      expect(() => deriveSigningKey(input as typeof INPUT)).toThrow(
        expect.objectContaining({ code: `ERR_INVALID_ARG_${code}`, message }),
      )
    })
  }
})
