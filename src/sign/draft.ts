import { buildCanonicalHeaders, type HeaderLines } from '../canonical/headers.ts'
import { buildCanonicalRequest } from '../canonical/request.ts'
import { buildStringToSign } from '../canonical/string-to-sign.ts'
import { canonicalUri } from '../canonical/uri.ts'
import { byUnits, sortInPlace } from '../encoding/sort.ts'
import type { SigningTrace } from '../types.ts'
import type { Signing } from './options.ts'
import { type CheckedParts, checkHeaderLines, checkHeaderName } from './request-parts.ts'

/** The names to sign, sorted. */
export function selectNames(headers: HeaderLines, isSigned: (name: string) => boolean): string[] {
  const names: string[] = []
  for (const name of headers.keys()) if (isSigned(name)) names.push(name)
  return sortInPlace(names, byUnits)
}

/** What the caller has worked out of a canonical request. */
export interface TraceElements {
  readonly canonicalQueryString: string
  readonly signedHeaders: readonly string[]
  /** The same, joined by `;`. */
  readonly signedHeadersText: string
  readonly hashedPayload: string
}

/** All that a trace has before the signature is there. */
export type TraceDraft = Omit<SigningTrace, 'signature'>

/** Puts the signature into the draft: a copy would cost more than all the rest of it. */
export function finishTrace(draft: TraceDraft, signature: string): SigningTrace {
  return Object.assign(draft, { signature })
}

/** Takes a request all the way to its string to sign: every step but the signature. */
export function draftTrace(parts: CheckedParts, signing: Signing, elements: TraceElements): TraceDraft {
  const { signedHeaders, hashedPayload } = elements
  for (const name of signedHeaders) checkHeaderName(name)
  const canonicalRequest = buildCanonicalRequest({
    method: parts.method,
    canonicalUri: canonicalUri(parts.url.path, signing.profile),
    canonicalQueryString: elements.canonicalQueryString,
    canonicalHeaders: buildCanonicalHeaders(parts.headers, signedHeaders, checkHeaderLines),
    signedHeaders: elements.signedHeadersText,
    hashedPayload,
  })
  const algorithm = signing.algorithm.name
  const { amzDate, credentialScope } = signing
  const stringToSign = buildStringToSign({ algorithm, amzDate, credentialScope, canonicalRequest })
  return { algorithm, amzDate, credentialScope, signedHeaders, hashedPayload, canonicalRequest, stringToSign }
}
