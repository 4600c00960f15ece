import { profileSetting } from '../credentials/shared-files.ts'
import { type ProviderOptions, surroundingsOf } from '../credentials/surroundings.ts'
import { untilAborted } from '../fetch/abort.ts'
import {
  buildRequest,
  type Outgoing,
  readOutgoing,
  requestOf,
  signalOf,
  takeBody,
} from '../fetch/outgoing.ts'
import { signOutgoing } from '../fetch/sign-request.ts'
import { Signer } from '../fetch/signer.ts'
import { callOf, type SignerOptions } from '../fetch/signer-options.ts'
import { HOST } from '../names.ts'
import { profileFor } from '../profiles.ts'
import type { SignedHeaders } from '../sign/headers.ts'
import type { SigningOptions } from '../sign/options.ts'
import type { PresignedUrl, PresignOptions } from '../sign/presign.ts'
import type { RequestParts } from '../types.ts'
import type { PolicySettings } from './settings.ts'

function signerOptions(settings: PolicySettings, { now }: ProviderOptions): SignerOptions {
  const { service, region, algorithm, payload, excludeHeaders, signHeaders, credentials } = settings
  return {
    service,
    region,
    algorithm,
    payload,
    excludeHeaders,
    signHeaders,
    credentials,
    now,
    // Gateways send the hash whatever the service is.
    ...(profileFor(service).contentSha256 === 'omit' && { profile: { contentSha256: 'send' } }),
  }
}

/** A Signer that does what a policy says. */
export class PolicySigner extends Signer {
  readonly #settings: PolicySettings
  readonly #options: ProviderOptions
  readonly #own: SignerOptions

  constructor(settings: PolicySettings, options: ProviderOptions) {
    const own = signerOptions(settings, options)
    super(own)
    this.#settings = settings
    this.#options = options
    this.#own = own
  }

  /** What a call says, over what has to be looked up each time: files may have changed. */
  async #overrides<Overrides extends Partial<SigningOptions>>(overrides: Overrides): Promise<Overrides> {
    const { credentials, region, excludeHeaders } = this.#settings
    return {
      ...overrides,
      credentials: overrides.credentials ?? (await credentials()),
      region: overrides.region ?? region ?? (await this.#configuredRegion()),
      excludeHeaders: [...excludeHeaders, ...(overrides.excludeHeaders ?? [])],
    }
  }

  async #configuredRegion(): Promise<string | undefined> {
    const at = surroundingsOf(this.#options)
    const { AWS_REGION, AWS_DEFAULT_REGION, AWS_SIGV4A_SIGNING_REGION_SET } = at.env
    const regionSet = this.#settings.algorithm.regionSetName && AWS_SIGV4A_SIGNING_REGION_SET
    return regionSet || AWS_REGION || AWS_DEFAULT_REGION || profileSetting(this.#options, at, 'region')
  }

  #rewrite(url: string): string {
    const { host } = this.#settings
    return host === undefined ? url : url.replace(/^([a-z]+:\/\/)[^/?#\\]*/i, `$1${host}`)
  }

  #parts(given: RequestParts | string | URL): RequestParts {
    const parts = typeof given === 'string' || given instanceof URL ? { url: given } : given
    if (this.#settings.host === undefined) return parts
    const headers = new Headers(parts.headers as RequestInit['headers'])
    headers.delete(HOST)
    const url =
      typeof parts.url === 'string' ? this.#rewrite(parts.url) : new URL(this.#rewrite(parts.url.href))
    return { ...parts, url, headers }
  }

  override async signHeaders(
    parts: RequestParts,
    overrides: Partial<SigningOptions> = {},
  ): Promise<SignedHeaders> {
    const signed = await super.signHeaders(this.#parts(parts), await this.#overrides(overrides))
    const { host } = this.#settings
    return host === undefined ? signed : { ...signed, headers: { ...signed.headers, [HOST]: host } }
  }

  override async presign(
    parts: RequestParts | string | URL,
    overrides: Partial<PresignOptions> = {},
  ): Promise<PresignedUrl> {
    const { expiresInSeconds } = this.#settings
    const chosen = await this.#overrides(overrides)
    return super.presign(this.#parts(parts), { ...(expiresInSeconds && { expiresInSeconds }), ...chosen })
  }

  override async sign(input: Request | string | URL, init: RequestInit = {}): Promise<Request> {
    return untilAborted(signalOf(input, init), async () => {
      const url = requestOf(input)?.url ?? (input as string | URL)
      const call = callOf(this.#own, url, await this.#overrides({}))
      const read = readOutgoing(input, init, call)
      const outgoing = { ...read, url: this.#rewrite(read.url) }
      if (outgoing.url !== read.url) outgoing.headers.delete(HOST)
      return this.#settings.expiresInSeconds ? this.#signInQuery(outgoing) : signInHeaders(outgoing)
    })
  }

  async #signInQuery(outgoing: Outgoing): Promise<Request> {
    const { method, url, headers } = outgoing
    const sent = await takeBody(outgoing)
    const body = sent.body as RequestParts['body']
    const presigned = await this.presign({ method, url: new URL(url), headers, body })
    for (const [name, value] of Object.entries(presigned.headers)) headers.set(name, value)
    return buildRequest({ ...outgoing, url: presigned.url }, sent)
  }
}

async function signInHeaders(outgoing: Outgoing): Promise<Request> {
  const sent = await takeBody(outgoing)
  await signOutgoing(outgoing, sent.body)
  return buildRequest(outgoing, sent)
}
