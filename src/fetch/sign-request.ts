import { checkOptions, invalidArgValue, type OptionNames } from '../errors.ts'
import { draftHeaders, finishHeaders, type HeadersDraft } from '../sign/headers.ts'
import { SIGNING_OPTIONS, type SigningOptions } from '../sign/options.ts'
import type { CredentialProvider, Credentials, RequestParts } from '../types.ts'
import { untilAborted } from './abort.ts'
import { bodyHasher } from './body.ts'
import { type Call, currentCredentials, signingDateOf } from './call.ts'
import { buildRequest, type Outgoing, readOutgoing, signalOf, takeBody } from './outgoing.ts'

/** How to sign what fetch takes. */
export interface SignRequestOptions extends Omit<SigningOptions, 'credentials'> {
  /** Credentials, or a provider that is asked each time; a Signer asks it once in the lifetime of the credentials. */
  readonly credentials: Credentials | CredentialProvider
  /** As for fetch: over what the input says. */
  readonly init?: RequestInit | undefined
}

// A call, marked as pure, is left out of bundles that do not need it; a spread is not.
const SIGN_REQUEST_OPTIONS: OptionNames<SignRequestOptions> = /* @__PURE__ */ Object.assign(
  { init: true } as const,
  SIGNING_OPTIONS,
)

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; what belongs in `init` is told so.
 */
export function checkFetchOptions(
  owner: string,
  options: object,
  known: Readonly<Record<string, true>>,
): void {
  for (const name of ['method', 'headers', 'body', 'signal']) {
    if ((options as Record<string, unknown> | null)?.[name] !== undefined)
      throw invalidArgValue(name, `belongs in init: { ${name}: … }`)
  }
  checkOptions(owner, options, known)
}

/** Signs what will be sent, and adds to its headers what that takes. */
export async function signOutgoing(
  { method, url, headers, call }: Outgoing,
  body: unknown,
): Promise<HeadersDraft & { readonly signature: string }> {
  const credentials = await currentCredentials(call)
  const draft = draftHeaders(
    // As a URL, not as text: this is what the runtime will send.
    { method, url: { href: url } as URL, headers, body: body as RequestParts['body'] },
    { ...call, credentials, signingDate: signingDateOf(call) },
    await bodyHasher(body),
  )
  const { signer } = draft.signing
  const { stringToSign } = draft.trace
  const signature = await (signer.signAsync?.(stringToSign) ?? signer.sign(stringToSign))
  const added = finishHeaders(draft, signature).headers
  for (const name in added) headers.set(name, added[name]!)
  return { ...draft, signature }
}

/** Signs what fetch takes, by options that are checked. */
export async function signInput(
  input: Request | string | URL,
  init: RequestInit,
  call: Call,
): Promise<Request> {
  return untilAborted(signalOf(input, init), async () => {
    const outgoing = readOutgoing(input, init, call)
    const body = await takeBody(outgoing)
    await signOutgoing(outgoing, body.body)
    return buildRequest(outgoing, body)
  })
}

/**
 * Signs what fetch takes, and resolves to a Request that is ready to send. The input is not changed; the body
 * of a Request that is signed as a stream is moved into the new one.
 *
 * Give a signal to fetch once more when you send, `fetch(request, { signal })`: runtimes let go of the tie between a
 * Request and the signal that it was made with once the Request is garbage, though it is still under way. A redirect
 * that fetch follows by itself takes the signed headers along; `redirect: 'manual'` or createSignedFetch prevents it.
 *
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`: for one, a
 *   stream without `payload: 'unsigned'` or an `x-amz-content-sha256` header of its own, or expired credentials. With
 *   the signal's reason once that aborts, and with what a credential provider rejects with.
 * @see "Create a signed AWS API request"
 * @example
 * ```ts
 * import { signRequest } from 'countersign'
 *
 * const request = await signRequest('https://sqs.eu-west-1.amazonaws.com/', {
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
 *   service: 'sqs',
 *   region: 'eu-west-1',
 *   init: { method: 'POST', body: 'Action=ListQueues' },
 * })
 * console.log(request.headers.get('authorization'))
 * ```
 */
export async function signRequest(
  input: Request | string | URL,
  options: SignRequestOptions,
): Promise<Request> {
  checkFetchOptions('signRequest', options, SIGN_REQUEST_OPTIONS)
  return signInput(input, options.init ?? {}, options)
}
