// A proof of identity, and an STS to ask.
import {
  type StsProof,
  stsProof,
  type VerifyStsProofOptions,
  verifyStsProof,
} from '../../../src/tokens/index.ts'

export const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'EXAMPLEKEY',
  sessionToken: 'to+ken/==',
}
export const signingDate = Date.UTC(2026, 0, 2, 3, 4, 5)
export const audienceHeader = { name: 'X-Audience', value: 'orders.example' }
export const make = (options: Partial<Parameters<typeof stsProof>[0]> = {}): Promise<StsProof> =>
  stsProof({ region: 'eu-west-1', audienceHeader, credentials, signingDate, ...options })

export const ARN = 'arn:aws:sts::123456789012:assumed-role/app/session'
export const answerOf = (result: string): string =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>${result}</GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`
export const RESULT = `
    <Arn>${ARN}</Arn>
    <UserId>AROAEXAMPLE:session</UserId>
    <Account>123456789012</Account>
  `
export const IDENTITY = { arn: ARN, account: '123456789012', userId: 'AROAEXAMPLE:session' }

/** Verifies with an STS that gives this answer, and tells what was sent to it. */
export async function ask(proof: unknown, answer: () => Response, options: VerifyStsProofOptions = {}) {
  const sent: { url: unknown; init: RequestInit | undefined }[] = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push({ url, init })
    return answer()
  }
  const all = { audienceHeader, now: () => signingDate + 1000, fetch, ...options }
  const outcome = await verifyStsProof(proof, all).catch((error: unknown) => error)
  return { outcome, sent }
}
export const good = (): Response => new Response(answerOf(RESULT))
