import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSignedFetch, presignUrl, Signer, signHeaders } from '../../src/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const now = () => 0
const scope = { service: 'sqs', region: 'eu-west-1' }
const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/'

describe('Signer', () => {
  it('signs as the functions do', async () => {
    const signer = new Signer({ credentials, ...scope, now })
    const options = { credentials, ...scope, signingDate: 0 }
    expect(await signer.signHeaders({ url: QUEUE })).toEqual(signHeaders({ url: QUEUE }, options))
    expect(await signer.presign({ url: QUEUE })).toEqual(presignUrl({ url: QUEUE }, options))
    expect(await signer.presign(QUEUE, { expiresInSeconds: 5 })).toEqual(
      presignUrl({ url: QUEUE }, { ...options, expiresInSeconds: 5 }),
    )
    const request = await signer.sign(QUEUE, { method: 'POST', body: 'a' })
    expect([request.method, await request.text()]).toEqual(['POST', 'a'])
    expect(request.headers.get('authorization')).toContain('/eu-west-1/sqs/')
  })

  it('reads service and region from the host where they are not given', async () => {
    const signer = new Signer({ credentials, now })
    for (const url of [QUEUE, new URL(QUEUE), new Request(QUEUE)]) {
      expect((await signer.sign(url)).headers.get('authorization')).toContain('/eu-west-1/sqs/aws4_request')
    }
    const ownRegion = new Signer({ credentials, region: 'us-east-2', now })
    expect((await ownRegion.presign(new URL(QUEUE))).trace.credentialScope).toBe(
      '19700101/us-east-2/sqs/aws4_request',
    )
  })

  it('guesses nothing: a host that does not tell is refused, unless the call tells', async () => {
    const signer = new Signer({ credentials, now })
    const url = 'https://s3.example.com/key'
    await expect(signer.sign(url)).rejects.toMatchObject({
      message: /^service is needed/,
      code: 'ERR_INVALID_ARG_VALUE',
    })
    expect((await signer.presign(url, scope)).trace.credentialScope).toBe(
      '19700101/eu-west-1/sqs/aws4_request',
    )
  })

  it('lets each call change any option', async () => {
    const signer = new Signer({ credentials, ...scope, now })
    const other = { accessKeyId: 'OTHER', secretAccessKey: 'other' }
    const { headers } = await signer.signHeaders(
      { url: QUEUE },
      { credentials: other, signingDate: 86_400_000 },
    )
    expect(headers.authorization).toContain('Credential=OTHER/19700102/')
  })

  it('asks the provider before each signature', async () => {
    let n = 0
    const provider = async () => ({ ...credentials, accessKeyId: `KEY${++n}` })
    const signer = new Signer({ credentials: provider, ...scope })
    expect((await signer.signHeaders({ url: QUEUE })).headers.authorization).toContain('Credential=KEY1/')
    expect((await signer.sign(QUEUE)).headers.get('authorization')).toContain('Credential=KEY2/')
  })

  it('refuses options that are none', () => {
    for (const options of [undefined, null, {}, { credentials: 'secret' }]) {
      expect(() => new Signer(options as never)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
      )
    }
  })
})

describe('createSignedFetch', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('signs, sends once, and gives the answer back', async () => {
    const send = vi.fn(async (_request: RequestInfo | URL) => new Response('answer', { status: 500 }))
    const signedFetch = createSignedFetch({ credentials, now, fetch: send as typeof fetch })
    const response = await signedFetch(QUEUE, { method: 'POST', body: 'a' })
    expect([response.status, await response.text()]).toEqual([500, 'answer'])
    expect(send).toHaveBeenCalledTimes(1)
    const [request] = send.mock.calls[0]!
    expect((request as Request).headers.get('authorization')).toContain('/sqs/aws4_request')
  })

  it('takes the global fetch of the moment', async () => {
    const signedFetch = createSignedFetch({ credentials, now })
    vi.stubGlobal('fetch', async () => new Response('stubbed'))
    expect(await (await signedFetch(QUEUE)).text()).toBe('stubbed')
  })

  it('does not take for granted what this version has not', () => {
    expect(() => createSignedFetch({ credentials, retry: {} as never })).toThrow(
      /^retry is not in this version/,
    )
    expect(() => createSignedFetch({ credentials, correctClockSkew: true as never })).toThrow(
      /^correctClockSkew/,
    )
    expect(() => createSignedFetch({ credentials, fetch: 1 as never })).toThrow(/^fetch must be/)
    expect(() => createSignedFetch({ credentials, retry: false, correctClockSkew: false })).not.toThrow()
  })
})
