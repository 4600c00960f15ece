// SigV4A: the official suite and the further vectors, signing (checked by node:crypto) and verifying.
import { describe, expect, it } from 'vitest'
import { deriveSigv4aPrivateKey } from '../../src/algorithms/sigv4a-key.ts'
import { presignUrl, signHeaders, type VerificationKey, Verifier } from '../../src/index.ts'
import { deriveSigv4aKey, sigv4a } from '../../src/sigv4a/index.ts'
import { verifiesUnder } from '../support/node-ecdsa.ts'
import {
  loadShared,
  type SharedCase,
  type SharedForm,
  toBody,
  toPairs,
  toParts,
  toPresignOptions,
  toSigningOptions,
  toVerifierOptions,
} from '../support/shared-vectors.ts'

type Sigv4aCase = SharedCase & { publicKey: { x: string; y: string } }

/** What our calls make otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'smithy-go-v4a-two-regions': 'UNSIGNED-PAYLOAD is not announced; we send x-amz-content-sha256',
  'smithy-go-v4a-unsigned-payload': 'UNSIGNED-PAYLOAD is not announced; we send x-amz-content-sha256',
  'smithy-go-v4a-no-session': 'UNSIGNED-PAYLOAD is not announced; we send x-amz-content-sha256',
  'smithy-ts-v4a-any-region': 'no host is signed, and we always sign it',
  'go-v4a-canonical-headers-spaces': 'its payload line is empty: the published test looks at headers only',
  'go-v4a-presign': 'X-Amz-Target is moved into the query; we sign headers as headers',
  'go-v4a-presign-repeated-query': 'X-Amz-Target is moved into the query; we sign headers as headers',
}
const REFUSED: Readonly<Record<string, string>> = {
  // They sign the hash of nothing, and a content-length of 1024: no such request arrives.
  'go-v4a-sign-session-token': 'incomplete-body',
  'go-v4a-sign-no-token': 'incomplete-body',
  'go-v4a-presign': 'incomplete-body',
  'go-v4a-presign-repeated-query': 'incomplete-body',
  'smithy-ts-v4a-any-region': 'header-not-signed',
  'go-v4a-canonical-headers-spaces': 'signature-mismatch',
}

const suite = loadShared<Sigv4aCase>('sigv4a-suite.json')
const further = ['services.json', 's3-presign-post.json']
  .flatMap((file) => loadShared<Sigv4aCase>(file))
  .filter(({ kind, context }) => kind === 'request' && context.algorithm === sigv4a.name)

function sign(vector: Sigv4aCase, location: 'header' | 'query') {
  const parts = toParts(vector.request)
  return location === 'header'
    ? signHeaders(parts, { ...toSigningOptions(vector, 'header'), algorithm: sigv4a }).trace
    : presignUrl(parts, { ...toPresignOptions(vector), algorithm: sigv4a }).trace
}

function verify(
  vector: Sigv4aCase,
  form: SharedForm,
  key: VerificationKey,
  sessionToken: string | undefined = vector.context.sessionToken,
) {
  const { target, headers } = form.signedRequest!
  const verifier = new Verifier({
    ...toVerifierOptions(vector),
    algorithms: [sigv4a],
    region: vector.context.region.split(',')[0]!.replaceAll('*', 'any'),
    getKeys: () => ({ ...key, sessionToken }),
  })
  const { method } = vector.request
  return verifier.verifyReceived({ method, target, headers: toPairs(headers), body: toBody(vector.request) })
}

describe('the official suite and the further SigV4A requests', () => {
  it('are there', () => expect([suite.length, further.length]).toEqual([38, 14]))

  for (const vector of [...suite, ...further]) {
    for (const location of ['header', 'query'] as const) {
      const form = vector[location]
      if (!form) continue
      const { name, publicKey, context } = vector

      it(`${name} (${location}): signed`, () => {
        const trace = sign(vector, location)
        if (name in OTHERWISE) expect(trace.canonicalRequest).not.toBe(form.canonicalRequest)
        else {
          expect(trace.canonicalRequest).toBe(form.canonicalRequest)
          expect(trace.stringToSign).toBe(form.stringToSign)
        }
        expect(verifiesUnder(publicKey, trace.stringToSign, trace.signature)).toBe(true)
        expect(verifiesUnder(publicKey, `${trace.stringToSign}.`, trace.signature)).toBe(false)
      })

      it(`${name} (${location}): derives the public key`, () => {
        expect(deriveSigv4aKey(context).publicKey).toEqual(publicKey)
      })

      for (const [what, key] of [
        ['the secret', { secretAccessKey: context.secretAccessKey }],
        ['the public key', { publicKey }],
      ] as const) {
        it(`${name} (${location}): verified with ${what}`, async () => {
          const reason = REFUSED[name]
          if (reason) return expect(verify(vector, form, key)).rejects.toMatchObject({ reason })
          expect((await verify(vector, form, key)).credentialScope).toMatch(/^\d{8}\/[\w-]+\/aws4_request$/)
          await expect(verify(vector, form, key, 'another token')).rejects.toMatchObject({
            reason: 'invalid-session-token',
          })
        })
      }
    }
  }
})

interface KeyCase {
  name: string
  kind: string
  input: { accessKeyId: string; secretAccessKey: string; candidate: string }
  expected: { privateKey: string; publicKey: { x: string; y: string }; accepted: boolean }
  attempts: { fixedInputHex: string; hmacSha256: string }[]
}
const keyCases = loadShared<KeyCase>('key-derivation.json')
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('key derivation', () => {
  const keys = keyCases.filter(({ kind }) => kind === 'sigv4aKey')
  it('has keys', () => expect(keys).toHaveLength(7))

  for (const { name, input, expected, attempts } of keys) {
    it(`${name}: private key, public key, and the input of each try`, () => {
      const { privateKey, publicKey } = deriveSigv4aKey(input)
      expect(hex(privateKey)).toBe(expected.privateKey)
      expect(publicKey).toEqual(expected.publicKey)
      const inputs: string[] = []
      deriveSigv4aPrivateKey(input, {
        digest(message) {
          inputs.push(hex(message))
          return Buffer.from(attempts[inputs.length - 1]!.hmacSha256, 'hex')
        },
      })
      expect(inputs).toEqual(attempts.map(({ fixedInputHex }) => fixedInputHex))
    })
  }

  for (const { name, input, expected } of keyCases.filter(({ kind }) => kind === 'sigv4aScalar')) {
    it(`${name}: ${expected.accepted ? 'taken' : 'tried again'}`, () => {
      let tries = 0
      const key = deriveSigv4aPrivateKey(
        { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
        { digest: () => (tries++ === 0 ? Buffer.from(input.candidate, 'hex') : new Uint8Array(32)) },
      )
      expect(tries).toBe(expected.accepted ? 1 : 2)
      expect(hex(key)).toBe(expected.accepted ? expected.privateKey : `${'0'.repeat(63)}1`)
    })
  }
})

describe('verify', () => {
  interface VerifyCase extends SharedCase {
    context: SharedCase['context'] & { now: string; maxSkewSeconds: number }
    accept?: true
    reject?: { reason: string }
  }
  const cases = loadShared<VerifyCase>('services.json').filter(
    ({ kind, context }) => kind === 'verify' && context.algorithm === sigv4a.name,
  )
  it('has cases', () => expect(cases).toHaveLength(10))
  const REASONS: Readonly<Record<string, string>> = {
    'region-not-in-set': 'scope-mismatch',
    'missing-region-set': 'scope-mismatch',
    'signature-mismatch': 'signature-mismatch',
    // With a region too many, the date is looked for where the access key id ends.
    'malformed-credential': 'malformed-authorization',
  }

  for (const { name, context, request, reject } of cases) {
    it(`${name}: ${reject ? 'refused' : 'accepted'}`, async () => {
      const verifier = new Verifier({
        getKeys: () => ({ secretAccessKey: context.secretAccessKey }),
        algorithms: [sigv4a],
        region: context.region,
        service: context.service,
        maxSkewSeconds: context.maxSkewSeconds,
        now: () => Date.parse(context.now),
      })
      const { method, target, headers } = request
      const verifying = verifier.verifyReceived({
        method,
        target,
        headers: toPairs(headers),
        body: toBody(request),
      })
      if (reject) await expect(verifying).rejects.toMatchObject({ reason: REASONS[reject.reason] })
      else expect((await verifying).accessKeyId).toBe(context.accessKeyId)
    })
  }
})
