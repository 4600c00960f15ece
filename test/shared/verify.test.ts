// The further vectors of what a verifier accepts and refuses, with AWS's codes.
import { describe, expect, it } from 'vitest'
import { isSignatureError, Verifier } from '../../src/index.ts'
import {
  loadShared,
  type SharedContext,
  type SharedRequest,
  toBody,
  toPairs,
} from '../support/shared-vectors.ts'

interface VerifyCase {
  name: string
  kind: string
  context: SharedContext & { now: string; maxSkewSeconds: number }
  request: SharedRequest
  accept?: true
  reject?: { reason: string; awsErrorCode?: string; httpStatus?: number; headersNotSigned?: string[] }
}

/** The vectors' neutral words, in ours. */
const REASONS: Readonly<Record<string, string>> = {
  'content-sha256-mismatch': 'payload-mismatch',
  'expires-too-large': 'malformed-authorization',
  'header-not-signed': 'header-not-signed',
  'host-not-signed': 'header-not-signed',
  'malformed-authorization': 'malformed-authorization',
  'malformed-content-sha256': 'malformed-content-sha256',
  'malformed-credential': 'malformed-authorization',
  'malformed-date': 'malformed-date',
  'malformed-expires': 'malformed-authorization',
  'malformed-query': 'malformed-request',
  'missing-authentication': 'missing-authentication',
  'missing-content-sha256': 'missing-content-sha256',
  'missing-credential': 'malformed-authorization',
  'missing-date': 'missing-date',
  'missing-expires': 'malformed-authorization',
  'missing-signature': 'malformed-authorization',
  'missing-signed-headers': 'malformed-authorization',
  'not-yet-valid': 'request-time-skewed',
  'scope-date-mismatch': 'scope-mismatch',
  'several-authentications': 'multiple-authentication',
  'signature-mismatch': 'signature-mismatch',
  'signed-header-absent': 'header-not-signed',
  'signed-headers-not-canonical': 'malformed-authorization',
  'unknown-access-key': 'unknown-access-key',
  'unsupported-algorithm': 'unsupported-algorithm',
  'wrong-region': 'scope-mismatch',
  'wrong-service': 'scope-mismatch',
  'wrong-terminator': 'scope-mismatch',
  expired: 'request-time-skewed',
}

/** Where our word is another one, and why. The codes stay those of the vector. */
const OTHER_REASON: Readonly<Record<string, string>> = {
  'verify-s3-authorization-garbage': 'unsupported-algorithm', // its first word is taken for the algorithm
  'presign-expired': 'request-expired', // of presigned URLs we tell age from skew
  'presign-not-yet-valid': 'request-not-yet-valid',
  'presign-duplicate-signature': 'malformed-authorization', // a repeated parameter of the signature itself
}

/** Boundary: we take X-Amz-Expires from 1 second on. */
const REFUSED_THOUGH_ACCEPTED: Readonly<Record<string, string>> = {
  'presign-valid-expires-0-now': 'malformed-authorization',
}

for (const file of ['services.json', 's3-presign-post.json']) {
  describe(`${file}: verify`, () => {
    const cases = loadShared<VerifyCase>(file).filter(
      ({ kind, context }) => kind === 'verify' && context.algorithm === undefined,
    )
    it('has cases', () => expect(cases.length).toBeGreaterThanOrEqual(30))

    for (const { name, context, request, accept, reject } of cases) {
      it(`${name}: ${accept ? 'accepted' : 'refused'}`, async () => {
        const { accessKeyId, secretAccessKey, sessionToken, region, service, maxSkewSeconds } = context
        const verifier = new Verifier({
          getKeys: (lookup) =>
            lookup.accessKeyId === accessKeyId ? { secretAccessKey, sessionToken } : undefined,
          region,
          service,
          maxSkewSeconds,
          payloads: ['signed', 'unsigned'],
          now: () => Date.parse(context.now),
        })
        const { method, target, headers } = request
        const verifying = verifier.verifyReceived({
          method,
          target,
          headers: toPairs(headers),
          body: toBody(request),
        })
        const error: unknown = await verifying.then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        const reason = REFUSED_THOUGH_ACCEPTED[name] ?? OTHER_REASON[name] ?? REASONS[reject?.reason ?? '']
        if (reason === undefined) return expect(error).toBeUndefined()
        if (!isSignatureError(error)) throw new Error(`not refused: ${String(error)}`)
        expect(error.reason).toBe(reason)
        if (reject?.awsErrorCode)
          expect([error.awsCode, error.status]).toEqual([reject.awsErrorCode, reject.httpStatus])
        if (reject?.headersNotSigned) expect(error.details.headersNotSigned).toEqual(reject.headersNotSigned)
      })
    }
  })
}
