import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePostPolicy } from '../../src/fields/post-policy.ts'
import { createPostForm, type PostFormOptions, verifyPostForm } from '../../src/post-policy/index.ts'
import { checkConditions } from '../../src/verify/post-policy/conditions.ts'
import { expandFilename, readForm } from '../../src/verify/post-policy/fields.ts'
import { growthExponent, type WorkOf } from '../support/arbitrary-growth.ts'
import {
  expectDocumentedError,
  expectMisuse,
  junk,
  junkText,
  withOddFields,
} from '../support/arbitrary-junk.ts'
import { holds } from '../support/arbitrary-runs.ts'
import {
  base64,
  created,
  forge,
  formDataOf,
  formOptions,
  judge,
  NOW,
  type Pair,
  policyOf,
  verifierOptions,
  verify,
} from '../support/post-world.ts'

const filename = `\${filename}`
const sendable = (text: string): boolean => !/[\r\n\p{Cs}]/u.test(text)

/** Text that arrives as it was sent. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(
      'image/png, a',
      '"',
      '\\',
      '\\$',
      '$key',
      '\u2028',
      '\ufeff',
      '\0',
      '__proto__',
      filename,
    ),
  )
  .filter(sendable)
const anyName = fc.oneof(
  fc.constantFrom(
    'acl',
    'Content-Type',
    'x-amz-meta-a',
    'X-Amz-Meta-B',
    'success_action_status',
    '__proto__',
  ),
  fc.stringMatching(/^[!#$%&'*+.^_`|~\w-]{1,12}$/),
)
const isFree = (name: string): boolean =>
  !/^(?:key|policy|file|bucket|x-ignore-.*|x-amz-(?:algorithm|credential|date|signature|security-token))$/i.test(
    name,
  )

const anyFields = fc
  .uniqueArray(fc.tuple(anyName.filter(isFree), anyText), {
    maxLength: 5,
    selector: ([name]) => name.toLowerCase(),
  })
  // A list of types, one of which ends in the name of the file, begins with nothing that is common to all.
  .filter(
    (fields) => !fields.some(([name, value]) => /^content-type$/i.test(name) && value.includes(filename)),
  )
  .map((fields): Record<string, string> => Object.fromEntries(fields))

const anyForm = fc.record({
  bucket: anyText.filter((text) => text !== ''),
  key: fc
    .tuple(anyText, fc.constantFrom('a', filename, `${filename}.${filename}`))
    .map((parts) => parts.join('')),
  fields: anyFields,
  expiresInSeconds: fc.integer({ min: 1, max: 604_800 }),
  sessionToken: fc.option(fc.stringMatching(/^[!-~]{1,20}$/), { nil: undefined }),
  range: fc.option(fc.tuple(fc.nat(500), fc.nat(500)), { nil: undefined }),
})
type AnyForm = typeof anyForm extends fc.Arbitrary<infer Form> ? Form : never

const optionsOf = ({
  bucket,
  key,
  fields,
  expiresInSeconds,
  sessionToken,
  range,
}: AnyForm): PostFormOptions => ({
  ...formOptions({ bucket, key, fields, expiresInSeconds }),
  credentials: { ...formOptions().credentials, sessionToken },
  conditions: range ? [['content-length-range', range[0], range[0] + range[1]]] : [],
})

const verifying = ({ bucket, sessionToken, range }: AnyForm, name: string) => ({
  bucket,
  getKeys: () => ({ ...formOptions().credentials, sessionToken }),
  file: { name, size: range?.[0] ?? 5 },
  now: () => NOW + 500,
})

describe('law: what createPostForm makes, verifyPostForm proves', () => {
  it('whatever the fields, the key and the name of the file', async () => {
    const anyFileName = anyText.filter((name) => !/(?:^|[/\\])$/.test(name))
    const law = fc.asyncProperty(anyForm, anyFileName, async (form, name) => {
      const { fields } = createPostForm(optionsOf(form))
      const proved = await verify(Object.entries(fields), verifying(form, name))
      const base = name.split(/[/\\]/).at(-1) ?? ''
      const expanded = Object.entries({ ...form.fields, key: form.key, bucket: form.bucket }).map(
        ([field, value]) => [
          field.toLowerCase(),
          field === 'bucket' ? value : value.replaceAll(filename, () => base),
        ],
      )
      expect(proved.fields).toEqual(Object.fromEntries(expanded))
      expect(proved.key).toBe(form.key.replaceAll(filename, () => base))
      expect(proved.contentLengthRange === undefined).toBe(form.range === undefined)
    })
    await holds(law, 1500)
  })

  it('and after it has travelled as multipart/form-data', async () => {
    // Some parsers, Node's among them, take a byte order mark from a value.
    const form = anyForm.filter(
      ({ key, fields }) => ![key, ...Object.values(fields)].some((v) => v.startsWith('\ufeff')),
    )
    const law = fc.asyncProperty(form, async (form) => {
      const { fields } = createPostForm(optionsOf(form))
      const body = formDataOf(Object.entries(fields), new File(['a'.repeat(form.range?.[0] ?? 5)], 'é".jpg'))
      const request = new Request('https://a.example/', { method: 'POST', body })
      const { file, ...options } = verifying(form, '')
      const { key } = await verify(await request.formData(), { ...options, file: undefined })
      expect(key).toBe(form.key.replaceAll(filename, 'é".jpg'))
    })
    await holds(law, 150)
  })

  it('in any order of its fields', async () => {
    const law = fc.asyncProperty(anyForm, fc.infiniteStream(fc.nat()), async (form, weights) => {
      const { fields } = createPostForm(optionsOf(form))
      const shuffled = Object.entries(fields)
        .map((field) => [weights.next().value as number, field] as const)
        .sort(([a], [b]) => a - b)
      await verify(
        shuffled.map(([, field]) => field),
        verifying(form, 'a'),
      )
    })
    await holds(law, 300)
  })
})

/** Every form that differs in one thing. */
function* changesOf(
  form: readonly Pair[],
  at: number,
  text: string,
): Generator<[what: string, form: Pair[]]> {
  for (const [i, [name, value]] of form.entries()) {
    const put = (...fields: Pair[]): Pair[] => [...form.slice(0, i), ...fields, ...form.slice(i + 1)]
    yield [`without ${name}`, put()]
    yield [`${name} twice`, put([name, value], [name.toUpperCase(), value])]
    yield [`${name} called otherwise`, put([`${name}x`, value])]
    const where = at % (value.length + 1)
    const values = [
      value.slice(0, where) + text + value.slice(where),
      value.slice(0, where),
      text,
      `${value}\0`,
    ]
    const flipped = String.fromCharCode(value.charCodeAt(where) ^ (1 << (at % 7)))
    if (where < value.length) values.push(value.slice(0, where) + flipped + value.slice(where + 1))
    for (const other of values) if (other !== value) yield [`${name} changed to ${other}`, put([name, other])]
  }
  yield ['a field more', [...form, [text || 'a', 'a']]]
}

describe('law: a form that was changed is refused', () => {
  it('whichever field is taken away, doubled, renamed or rewritten, or added', async () => {
    const exact = anyForm.filter(
      ({ key, fields }) => ![key, ...Object.values(fields)].some((v) => v.includes(filename)),
    )
    let refused = 0
    const law = fc.asyncProperty(exact, fc.nat(10_000), anyText, async (form, at, text) => {
      const sent = Object.entries(createPostForm(optionsOf(form)).fields)
      expect(await judge(sent, verifying(form, 'a'))).toBe('accepted')
      for (const [what, changed] of changesOf(sent, at, text)) {
        expect([what, await judge(changed, verifying(form, 'a'))]).not.toEqual([what, 'accepted'])
        refused++
      }
    })
    await holds(law, 120)
    expect(refused).toBeGreaterThan(2000)
  })

  it('whichever character of its policy and its signature is another one', async () => {
    const form = created({ key: `in/${filename}`, fields: { acl: 'private' } })
    for (const name of ['policy', 'x-amz-signature']) {
      const i = form.findIndex(([known]) => known === name)
      const value = form[i]?.[1] ?? ''
      for (let at = 0; at < value.length; at++) {
        for (const bit of [1, 2, 16, 32, 256, 0x4000]) {
          const other = String.fromCharCode(value.charCodeAt(at) ^ bit)
          const changed = form.with(i, [name, value.slice(0, at) + other + value.slice(at + 1)])
          expect(await judge(changed)).toBe('signature-mismatch SignatureDoesNotMatch 403')
        }
      }
    }
  })

  it('whoever else signed it, for whatever bucket, whenever it ended', async () => {
    const law = fc.asyncProperty(anyForm, anyText, fc.integer({ min: 1 }), async (form, other, late) => {
      const sent = Object.entries(createPostForm(optionsOf(form)).fields)
      const options = verifying(form, 'a')
      const key = { ...options.getKeys(), secretAccessKey: `${formOptions().credentials.secretAccessKey}x` }
      expect(await judge(sent, { ...options, getKeys: () => key })).toMatch(/^signature-mismatch /)
      if (other !== '' && other !== form.bucket) {
        expect(await judge(sent, { ...options, bucket: other })).toMatch(/^policy-condition-failed /)
      }
      const now = () => NOW + form.expiresInSeconds * 1000 + late
      expect(await judge(sent, { ...options, now })).toMatch(/^request-expired /)
    })
    await holds(law, 200)
  })
})

async function throwsNothingElse(call: () => unknown, expected: (error: unknown) => void): Promise<void> {
  try {
    await call()
  } catch (error) {
    expected(error)
  }
}

describe('robustness: nothing but documented errors is thrown', () => {
  it('whatever a form is to be made of', async () => {
    const good = { ...formOptions(), service: 's3', fields: { acl: 'a' }, conditions: [['eq', '$acl', 'a']] }
    const names = [...Object.keys(good), 'expiresInSeconds', 'keyCache']
    const law = fc.asyncProperty(fc.oneof(withOddFields(good, names), junk), (each) =>
      throwsNothingElse(() => createPostForm(each as never), expectMisuse),
    )
    await holds(law, 2000)
  })

  it('whatever is said to be a form, and whatever the verifier is made of', async () => {
    const pair = fc.tuple(fc.oneof(fc.constantFrom(...created().map(([name]) => name), 'file'), junk), junk)
    const odd = fc.oneof(
      fc.array(pair),
      fc.tuple(fc.constant(created()), fc.array(pair)).map((parts) => parts.flat()),
      junk,
    )
    const good = { ...verifierOptions() }
    const law = fc.asyncProperty(odd, withOddFields(good, Object.keys(good)), async (form, options) => {
      await throwsNothingElse(() => verify(form as never), expectDocumentedError)
      await throwsNothingElse(() => verifyPostForm(created(), options as never), expectDocumentedError)
    })
    await holds(law, 2000)
  })

  it('whatever stands in the fields, and in a policy that is signed', async () => {
    const policy = junkText([
      ...policyOf(['eq', '$acl', 'a']).split(/(?<=[[\]{}:,"])|(?=[[\]{}:,"])/),
      '\\',
      '\\u',
      '\\$',
      '9e99',
    ])
    const values = junkText([...created().map(([, value]) => value), '/', '20150830', filename])
    const law = fc.asyncProperty(policy, values, fc.nat(5), async (text, value, i) => {
      await throwsNothingElse(() => verify(forge(text)), expectDocumentedError)
      await throwsNothingElse(
        () => verify(created().with(i, [created()[i]?.[0] ?? '', value])),
        expectDocumentedError,
      )
    })
    await holds(law, 2000)
  })
})

describe('law: time grows no faster than the form', () => {
  const LIMIT = 1.5
  const expectLinear = async (workOf: WorkOf): Promise<void> =>
    expect(await growthExponent(workOf, LIMIT)).toBeLessThan(LIMIT)
  const quietly = (work: () => unknown) => (): unknown => {
    try {
      return work()
    } catch (error) {
      return expectDocumentedError(error)
    }
  }
  const range = ['content-length-range', 0, 5] as const

  it.each([
    ['lists in lists', (n: number) => '['.repeat(n) + ']'.repeat(n)],
    ['conditions', (n: number) => policyOf(...Array.from({ length: n }, (_, i) => ({ [`a${i}`]: 'b' })))],
    ['escapes', (n: number) => policyOf(['eq', '$a', 'ESCAPES']).replace('ESCAPES', '\\$\\\\'.repeat(n))],
    ['backslashes', (n: number) => '\\'.repeat(n)],
    ['quotation marks', (n: number) => '"'.repeat(n)],
    ['names', (n: number) => `{${'"a":1,'.repeat(n)}"a":1}`],
  ])('reading a policy of many %s', async (_, textOf) => {
    await expectLinear((size) => {
      const encoded = base64(textOf(size))
      return quietly(() => parsePostPolicy(encoded))
    })
  })

  it('reading a form of many fields, and of large ones', async () => {
    await expectLinear((size) => {
      const fields = Array.from({ length: size }, (_, i): Pair => [`a${i}`, ''])
      return quietly(() => readForm(fields, { size: 1 }))
    })
    await expectLinear((size) => quietly(() => readForm([['a', 'é'.repeat(size)]], { size: 1 })))
  })

  it('putting a long name where there is room for many', async () => {
    await expectLinear((size) => {
      const fields = new Map([['key', filename.repeat(size)]])
      return quietly(() => expandFilename({ fields, file: { baseName: 'a'.repeat(size), size: 1 } }))
    })
  })

  it('holding a list of many types to many conditions', async () => {
    const condition = ['starts-with', '$content-type', 'image/'] as const
    await expectLinear((size) => {
      const fields = new Map([['content-type', 'image/png, '.repeat(size)]])
      const conditions = [...Array.from({ length: size }, () => condition), range]
      return quietly(() => checkConditions(conditions, fields))
    })
    await expectLinear((size) => {
      const types = `${'image/png, '.repeat(size)}image/`
      const conditions = Array.from({ length: size }, () => condition)
      return () => checkConditions(conditions, new Map([['content-type', types]]))
    })
  })
})
