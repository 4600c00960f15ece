import { describe, expect, it } from 'vitest'
import { formatRegionSet, regionSetCovers } from '../../src/fields/region-set.ts'
import { type SigningOptions, signHeaders } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'

describe('formatRegionSet', () => {
  const good: [what: string, region: string | readonly string[], text: string][] = [
    ['one region', 'us-east-1', 'us-east-1'],
    ['a list of one', ['us-east-1'], 'us-east-1'],
    ['a list', ['us-east-1', 'eu-west-1'], 'us-east-1,eu-west-1'],
    ['a text with a comma', 'us-east-1,eu-west-1', 'us-east-1,eu-west-1'],
    ['spaces around the commas', ' us-east-1 ,\teu-west-1 ', 'us-east-1,eu-west-1'],
    ['spaces in a list', [' us-east-1', 'eu-west-1 '], 'us-east-1,eu-west-1'],
    ['every region', '*', '*'],
    ['a pattern', 'us-*', 'us-*'],
    ['patterns in a list', ['us-*-1', '*-west-*'], 'us-*-1,*-west-*'],
    ['an order that is not that of the alphabet', 'us-west-2,ap-south-1', 'us-west-2,ap-south-1'],
    ['a region twice', 'us-east-1,us-east-1', 'us-east-1,us-east-1'],
  ]
  for (const [what, region, text] of good) {
    it(`takes ${what}`, () => expect(formatRegionSet(region)).toBe(text))
  }

  const badValues: [what: string, region: string | readonly string[]][] = [
    ['no text', ''],
    ['an empty list', []],
    ['an empty part', 'us-east-1,'],
    ['an empty part in front', ',us-east-1'],
    ['an empty part between', 'us-east-1,,eu-west-1'],
    ['an empty part of a list', ['us-east-1', '']],
    ['spaces alone', '  '],
    ['a space inside', 'us east-1'],
    ['a slash', 'us-east-1/s3'],
    ['a line break', 'us-east-1\nx-amz-acl:public-read'],
    ['a comma in a list', ['us-east-1,eu-west-1']],
    ['a question mark', 'us-eas?-1'],
    ['a letter that is not ASCII', 'us-éast-1'],
    ['a percent sign', 'us-%2A'],
  ]
  for (const [what, region] of badValues) {
    it(`refuses ${what}`, () => {
      const error = { name: 'RangeError', code: 'ERR_INVALID_ARG_VALUE' }
      expect(() => formatRegionSet(region)).toThrow(expect.objectContaining(error))
    })
  }

  for (const region of [undefined, null, 1, {}, Symbol('us-east-1'), new Set(['us-east-1'])]) {
    it(`refuses what is neither text nor a list: ${String(region)}`, () => {
      const error = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
      expect(() => formatRegionSet(region as string)).toThrow(expect.objectContaining(error))
    })
  }

  // A variable that was not set would be signed as the region "undefined".
  for (const part of [undefined, null, 1, ['us-east-1'], true]) {
    it(`refuses a list with ${JSON.stringify(part) ?? 'undefined'} in it`, () => {
      const code = expect.stringMatching(/^ERR_INVALID_ARG_(?:TYPE|VALUE)$/)
      expect(() => formatRegionSet(['us-east-1', part as unknown as string])).toThrow(
        expect.objectContaining({ code }),
      )
    })
  }

  it('names the option in what signing throws', () => {
    const options: SigningOptions = {
      credentials: {
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      },
      service: 's3',
      region: 'us east',
      algorithm: sigv4a,
    }
    expect(() => signHeaders({ url: 'https://example.com/' }, options)).toThrow(
      /^region must be regions or patterns/,
    )
  })
})

describe('regionSetCovers', () => {
  const EU_US = 'eu-us-1'
  const rows: [set: string, region: string, covers: boolean][] = [
    ['us-east-1', 'us-east-1', true],
    ['us-east-1', 'us-east-11', false],
    ['us-east-11', 'us-east-1', false],
    ['us-east-1', 'US-EAST-1', false],
    ['us-east-1,eu-west-1', 'eu-west-1', true],
    ['us-east-1, eu-west-1', 'eu-west-1', true],
    ['us-east-1 ,eu-west-1', 'us-east-1', true],
    ['us-east-1,eu-west-1', 'us-west-1', false],
    ['us-east-1,eu-west-1', 'us-east-1,eu-west-1', false],
    ['*', 'us-east-1', true],
    ['**', 'us-east-1', true],
    ['*', 'anything', true],
    ['us-*', 'us-east-1', true],
    ['us-*', 'us-', true],
    ['us-*', 'us', false],
    ['us-*', EU_US, false],
    ['us-*', 'xus-east-1', false],
    ['*-1', 'us-east-1', true],
    ['*-1', 'us-east-12', false],
    ['us-*-1', 'us-east-1', true],
    ['us-*-1', 'us-gov-east-1', true],
    ['us-*-1', 'us-east-2', false],
    ['us-*-1', 'us-1', false],
    ['us-*-1', 'eu-us-east-1', false],
    ['*us*', EU_US, true],
    ['*east*', 'us-east-1', true],
    ['*east*', 'us-west-1', false],
    ['*-east-*', 'ap-southeast-1', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['aba*aba', 'ababa', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*b*b', 'ab', false],
    ['*b*b*', 'b', false],
    ['*b*b*', 'xbxbx', true],
    ['u*-*-*', 'us-east-1', true],
    ['us-**-1', 'us-east-1', true],
    ['eu-*,us-*', 'us-east-1', true],
    ['eu-*,ap-*', 'us-east-1', false],
    ['', 'us-east-1', false],
    [',', 'us-east-1', false],
    ['us-east-1,', 'eu-west-1', false],
    ['us.east.1', 'us-east-1', false],
    ['us-[a-z]*', 'us-east-1', false],
    ['.*', 'us-east-1', false],
    ['us-east-?', 'us-east-1', false],
    ['!eu-*', 'us-east-1', false],
  ]
  for (const [set, region, covers] of rows) {
    it(`${JSON.stringify(set)} ${covers ? 'covers' : 'does not cover'} ${region}`, () =>
      expect(regionSetCovers(set, [region])).toBe(covers))
  }

  it('asks for one of the regions', () => {
    expect(regionSetCovers('us-west-2', ['us-east-1', 'us-west-2'])).toBe(true)
    expect(regionSetCovers('us-west-1', ['us-east-1', 'us-west-2'])).toBe(false)
    expect(regionSetCovers('*', [])).toBe(false)
  })

  it('takes a pattern of many stars in a time that does not explode', () => {
    const region = `${'a'.repeat(200)}b`
    const started = performance.now()
    expect(regionSetCovers(`${'*a'.repeat(4000)}*c`, [region])).toBe(false)
    expect(regionSetCovers(Array.from({ length: 4000 }, () => 'a*a*a*a*c').join(','), [region])).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})
