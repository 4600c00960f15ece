import { inferScope } from '../endpoints/inferred-scope.ts'
import { invalidArgType, invalidArgValue } from '../errors.ts'
import { type SignedHeaders, signHeaders } from '../sign/headers.ts'
import type { SigningOptions } from '../sign/options.ts'
import { type PresignedUrl, type PresignOptions, presignUrl } from '../sign/presign.ts'
import type { CredentialProvider, Credentials, RequestParts } from '../types.ts'
import { signRequest } from './sign-request.ts'

/** What a Signer needs to know once. */
export interface SignerOptions
  extends Omit<SigningOptions, 'credentials' | 'service' | 'region' | 'signingDate'> {
  /** Credentials, or a provider that is asked before each signature. */
  readonly credentials: Credentials | CredentialProvider
  /** Default: what the host tells. */
  readonly service?: string | undefined
  /** Default: what the host tells. */
  readonly region?: string | readonly string[] | undefined
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Signs many requests with one set of options. */
export class Signer {
  readonly #options: SignerOptions

  /**
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
   */
  constructor(options: SignerOptions) {
    if (options === null || typeof options !== 'object') throw invalidArgType('options', 'an object', options)
    const { credentials } = options
    if (typeof credentials !== 'function' && (credentials === null || typeof credentials !== 'object')) {
      throw invalidArgType('credentials', 'an object or a function that resolves to one', credentials)
    }
    this.#options = options
  }

  /** The options for one request: the Signer's own, over them the call's, and the scope from the host. */
  #optionsFor<Overrides extends Partial<SigningOptions>>(
    url: string | URL,
    overrides: Overrides,
  ): Omit<SigningOptions, 'credentials'> & Overrides {
    const { now, credentials, service, region, ...rest } = { ...this.#options, ...overrides }
    const inferred = service && region ? {} : inferScope(url)
    const scope = { service: service ?? inferred.service, region: region ?? inferred.region }
    for (const name of ['service', 'region'] as const) {
      if (scope[name] === undefined) throw invalidArgValue(name, 'is needed: the host name does not tell it')
    }
    const signingDate = overrides.signingDate ?? (now ?? Date.now)()
    return { ...overrides, ...rest, service: scope.service!, region: scope.region!, signingDate }
  }

  async #resolve<Overrides extends Partial<SigningOptions>>(
    url: string | URL,
    overrides: Overrides,
  ): Promise<SigningOptions & Overrides> {
    const { credentials } = { ...this.#options, ...overrides }
    const current = typeof credentials === 'function' ? await credentials() : credentials
    return { ...this.#optionsFor(url, overrides), credentials: current }
  }

  /** Signs in headers; see {@link signHeaders}. */
  async signHeaders(parts: RequestParts, overrides: Partial<SigningOptions> = {}): Promise<SignedHeaders> {
    return signHeaders(parts, await this.#resolve(parts.url, overrides))
  }

  /** Presigns; see {@link presignUrl}. A string or URL means a GET. */
  async presign(
    parts: RequestParts | string | URL,
    overrides: Partial<PresignOptions> = {},
  ): Promise<PresignedUrl> {
    const request = typeof parts === 'string' || parts instanceof URL ? { url: parts } : parts
    return presignUrl(request, await this.#resolve(request.url, overrides))
  }

  /** Signs what fetch takes; see {@link signRequest}. */
  async sign(input: Request | string | URL, init?: RequestInit): Promise<Request> {
    const url = typeof input === 'object' && 'url' in input ? input.url : input
    return signRequest(input, { ...this.#optionsFor(url, {}), credentials: this.#options.credentials, init })
  }
}
