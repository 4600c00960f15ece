import { adaptProfile } from '../profiles.ts'
import type { WireBody } from './body.ts'
import { dropOldSignature, withoutPresign } from './old-signature.ts'
import type { Outgoing } from './outgoing.ts'

const REDIRECT_STATUS = /^30[12378]$/
/** What describes a body, and goes with it. */
const BODY_HEADER = /^(?:content-|x-amz-(?:content-sha256$|decoded-content-length$|checksum-|trailer$))/

const NO_BODY: WireBody = { body: undefined, isStream: false }

/** A request to sign, and its body. */
export interface Attempt {
  readonly outgoing: Outgoing
  readonly body: WireBody
}

/** A Request's settings, for another one that shall not have its URL, method, headers and body. */
function settingsOf(request: Request | undefined): RequestInit {
  if (!request) return {}
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy, signal } = request
  return { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy, signal }
}

function targetOf(response: Response, from: URL): URL | undefined {
  const location = response.headers.get('location')
  if (!location || !REDIRECT_STATUS.test(`${response.status}`)) return undefined
  try {
    const to = new URL(location, from)
    return to.origin === from.origin && to.username + to.password === '' ? to : undefined
  } catch {
    return undefined
  }
}

/**
 * What to send after a redirect, yet to be signed. Nothing where the answer is no redirect, where it leads to another
 * origin, which must see neither our headers nor the body, or where it wants a stream a second time.
 *
 * @see "HTTP-redirect fetch" in the Fetch standard
 */
export function redirectedAttempt(response: Response, { outgoing, body }: Attempt): Attempt | undefined {
  const target = targetOf(response, new URL(outgoing.url))
  const { status } = response
  if (!target || (body.isStream && status !== 303)) return undefined

  const { method, init, source, call } = outgoing
  const isPost = method === 'POST' && (status === 301 || status === 302)
  const becomesGet = isPost || (status === 303 && !/^(?:GET|HEAD)$/.test(method))
  const headers = new Headers(outgoing.headers)
  dropOldSignature(headers, adaptProfile(call.service, call.profile))
  if (becomesGet) for (const name of [...headers.keys()]) if (BODY_HEADER.test(name)) headers.delete(name)
  return {
    outgoing: {
      source: undefined,
      method: becomesGet ? 'GET' : method,
      url: withoutPresign(target.href),
      headers,
      init: { ...settingsOf(source), ...init, body: null },
      call,
    },
    body: becomesGet ? NO_BODY : body,
  }
}
