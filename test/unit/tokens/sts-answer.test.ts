// What STS may answer to a proof of identity, and what comes of it.
import { describe, expect, it } from 'vitest'
import { isSignatureError } from '../../../src/index.ts'
import { ARN, answerOf, ask, good, IDENTITY, make, RESULT } from './sts-world.ts'

describe('the answer', () => {
  const outcomeOf = async (answer: () => Response) => (await ask(await make(), answer)).outcome
  const document = async (text: string) => outcomeOf(() => new Response(text))

  it('is read whatever the order, with a declaration, and with what XML escapes', async () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>\n${answerOf(
      '<Account>123456789012</Account><UserId>AIDAEXAMPLE</UserId><Arn>arn:aws-us-gov:iam::123456789012:user/a&amp;b&lt;/c</Arn>',
    )}`
    expect(await document(text)).toEqual({
      arn: 'arn:aws-us-gov:iam::123456789012:user/a&b</c',
      account: '123456789012',
      userId: 'AIDAEXAMPLE',
    })
  })

  const WRONG: readonly (readonly [what: string, text: string])[] = [
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['JSON', JSON.stringify({ GetCallerIdentityResponse: { GetCallerIdentityResult: IDENTITY } })],
    ['another document', answerOf(RESULT).replaceAll('GetCallerIdentityRes', 'GetSessionTokenRes')],
    ['two documents', answerOf(RESULT) + answerOf(RESULT)],
    ['a document in another', `<a>${answerOf(RESULT)}</a>`],
    ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${answerOf(RESULT)}`],
    ['a comment', answerOf(`<!-- -->${RESULT}`)],
    ['an element twice', answerOf(`${RESULT}<Arn>${ARN}</Arn>`)],
    ['an element more', answerOf(`${RESULT}<Name>a</Name>`)],
    ['text beside the elements', answerOf(`${RESULT}a`)],
    ['no ARN', answerOf(RESULT.replace(/<Arn>.*<\/Arn>/, ''))],
    ['an empty ARN', answerOf(RESULT.replace(ARN, ''))],
    ['an element in the ARN', answerOf(RESULT.replace(ARN, `<b>${ARN}</b>`))],
    ['an entity of its own', answerOf(RESULT.replace('app', '&b;'))],
    ['an ARN of another account', answerOf(RESULT.replace('::123456789012', '::210987654321'))],
    ['an ARN of another service', answerOf(RESULT.replace('arn:aws:sts', 'arn:aws:s3'))],
    ['an account that is no number', answerOf(RESULT.replaceAll('123456789012', '12345678901a'))],
    ['too much', answerOf(`${RESULT}${' '.repeat(17_000)}`)],
  ]
  it.each(WRONG)('is refused where it is %s', async (_, text) => {
    const error = await document(text)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(/^Error: STS answered "/)
    // Without a stream, as in React Native.
    const bare = { status: 200, body: null, text: async () => text } as Response
    expect(String(await outcomeOf(() => bare))).toBe(String(error))
  })

  it('is not read to its end where that does not come', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    })
    expect(String(await outcomeOf(() => new Response(endless)))).toBe('Error: STS answered "too much"')
    expect(pulled).toBeLessThan(20)
  })

  it.each([
    [403, 'ExpiredToken', true],
    [403, 'SignatureDoesNotMatch', true],
    [400, 'IncompleteSignature', true],
    [400, 'Throttling', false],
    [429, 'TooManyRequests', false],
    [503, 'ServiceUnavailable', false],
    [301, 'Moved', false],
  ])('%i %s', async (status, code, isRefusal) => {
    const error = await outcomeOf(
      () => new Response(`<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`, { status }),
    )
    expect((error as Error).message).toBe(`STS answered ${status} ${code}`)
    expect(isSignatureError(error) && error.reason).toBe(isRefusal && 'signature-mismatch')
  })

  it('is nothing but 200, though it has an identity in it', async () => {
    for (const status of [201, 203, 206, 302, 307, 400, 500]) {
      const error = await outcomeOf(() => new Response(answerOf(RESULT), { status }))
      expect((error as Error).message).toBe(`STS answered ${status}`)
    }
  })

  it('does not come: the error of fetch is passed on, and the wait can be ended', async () => {
    const failing = () => {
      throw new TypeError('fetch failed')
    }
    expect(String(await outcomeOf(failing))).toBe('TypeError: fetch failed')
    const { signal } = new AbortController()
    const { sent } = await ask(await make(), good, { signal })
    expect(sent[0]?.init?.signal).toBe(signal)
  })
})
