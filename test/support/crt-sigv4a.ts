import { createHash } from 'node:crypto'
import crt from 'aws-crt'
import { profileFor } from '../../src/index.ts'
import type { Sigv4aRequest } from './arbitrary-sigv4a.ts'

const { auth, http } = crt

export type Location = 'header' | 'query'

export const targetOf = ({ path, query }: Sigv4aRequest): string => (query === '' ? path : `${path}?${query}`)

const toCrt = (request: Sigv4aRequest) =>
  new http.HttpRequest(
    request.method,
    targetOf(request),
    new http.HttpHeaders([['host', request.host], ...request.headers] as [string, string][]),
  )

/** The payload line: aws-crt is given it, for it would wait for a body for ever. */
export const payloadLine = ({ payload, body }: Sigv4aRequest): string =>
  payload === 'unsigned' ? 'UNSIGNED-PAYLOAD' : createHash('sha256').update(body).digest('hex')

/** The same rules as ours, in the words of aws-crt. */
function toConfig(request: Sigv4aRequest, location: Location): crt.auth.AwsSigningConfig {
  const { service, accessKeyId, secretAccessKey, sessionToken, payload } = request
  const profile = profileFor(service)
  const { None, XAmzContentSha256 } = auth.AwsSignedBodyHeaderType
  const sendsHash =
    location === 'header'
      ? profile.contentSha256 !== 'omit' || payload === 'unsigned'
      : profile.presignedPayload === 'unsigned' && payload === 'signed'
  return {
    algorithm: auth.AwsSigningAlgorithm.SigV4Asymmetric,
    signature_type:
      location === 'header'
        ? auth.AwsSignatureType.HttpRequestViaHeaders
        : auth.AwsSignatureType.HttpRequestViaQueryParams,
    provider: auth.AwsCredentialsProvider.newStatic(accessKeyId, secretAccessKey, sessionToken),
    region: request.regionSet,
    service,
    date: request.signingDate,
    use_double_uri_encode: profile.pathEncoding === 'twice',
    should_normalize_uri_path: profile.pathNormalization === 'normalize',
    signed_body_value: payloadLine(request),
    signed_body_header: sendsHash ? XAmzContentSha256 : None,
    ...(location === 'query' && { expiration_in_seconds: request.expiresInSeconds }),
  }
}

/** `accepted`, or the name of the error: aws-crt builds the canonical request itself, and compares. */
export function crtJudges(
  request: Sigv4aRequest,
  location: Location,
  signed: { canonicalRequest: string; signature: string; publicKey: { x: string; y: string } },
): string {
  const { canonicalRequest, signature, publicKey } = signed
  try {
    const holds = auth.aws_verify_sigv4a_signing(
      toCrt(request),
      toConfig(request, location),
      canonicalRequest,
      signature,
      publicKey.x,
      publicKey.y,
    )
    return holds ? 'accepted' : 'refused'
  } catch (error) {
    return /AWS_\w+/.exec((error as Error).message)?.[0] ?? String(error)
  }
}

/** What aws-crt signs: the target and the headers that go on the wire. */
export async function crtSigns(request: Sigv4aRequest, location: Location) {
  const signed = await auth.aws_sign_request(toCrt(request), toConfig(request, location))
  return { target: signed.path, headers: [...signed.headers] as [string, string][] }
}
