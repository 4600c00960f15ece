import { describe, expect, it } from 'vitest'
import { CountersignSigner, type HttpRequest, SignatureV4 } from '../../../src/drop-in/smithy/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY', sessionToken: 'token' }
const request: HttpRequest = {
  method: 'GET',
  protocol: 'https:',
  hostname: 'a.example',
  path: '/a b',
  headers: { host: 'a.example' },
}
const init = { service: 's3', region: 'eu-west-1', credentials }

describe('CountersignSigner', () => {
  it('signs a region set with SigV4A, in headers and in the query', async () => {
    const signer = new CountersignSigner({ ...init, region: 'us-east-1,eu-west-1' })
    const { headers } = await signer.sign(request)
    expect([headers['x-amz-region-set'], headers.authorization?.split(' ')[0]]).toEqual([
      'us-east-1,eu-west-1',
      'AWS4-ECDSA-P256-SHA256',
    ])
    const { query } = await signer.presign(request, { signingRegion: '*' })
    expect([query?.['X-Amz-Region-Set'], query?.['X-Amz-Algorithm']]).toEqual(['*', 'AWS4-ECDSA-P256-SHA256'])
  })

  it('carries the token of a session under its own name', async () => {
    const signer = new CountersignSigner(init)
    const signed = await signer.signWithCredentials(request, { ...credentials, sessionToken: 'session' })
    expect(signed.headers['x-amz-s3session-token']).toBe('session')
    const { query } = await signer.presignWithCredentials(request, {
      ...credentials,
      sessionToken: 'session',
    })
    expect([query?.['X-Amz-S3session-Token'], query?.['X-Amz-Security-Token']]).toEqual([
      'session',
      undefined,
    ])
  })

  it('encodes the path as the service needs it, unless it is told', async () => {
    const signatureOf = async (signer: SignatureV4) => {
      const { headers } = await signer.sign({ ...request, path: '/a%20b' }, { signingDate: 0 })
      return headers.authorization
    }
    const own = await signatureOf(new CountersignSigner(init))
    expect(own).toBe(await signatureOf(new SignatureV4({ ...init, uriEscapePath: false })))
    expect(own).not.toBe(await signatureOf(new CountersignSigner({ ...init, uriEscapePath: true })))
  })
})

describe('SignatureV4', () => {
  it('signs a parameter without a value as one with an empty value, as servers read it', async () => {
    const signatureOf = async (query: HttpRequest['query']) =>
      (await new SignatureV4(init).sign({ ...request, query: query! }, { signingDate: 0 })).headers
        .authorization
    expect(await signatureOf({ acl: null })).toBe(await signatureOf({ acl: '' }))
  })

  it('gives back a request of the same class', async () => {
    class Own {
      method = 'GET'
      protocol = 'https:'
      hostname = 'a.example'
      path = '/'
      headers = { host: 'a.example' }
    }
    expect(await new SignatureV4(init).sign(new Own())).toBeInstanceOf(Own)
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'an expiry over a week',
      () => new SignatureV4(init).presign(request, { expiresIn: 604_801 }),
      /^expiresInSeconds/,
    ],
    [
      'a date that is none',
      () => new SignatureV4(init).sign(request, { signingDate: 'now' }),
      /^signingDate must be/,
    ],
    [
      'a region set',
      () => new SignatureV4({ ...init, region: '*' }).sign(request),
      /need algorithm: sigv4a$/,
    ],
    [
      'no service',
      () => new SignatureV4({ ...init, service: '' }).sign(request),
      /^service must be a signing name/,
    ],
    [
      'no credentials',
      () => new SignatureV4({ ...init, credentials: {} as never }).sign('text'),
      /^credentials\./,
    ],
  ])('refuses %s', (_, call, message) => expect(call()).rejects.toThrow(message))
})
