import type { TextRule } from '../errors.ts'
import type { Credentials } from '../types.ts'
import { awsEndpoint } from './aws-endpoint.ts'
import { failed } from './credentials-error.ts'
import {
  callEndpoint,
  callWithRetries,
  type EndpointRequest,
  isSuccess,
  type Outcome,
} from './endpoint-call.ts'
import type { Surroundings } from './surroundings.ts'
import { checkedCredentials } from './temporary-credentials.ts'

/** A call of STS for the credentials of a role. */
export interface StsCall {
  readonly source: string
  readonly action: 'AssumeRole' | 'AssumeRoleWithWebIdentity'
  readonly region: string
  /** One word: messages show it. */
  readonly roleArn: string
  /** Asked anew for each attempt. What is undefined is left out. */
  form(): Promise<Readonly<Record<string, string | undefined>>>
  /** The headers that sign the request. None for a web identity, which so needs no signing code. */
  sign?(request: EndpointRequest): Readonly<Record<string, string>>
  /** Codes that another attempt may mend. */
  readonly retriedCodes?: RegExp
}

const TIMEOUT_MILLISECONDS = 10_000

const textOf = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>\\s*([^<&]+?)\\s*</${name}>`).exec(xml)?.[1]

async function send(call: StsCall, at: Surroundings): Promise<Outcome> {
  const { source, action, region, roleArn } = call
  const form = new URLSearchParams({ Action: action, Version: '2011-06-15', RoleArn: roleArn })
  for (const [name, value] of Object.entries(await call.form()))
    if (value !== undefined) form.set(name, value)
  const request: EndpointRequest = {
    url: `${awsEndpoint({ source, host: 'sts', variable: 'STS' }, region, at.env)}/`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  }
  return callEndpoint(at.fetch, { ...request, headers: { ...request.headers, ...call.sign?.(request) } })
}

/**
 * Asks STS for the credentials of a role, up to three times.
 *
 * @throws {CredentialsError}
 * @see "AWS Security Token Service API Reference", AssumeRole, AssumeRoleWithWebIdentity
 */
export async function callSts(call: StsCall, at: Surroundings): Promise<Credentials> {
  const outcome = await callWithRetries(3, async () => {
    const answer = await send(call, at)
    return call.retriedCodes?.test(answer.code) ? { ...answer, isTransient: true } : answer
  })
  if (!isSuccess(outcome)) throw failed(call.source, `${outcome.why} for ${call.roleArn}`)
  const { text } = outcome
  return checkedCredentials(
    {
      accessKeyId: textOf(text, 'AccessKeyId'),
      secretAccessKey: textOf(text, 'SecretAccessKey'),
      sessionToken: textOf(text, 'SessionToken'),
      expiration: textOf(text, 'Expiration'),
    },
    { source: call.source, now: at.now(), kind: 'temporary' },
  )
}

/** `RoleSessionName`: 2 to 64 of these characters. */
export const SESSION_NAME: TextRule = {
  pattern: /^[\w+=,.@-]{2,64}$/,
  rule: 'must be 2 to 64 letters, digits or any of _+=,.@-',
}

/** An ARN. Services that imitate AWS take other forms than AWS does. */
export const ARN: TextRule = { pattern: /^\S+$/, rule: 'must be an ARN, without spaces' }

export function defaultSessionName(now: number): string {
  return `countersign-${now}`
}
