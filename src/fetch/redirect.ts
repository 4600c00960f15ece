import { inferScope } from '../endpoints/inferred-scope.ts'
import { type Attempt, isReplayable } from './attempt.ts'
import type { WireBody } from './body.ts'
import { withoutPresign } from './old-signature.ts'
import type { Outgoing } from './outgoing.ts'

const REDIRECT_STATUS = /^30[12378]$/
/** What describes a body, and goes with it. */
const BODY_HEADER = /^(?:content-|x-amz-(?:content-sha256$|decoded-content-length$|checksum-|trailer$))/

const NO_BODY: WireBody = { body: undefined, isStream: false }

/** A Request's settings, for another one that shall not have its URL, method, headers and body. */
function settingsOf(request: Request | undefined): RequestInit {
  if (!request) return {}
  const { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy, signal } = request
  return { cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy, signal }
}

/** The same request to another URL. */
function redirected({ source, init, ...rest }: Outgoing, url: string): Outgoing {
  return { ...rest, source: undefined, url, init: { ...settingsOf(source), ...init, body: null } }
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

/** What `<Code>PermanentRedirect</Code>` and `<Code>TemporaryRedirect</Code>` come with. */
const BUCKET_REGION = 'x-amz-bucket-region'
/** A host of S3: what stands before the region, the region, and the suffix of its partition. */
const S3_HOST =
  /^((?:.+\.)?s3(?:-fips)?(?:\.dualstack)?)(?:[.-]([a-z]{2}(?:-[a-z]+)+-\d))?(\.amazonaws\.com(?:\.cn)?)$/
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/

/** Regions of one partition: credentials of China or GovCloud are of no use in another. */
const partitionOf = (region: string): string => /^(?:cn|us-gov)-/.exec(region)?.[0] ?? ''

/** The request to the region where the bucket is, at the same kind of host of S3 in the same partition. */
function inBucketRegion({ status, headers }: Response, outgoing: Outgoing): Outgoing | undefined {
  const region = headers.get(BUCKET_REGION) ?? ''
  const url = new URL(outgoing.url)
  const [, front, , suffix] = S3_HOST.exec(url.host) ?? []
  const signedFor = outgoing.call.region
  if (
    !front ||
    (status !== 301 && status !== 307) ||
    !REGION.test(region) ||
    typeof signedFor !== 'string' ||
    partitionOf(region) !== partitionOf(signedFor)
  ) {
    return undefined
  }
  url.host = `${front}.${region}${suffix}`
  const isSame = region === signedFor && url.href === outgoing.url
  if (isSame || inferScope(url).service !== outgoing.call.service) return undefined
  return { ...redirected(outgoing, url.href), call: { ...outgoing.call, region } }
}

/**
 * What to send after a redirect, yet to be signed. Nothing where the answer is no redirect, where it leads to another
 * origin, which must see neither our headers nor the body, or where it wants a stream a second time. S3 that names the
 * bucket's region is no other origin.
 *
 * @see "HTTP-redirect fetch" in the Fetch standard; "Request redirection and the REST API" (Amazon S3)
 */
export function redirectedAttempt(response: Response, attempt: Attempt): Attempt | undefined {
  const { outgoing, body } = attempt
  const inRegion = isReplayable(attempt) ? inBucketRegion(response, outgoing) : undefined
  if (inRegion) return { outgoing: inRegion, body }

  const target = targetOf(response, new URL(outgoing.url))
  const { status } = response
  if (!target || (!isReplayable(attempt) && status !== 303)) return undefined

  const { method } = outgoing
  const next = redirected(outgoing, withoutPresign(target.href))
  const isPost = method === 'POST' && (status === 301 || status === 302)
  if (!isPost && (status !== 303 || /^(?:GET|HEAD)$/.test(method))) return { outgoing: next, body }
  const headers = new Headers(outgoing.headers)
  for (const name of [...headers.keys()]) if (BODY_HEADER.test(name)) headers.delete(name)
  return { outgoing: { ...next, method: 'GET', headers }, body: NO_BODY }
}
