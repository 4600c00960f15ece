import { checkObject, checkWholeNumber } from '../../errors.ts'
import { X_AMZ_CONTENT_SHA256 } from '../../names.ts'
import { checkCredentials } from '../../sign/credentials.ts'
import type { AwsClientOptions, AwsRequestInit } from './options.ts'
import { AwsV4Signer } from './signer.ts'

const DEFAULT_RETRIES = 10
const DEFAULT_INIT_RETRY_MS = 50

/** Reads a Request into what fetch takes beside the address. */
async function initOf(request: Request, init: AwsRequestInit | null | undefined): Promise<AwsRequestInit> {
  const { method, headers, body, redirect, signal } = request
  const read: AwsRequestInit = { method, headers, redirect, signal, ...init }
  if (read.body != null || body === null) return read
  const isStream = headers.has(X_AMZ_CONTENT_SHA256)
  return { ...read, body: isStream ? body : await request.clone().arrayBuffer() }
}

/**
 * A fetch that signs, and sends again what the service could not answer, with the interface of `aws4fetch`.
 *
 * @see https://github.com/mhart/aws4fetch
 * @example
 * import { AwsClient } from 'countersign/aws4fetch'
 *
 * const client = new AwsClient({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' })
 * const request = await client.sign('https://sqs.eu-west-1.amazonaws.com/', { body: 'Action=ListQueues' })
 * console.log(request.method, request.headers.has('authorization')) // POST true
 */
export class AwsClient {
  /** Whose key signs. */
  accessKeyId: string
  /** The secret. */
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken: string | undefined
  /** The signing name, where the client is for one service. */
  service: string | undefined
  /** The region, where the client is for one. */
  region: string | undefined
  /** Taken, and not needed. */
  cache: Map<string, ArrayBuffer>
  /** How often a request is sent again after status 429 or 5xx. */
  retries: number
  /** The longest wait before the first of them, in milliseconds. */
  initRetryMs: number

  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: AwsClientOptions) {
    checkObject('the options of AwsClient', options)
    checkCredentials(options)
    this.accessKeyId = options.accessKeyId
    this.secretAccessKey = options.secretAccessKey
    this.sessionToken = options.sessionToken
    this.service = options.service
    this.region = options.region
    this.cache = options.cache || new Map()
    this.retries = options.retries ?? DEFAULT_RETRIES
    checkWholeNumber('retries', this.retries, { min: 0, max: Number.MAX_SAFE_INTEGER })
    this.initRetryMs = options.initRetryMs || DEFAULT_INIT_RETRY_MS
  }

  /**
   * Signs what fetch takes, and resolves to a Request that is ready to send.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async sign(input: Request | { toString: () => string }, init?: AwsRequestInit | null): Promise<Request> {
    const isRequest = input instanceof Request
    const { aws, ...settings } = (isRequest ? await initOf(input, init) : init) ?? {}
    const url = isRequest ? input.url : input.toString()
    const { method, headers, body } = settings
    const { accessKeyId, secretAccessKey, sessionToken, service, region } = this
    const own = { accessKeyId, secretAccessKey, sessionToken, service, region }
    const signer = new AwsV4Signer({ url, method, headers, body, ...own, ...aws } as ConstructorParameters<
      typeof AwsV4Signer
    >[0])
    const signed = await signer.sign()
    const sent: RequestInit & { duplex?: 'half' } = { ...settings, ...signed }
    if (isStream(signed.body)) sent.duplex = 'half'
    return new Request(signed.url.href, sent)
  }

  /**
   * Signs and sends; after status 429 or 5xx once more, up to `retries` times, signed anew, after a random wait that
   * doubles. A stream cannot be sent twice, and is not.
   *
   * @throws (as a rejection) as `sign`, and as fetch.
   */
  async fetch(input: Request | { toString: () => string }, init?: AwsRequestInit | null): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const response = await globalThis.fetch(await this.sign(input, init))
      const isOver = response.status < 500 && response.status !== 429
      if (isOver || attempt >= this.retries || !canRepeat(input, init)) return response
      await response.body?.cancel()
      const wait = Math.random() * this.initRetryMs * 2 ** attempt
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}

const isStream = (body: unknown): boolean =>
  Object.prototype.toString.call(body) === '[object ReadableStream]' || Symbol.asyncIterator in Object(body)

/** Whether a request can be signed and sent more than once. */
function canRepeat(input: unknown, init: RequestInit | null | undefined): boolean {
  if (init?.body != null) return !isStream(init.body)
  return !(input instanceof Request) || input.body === null || !input.headers.has(X_AMZ_CONTENT_SHA256)
}
