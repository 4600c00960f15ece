import { describe, expect, it, vi } from 'vitest'
import { createKeyCache, type VerifierOptions } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import {
  base64,
  CONDITIONS,
  created,
  EXPIRATION,
  forge,
  formDataOf,
  judge,
  KEY,
  NOW,
  type Pair,
  policyOf,
  refusalOf,
  signPolicy,
  verify,
  withField,
} from '../support/post-world.ts'

const MALFORMED_FORM = 'malformed-form InvalidArgument 400'
const MALFORMED_POLICY = 'malformed-policy InvalidPolicyDocument 400'
const MISMATCH = 'signature-mismatch SignatureDoesNotMatch 403'
const SCOPE = 'scope-mismatch InvalidArgument 400'
const filename = `\${filename}`

describe('the fields of the signature', () => {
  it.each([
    'key',
    'policy',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
    'x-amz-signature',
  ])('need %s, before the file', async (name) => {
    const rest = created().filter(([known]) => known !== name)
    const value = created().find(([known]) => known === name)?.[1] ?? ''
    expect(await judge(rest)).toBe(MALFORMED_FORM)
    expect(await judge([...rest, ['file', ''], [name, value]])).toBe(MALFORMED_FORM)
    expect(await judge([...rest, [name.toUpperCase(), value], ['file', '']])).toBe('accepted')
    const { message } = await refusalOf(verify(rest))
    expect(message).toBe(
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    )
  })

  it('are missed as a whole where none of them is there', async () => {
    expect(await judge([['key', 'a']])).toBe('missing-authentication AccessDenied 403')
    expect(await judge([])).toBe('missing-authentication AccessDenied 403')
  })

  it('come once, as does every other field', async () => {
    for (const [name, value] of [...created(), ['acl', 'a'] as Pair]) {
      const twice: Pair[] = [...created(), ['acl', 'a'], [name.toUpperCase(), value]]
      expect(await judge(twice)).toBe(MALFORMED_FORM)
    }
    const tokens: Pair[] = [
      ['x-amz-security-token', 'a'],
      ['x-amz-s3session-token', 'a'],
    ]
    expect(await judge([...created(), ...tokens])).toBe(MALFORMED_FORM)
  })

  it.each([
    'aws4-hmac-sha256',
    'AWS4-HMAC-SHA1',
    '',
    'AWS4-ECDSA-P256-SHA256',
  ])('name SigV4 and no other algorithm: %j', async (name) => {
    const form = forge(policyOf(), { 'x-amz-algorithm': name })
    expect(await judge(form)).toBe('unsupported-algorithm InvalidArgument 400')
    expect(await judge(form, { algorithms: [sigv4a] })).toBe('unsupported-algorithm InvalidArgument 400')
    expect(await judge(created(), { algorithms: [sigv4a] })).toBe('unsupported-algorithm InvalidArgument 400')
  })

  it.each([
    '',
    'a',
    'a/20150830/us-east-1/s3',
    '/20150830/us-east-1/s3/aws4_request',
    'a/2015/us-east-1/s3/aws4_request',
  ])('have a credential of five parts: %j', async (credential) => {
    expect(await judge(forge(policyOf(), { 'x-amz-credential': credential }))).toBe(
      'malformed-authorization InvalidArgument 400',
    )
  })

  it.each([
    'AKIAIOSFODNN7EXAMPLE/20150830/eu-west-1/s3/aws4_request',
    'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/sqs/aws4_request',
    'AKIAIOSFODNN7EXAMPLE/20150830/us-east-1/s3/aws4_response',
    'AKIAIOSFODNN7EXAMPLE/20150829/us-east-1/s3/aws4_request',
  ])('are scoped to here: %s', async (credential) => {
    expect(await judge(forge(policyOf(), { 'x-amz-credential': credential }))).toBe(SCOPE)
  })

  it('have a signature of its shape, or no key is asked for, and the right one', async () => {
    const right = created().find(([name]) => name === 'x-amz-signature')?.[1] ?? ''
    const other = right.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
    for (const wrong of ['', right.slice(1), right.toUpperCase(), `${right} `, other]) {
      const getKeys = vi.fn(() => KEY)
      expect(await judge(withField(created(), 'x-amz-signature', wrong), { getKeys })).toBe(MISMATCH)
      expect(getKeys).toHaveBeenCalledTimes(wrong === other ? 1 : 0)
    }
  })
})

describe('the date of signing', () => {
  it.each([
    '20150830T123600',
    '20150830T1236Z',
    '20150230T123600Z',
    '2015-08-30T12:36:00Z',
    '',
    '20150830T246000Z',
  ])('is real: %j', async (date) => {
    expect(await judge(forge(policyOf(), { 'x-amz-date': date }))).toBe('malformed-date InvalidArgument 400')
  })

  it('may be as far ahead as the skew, and as long ago as the policy allows', async () => {
    const at = (seconds: number, options: Partial<VerifierOptions> = {}) =>
      judge(created({ expiresInSeconds: 604_800 }), { now: () => NOW + seconds * 1000, ...options })
    expect(await at(-900)).toBe('accepted')
    expect(await at(-901)).toBe('request-not-yet-valid AccessDenied 403')
    expect(await at(-60, { maxSkewSeconds: { past: 0, future: 59 } })).toBe(
      'request-not-yet-valid AccessDenied 403',
    )
    expect(await at(604_800, { maxSkewSeconds: 0 })).toBe('accepted')
    expect(await at(604_800.001)).toBe('request-expired AccessDenied 403')
  })

  it('does not come true by a clock that gives no number', async () => {
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(verify(created(), { now: () => now })).rejects.toThrow('what now gives must be')
    }
  })

  it('is no longer before the end of the policy than the verifier allows, where it says so', async () => {
    expect(await judge(created({ expiresInSeconds: 60 }), { maxExpiresInSeconds: 60 })).toBe('accepted')
    expect(await judge(created({ expiresInSeconds: 61 }), { maxExpiresInSeconds: 60 })).toBe(MALFORMED_POLICY)
    const decades = policyOf().replace(EXPIRATION, '2144-11-08T04:19:33Z')
    expect(await judge(forge(decades))).toBe('accepted')
    expect(await judge(forge(decades), { maxExpiresInSeconds: 604_800 })).toBe(MALFORMED_POLICY)
  })
})

describe('the key', () => {
  it('is known; an unknown one costs the same work', async () => {
    for (const getKeys of [() => undefined, () => []]) {
      const keyCache = createKeyCache()
      const getOrDerive = vi.spyOn(keyCache, 'getOrDerive')
      expect(await judge(created(), { getKeys, keyCache })).toBe('unknown-access-key InvalidAccessKeyId 403')
      expect(getOrDerive).toHaveBeenCalledOnce()
    }
  })

  it('is not the one that stands in for an unknown one', async () => {
    const credentials = { ...KEY, secretAccessKey: 'the key of an access key id that nobody has' }
    expect(await judge(created({ credentials }), { getKeys: () => credentials })).toBe('accepted')
    expect(await judge(created({ credentials }), { getKeys: () => undefined })).toMatch(
      /^unknown-access-key /,
    )
  })

  it('is one of several', async () => {
    const keys = [{ secretAccessKey: 'old' }, { ...KEY, principal: 'new' }]
    expect((await verify(created(), { getKeys: () => keys })).principal).toBe('new')
  })

  it('has the session token of the form, and none where the form has none', async () => {
    const temporary = { ...KEY, sessionToken: 'TOKEN' }
    const form = created({ credentials: temporary })
    const bad = 'invalid-session-token InvalidToken 400'
    expect(await judge(form, { getKeys: () => temporary })).toBe('accepted')
    expect(await judge(form, { getKeys: () => KEY })).toBe(bad)
    expect(await judge(form, { getKeys: () => ({ ...KEY, sessionToken: 'other' }) })).toBe(bad)
    expect(await judge(created(), { getKeys: () => temporary })).toBe(bad)
    const unsigned: Pair[] = [...created(), ['x-amz-security-token', 'TOKEN']]
    expect(await judge(unsigned, { getKeys: () => temporary })).toBe('field-not-covered AccessDenied 403')
  })
})

describe('the form', () => {
  it('has a file', async () => {
    expect(await judge(created(), { file: undefined })).toBe(MALFORMED_FORM)
    expect(await judge(formDataOf(created()), { file: undefined })).toBe('accepted')
  })

  it('has it in the field "file" and nowhere else', async () => {
    const form = new FormData()
    form.append('photo', new File(['a'], 'a'))
    for (const [name, value] of created()) form.append(name, value)
    expect(await judge(form)).toBe(MALFORMED_FORM)
  })

  it('is no larger than 20 KB without it, in bytes', async () => {
    const room = 20_480 - [...created().flat(), 'x-ignore-a'].join('').length
    const note = 'a'.repeat(room % 2) + 'é'.repeat(Math.floor(room / 2))
    expect(await judge([...created(), ['x-ignore-a', note]])).toBe('accepted')
    expect(await judge([...created(), ['x-ignore-a', `${note}a`]])).toBe(
      'form-too-large MaxPostPreDataLengthExceeded 400',
    )
    expect(await judge([...created(), ['x-ignore-a', 'a'.repeat(1e6)]])).toBe(
      'form-too-large MaxPostPreDataLengthExceeded 400',
    )
  })

  it('is not made larger by the name of the file', async () => {
    const form = created({ key: filename.repeat(50) })
    expect(await judge(form, { file: { name: 'a'.repeat(300), size: 1 } })).toBe('accepted')
    expect(await judge(form, { file: { name: 'a'.repeat(500), size: 1 } })).toBe(
      'form-too-large MaxPostPreDataLengthExceeded 400',
    )
  })

  it('gives the object a key', async () => {
    expect(await judge(forge(policyOf(), { key: '' }))).toBe(MALFORMED_FORM)
    expect(await judge(created({ key: filename }), { file: { size: 1 } })).toBe(MALFORMED_FORM)
  })
})

describe('the policy', () => {
  const expiration = `"expiration":"${EXPIRATION}"`
  const conditions = `"conditions":${JSON.stringify(CONDITIONS)}`
  const one = (condition: string): string => `{${expiration},"conditions":[${condition}]}`

  it('may be written with blanks, and with the two escapes that only S3 has', async () => {
    expect(await judge(forge(`\r\n\t { ${conditions} , ${expiration} } `))).toBe('accepted')
    const policy = policyOf(['eq', '$x-amz-meta-a', 'DOLLAR']).replace(
      'DOLLAR',
      'a\\$b\\v\\\\$\\\\v\\u0024\\/',
    )
    expect(await judge(forge(policy, { 'x-amz-meta-a': 'a$b\v\\$\\v$/' }))).toBe('accepted')
    expect(await judge(forge(policy.replace('\\v', '\\w'), { 'x-amz-meta-a': 'a$b\v\\$\\v$/' }))).toBe(
      MALFORMED_POLICY,
    )
  })

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a comma too many', `{${expiration},${conditions},}`],
    ['more after its end', `{${expiration},${conditions}}{}`],
    ['an escape outside of text', `{${expiration},${conditions}\\v}`],
    ['a byte order mark', `\ufeff{${expiration},${conditions}}`],
    ['a list', `[${expiration.slice(13)}]`],
    ['null', 'null'],
    ['no expiration', `{${conditions}}`],
    ['no conditions', `{${expiration}}`],
    ['names in another case', `{${expiration},"Conditions":[]}`],
    ['an unknown member', `{${expiration},${conditions},"extra":1}`],
    ['an expiration twice', `{"expiration":"2999-01-01T00:00:00Z",${expiration},${conditions}}`],
    ['conditions twice', `{${expiration},"conditions":[],${conditions}}`],
    ['one of them under an escaped name', `{${expiration},"\\u0063onditions":[],${conditions}}`],
    ['a condition with a name twice', one('{"acl":"private","acl":"public-read"}')],
    ['a condition with two names', one('{"acl":"private","key":"a"}')],
    ['a condition with no name', one('{}')],
    ['a condition on a number', one('{"acl":5}')],
    ['a condition that is text', one('"eq"')],
    ['a condition that is null', one('null')],
    ['a condition in a condition', one('[["eq","$acl","private"]]')],
    ['an unknown operation', one('["matches","$acl","private"]')],
    ['an operation that is none', one('[5,"$acl","private"]')],
    ['too few operands', one('["eq","$acl"]')],
    ['too many operands', one('["eq","$acl","private","x"]')],
    ['a field that is a number', one('["eq",5,"private"]')],
    ['an object for a value', one('["starts-with","$acl",{}]')],
    ['a negative size', one('["content-length-range",-1,5]')],
    ['half a byte', one('["content-length-range",0,1.5]')],
    ['a size beyond counting', one('["content-length-range",0,9007199254740993]')],
    ['a size in words', one('["content-length-range","0","many"]')],
    ['a range from the larger to the smaller', one('["content-length-range",5,4]')],
    ['a third bound', one('["content-length-range",1,4,5]')],
    ['conditions that are an object', `{${expiration},"conditions":{}}`],
  ])('has nothing unexpected: %s', async (_, policy) => {
    expect(await judge(forge(policy))).toBe(MALFORMED_POLICY)
  })

  it.each([
    ['invalid Base64 encoding.', '='],
    ['Invalid JSON.', base64('{')],
    ["Expecting '{'.", base64('5')],
    ['Unexpected: "extra".', base64(`{${expiration},${conditions},"extra":1}`)],
    ['Policy missing expiration.', base64(`{${conditions}}`)],
    ['Policy missing conditions.', base64(`{${expiration}}`)],
    ["Invalid Condition: unknown operation 'ne'.", base64(one('["NE","$acl","private"]'))],
    ["Invalid Condition: wrong operands of 'eq'.", base64(one('["eq"]'))],
    ['a name stands twice in one object.', base64(one('{"acl":"private","acl":"a"}'))],
  ])('is refused in the words of S3: %s', async (problem, policy) => {
    const { message } = await refusalOf(verify(forge('', { policy })))
    expect(message).toBe(`Invalid Policy: ${problem}`)
  })

  it.each(['=', 'e30', 'e30=\n', ' e30=', 'e3-_', 'e=30'])('is strict base64: %j', async (policy) => {
    expect(await judge(forge('', { policy }))).toBe(MALFORMED_POLICY)
  })

  it('is UTF-8', async () => {
    const bytes = Buffer.from(policyOf({ 'x-amz-meta-a': 'é' }))
    bytes[bytes.indexOf(0xc3)] = 0xff
    const policy = base64(bytes)
    expect(await judge(forge('', { policy, 'x-amz-meta-a': '\ufffd\ufffd' }))).toBe(MALFORMED_POLICY)
  })

  it('is signed as it arrives, and not as it reads', async () => {
    const [padded, blank] = [base64(policyOf()), base64(` ${policyOf()}`)]
    expect(await judge(forge('', { policy: padded }))).toBe('accepted')
    expect(await judge(forge('', { policy: blank, 'x-amz-signature': signPolicy(padded) }))).toBe(MISMATCH)
  })

  it.each([
    '2015-08-30T12:37:00Z',
    '2015-08-30T12:37:00.000Z',
    '2015-08-30T12:37:00.000000Z',
  ])('ends with the instant %s, which is still within it', async (end) => {
    const form = forge(policyOf().replace(EXPIRATION, end))
    expect(await judge(form, { now: () => NOW + 60_000 })).toBe('accepted')
    expect(await judge(form, { now: () => NOW + 60_001 })).toBe('request-expired AccessDenied 403')
  })

  it('ends to the millisecond', async () => {
    const form = forge(policyOf().replace(EXPIRATION, '2015-08-30T12:37:00.57Z'))
    expect(await judge(form, { now: () => NOW + 60_570 })).toBe('accepted')
    expect(await judge(form, { now: () => NOW + 60_571 })).toBe('request-expired AccessDenied 403')
  })

  it.each([
    '2015-09-31T13:36:00Z',
    '2015-08-30T13:36:00',
    '2015-08-30T13:36:00+00:00',
    '2015-08-30T13:36:00+01:00',
    '2015-08-30 13:36:00Z',
    '2015-08-30T24:00:00Z',
    '2015-08-30T13:36Z',
    '20150830T133600Z',
    '+12015-08-30T13:36:00Z',
    'tomorrow',
    '',
  ])('ends at a real instant of UTC, and not at %j', async (end) => {
    expect(await judge(forge(policyOf().replace(EXPIRATION, end)))).toBe(MALFORMED_POLICY)
  })
})
