import type { ErrorCodes, SignatureErrorReason } from './refusal-answers.ts'
import type { SignatureErrorDetails } from './refusal-details.ts'

/** What an answer is made of. */
export interface Refusal {
  readonly reason: SignatureErrorReason
  readonly message: string
  readonly awsCode: string
  readonly errorCodes: ErrorCodes
  readonly details: SignatureErrorDetails
}

/** A body of an HTTP answer. */
export interface ErrorBody {
  readonly body: string
  readonly contentType: string
}

/** The names that S3 gives to details in its XML. */
const S3_ELEMENTS: readonly (readonly [keyof SignatureErrorDetails, string])[] = [
  ['accessKeyId', 'AWSAccessKeyId'],
  ['stringToSign', 'StringToSign'],
  ['signatureProvided', 'SignatureProvided'],
  ['canonicalRequest', 'CanonicalRequest'],
  ['headersNotSigned', 'HeadersNotSigned'],
  ['requestTime', 'RequestTime'],
  ['expiresAt', 'Expires'],
  ['serverTime', 'ServerTime'],
  ['contentSha256Claimed', 'ClientComputedContentSHA256'],
  ['contentSha256Received', 'S3ComputedContentSHA256'],
]

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
// XML 1.0 has no way to write most control characters, not even escaped.
const escapeXml = (text: string): string =>
  text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '?').replace(/[&<>"]/g, (c) => XML_ENTITIES[c]!)
const element = (name: string, text: string): string => `<${name}>${escapeXml(text)}</${name}>`

/** What may be shown of a header's value to whoever sent the request: not what a proxy put in on the way. */
const SHOWN_HEADERS = /^(?::authority|host|content-[\w-]+|x-amz-(?![\w-]*(?:token|customer-key):)[\w-]+):/

/** A canonical request as the client gets to see it: the values of all other headers are left out. */
function redactHeaders(canonicalRequest: string): string {
  const lines = canonicalRequest.split('\n')
  const end = lines.indexOf('', 3)
  return lines
    .map((line, i) => (i < 3 || i >= end || SHOWN_HEADERS.test(line) ? line : line.replace(/:.*/, ':…')))
    .join('\n')
}

function s3Elements({ reason, details }: Refusal): string {
  const { canonicalRequest, expected, maxSkewSeconds } = details
  const shown: SignatureErrorDetails =
    canonicalRequest === undefined
      ? details
      : { ...details, canonicalRequest: redactHeaders(canonicalRequest) }
  const texts = S3_ELEMENTS.map(([key, name]) => {
    const value = shown[key]
    return value === undefined ? '' : element(name, String(value))
  })
  if (reason === 'scope-mismatch' && expected) texts.push(element('Expected', expected))
  if (maxSkewSeconds !== undefined) {
    texts.push(element('MaxAllowedSkewMilliseconds', String(maxSkewSeconds * 1000)))
  }
  return texts.join('')
}

/** The error as AWS's services that speak JSON answer it. */
export function jsonBody({ awsCode, message }: Refusal): ErrorBody {
  return { body: JSON.stringify({ __type: awsCode, message }), contentType: 'application/json' }
}

/** The error as S3 answers it, or AWS's services that speak XML. */
export function xmlBody(error: Refusal): ErrorBody {
  const common = element('Code', error.awsCode) + element('Message', error.message)
  const body =
    error.errorCodes === 's3'
      ? `<Error>${common}${s3Elements(error)}</Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${common}</Error></ErrorResponse>`
  return { body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`, contentType: 'application/xml' }
}
