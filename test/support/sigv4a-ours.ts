import {
  createKeyCache,
  isSignatureError,
  presignUrl,
  type SigningTrace,
  signHeaders,
  type VerificationKey,
  Verifier,
} from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'
import type { Sigv4aRequest } from './arbitrary-sigv4a.ts'
import { type Location, targetOf } from './crt-sigv4a.ts'

const keyCache = createKeyCache({ maxEntries: 10 })
const encoder = new TextEncoder()

/** What we sign. */
export function weSign(request: Sigv4aRequest, location: Location): SigningTrace {
  const { method, host, headers, body, service, regionSet, signingDate, payload, expiresInSeconds } = request
  const parts = { method, url: `https://${host}${targetOf(request)}`, headers, body }
  const scope = { service, region: regionSet, algorithm: sigv4a, signingDate }
  const options = { ...scope, credentials: request, payload, keyCache }
  return location === 'header'
    ? signHeaders(parts, options).trace
    : presignUrl(parts, { ...options, expiresInSeconds }).trace
}

/** A signed request as it goes on the wire. */
export interface Wire {
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** `accepted`, or the reason of the refusal. */
export function weJudge(request: Sigv4aRequest, wire: Wire, key: VerificationKey): Promise<string> {
  const verifier = new Verifier({
    getKeys: ({ sessionToken }) => ({ ...key, sessionToken }),
    service: request.service,
    // One that the set covers.
    region: request.regionSet.split(',')[0]!.trim().replaceAll('*', 'any'),
    algorithms: [sigv4a],
    payloads: ['signed', 'unsigned'],
    keyCache,
    now: () => request.signingDate.getTime(),
  })
  const { method, body } = request
  return verifier.verifyReceived({ method, ...wire, body: encoder.encode(body) }).then(
    ({ accessKeyId }) => (accessKeyId === request.accessKeyId ? 'accepted' : 'another access key id'),
    (error) => (isSignatureError(error) ? error.reason : String(error)),
  )
}
