import { checkOptions, type OptionNames } from '../errors.ts'
import { type SignedHeaders, signHeaders } from '../sign/headers.ts'
import { SIGNING_OPTIONS, type SigningOptions } from '../sign/options.ts'
import { type PresignedUrl, type PresignOptions, presignUrl } from '../sign/presign.ts'
import type { RequestParts } from '../types.ts'
import { type Call, currentCredentials, signingDateOf } from './call.ts'
import { signInput } from './sign-request.ts'
import { callOf, checkSigner, resolveSigner, SIGNER_OPTIONS, type SignerOptions } from './signer-options.ts'

const PRESIGN_OPTIONS: OptionNames<PresignOptions> = /* @__PURE__ */ Object.assign(
  { expiresInSeconds: true } as const,
  SIGNING_OPTIONS,
)

/**
 * Signs many requests with one set of options.
 *
 * @example
 * ```ts
 * import { Signer } from 'countersign'
 *
 * const signer = new Signer({
 *   credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }),
 * })
 * const request = await signer.sign('https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues')
 * const { url } = await signer.presign('https://photos.s3.eu-west-1.amazonaws.com/cat.jpg', { expiresInSeconds: 60 })
 * console.log(request.headers.get('authorization'), url)
 * ```
 */
export class Signer {
  readonly #options: SignerOptions

  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: SignerOptions) {
    checkSigner('Signer', options, SIGNER_OPTIONS)
    this.#options = resolveSigner(options)
  }

  /**
   * Signs in headers; see {@link signHeaders}. `overrides` holds for this call alone.
   *
   * @throws {TypeError|RangeError} (as a rejection) as {@link signHeaders}, and where the credentials are expired.
   */
  async signHeaders(parts: RequestParts, overrides: Partial<SigningOptions> = {}): Promise<SignedHeaders> {
    checkOptions('signHeaders', overrides, SIGNING_OPTIONS)
    return signHeaders(parts, await resolve(callOf(this.#options, parts.url, overrides)))
  }

  /**
   * Presigns; see {@link presignUrl}. A string or URL means a GET. `overrides` holds for this call alone.
   *
   * @throws {TypeError|RangeError} (as a rejection) as {@link presignUrl}, and where the credentials are expired.
   */
  async presign(
    parts: RequestParts | string | URL,
    overrides: Partial<PresignOptions> = {},
  ): Promise<PresignedUrl> {
    checkOptions('presign', overrides, PRESIGN_OPTIONS)
    const request = typeof parts === 'string' || parts instanceof URL ? { url: parts } : parts
    const call = callOf(this.#options, request.url, overrides)
    return presignUrl(request, await resolve(call, overrides.expiresInSeconds))
  }

  /**
   * Signs what fetch takes; see {@link signRequest}, also for what to do about signals and redirects.
   *
   * @throws {TypeError|RangeError} (as a rejection) as {@link signRequest}.
   */
  async sign(input: Request | string | URL, init: RequestInit = {}): Promise<Request> {
    const url = typeof input === 'object' && 'url' in input ? input.url : input
    return signInput(input, init, callOf(this.#options, url, {}))
  }
}

/** The options as they are at this moment. */
async function resolve(
  call: Call,
  expiresInSeconds?: number,
): Promise<{ readonly [Name in keyof Required<PresignOptions>]: PresignOptions[Name] }> {
  const credentials = await currentCredentials(call)
  return {
    credentials,
    service: call.service,
    region: call.region,
    algorithm: call.algorithm,
    signingDate: signingDateOf(call),
    payload: call.payload,
    signHeaders: call.signHeaders,
    excludeHeaders: call.excludeHeaders,
    profile: call.profile,
    keyCache: call.keyCache,
    expiresInSeconds,
  }
}
