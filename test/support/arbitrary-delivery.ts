import {
  presignUrl,
  type ReceivedRequest,
  type SigningTrace,
  signHeaders,
  Verifier,
  type VerifierOptions,
} from '../../src/index.ts'
import { type AnyRequest, bytesOf, type Pair } from './arbitrary-request.ts'
import { type AnySigning, headerOptionsOf, optionsOf, withOwnHash } from './arbitrary-signing.ts'
import { targetOf, urlText } from './arbitrary-url.ts'

/** A request as it arrives: plain data, to be taken apart and changed. */
export interface Delivery {
  readonly method: string
  readonly target: string
  readonly headers: readonly Pair[]
  readonly body: Uint8Array | null
}

export interface Signed {
  readonly trace: SigningTrace
  readonly delivery: Delivery
}

const lowerNames = (pairs: Iterable<Pair>): Set<string> =>
  new Set(Array.from(pairs, ([name]) => name.toLowerCase()))

/** Signs a request, and lets a client send what it was told to. */
export function signAndSend(request: AnyRequest, signing: AnySigning): Signed {
  const headers = withOwnHash(request.headers, request.body, signing)
  const parts = { method: request.method, url: urlText(request.url), headers, body: request.body }
  const host: Pair = ['Host', request.url.host]
  const method = request.method.toUpperCase()
  const body = bytesOf(request.body) ?? null
  if (signing.carrier === 'header') {
    const { headers: added, trace } = signHeaders(parts, headerOptionsOf(signing))
    const kept = headers.filter(([name]) => !Object.hasOwn(added, name.toLowerCase()))
    const sent = [host, ...kept, ...Object.entries(added)]
    return { trace, delivery: { method, target: targetOf(request.url), headers: sent, body } }
  }
  const { url, headers: bound, trace } = presignUrl(parts, optionsOf(signing))
  const own = lowerNames(headers)
  // What the sender was told to send, as it wrote it; and headers that nobody signed.
  const sent = [
    host,
    ...headers.filter(([name]) => Object.hasOwn(bound, name.toLowerCase()) || !/^x-amz-/i.test(name)),
  ]
  for (const pair of Object.entries(bound)) if (!own.has(pair[0])) sent.push(pair)
  const target = url.replace(/^[a-z]+:\/\/[^/?#]*/, '')
  return { trace, delivery: { method, target, headers: sent, body } }
}

/** A verifier that knows this one key, and takes any payload. */
export function verifierFor(signing: AnySigning, options: Partial<VerifierOptions> = {}): Verifier {
  const { credentials, service, region, signingDate, clockOffset } = signing
  return new Verifier({
    getKeys: ({ accessKeyId }) =>
      accessKeyId === credentials.accessKeyId ? { ...credentials, principal: 'the caller' } : undefined,
    service,
    region,
    payloads: ['signed', 'unsigned'],
    now: () => signingDate + clockOffset,
    ...options,
  })
}

/** `'accepted'`, or the reason of the refusal. Anything else that is thrown is thrown on. */
export async function outcomeOf(verifier: Verifier, delivery: ReceivedRequest): Promise<string> {
  try {
    await verifier.verifyReceived(delivery)
    return 'accepted'
  } catch (error) {
    if (error instanceof Error && error.name === 'SignatureError')
      return (error as Error & { reason: string }).reason
    throw error
  }
}
