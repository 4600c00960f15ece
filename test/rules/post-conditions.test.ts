import { describe, expect, it } from 'vitest'
import {
  CREDENTIAL,
  created,
  FILE,
  forge,
  formDataOf,
  judge,
  KEY,
  policyOf,
  refusalOf,
  verify,
  withField,
} from '../support/post-world.ts'

const FAILED = 'policy-condition-failed AccessDenied 403'
const NOT_COVERED = 'field-not-covered AccessDenied 403'
const filename = `\${filename}`

const withConditions = (...conditions: readonly unknown[]) => ({
  judge: (fields: Record<string, string> = {}) => judge(forge(policyOf(...conditions), fields)),
  refusal: (fields: Record<string, string> = {}) => refusalOf(verify(forge(policyOf(...conditions), fields))),
})

describe('an exact condition', () => {
  it.each([
    [{ acl: 'private' }],
    [['eq', '$acl', 'private']],
    [['EQ', '$Acl', 'private']],
  ])('holds for the value and no other: %j', async (condition) => {
    const { judge } = withConditions(condition)
    expect(await judge({ acl: 'private' })).toBe('accepted')
    expect(await judge({ ACL: 'private' })).toBe('accepted')
    for (const acl of ['Private', 'private ', 'privat', '']) expect(await judge({ acl })).toBe(FAILED)
  })

  it('does not hold for a field that did not come, even on nothing', async () => {
    expect(await withConditions({ acl: 'private' }).judge()).toBe(FAILED)
    expect(await withConditions({ acl: '' }).judge()).toBe(FAILED)
    expect(await withConditions({ acl: '' }).judge({ acl: '' })).toBe('accepted')
  })

  it('looks at the whole of a Content-Type, commas and all', async () => {
    const { judge } = withConditions(['eq', '$Content-Type', 'image/png'])
    expect(await judge({ 'content-type': 'image/png' })).toBe('accepted')
    expect(await judge({ 'content-type': 'image/png,image/png' })).toBe(FAILED)
  })
})

describe('a condition on the beginning', () => {
  it('holds for what begins so', async () => {
    const { judge } = withConditions(['starts-with', '$x-amz-meta-a', 'foo/'])
    for (const value of ['foo/', 'foo/bar', 'foo/, bar']) {
      expect(await judge({ 'x-amz-meta-a': value })).toBe('accepted')
    }
    for (const value of ['foo', 'Foo/', ' foo/', 'bar foo/', '']) {
      expect(await judge({ 'x-amz-meta-a': value })).toBe(FAILED)
    }
  })

  it('reads no list in another field', async () => {
    const { judge } = withConditions(['starts-with', '$x-amz-meta-a', 'foo, b'])
    expect(await judge({ 'x-amz-meta-a': 'foo, bar,baz' })).toBe('accepted')
    expect(await judge({ 'x-amz-meta-a': 'foo,b' })).toBe(FAILED)
  })

  it('with nothing to begin with, holds for anything that came', async () => {
    const { judge } = withConditions(['starts-with', '$x-amz-meta-a', ''])
    expect(await judge({ 'x-amz-meta-a': '' })).toBe('accepted')
    expect(await judge({ 'x-amz-meta-a': 'b' })).toBe('accepted')
    expect(await judge()).toBe(FAILED)
  })

  it('holds for a Content-Type with commas if each part begins so', async () => {
    const { judge } = withConditions(['starts-with', '$Content-Type', 'image/'])
    for (const value of [
      'image/png',
      'image/png,image/gif',
      'image/png , image/gif,\timage/',
      'image/,image/',
    ]) {
      expect(await judge({ 'Content-Type': value })).toBe('accepted')
    }
    for (const value of [
      'image',
      'image/png,text/html',
      'text/html,image/png',
      'image/png,',
      ',',
      ' image/png',
    ]) {
      expect(await judge({ 'Content-Type': value })).toBe(FAILED)
    }
  })
})

describe('several conditions on one field', () => {
  it('hold together', async () => {
    const { judge } = withConditions(['starts-with', '$acl', 'p'], ['starts-with', '$acl', 'private'], {
      acl: 'private',
    })
    expect(await judge({ acl: 'private' })).toBe('accepted')
    expect(await judge({ acl: 'private-read' })).toBe(FAILED)
  })
})

describe('the key', () => {
  it('is looked at with the name of the file in it', async () => {
    const policy = policyOf(['starts-with', '$key', 'in/cat'])
    expect(await judge(forge(policy, { key: `in/${filename}` }))).toBe('accepted')
    const file = { ...FILE, name: 'dog.jpg' }
    expect(await judge(forge(policy, { key: `in/${filename}` }), { file })).toBe(FAILED)
    const literal = policyOf(['eq', '$key', `in/${filename}`])
    expect(await judge(forge(literal, { key: `in/${filename}` }))).toBe(FAILED)
  })
})

describe('the credential', () => {
  it('is looked at as it is, even where it reads as the name of the file', async () => {
    const credential = `${filename}/20150830/us-east-1/s3/aws4_request`
    const policy = policyOf().replaceAll(CREDENTIAL, credential)
    const { accessKeyId } = await verify(forge(policy, { 'x-amz-credential': credential }), {
      getKeys: () => KEY,
    })
    expect(accessKeyId).toBe(filename)
  })
})

describe('the size of the file', () => {
  const at = (size: number, range: readonly unknown[]) =>
    judge(forge(policyOf(['content-length-range', ...range])), { file: { size } })

  it('lies within the range, both ends among it', async () => {
    for (const range of [
      [10, 20],
      ['10', '20'],
      [10, '20'],
    ]) {
      expect(await at(9, range)).toBe('file-too-small EntityTooSmall 400')
      expect(await at(10, range)).toBe('accepted')
      expect(await at(20, range)).toBe('accepted')
      expect(await at(21, range)).toBe('file-too-large EntityTooLarge 400')
    }
    expect(await at(0, [0, 0])).toBe('accepted')
    expect(await at(1, [0, 0])).toBe('file-too-large EntityTooLarge 400')
  })

  it('is the one that the caller tells, if he does', async () => {
    const form = formDataOf(forge(policyOf(['content-length-range', 0, 4])), new File(['meow'], 'a'))
    expect(await judge(form, { file: undefined })).toBe('accepted')
    expect(await judge(form, { file: { size: 5 } })).toBe('file-too-large EntityTooLarge 400')
  })

  it('lies within all of several ranges', async () => {
    const form = forge(policyOf(['content-length-range', 0, 20], ['content-length-range', 10, 30]))
    const outcomes = [9, 10, 20, 21].map((size) => judge(form, { file: { size } }))
    expect(await Promise.all(outcomes)).toEqual([
      'file-too-small EntityTooSmall 400',
      'accepted',
      'accepted',
      'file-too-large EntityTooLarge 400',
    ])
  })

  it('is looked at last', async () => {
    const form = forge(policyOf(['content-length-range', 1, 1]), { acl: 'private' })
    expect(await judge(form)).toBe(NOT_COVERED)
  })
})

describe('what is told of a condition that failed', () => {
  it('is the condition', async () => {
    const { message } = await withConditions({ acl: 'private' }).refusal({ acl: 'public-read' })
    expect(message).toBe('Invalid according to Policy: Policy Condition failed: ["eq","$acl","private"]')
  })

  it('is not a secret, and not much', async () => {
    for (const name of ['x-amz-security-token', 'x-amz-server-side-encryption-customer-key']) {
      const { message } = await withConditions({ [name]: 'SECRET' }).refusal()
      expect(message).toBe(`Invalid according to Policy: Policy Condition failed: ["eq","$${name}","…"]`)
    }
    const { message } = await withConditions({ acl: 'a'.repeat(5000) }).refusal()
    expect(message.length).toBeLessThan(200)
  })

  it('is the name of a field that no condition names', async () => {
    const form = withField(withField(created(), 'acl', 'private'), 'x-ignore-a', 'b')
    const { message } = await refusalOf(verify(form))
    expect(message).toBe('Invalid according to Policy: Extra input fields: acl')
  })
})
