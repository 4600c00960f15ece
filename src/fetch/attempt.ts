import { invalidArgType, invalidArgValue } from '../errors.ts'
import { fixBody, type WireBody } from './body.ts'
import { buildRequest, type Outgoing, takeBody, withType } from './outgoing.ts'
import { signOutgoing } from './sign-request.ts'

/** Makes a request's body anew for each time that it is sent. */
export type BodyFactory = () => Promise<RequestInit['body']> | RequestInit['body']

/** What is to be sent, yet unsigned: it may be signed more than once. */
export interface Attempt {
  readonly outgoing: Outgoing
  readonly body: WireBody | BodyFactory
}

/**
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export async function beginAttempt(
  outgoing: Outgoing,
  bodyFactory: BodyFactory | undefined,
): Promise<Attempt> {
  if (bodyFactory === undefined) return { outgoing, body: await takeBody(outgoing) }
  if (typeof bodyFactory !== 'function') throw invalidArgType('bodyFactory', 'a function', bodyFactory)
  if ((outgoing.init.body ?? outgoing.source?.body ?? null) !== null) {
    throw invalidArgValue('bodyFactory', 'stands in place of a body: give one of the two')
  }
  return { outgoing, body: bodyFactory }
}

/** Whether it can be sent a second time: a stream cannot. */
export const isReplayable = ({ body }: Attempt): boolean => typeof body === 'function' || !body.isStream

/** Signs an attempt as of now. */
export async function signAttempt({ outgoing, body }: Attempt): Promise<Request> {
  const headers = new Headers(outgoing.headers)
  const signed = { ...outgoing, headers }
  const sent = typeof body === 'function' ? withType(headers, await fixBody(await body())) : body
  await signOutgoing(signed, sent.body)
  return buildRequest(signed, sent)
}
