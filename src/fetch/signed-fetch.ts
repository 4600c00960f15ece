import { checkOptions, invalidArgType, type OptionNames } from '../errors.ts'
import { SIGNING_OPTIONS, type SigningOptions } from '../sign/options.ts'
import { untilAborted } from './abort.ts'
import { buildRequest, readOutgoing, requestOf, signalOf, takeBody } from './outgoing.ts'
import { type Attempt, redirectedAttempt } from './redirect.ts'
import { signOutgoing } from './sign-request.ts'
import { callOf, resolveSigner, SIGNER_OPTIONS, type SignerOptions } from './signer-options.ts'

/** A Signer's options, and the fetch to send with. */
export interface SignedFetchOptions extends SignerOptions {
  /** It is called with a signed Request, and with `{ signal }` where there is one. Default: the global fetch. */
  readonly fetch?: typeof fetch | undefined
}

/** What a signed fetch is told besides the address. */
export interface SignedFetchInit extends RequestInit {
  /** Options for this call alone. */
  readonly signing?: Partial<SigningOptions> | undefined
}

/** A fetch that signs. */
export type SignedFetch = (input: Request | string | URL, init?: SignedFetchInit) => Promise<Response>

const SIGNED_FETCH_OPTIONS: OptionNames<SignedFetchOptions> = /* @__PURE__ */ Object.assign(
  { fetch: true } as const,
  SIGNER_OPTIONS,
)

/** As the Fetch standard has it. */
const MAX_REDIRECTS = 20

/**
 * A fetch that signs each request before it is sent.
 *
 * Redirects: one within the origin is followed, and signed anew. One to another origin is not: neither signed headers
 * nor a session token nor a body may get there, so the redirect itself is the answer, for the caller to judge. The same
 * goes for one that wants a stream sent again. Browsers show such an answer as `type: 'opaqueredirect'` with status 0,
 * and that one within the origin as well. As each hop is a fetch of its own, `response.redirected` stays false;
 * `response.url` is the last one. `redirect: 'error'` and `'manual'` do what they do in fetch.
 *
 * A signal ends the wait for credentials, and goes to fetch itself.
 *
 * @returns A function to call as fetch. It rejects with what {@link signRequest} and fetch reject with.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 *
 * const signedFetch = createSignedFetch({
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
 *   // Any other client goes here; this one shows what is sent.
 *   fetch: async (input, init) => new Response(new Request(input, init).headers.get('authorization')),
 * })
 * const response = await signedFetch('https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues', {
 *   signal: AbortSignal.timeout(2000),
 *   signing: { payload: 'unsigned' },
 * })
 * console.log(await response.text())
 * ```
 */
export function createSignedFetch(options: SignedFetchOptions): SignedFetch {
  const own = resolveSigner('createSignedFetch', options, SIGNED_FETCH_OPTIONS)
  if (own.fetch !== undefined && typeof own.fetch !== 'function') {
    throw invalidArgType('fetch', 'a function', own.fetch)
  }

  return async (input, given) => {
    const { signing = {}, ...init } = given ?? {}
    checkOptions('init.signing', signing, SIGNING_OPTIONS)
    const source = requestOf(input)
    const signal = signalOf(input, init)
    const follows = (init.redirect ?? source?.redirect ?? 'follow') === 'follow'
    if (follows) init.redirect = 'manual'

    async function begin(): Promise<Attempt> {
      const call = callOf(own, source?.url ?? (input as string | URL), signing)
      const outgoing = readOutgoing(input, init, call)
      return { outgoing, body: await takeBody(outgoing) }
    }

    async function send({ outgoing, body }: Attempt): Promise<Response> {
      const request = await untilAborted(signal, async () => {
        await signOutgoing(outgoing, body.body)
        return buildRequest(outgoing, body)
      })
      // Looked up at each call: test tools and instrumentation replace the global one. The signal goes along, since a
      // Request follows the one that it was made with no longer than the Request itself is held.
      return (own.fetch ?? globalThis.fetch)(request, signal ? { signal } : undefined)
    }

    let attempt = await untilAborted(signal, begin)
    for (let hops = 0; ; hops++) {
      const response = await send(attempt)
      const next = follows ? redirectedAttempt(response, attempt) : undefined
      if (!next) return response
      if (hops === MAX_REDIRECTS) throw new TypeError(`more than ${MAX_REDIRECTS} redirects`)
      await response.body?.cancel()
      attempt = next
    }
  }
}
