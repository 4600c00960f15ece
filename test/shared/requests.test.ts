// Every signed request of the further vectors that SigV4 covers: step by step, in one call, and back.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  buildCanonicalRequest,
  buildStringToSign,
  canonicalHeaders,
  canonicalQueryString,
  canonicalUri,
  deriveSigningKey,
} from '../../src/canonical/index.ts'
import { presignUrl, profileFor, signHeaders, Verifier, type VerifierOptions } from '../../src/index.ts'
import {
  loadShared,
  OTHER_SETTINGS,
  type SharedCase,
  type SharedForm,
  toPairs,
  toParts,
  toPresignOptions,
  toProfile,
  toReceivedBody,
  toSigningOptions,
  toVerifierOptions,
} from '../support/shared-vectors.ts'

/** What no call of ours makes as it stands, and why. Each is asserted to come out otherwise. */
const NOT_IN_ONE_CALL: Readonly<Record<string, string>> = {
  'aws4-codecommit-git': 'CodeCommit signs Git over HTTPS with a date without Z and no date header',
  'smithy-go-codecommit-git': 'CodeCommit signs Git over HTTPS with a date without Z and no date header',
  'smithy-ts-sign-no-host': 'no host is signed, and we always sign it',
  'go-v4-sign-dynamodb': 'a "#" in a URL begins the fragment, which is never sent',
  'go-v4-presign-dynamodb': 'a "#" in a URL begins the fragment, which is never sent',
  'go-v4-presign-dynamodb-repeated-query': 'a "#" in a URL begins the fragment, which is never sent',
  's3s-minio-listen-notification': 'nonstandard: repeated names are not sorted by value',
  'smithy-go-payload-unhashable-stream': 'UNSIGNED-PAYLOAD is not announced; we send x-amz-content-sha256',
  'smithy-go-no-session': 'UNSIGNED-PAYLOAD is not announced; we send x-amz-content-sha256',
}

/** What our verifier refuses although the signature recomputes, and as what. */
const REFUSED: Readonly<Record<string, string>> = {
  'aws4-codecommit-git': 'missing-date',
  'smithy-go-codecommit-git': 'missing-date',
  'smithy-ts-sign-no-host': 'header-not-signed',
  'go-v4-sign-dynamodb': 'malformed-request',
  'go-v4-presign-dynamodb': 'malformed-request',
  'go-v4-presign-dynamodb-repeated-query': 'malformed-request',
  's3s-minio-listen-notification': 'signature-mismatch',
  'glacier-docs-upload-archive': 'header-not-signed',
  'aws4-s3-custom-content-sha256': 'malformed-content-sha256',
}

const FILES = ['sigv4-suite.json', 'services.json', 's3-presign-post.json', 'botocore.json']
const isSigV4Request = ({ kind, context }: SharedCase): boolean =>
  (kind === undefined || kind === 'request') && context.algorithm === undefined

/** The query that was signed: what is on the wire, less the signature and what was added after it. */
function signedQuery(vector: SharedCase, form: SharedForm, isQuery: boolean): string {
  const [, query = ''] = (form.signedRequest ?? vector.request).target.split(/\?(.*)/s)
  if (!isQuery) return query
  const unsigned =
    toProfile(vector).sessionToken === 'appended' ? /^X-Amz-(Signature|Security-Token)=/ : /^X-Amz-Signature=/
  return query
    .split('&')
    .filter((piece) => !unsigned.test(piece))
    .join('&')
}

function stepByStep(
  vector: SharedCase,
  form: SharedForm,
  isQuery: boolean,
): Required<Omit<SharedForm, 'signedRequest'>> {
  const { context } = vector
  const { headers, target } = form.signedRequest ?? vector.request
  const lines = form.canonicalRequest.split('\n')
  const signedHeaders = lines.at(-2)!.split(';')
  const canonicalRequest = buildCanonicalRequest({
    method: vector.request.method,
    canonicalUri: canonicalUri(target.split('?')[0]!, toProfile(vector)),
    canonicalQueryString: canonicalQueryString(signedQuery(vector, form, isQuery)),
    canonicalHeaders: canonicalHeaders(toPairs(headers), signedHeaders),
    signedHeaders,
    hashedPayload: lines.at(-1)!,
  })
  const amzDate = context.amzDate ?? `${context.timestamp.replace(/[-:]|\.\d+/g, '')}`
  const scopeDate = amzDate.slice(0, 8)
  const { secretAccessKey, region, service } = context
  const credentialScope = `${scopeDate}/${region}/${service}/aws4_request`
  const stringToSign = buildStringToSign({ amzDate, credentialScope, canonicalRequest })
  const key = deriveSigningKey({ secretAccessKey, scopeDate, region, service })
  return {
    canonicalRequest,
    stringToSign,
    signature: createHmac('sha256', key).update(stringToSign).digest('hex'),
  }
}

/** Git's requests travel as a password and have no signed form: one with their signature stands in. */
function unsignedTwin(
  { request, context }: SharedCase,
  { signature }: SharedForm,
): NonNullable<SharedForm['signedRequest']> {
  const scope = `${context.timestamp.slice(0, 10).replaceAll('-', '')}/${context.region}/${context.service}/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${context.accessKeyId}/${scope}, SignedHeaders=host, Signature=${signature}`
  return { target: request.target, headers: [...request.headers, ['Authorization', authorization]] }
}

const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8')

for (const file of FILES) {
  describe(file, () => {
    const cases = loadShared(file).filter(isSigV4Request)
    it('has SigV4 requests', () => expect(cases.length).toBeGreaterThan(10))

    for (const vector of cases) {
      for (const location of ['header', 'query'] as const) {
        const form = vector[location]
        if (!form) continue

        it(`${vector.name} (${location}): step by step`, () => {
          const found = stepByStep(vector, form, location === 'query')
          if (vector.name === 's3s-minio-listen-notification') {
            expect(found.signature).toBe('40bb2af67a417940c9c3107add7dd7775ac141569b606e4596809ea27f5692fe')
            return
          }
          expect(asText(found.canonicalRequest)).toBe(form.canonicalRequest)
          expect(found.stringToSign).toBe(form.stringToSign)
          expect(found.signature).toBe(form.signature)
        })

        it(`${vector.name} (${location}): in one call`, () => {
          const sign = () =>
            location === 'header'
              ? signHeaders(toParts(vector.request), toSigningOptions(vector, 'header')).trace
              : presignUrl(toParts(vector.request), toPresignOptions(vector)).trace
          if (vector.name in NOT_IN_ONE_CALL) {
            expect(sign().signature).not.toBe(form.signature)
            return
          }
          const trace = sign()
          expect(asText(trace.canonicalRequest)).toBe(form.canonicalRequest)
          expect(trace.stringToSign).toBe(form.stringToSign)
          expect(trace.signature).toBe(form.signature)
        })

        it(`${vector.name} (${location}): verified`, async () => {
          const { target, headers } = form.signedRequest ?? unsignedTwin(vector, form)
          const { method } = vector.request
          const verify = (options: VerifierOptions) =>
            new Verifier(options).verifyReceived({
              method,
              target,
              headers: toPairs(headers),
              body: toReceivedBody(vector.request, form),
            })
          const verifying = verify(toVerifierOptions(vector))
          const reason = REFUSED[vector.name]
          if (reason) return expect(verifying).rejects.toMatchObject({ reason })
          expect((await verifying).accessKeyId).toBe(vector.context.accessKeyId)
          await expect(verify(toVerifierOptions(vector, 'another token'))).rejects.toMatchObject({
            reason: 'invalid-session-token',
          })
        })
      }
    }
  })
}

it('sets over the profiles of services what a case needs, and nothing else', () => {
  const cases = new Map(FILES.flatMap((file) => loadShared(file)).map((vector) => [vector.name, vector]))
  for (const [name, settings] of Object.entries(OTHER_SETTINGS)) {
    const vector = cases.get(name)
    expect([name, vector === undefined]).toEqual([name, false])
    expect(profileFor(vector?.context.service ?? '')).not.toMatchObject(settings)
  }
})
