// A verifier, and what people give it by mistake.
import { ChunkedDecoderStream } from '../../src/chunked/index.ts'
import { EventVerifierStream } from '../../src/event-stream/index.ts'
import { presignUrl, type SigningOptions, signHeaders, signRequest, Verifier } from '../../src/index.ts'
import { createPostForm, verifyPostForm } from '../../src/post-policy/index.ts'

export type Given = Record<string, unknown>

export const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
export const TOKEN = 'FwoGZXIvYXdzEXAMPLETOKEN'
export const HOST = 'api.example.com'
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
export const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET }
export const temporary = { ...key, sessionToken: TOKEN }
export const S3 = { service: 's3' }

export const verifier = (options: Given = {}): Verifier =>
  new Verifier({
    getKeys: () => key,
    service: 'orders',
    region: 'us-east-1',
    now: () => NOW,
    ...options,
  } as never)

/** What arrives of a request that a client signed in its headers. */
export function received(draft: Given = {}, options: Partial<SigningOptions> = {}): Given {
  const { method = 'GET', target = '/a?b=c', headers = {}, body } = draft
  const scope = { credentials: key, service: 'orders', region: 'us-east-1', signingDate: NOW }
  const parts = { method, url: `https://${HOST}${target}`, headers, body } as Parameters<
    typeof signHeaders
  >[0]
  const signed = signHeaders(parts, { ...scope, ...options })
  const sent = { host: HOST, ...(headers as Record<string, string>), ...signed.headers }
  return {
    method,
    target,
    headers: Object.entries(sent),
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  }
}

/** Gives a verifier something else than what arrived. */
export const verify = (request: unknown, options: Given = {}): Promise<unknown> =>
  verifier(options).verifyReceived(request as never)
export const verifyOther = (change: Given, options: Given = {}, draft: Given = {}): Promise<unknown> =>
  verify({ ...received(draft), ...change }, options)
export const verifyWeb = (request: unknown, options: Given = {}): Promise<unknown> =>
  verifier(options).verify(request as never)

/** The target of a presigned URL. */
export function presigned(method = 'GET', options: Partial<SigningOptions> = {}): string {
  const scope = { credentials: key, service: 'orders', region: 'us-east-1', signingDate: NOW }
  const { url } = presignUrl({ method, url: `https://${HOST}/a` }, { ...scope, ...options })
  return url.slice(`https://${HOST}`.length)
}
export const verifyPresigned = (change: Given, options: Given = {}): Promise<unknown> =>
  verify({ method: 'GET', target: presigned(), headers: [['host', HOST]], ...change }, options)

export const webRequest = (options: Partial<SigningOptions> = {}, init: RequestInit = {}): Promise<Request> =>
  signRequest(`https://${HOST}/a`, {
    credentials: key,
    service: 'orders',
    region: 'us-east-1',
    signingDate: NOW,
    init,
    ...options,
  })
export const without = (name: string, draft: Given = {}, options: Partial<SigningOptions> = {}): Given => {
  const { headers, ...rest } = received(draft, options) as { headers: [string, string][] }
  return { ...rest, headers: headers.filter(([header]) => header !== name) }
}

export const form = (options: Given, fields: unknown = undefined): Promise<unknown> => {
  const url = `https://${HOST}/`
  const signed = createPostForm({
    url,
    bucket: 'photos',
    key: 'cat.jpg',
    credentials: key,
    region: 'us-east-1',
    signingDate: NOW,
  })
  return verifyPostForm(
    (fields ?? Object.entries(signed.fields)) as never,
    {
      getKeys: () => key,
      ...S3,
      region: 'us-east-1',
      bucket: 'photos',
      file: { name: 'cat.jpg', size: 1 },
      now: () => NOW,
      ...options,
    } as never,
  )
}
export const CHUNKED = {
  contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  decodedContentLength: 5,
  seedSignature: 'a'.repeat(64),
  amzDate: '20260102T030405Z',
  credential: 'AKIDEXAMPLE/20260102/us-east-1/s3/aws4_request',
  key,
}
export const decoder = (options: Given) => new ChunkedDecoderStream({ ...CHUNKED, ...options } as never)
export const events = (options: Given) => {
  const { seedSignature, credential } = CHUNKED
  return new EventVerifierStream({ seedSignature, credential, key, ...options } as never)
}
export const CHUNKS = { 'x-amz-content-sha256': CHUNKED.contentSha256, 'x-amz-decoded-content-length': '5' }

/** What a call throws, at once or later. */
export async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was refused')
}

export const SECRETS = new RegExp(`${SECRET}|${TOKEN}`)
