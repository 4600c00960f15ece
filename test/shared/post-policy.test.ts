// The further vectors of forms: signed, created where that can be compared, and accepted or refused.
import { describe, expect, it } from 'vitest'
import { parsePostPolicy } from '../../src/fields/post-policy.ts'
import { createKeyCache, isSignatureError, sigv4 } from '../../src/index.ts'
import { createPostForm, type PostConditionInput, verifyPostForm } from '../../src/post-policy/index.ts'
import { loadShared, type SharedContext } from '../support/shared-vectors.ts'

interface PostCase {
  name: string
  kind?: string
  context: SharedContext & { bucket?: string; now?: string; signedRegion?: string }
  policy?: string
  stringToSign: string
  signature: string
  fields?: [string, string][]
  file?: { name: string; length?: number; contentType?: string }
  accept?: true
  reject?: { reason: string; awsErrorCode?: string; httpStatus?: number; message?: string }
}

const files: readonly [file: string, count: number][] = [
  ['s3-presign-post.json', 63],
  ['botocore.json', 3],
]
const cases = files.flatMap(([file]) =>
  loadShared<PostCase>(file).filter(({ kind }) => kind === 'postPolicy'),
)

/** The vectors' neutral words, in ours. */
const REASONS: Readonly<Record<string, string>> = {
  'condition-failed': 'policy-condition-failed',
  'entity-too-large': 'file-too-large',
  'entity-too-small': 'file-too-small',
  'extra-input-field': 'field-not-covered',
  'malformed-date': 'malformed-date',
  'missing-field': 'malformed-form',
  'policy-expired': 'request-expired',
  'signature-mismatch': 'signature-mismatch',
  'unsupported-algorithm': 'unsupported-algorithm',
  'wrong-region': 'scope-mismatch',
}
const reasonOf = ({ reason }: { reason: string }): string =>
  REASONS[reason] ?? (/^policy-/.test(reason) ? 'malformed-policy' : 'no reason of ours')

/** What was recorded for its signature alone. As forms they fail in these ways. */
const SIGNATURE_ONLY: Readonly<Record<string, string>> = {
  'botocore-post': 'request-expired', // of 2014, with a policy that ended in 2007
  'botocore-post-session-token': 'request-expired',
  'botocore-post-empty-policy': 'malformed-form', // it has no key
  'aws-sdk-php-post-policy': 'malformed-date', // 20151229T0000Z
}

/** Where the source's message has other words or spaces than ours. */
const OTHER_MESSAGE: Readonly<Record<string, string>> = {
  'versitygw-policy-object-form-fails':
    'Invalid according to Policy: Policy Condition failed: ["eq","$content-type","application/xml"]',
  'versitygw-policy-document-empty': 'Invalid Policy: Invalid JSON.',
}

/** Of the case that was recorded without a form: what its policy says. */
function fieldsOf({ fields, policy = '', stringToSign, signature }: PostCase): [string, string][] {
  if (fields) return fields
  const conditions = (JSON.parse(policy).conditions as unknown[]).filter(
    (condition) => !Array.isArray(condition),
  )
  return [
    ...conditions.flatMap((condition) => Object.entries(condition as Record<string, string>)),
    ['key', 'user/user1/a'],
    ['policy', stringToSign],
    ['x-amz-signature', signature],
  ]
}

const verifyCase = (vector: PostCase): Promise<unknown> => {
  const { accessKeyId, secretAccessKey, sessionToken, region, service, bucket, timestamp } = vector.context
  return verifyPostForm(fieldsOf(vector), {
    getKeys: (lookup) => (lookup.accessKeyId === accessKeyId ? { secretAccessKey, sessionToken } : undefined),
    region,
    service,
    bucket: bucket ?? 'sigv4examplebucket',
    file: { ...vector.file, size: vector.file?.length ?? 1_048_576 },
    now: () => Date.parse(vector.context.now ?? timestamp),
    profile: { errorCodes: 's3' },
  })
}

it('there are 66 cases', () => {
  for (const [file, count] of files) {
    const found = loadShared<PostCase>(file).filter(({ kind }) => kind === 'postPolicy')
    expect([file, found.length]).toEqual([file, count])
  }
  expect(cases.length).toBe(66)
})

describe('signing a policy', () => {
  for (const { name, context, policy, stringToSign, signature } of cases) {
    it(name, () => {
      if (policy !== undefined) expect(Buffer.from(policy).toString('base64')).toBe(stringToSign)
      const { signedRegion: region = context.region, service, timestamp } = context
      const scopeDate = timestamp.slice(0, 10).replaceAll('-', '')
      const key = sigv4.deriveKey(context, { scopeDate, region, service }, createKeyCache())
      expect(key.sign(stringToSign)).toBe(signature)
    })
  }
})

describe('verifying a form', () => {
  for (const vector of cases) {
    const { name, accept, reject } = vector
    it(`${name}: ${accept ? 'accepted' : 'refused'}`, async () => {
      const error: unknown = await verifyCase(vector).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (accept) return expect(error).toBeUndefined()
      if (!isSignatureError(error)) throw new Error(`not refused: ${String(error)}`)
      expect(error.reason).toBe(SIGNATURE_ONLY[name] ?? (reject && reasonOf(reject)))
      if (reject?.awsErrorCode) expect(error.awsCode).toBe(reject.awsErrorCode)
      if (reject?.httpStatus) expect(error.status).toBe(reject.httpStatus)
      if (reject?.message) expect(error.message).toBe(OTHER_MESSAGE[name] ?? reject.message)
    })
  }

  it('has no deviation that none of the cases needs', () => {
    const names = cases.map(({ name }) => name)
    for (const name of [...Object.keys(SIGNATURE_ONLY), ...Object.keys(OTHER_MESSAGE)])
      expect(names).toContain(name)
    for (const { name, accept, reject } of cases) {
      expect([name, Boolean(accept ?? reject)]).toEqual([name, !(name in SIGNATURE_ONLY)])
    }
  })
})

const AUTOMATIC = /^(?:bucket|key|policy|x-amz-(?:algorithm|credential|date|security-token|signature))$/i
const lowerCase = ([name, value]: readonly [string, string]): string => `${name.toLowerCase()}=${value}`
const isPolicyOrSignature = (line: string): boolean => /^(?:policy|x-amz-signature|bucket)=/.test(line)

describe('creating a form', () => {
  const comparable = cases.filter(({ name, accept, fields }) => accept || (fields && name in SIGNATURE_ONLY))
  const withKey = comparable.filter(({ fields }) => fields?.some(([name]) => /^key$/i.test(name)))

  it('is compared with each accepted case and with those of botocore that have a key', () => {
    expect([comparable.length, withKey.length]).toEqual([19, 18])
  })

  for (const vector of withKey) {
    it(`${vector.name}: the same fields, and at least its conditions`, async () => {
      const { context, fields = [], stringToSign } = vector
      const theirs = parsePostPolicy(stringToSign).conditions
      const own = theirs.filter(([, field]) => !AUTOMATIC.test(String(field).slice(1)))
      const key = fields.find(([name]) => /^key$/i.test(name))?.[1] ?? ''
      const form = createPostForm({
        url: `https://${context.bucket}.s3.amazonaws.com/`,
        bucket: context.bucket ?? '',
        key,
        fields: Object.fromEntries(fields.filter(([name]) => !AUTOMATIC.test(name))),
        conditions: own as PostConditionInput[],
        credentials: context,
        region: context.region,
        service: context.service,
        signingDate: new Date(context.timestamp),
      })
      const lines = (pairs: [string, string][]): string[] =>
        pairs.map(lowerCase).filter((line) => !isPolicyOrSignature(line))
      expect(lines(Object.entries(form.fields)).sort()).toEqual(lines(fields).sort())
      const ours = parsePostPolicy(form.fields.policy ?? '').conditions.map(String)
      // A key is exact in ours, where theirs may leave its end open.
      const needed = theirs.filter(([operator, field]) => operator === 'eq' || field !== '$key').map(String)
      expect(ours).toEqual(expect.arrayContaining(needed))
      const sent = { ...vector, fields: Object.entries(form.fields) }
      if (vector.accept) await expect(verifyCase(sent)).resolves.toMatchObject({ bucket: context.bucket })
    })
  }
})
