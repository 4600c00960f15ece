// Forms whose policies differ, and what is made of them by somebody without the key.
import fc from 'fast-check'
import { anyDice, type Dice, pick, retyped } from './arbitrary-head-change.ts'
import { BUCKET, CREDENTIAL, forge, policyOf } from './post-world.ts'

export interface FormFile {
  readonly name: string
  readonly size: number
}
export type FormField = readonly [name: string, value: string | FormFile]
export type Condition =
  | readonly [operator: 'eq' | 'starts-with', name: string, value: string]
  | readonly [operator: 'content-length-range', min: number, max: number]

/** A form that its policy allows, or nearly. */
export interface SignedForm {
  readonly conditions: readonly Condition[]
  readonly fields: readonly FormField[]
}

const filename = `\${filename}`
const anyValue = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'private',
    'in/',
    `in/${filename}`,
    filename,
    'image/png',
    'image/png, image/gif',
    'a,image/',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const anyField = fc.record({
  name: fc.constantFrom(
    'acl',
    'Content-Type',
    'x-amz-meta-a',
    'X-Amz-Meta-B',
    'success_action_status',
    'x-ignore-me',
    '__proto__',
  ),
  value: anyValue,
  /** Its condition: with `none` and `other` it is mostly refused. */
  condition: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('eq', 'object', 'starts-with', 'any') },
    { weight: 1, arbitrary: fc.constantFrom('none', 'other') },
  ),
})
const anyFile = fc.record({
  name: fc.constantFrom('cat.jpg', '', '../x', 'a/b\\c', filename, 'é'),
  size: fc.integer({ min: 0, max: 20 }),
})

const conditionOf = ({
  name,
  value,
  condition,
}: {
  name: string
  value: string
  condition: string
}): unknown[] => {
  switch (condition) {
    case 'eq':
      return [['eq', `$${name}`, value]]
    case 'object':
      return name === '__proto__' ? [['eq', `$${name}`, value]] : [{ [name.toUpperCase()]: value }]
    case 'starts-with':
      return [['starts-with', `$${name.toLowerCase()}`, value.slice(0, value.length >> 1)]]
    case 'any':
      return [['starts-with', `$${name}`, '']]
    case 'other':
      return [['eq', `$${name}`, `${value}x`]]
    default:
      return []
  }
}

const lower = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** What the signed text says, in one form. */
function conditionsOf(policy: string): Condition[] {
  const { conditions } = JSON.parse(policy) as { conditions: (readonly unknown[] | Record<string, string>)[] }
  return conditions.map((condition) => {
    if (!Array.isArray(condition)) {
      const [[name = '', value = ''] = []] = Object.entries(condition)
      return ['eq', lower(name), value]
    }
    const [operator, first, second] = condition
    return operator === 'content-length-range'
      ? [operator, first, second]
      : [operator, lower(first.slice(1)), second]
  })
}

export const anySignedForm: fc.Arbitrary<SignedForm> = fc
  .record({
    fields: fc.uniqueArray(anyField, { maxLength: 4, selector: ({ name }) => name }),
    range: fc.option(fc.tuple(fc.nat(2), fc.nat(60)), { nil: undefined }),
    key: fc.constantFrom('cat.jpg', filename, `in/${filename}`),
    file: anyFile,
  })
  .map(({ fields, range, key, file }) => {
    const more = fields.flatMap(conditionOf)
    if (range) more.push(['content-length-range', range[0], range[0] + range[1]])
    const policy = policyOf(...more)
    const signed = forge(policy, { key, 'x-amz-credential': CREDENTIAL })
    const own = fields.map(({ name, value }): FormField => [name, value])
    return { conditions: conditionsOf(policy), fields: [...signed, ...own, ['file', file]] }
  })

const SIGNATURE_FIELDS = [
  'policy',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-s3session-token',
]

/** What a form that was signed so proves, or undefined where its policy does not allow it. */
export function provedOf(
  sent: readonly FormField[],
  conditions: readonly Condition[],
): { key: string; fields: Record<string, string> } | undefined {
  const end = sent.findIndex(([name]) => lower(name) === 'file')
  const file = sent[end]?.[1]
  if (file === undefined) return undefined
  const { name: fileName, size } =
    typeof file === 'string' ? { name: '', size: Buffer.byteLength(file) } : file
  const base = fileName.split(/[/\\]/).at(-1)!
  const fields = new Map<string, string>()
  for (const [written, value] of sent.slice(0, end)) {
    const name = lower(written)
    if (fields.has(name) || typeof value !== 'string') return undefined
    fields.set(name, SIGNATURE_FIELDS.includes(name) ? value : value.replaceAll(filename, () => base))
  }
  if ((fields.get('bucket') ?? BUCKET) !== BUCKET) return undefined
  fields.set('bucket', BUCKET)
  const holds = conditions.every((condition) => {
    if (condition[0] === 'content-length-range') return size >= condition[1] && size <= condition[2]
    const [operator, name, value] = condition
    const has = fields.get(name)
    if (has === undefined || operator === 'eq') return has === value
    const members = name === 'content-type' ? has.split(',').map((member) => member.trim()) : [has]
    return (members.length > 1 ? members : [has]).every((member) => member.startsWith(value))
  })
  const covered = conditions.map((condition) => condition[1])
  const proved = [...fields].filter(([name]) => covered.includes(name) && !SIGNATURE_FIELDS.includes(name))
  const isFree = (name: string): boolean => /^x-ignore-|^policy$|^x-amz-signature$/.test(name)
  const areNamed = [...fields.keys()].every((name) => isFree(name) || covered.includes(name))
  const key = fields.get('key')
  return holds && areNamed && key ? { key, fields: Object.fromEntries(proved) } : undefined
}

export interface FormChange extends Dice {
  readonly kind: string
}

type Change = (fields: readonly FormField[], dice: Dice, other: readonly FormField[]) => readonly FormField[]

const inField =
  (change: (field: FormField, dice: Dice) => readonly FormField[]): Change =>
  (fields, dice) =>
    fields.toSpliced(dice.at % fields.length, 1, ...change(pick(fields, dice.at), dice))
const inValue = (change: (value: string, dice: Dice) => string): Change =>
  inField(([name, value], dice) => [[name, typeof value === 'string' ? change(value, dice) : value]])

const swap = (fields: readonly FormField[], at: number, what: number): readonly FormField[] => {
  const [i, j] = [at % fields.length, what % fields.length]
  return fields.with(i, fields[j]!).with(j, fields[i]!)
}
const rewritten = (policy: string, { at, what, how }: Dice): string => {
  const text = Buffer.from(policy, 'base64').toString()
  const others = [
    Buffer.from(retyped(text, { at, what, how })).toString('base64'),
    Buffer.from(text.replace(/,\[[^\]]*\]/, '')).toString('base64'),
    Buffer.from(`${text} `).toString('base64'),
    policy.replace(/=+$/, ''),
    policy.replaceAll('+', '-').replaceAll('/', '_'),
    `${policy}\n`,
    `${policy}=`,
    text,
  ]
  return pick(others, what)
}
const NEW: readonly FormField[] = [
  ['acl', 'public-read'],
  ['x-ignore-b', 'a'],
  ['bucket', BUCKET],
  ['Bucket', 'another'],
  ['\u212aey', 'a'],
  ['KEY', 'b'],
  ['x-amz-security-token', 'a'],
  ['', 'a'],
  ['constructor', 'a'],
  ['file', 'text'],
  ['x-amz-website-redirect-location', '/'],
]

const CHANGES: Readonly<Record<string, Change>> = {
  'value retyped': inValue(retyped),
  'value replaced': inValue((_, { what }) => pick(['', 'a', filename, 'in/..', 'public-read'], what)),
  'policy rewritten': (fields, dice) =>
    fields.map(
      ([name, value]): FormField => [
        name,
        name === 'policy' && typeof value === 'string' ? rewritten(value, dice) : value,
      ],
    ),
  'field dropped': inField(() => []),
  'field doubled': inField(([name, value], { how }) => [
    [name, value],
    [pick([name, name.toUpperCase(), ` ${name}`], how), pick([value, ''], how >> 2)],
  ]),
  'name in other case': inField(([name, value], { what }) => [
    [
      pick(
        [name.toUpperCase(), name.toLowerCase(), `${name} `, `x-ignore-${name}`, name.replace('k', '\u212a')],
        what,
      ),
      value,
    ],
  ]),
  // In lower case it is a k: but only to those who lower more than ASCII.
  'Kelvin sign': (fields) => fields.map(([name, value]): FormField => [name.replace(/k/i, '\u212a'), value]),
  'fields swapped': (fields, { at, what }) => swap(fields, at, what),
  'values swapped': (fields, { at, what }) => {
    const values = swap(fields, at, what).map(([, value]) => value)
    return fields.map(([name], i): FormField => [name, values[i]!])
  },
  'field added': (fields, { at, what }) => fields.toSpliced(at % (fields.length + 1), 0, pick(NEW, what)),
  'field of another form': (fields, { at, what }, other) =>
    fields.toSpliced(at % (fields.length + 1), what % 2, pick(other, what >> 1)),
  'policy and signature of another form': (fields, _, other) =>
    fields.map(([name, value]): FormField => {
      const found = /^(?:policy|x-amz-signature)$/.test(name) && other.find(([each]) => each === name)
      return found || [name, value]
    }),
  'another file': (fields, { what, how }) =>
    fields.map(
      ([name, value]): FormField => [
        name,
        name === 'file'
          ? pick<string | FormFile>(['text', { name: `${'../'.repeat(how % 3)}a`, size: what % 20 }], how)
          : value,
      ],
    ),
}

export const anyFormChange: fc.Arbitrary<FormChange> = fc
  .tuple(fc.constantFrom(...Object.keys(CHANGES)), anyDice)
  .map(([kind, dice]) => ({ kind, ...dice }))

/** The form with the changes made to it, one after the other. */
export const changedForm = (
  fields: readonly FormField[],
  changes: readonly FormChange[],
  other: readonly FormField[],
): readonly FormField[] =>
  changes.reduce(
    (each, change) => (each.length > 0 ? CHANGES[change.kind]!(each, change, other) : each),
    fields,
  )
