import { sigv4 } from '../../algorithms/sigv4.ts'
import { buildEventStringToSign } from '../../canonical/event-string-to-sign.ts'
import { checkObject } from '../../errors.ts'
import { formatCredentialScope } from '../../fields/credential.ts'
import { encodeEventHeaders } from '../../fields/event-header-encoder.ts'
import type { EventHeaders } from '../../fields/event-headers.ts'
import { X_AMZ_SECURITY_TOKEN } from '../../names.ts'
import type { Credentials } from '../../types.ts'
import { signString } from '../string-signature.ts'
import { amzDateOf } from './dates.ts'
import { presignHttpRequest, type RequestSigning, signHttpRequest } from './request-signing.ts'
import type {
  EventSigningArguments,
  FormattedEvent,
  HttpRequest,
  Message,
  MessageSigningArguments,
  RequestPresigningArguments,
  RequestSigningArguments,
  SignableMessage,
  SignatureV4Init,
  SignedMessage,
  SigningArguments,
} from './types.ts'

const providerOf = <Value>(value: Value | (() => Promise<Value>)): (() => Promise<Value>) =>
  typeof value === 'function' ? (value as () => Promise<Value>) : async () => value

/** Our form of the headers, in which a `long` is a bigint. */
function eventHeaders(headers: Message['headers']): EventHeaders {
  const ours = Object.entries(headers).map(([name, header]) => {
    if (header.type !== 'long') return [name, header]
    const { buffer, byteOffset } = header.value.bytes
    return [name, { type: 'long', value: new DataView(buffer, byteOffset).getBigInt64(0) }]
  })
  return Object.fromEntries(ours) as EventHeaders
}

/**
 * Signs requests, strings, events and messages, with the interface of `@smithy/signature-v4`.
 *
 * @see https://github.com/smithy-lang/smithy-typescript/tree/main/packages/signature-v4
 * @example
 * import { SignatureV4 } from 'countersign/smithy'
 *
 * const signer = new SignatureV4({
 *   service: 'sqs',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * const hostname = 'sqs.eu-west-1.amazonaws.com'
 * const request = { method: 'GET', protocol: 'https:', hostname, path: '/', headers: { host: hostname } }
 * const { headers } = await signer.sign(request)
 * console.log(Object.keys(headers)) // [ 'host', 'x-amz-date', 'x-amz-content-sha256', 'authorization' ]
 */
export class SignatureV4 {
  readonly #init: SignatureV4Init
  readonly #region: () => Promise<string>
  readonly #credentials: () => Promise<Credentials>

  /**
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
   */
  constructor(init: SignatureV4Init) {
    checkObject('the options of SignatureV4', init)
    this.#init = init
    this.#region = providerOf(init.region)
    this.#credentials = providerOf(init.credentials)
  }

  /** All that a signature depends on besides the request. */
  protected async resolveSigning(
    { signingDate, signingRegion, signingService }: SigningArguments,
    given?: Credentials,
  ): Promise<RequestSigning> {
    const { service, uriEscapePath = true, applyChecksum = true } = this.#init
    return {
      algorithm: sigv4,
      credentials: given ?? (await this.#credentials()),
      region: signingRegion ?? (await this.#region()),
      service: signingService || service,
      amzDate: amzDateOf(signingDate),
      uriEscapePath,
      applyChecksum,
      tokenName: X_AMZ_SECURITY_TOKEN,
    }
  }

  /**
   * Resolves to a copy of the request that carries its signature in the query.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async presign(requestToSign: HttpRequest, options: RequestPresigningArguments = {}): Promise<HttpRequest> {
    return presignHttpRequest(requestToSign, await this.resolveSigning(options), options)
  }

  /**
   * Signs a string to sign, an event or a message of an event stream, or a request: of that it resolves to a copy
   * with the header `authorization`.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  sign(stringToSign: string, options?: SigningArguments): Promise<string>
  sign(event: FormattedEvent, options: EventSigningArguments): Promise<string>
  sign(event: SignableMessage, options: MessageSigningArguments): Promise<SignedMessage>
  sign(requestToSign: HttpRequest, options?: RequestSigningArguments): Promise<HttpRequest>
  async sign(
    toSign: string | FormattedEvent | SignableMessage | HttpRequest,
    options: RequestSigningArguments & Partial<EventSigningArguments> = {},
  ): Promise<string | SignedMessage | HttpRequest> {
    if (typeof toSign === 'string') return this.#signString(toSign, options)
    checkObject('what to sign', toSign)
    if ('payload' in toSign) return this.#signEvent(toSign, options as EventSigningArguments)
    if ('message' in toSign) return this.signMessage(toSign, options)
    return signHttpRequest(toSign, await this.resolveSigning(options), options)
  }

  /**
   * Signs a message of an event stream.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async signMessage(
    { message, priorSignature }: SignableMessage,
    options: MessageSigningArguments,
  ): Promise<SignedMessage> {
    const headers = encodeEventHeaders(eventHeaders(message.headers))
    const signature = await this.#signEvent(
      { headers, payload: message.body },
      { ...options, priorSignature },
    )
    return { message, signature }
  }

  async #signEvent({ headers, payload }: FormattedEvent, options: EventSigningArguments): Promise<string> {
    const signing = await this.resolveSigning(options, options.eventStreamCredentials)
    const { amzDate, region, service } = signing
    const credentialScope = formatCredentialScope(amzDate.slice(0, 8), region, service)
    const { priorSignature } = options
    return signWith(
      buildEventStringToSign({ amzDate, credentialScope, priorSignature, headers, payload }),
      signing,
    )
  }

  async #signString(stringToSign: string, options: MessageSigningArguments): Promise<string> {
    return signWith(stringToSign, await this.resolveSigning(options, options.eventStreamCredentials))
  }
}

function signWith(text: string, { credentials, amzDate, region, service }: RequestSigning): string {
  return signString(text, credentials, { scopeDate: amzDate.slice(0, 8), region, service })
}
