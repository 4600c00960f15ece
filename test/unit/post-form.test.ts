import { describe, expect, it, vi } from 'vitest'
import { createKeyCache, type KeyLookup } from '../../src/index.ts'
import { createPostForm, type PostFormOptions } from '../../src/post-policy/index.ts'
import { CANARY, leaks, shown } from '../support/attack-canary.ts'
import {
  created,
  formDataOf,
  formOptions,
  KEY,
  NOW,
  type Pair,
  refusalOf,
  signPolicy,
  verify,
  withField,
} from '../support/post-world.ts'

const policyTextOf = (form: readonly Pair[]): string =>
  Buffer.from(new Map(form).get('policy') ?? '', 'base64').toString()
const conditionsOf = (options: Partial<PostFormOptions>): unknown[] =>
  JSON.parse(policyTextOf(created(options))).conditions.slice(1, -3)
const filename = `\${filename}`

describe('createPostForm', () => {
  it('gives the fields in order, the policy and its signature last', () => {
    const { url, fields, expiresAt } = createPostForm(formOptions({ fields: { acl: 'private' } }))
    expect(url).toBe('https://photos.s3.us-east-1.amazonaws.com/')
    expect(expiresAt).toEqual(new Date(NOW + 3_600_000))
    const { policy = '', 'x-amz-signature': signature, ...rest } = fields
    expect(Object.entries(rest)).toEqual([
      ['key', 'cat.jpg'],
      ['acl', 'private'],
      ['x-amz-algorithm', 'AWS4-HMAC-SHA256'],
      ['x-amz-credential', 'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/s3/aws4_request'],
      ['x-amz-date', '20150830T123600Z'],
    ])
    expect(Object.keys(fields).slice(-2)).toEqual(['policy', 'x-amz-signature'])
    expect(Buffer.from(policy, 'base64').toString()).toBe(
      '{"expiration":"2015-08-30T13:36:00.000Z","conditions":[["eq","$bucket","photos"],["eq","$key","cat.jpg"],["eq","$acl","private"],["eq","$x-amz-algorithm","AWS4-HMAC-SHA256"],["eq","$x-amz-credential","AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/s3/aws4_request"],["eq","$x-amz-date","20150830T123600Z"]]}',
    )
    expect(signature).toBe(signPolicy(policy))
    expect(signature).toBe('2a7d074a45f8dfed21fd5ec1be247ac49d2b7c06e7aadd26671ea9419c12ed03')
  })

  it('fixes a key, and with the name of the file in it what precedes that', () => {
    expect(conditionsOf({ key: 'a/b' })).toEqual([['eq', '$key', 'a/b']])
    expect(conditionsOf({ key: `a/${filename}.bak` })).toEqual([['starts-with', '$key', 'a/']])
    expect(conditionsOf({ key: filename })).toEqual([['starts-with', '$key', '']])
  })

  it('takes conditions in each form, and names in any case', () => {
    const conditions = [
      { ACL: 'private' },
      ['starts-with', '$Content-Type', 'image/'],
      ['content-length-range', 1, 2],
    ] as const
    expect(conditionsOf({ conditions }).slice(1)).toEqual([
      ['eq', '$acl', 'private'],
      ['starts-with', '$content-type', 'image/'],
      ['content-length-range', 1, 2],
    ])
  })

  it('makes no condition on fields that are ignored', async () => {
    const fields = { 'X-Ignore-Note': 'a' }
    expect(conditionsOf({ fields })).toEqual([['eq', '$key', 'cat.jpg']])
    expect((await verify(created({ fields }))).fields).toEqual({ bucket: 'photos', key: 'cat.jpg' })
  })

  it('writes the policy in ASCII, whatever stands in it', async () => {
    const fields = { 'x-amz-meta-a': 'é☃😀"\\$\v\u2028' }
    const form = created({ key: 'ключ', fields })
    expect(policyTextOf(form)).toMatch(/^[ -~]+$/)
    expect(await verify(form)).toMatchObject({ key: 'ключ', fields })
  })

  it('sends the session token under the name that the service has for it', async () => {
    const credentials = { ...KEY, sessionToken: 'TOKEN' }
    expect(Object.keys(createPostForm(formOptions({ credentials })).fields)[4]).toBe('x-amz-security-token')
    const express = created({ credentials, service: 's3express' })
    expect(express[4]).toEqual(['x-amz-s3session-token', 'TOKEN'])
    await verify(express, { service: 's3express', getKeys: () => credentials })
  })

  it('ends with the credentials, where those end first', () => {
    const credentials = { ...KEY, expiration: new Date(NOW + 10_000) }
    expect(createPostForm(formOptions({ credentials })).expiresAt).toEqual(credentials.expiration)
  })

  it('keeps derived keys in the cache that it is given', () => {
    const keyCache = createKeyCache()
    const getOrDerive = vi.spyOn(keyCache, 'getOrDerive')
    created({ keyCache })
    expect(getOrDerive).toHaveBeenCalledOnce()
  })

  const lone = '\ud800'
  it.each([
    ['a form that lasts no time', { expiresInSeconds: 0 }, 'expiresInSeconds'],
    ['a form that lasts longer than a week', { expiresInSeconds: 604_801 }, 'expiresInSeconds'],
    ['a relative URL', { url: '/upload' }, 'url'],
    ['a URL of a WebSocket', { url: 'wss://a.example/' }, 'url'],
    ['no URL', { url: undefined }, 'url'],
    ['no bucket', { bucket: '' }, 'bucket'],
    ['no key', { key: '' }, 'key'],
    ['a key with a line break', { key: 'a\nb' }, 'key'],
    ['a lone surrogate', { fields: { a: lone } }, 'fields.a'],
    ['a value that is no text', { fields: { a: 1 } }, 'fields.a'],
    ['fields that are none', { fields: 'a' }, 'fields'],
    ['a field without a name', { fields: { '': 'a' } }, 'a field name'],
    ['a field twice', { fields: { acl: 'a', ACL: 'a' } }, 'fields.ACL'],
    ['a field called policy', { fields: { Policy: 'a' } }, 'fields.Policy'],
    ['a field called x-amz-signature', { fields: { 'x-amz-signature': 'a' } }, 'fields.x-amz-signature'],
    ['a field called file', { fields: { file: 'a' } }, 'fields.file'],
    ['a token of its own', { fields: { 'X-Amz-Security-Token': 'a' } }, 'fields.X-Amz-Security-Token'],
    ['a form of more than 20 KB', { fields: { a: 'a'.repeat(9000) } }, 'fields'],
    ['conditions that are no list', { conditions: {} }, 'conditions'],
    ['an unknown operation', { conditions: [{ acl: 'a' }, ['ends-with', '$key', 'a']] }, 'conditions[1]'],
    ['two conditions in one', { conditions: [{ acl: 'a', tagging: 'b' }] }, 'conditions[0]'],
    ['operands of the wrong type', { conditions: [['eq', '$key', 5n]] }, 'conditions[0]'],
    ['a range that is empty', { conditions: [['content-length-range', 2, 1]] }, 'conditions[0]'],
    ['a field without its $', { conditions: [['eq', 'acl', 'a']] }, 'conditions[0]'],
    ['another beginning of the date', { conditions: [['starts-with', '$X-Amz-Date', '']] }, 'conditions[0]'],
    ['a region set', { region: '*' }, 'region'],
  ] as [string, Partial<PostFormOptions>, string][])('refuses %s', (_, options, option) => {
    const call = () => createPostForm({ ...formOptions(), ...options })
    expect(call).toThrow(new RegExp(`^${option.replace(/[[\].$]/g, '\\$&')} `))
    expect(call).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_/) }))
  })
})

describe('verifyPostForm', () => {
  const range = ['content-length-range', 1, 2000] as const

  it('gives what was proved', async () => {
    const onVerified = vi.fn()
    const getKeys = vi.fn((_: KeyLookup) => ({ ...KEY, principal: 'ada' }))
    const form = created({ key: `in/${filename}`, conditions: [range], fields: { acl: 'private' } })
    expect(await verify(form, { getKeys, onVerified })).toEqual({
      principal: 'ada',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      credentialScope: '20150830/us-east-1/s3/aws4_request',
      signingDate: new Date('2015-08-30T12:36:00Z'),
      expiresAt: new Date('2015-08-30T13:36:00Z'),
      bucket: 'photos',
      key: 'in/cat.jpg',
      fields: { acl: 'private', bucket: 'photos', key: 'in/cat.jpg' },
      contentLengthRange: { min: 1, max: 2000 },
    })
    expect(getKeys).toHaveBeenCalledExactlyOnceWith({
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      sessionToken: undefined,
      algorithm: 'AWS4-HMAC-SHA256',
      scopeDate: '20150830',
      region: 'us-east-1',
      service: 's3',
    })
    expect(onVerified).toHaveBeenCalledExactlyOnceWith({
      method: 'POST',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      credentialScope: '20150830/us-east-1/s3/aws4_request',
      carrier: 'form',
      payload: 'unsigned',
    })
  })

  it('reads a FormData as it comes out of a Request, up to its file', async () => {
    const body = formDataOf(
      created({ key: `in/${filename}`, conditions: [range] }),
      new File(['meow'], 'é.jpg'),
    )
    body.append('acl', 'public-read')
    const request = new Request('https://a.example/', { method: 'POST', body })
    const { key, fields } = await verify(await request.formData(), { file: undefined })
    expect([key, fields.acl]).toEqual(['in/é.jpg', undefined])
  })

  it('takes text for a file, as S3 does', async () => {
    const form = created({ key: `in/${filename}`, conditions: [['content-length-range', 3, 3]] })
    const sent: Pair[] = [...form, ['FILE', 'é1'], ['acl', 'public-read']]
    expect((await verify(sent, { file: undefined })).key).toBe('in/')
  })

  it.each([
    ['cat.jpg', 'cat.jpg'],
    ['C:\\Users\\Ada\\cat.jpg', 'cat.jpg'],
    ['/home/ada/cat.jpg', 'cat.jpg'],
    ['a\\b/c', 'c'],
    ['a/', ''],
    [`$& $' $1 ${filename}`, `$& $' $1 ${filename}`],
    [undefined, ''],
  ])('puts the base name of the file %j into each field that names it', async (name, base) => {
    const form = created({
      key: `in/${filename}-${filename}`,
      fields: { 'x-amz-meta-name': `a ${filename}` },
    })
    const { key, fields } = await verify(form, { file: { name, size: 1 } })
    expect([key, fields['x-amz-meta-name']]).toEqual([`in/${base}-${base}`, `a ${base}`])
  })

  it('leaves the range to the caller where the size is not known', async () => {
    const form = created({ conditions: [range, ['content-length-range', 0, 5]] })
    const { contentLengthRange } = await verify(form, { file: { size: 'unknown' } })
    expect(contentLengthRange).toEqual({ min: 1, max: 5 })
    expect((await verify(created())).contentLengthRange).toBeUndefined()
  })

  it.each([
    ['no form', null, {}],
    ['a form that is none', 5, {}],
    ['pairs that are none', ['a'], {}],
    ['a value that is none', [['a', 5]], {}],
    ['no bucket', [], { bucket: '' }],
    ['a file without a size', [], { file: {} }],
    ['a file of less than nothing', [], { file: { size: -1 } }],
    ['a file with a name that is none', [], { file: { name: 5, size: 1 } }],
    ['an unknown option', [], { buckets: ['a'] }],
    ['no keys', [], { getKeys: undefined }],
  ])('calls %s misuse', async (_, form, options) => {
    const code = expect.stringMatching(/^ERR_INVALID_ARG_/)
    await expect(verify(form as never, options as never)).rejects.toMatchObject({ code })
  })
})

describe('a canary', () => {
  const credentials = CANARY
  const getKeys = () => ({ ...CANARY, principal: 'ada' })
  const form = created({ credentials })

  it('shows of the credentials only the token, which the form sends', async () => {
    expect(
      leaks(shown(createPostForm(formOptions({ credentials: { ...CANARY, sessionToken: undefined } })))),
    ).toEqual([])
    expect(leaks(shown(createPostForm(formOptions({ credentials }))))).toEqual(['token'])
    expect(leaks(shown(await verify(form, { getKeys })))).toEqual([])
  })

  it('shows nothing of them in misuse and in refusals', async () => {
    const refusals: [Pair[], object?][] = [
      [withField(form, 'x-amz-signature', '0'.repeat(64))],
      [withField(form, 'acl', 'private')],
      [withField(form, 'key', 'dog.jpg')],
      [form, { getKeys: () => ({ secretAccessKey: 'another', sessionToken: 'another' }) }],
      [form, { getKeys: () => undefined }],
      [form, { now: () => NOW + 86_400_000 }],
      [form, { bucket: 'other' }],
      // The token is the right one, and the policy was made for another.
      [
        withField(form, 'x-amz-security-token', 'another'),
        { getKeys: () => ({ ...CANARY, sessionToken: 'another' }) },
      ],
    ]
    for (const [sent, options = {}] of refusals) {
      const events: unknown[] = []
      const onRejected = (event: unknown) => void events.push(event)
      const error = await refusalOf(verify(sent, { getKeys, onRejected, ...options }))
      expect(leaks(shown(error) + shown(events) + (await error.toResponse('xml').text()))).toEqual([])
      expect(events).toHaveLength(1)
    }
    const misuse = await verify(form, { getKeys: () => ({ ...CANARY, secretAccessKey: '' }) }).catch(String)
    expect(leaks(shown(misuse))).toEqual([])
  })
})
