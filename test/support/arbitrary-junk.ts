import fc from 'fast-check'
import { expect } from 'vitest'

/** Text that means something to a parser, whole and in pieces. */
const tellingText = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\r\n',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '%',
  '%FF%FE',
  '%EF%BB%BF',
  'https://example.com/a?b=c',
  'https://[::1',
  '//',
  'AWS4-HMAC-SHA256',
  'x'.repeat(5000),
)

/** Things that no type would let through. */
const oddities: fc.Arbitrary<unknown> = fc.oneof(
  tellingText,
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    0,
    -1,
    5n,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e308,
    2 ** 53,
  ),
  fc.constantFrom<unknown>(Symbol('odd'), Symbol.iterator, () => 'called', /odd/y, new Error('odd')),
  fc.constantFrom<unknown>(
    new Date(Number.NaN),
    new Date(8.64e15),
    new Map([['a', 1]]),
    new Set([{}]),
    new Map(),
  ),
  fc.constantFrom<unknown>(
    [],
    [[]],
    [null],
    ['a'],
    [['a']],
    [['a', 'b', 'c']],
    [undefined],
    [Symbol('odd')],
    {},
    [{}],
  ),
  fc.constantFrom<unknown>(Object.create(null), { toString: null }, { length: 3 }, { [Symbol.iterator]: 5 }),
  fc.constantFrom<unknown>(
    { [Symbol.asyncIterator]: 5 },
    { href: 5 },
    { href: '%' },
    { url: 'https://a/', headers: {} },
    { getReader: 5 },
  ),
  fc.constantFrom<unknown>(
    { exact: 5 },
    { prefix: /a/ },
    { regex: '(' },
    { regex: 5 },
    { contains: {}, ignoreCase: true },
  ),
  fc.constantFrom<unknown>(
    new Uint8Array(3),
    new ArrayBuffer(2),
    new DataView(new ArrayBuffer(2)),
    new Float64Array(1),
  ),
)

const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  stringUnit: 'binary',
  maxDepth: 2,
  maxKeys: 4,
})

/** Any value at all. Objects whose own code throws are left out: what that throws is not ours. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: oddities },
  { weight: 1, arbitrary: anything },
)

/** Any text, and text made of what parsers look for. */
export const junkText = (tokens: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: tellingText },
    {
      weight: 4,
      arbitrary: fc.array(fc.oneof(fc.constantFrom(...tokens), tellingText)).map((parts) => parts.join('')),
    },
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...tokens)).map((parts) => parts.join('')) },
  )

type Fields = Readonly<Record<string, unknown>>

const isPlain = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A good value with one or two of its fields, at any depth, replaced by junk or taken away. */
export function withOddFields(good: Fields, names: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const field = fc.constantFrom(...names).chain((name) => {
    const inside = good[name]
    const odd: fc.Arbitrary<unknown> = isPlain(inside)
      ? fc.oneof(junk, withOddFields(inside, Object.keys(inside)))
      : junk
    return odd.map((value): [string, unknown] => [name, value])
  })
  return fc
    .array(field, { minLength: 1, maxLength: 2 })
    .map((fields) => ({ ...good, ...Object.fromEntries(fields) }))
}

/** Misuse, told as documented: what else is thrown is a fault of ours. */
export function expectMisuse(error: unknown): void {
  expect(error).toSatisfy((thrown) => thrown instanceof TypeError || thrown instanceof RangeError)
  expect((error as { code?: unknown }).code, (error as Error).stack ?? '').toMatch(
    /^ERR_INVALID_ARG_(?:TYPE|VALUE)$/,
  )
}

/** A refusal or misuse, told as documented. */
export function expectDocumentedError(error: unknown): void {
  if ((error as Error | undefined)?.name !== 'SignatureError') {
    expectMisuse(error)
    return
  }
  const { reason, status, awsCode } = error as { reason: string; status: number; awsCode: string }
  expect(reason).toMatch(/^[a-z\d]+(?:-[a-z\d]+)+$/)
  expect(awsCode).toMatch(/^[A-Z]\w+$/)
  expect([400, 403, 413]).toContain(status)
}
