// What other servers got wrong about forms: conditions that were not looked at, and fields that no condition named.
import { describe, expect, it } from 'vitest'
import { createPostForm } from '../../src/post-policy/index.ts'
import {
  CONDITIONS,
  created,
  EXPIRATION,
  forge,
  formDataOf,
  formOptions,
  judge,
  type Pair,
  policyOf,
  verify,
  withField,
} from '../support/post-world.ts'

const FAILED = 'policy-condition-failed AccessDenied 403'
const NOT_COVERED = 'field-not-covered AccessDenied 403'
const policyWith = (conditions: readonly unknown[]): string =>
  JSON.stringify({ expiration: EXPIRATION, conditions })
const without = (name: string): unknown[] =>
  CONDITIONS.filter((condition) => !JSON.stringify(condition).includes(name))

describe('V21 POST policy: every field needs a condition', () => {
  it.each([
    'acl',
    'bucket2',
    'x-amz-acl',
    'x-amz-copy-source',
    'x-amz-grant-full-control',
    'x-amz-meta-a',
    'x-amz-security-token',
    'x-amz-server-side-encryption',
    'x-amz-storage-class',
    'x-amz-tagging',
    'x-amz-website-redirect-location',
    'Content-Type',
    'success_action_redirect',
    'tagging',
    'awsaccesskeyid',
    'signature',
    'ignore-a',
    'x-amz-x-ignore-a',
    '__proto__',
    'constructor',
    'filename',
    '',
  ])('the field %j that nobody signed is refused', async (name) => {
    const getKeys = () => ({
      secretAccessKey: formOptions().credentials.secretAccessKey,
      sessionToken: undefined,
    })
    const sent: Pair[] = [...created(), [name, name === 'x-amz-security-token' ? '' : 'a']]
    expect(await judge(sent, { getKeys })).toBe(NOT_COVERED)
    expect(await judge(formDataOf(sent), { getKeys })).toBe(NOT_COVERED)
  })

  it('the fields x-ignore-… are not, and are not handed on', async () => {
    const sent: Pair[] = [...created(), ['X-Ignore-Me', 'a']]
    expect(await judge(sent)).toBe('accepted')
    expect((await verify(sent)).fields).toEqual({ bucket: 'photos', key: 'cat.jpg' })
  })

  it.each([
    '$key',
    'bucket',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
  ])('so does %s, without which the policy is for any', async (name) => {
    expect(await judge(forge(policyWith(without(name))))).toBe(NOT_COVERED)
    expect(await judge(forge(policyWith(CONDITIONS)))).toBe('accepted')
  })

  it('and a field behind the file is nobody’s', async () => {
    const sent = formDataOf(created())
    sent.append('acl', 'public-read')
    sent.append('key', 'another')
    sent.append('file', new File(['another'], 'another'))
    const { key, fields } = await verify(sent, { file: undefined })
    expect([key, fields]).toEqual(['cat.jpg', { bucket: 'photos', key: 'cat.jpg' }])
  })

  it('and a letter that lower-cases to one of ASCII does not make a field a known one', async () => {
    const sent: Pair[] = [...created().filter(([name]) => name !== 'key'), ['\u212aey', 'cat.jpg']]
    expect(await judge(sent)).toBe('malformed-form InvalidArgument 400')
  })
})

describe('V21 POST policy: who signs, for what and when is fixed', () => {
  it.each([
    'bucket',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
  ])('another beginning of %s is refused, though it holds, and beside an exact one too', async (name) => {
    for (const beginning of ['', 'A', '2', 'p']) {
      const open = ['starts-with', `$${name}`, beginning]
      expect(await judge(forge(policyWith([...without(name), open])))).toBe(FAILED)
      expect(await judge(forge(policyOf(open)))).toBe(FAILED)
    }
  })

  it('the date and the credential cannot be changed to others of the same day and key', async () => {
    expect(await judge(withField(created(), 'x-amz-date', '20150830T123601Z'))).toBe(FAILED)
    const { fields } = createPostForm(formOptions({ region: 'eu-west-1' }))
    // A policy for one region, signed for it, in a form that names another.
    const sent = withField(Object.entries(fields), 'x-amz-credential', created()[2]?.[1] ?? '')
    expect(await judge(sent)).toBe('signature-mismatch SignatureDoesNotMatch 403')
  })

  it('the bucket is the one that the request addresses', async () => {
    expect(await judge(created(), { bucket: 'other' })).toBe(FAILED)
    expect(await judge(created({ bucket: 'other' }))).toBe(FAILED)
    expect(await judge([...created(), ['bucket', 'photos']])).toBe('accepted')
    expect(await judge([...created(), ['bucket', 'other']])).toBe(FAILED)
    expect(await judge([...created(), ['bucket', 'other']], { bucket: 'other' })).toBe(FAILED)
    expect(await judge([...created(), ['bucket', 'photos']], { bucket: 'other' })).toBe(FAILED)
  })
})

describe('V21 POST policy: no condition is passed over', () => {
  it.each([
    [['eq', '$acl', 'private']],
    [['starts-with', '$acl', '']],
    [['eq', 'acl', 'private']],
    [['eq', '', '']],
    [['eq', '$', '']],
    [{ '': '' }],
    [{ $acl: 'private' }],
    [['eq', '$policy', 'a']],
    [['starts-with', '$x-amz-signature', '']],
    [['starts-with', '$file', '']],
    [['starts-with', '$content-length', '']],
    [{ 'content-length-range': '1' }],
    [['starts-with', '$__proto__', '']],
    [['starts-with', '$constructor', '']],
  ])('%j, on what is not there', async (condition) => {
    expect(await judge(forge(policyOf(condition)))).toBe(FAILED)
  })

  it.each([
    [['ne', '$acl', 'private']],
    [['contains', '$acl', 'private']],
    [['in', '$acl', ['private']]],
    [['content-length-range', '$acl', 'private']],
    [['toString', '$acl', 'private']],
  ])('%j, which means nothing', async (condition) => {
    expect(await judge(forge(policyOf(condition), { acl: 'private' }))).toBe(
      'malformed-policy InvalidPolicyDocument 400',
    )
  })

  it('a policy with no conditions proves nothing', async () => {
    expect(await judge(forge(policyWith([])))).toBe(NOT_COVERED)
  })

  it('an empty policy is one that cannot be read, not one that is not there', async () => {
    expect(await judge(forge(''))).toBe('malformed-policy InvalidPolicyDocument 400')
  })

  it('a wrong signature is told before the policy is read', async () => {
    for (const policy of ['', '{', policyOf(['eq', '$acl', 'private'])]) {
      const sent = withField(forge(policy), 'x-amz-signature', '0'.repeat(64))
      expect(await judge(sent)).toBe('signature-mismatch SignatureDoesNotMatch 403')
    }
  })
})
