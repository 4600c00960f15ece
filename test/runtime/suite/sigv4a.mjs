// SigV4A: signed and verified at once and asynchronously, by secret and by public key.
import { needs, refuses, same } from './expect.mjs'
import { SIGV4A } from './known-answers.mjs'
import { receivedSigv4a, SIGV4A_OPTIONS, secretOf, targetOf, verifierOf } from './requests.mjs'

const KEYS = { secret: secretOf(SIGV4A), 'public key': { publicKey: SIGV4A.publicKey } }
const URL_TEXT = 'https://example.amazonaws.com/'

export function sigv4aChecks(library) {
  const { signHeaders, presignUrl, signRequest, sigv4a, deriveSigv4aKey } = library
  const options = { ...SIGV4A_OPTIONS, algorithm: sigv4a }
  const checks = {
    'SigV4A: key': async () => same(deriveSigv4aKey(SIGV4A.credentials).publicKey, SIGV4A.publicKey),
    'SigV4A: signRequest and Verifier': async () =>
      needs('Request', async () => {
        const request = await signRequest(`${URL_TEXT}a?b=c`, options)
        for (const key of Object.values(KEYS)) {
          same((await verifierOf(library, key, options).verify(request)).accessKeyId, 'AKIDEXAMPLE')
        }
      }),
  }
  for (const [name, key] of Object.entries(KEYS)) {
    const verifier = verifierOf(library, key, options)
    checks[`SigV4A: sign, verify with the ${name}`] = async () => {
      const { headers } = signHeaders({ url: URL_TEXT }, options)
      for (const authorization of [headers.authorization, SIGV4A.authorization]) {
        await verifier.verifyReceived(receivedSigv4a('/', authorization))
        await refuses('signature-mismatch', () =>
          verifier.verifyReceived(receivedSigv4a('/a', authorization)),
        )
      }
    }
    checks[`SigV4A: presign, verify with the ${name}`] = async () => {
      for (const target of [targetOf(presignUrl({ url: URL_TEXT }, options).url), SIGV4A.presignedTarget]) {
        await verifier.verifyReceived(receivedSigv4a(target))
        const changed = receivedSigv4a(target.replace('Region-Set=us-east-1', 'Region-Set=%2A'))
        await refuses('signature-mismatch', () => verifier.verifyReceived(changed))
      }
    }
  }
  return checks
}
