import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseIni } from '../../../src/credentials/ini.ts'

const plain = (text: string): object =>
  Object.fromEntries([...parseIni(text)].map(([name, settings]) => [name, Object.fromEntries(settings)]))

describe('parseIni', () => {
  it('reads sections, comments and nested settings', () => {
    const text = `
# comment
[default] ; comment
region = eu-west-1 # comment
a=b=c
empty =
s3 =
  max = 1
  min = 2
after = 3
[profile "dev"]
key = a#b;c
[services local]
s3 =
  endpoint_url = http://localhost
[unknown thing]
key = left out
[sso-session 'corp']
k = v`
    expect(plain(text)).toEqual({
      default: { region: 'eu-west-1', a: 'b=c', 's3.max': '1', 's3.min': '2', after: '3' },
      'profile.dev': { key: 'a#b;c' },
      'services.local': { 's3.endpoint_url': 'http://localhost' },
      'sso-session.corp': { k: 'v' },
    })
  })

  it('takes names that objects have for names like others', () => {
    expect(plain('[constructor]\ntoString = x')).toEqual({ constructor: { toString: 'x' } })
    expect(parseIni('[a]\n__proto__ = x').get('a')?.get('__proto__')).toBe('x')
  })

  it.each(['[__proto__]', '[profile __proto__]', '[a]\nb = c\n[__proto__]'])('refuses %j', (text) => {
    expect(() => parseIni(text)).toThrow('has a section named __proto__')
  })

  it('law: what is written is read', () => {
    const word = fc.stringMatching(/^[\w+=@/.:-]{1,12}$/).filter((text) => !/^_|=/.test(text))
    const section = fc.dictionary(word, word, { minKeys: 1, noNullPrototype: true })
    fc.assert(
      fc.property(fc.dictionary(word, section, { noNullPrototype: true }), (file) => {
        const text = Object.entries(file).map(
          ([name, settings]) =>
            `[${name}]\n${Object.entries(settings)
              .map(([key, value]) => `${key} = ${value}\n`)
              .join('')}`,
        )
        expect(plain(text.join(''))).toEqual(file)
      }),
    )
  })

  it('robustness: arbitrary text gives sections, or the one refusal', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('[a]', '[profile b]', 'x =', '  y = z', 'k = v # c', '[', ']'),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(parseIni(lines.join('\n'))).toBeInstanceOf(Map)
      }),
    )
  })
})
