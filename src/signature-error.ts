import { jsonBody, xmlBody } from './error-body.ts'
import { answerOf, type Carrier, type ErrorCodes, type SignatureErrorReason } from './refusal-answers.ts'
import type { SignatureErrorDetails } from './refusal-details.ts'

/** Whose answer a refusal is. */
export interface RefusalAnswer {
  readonly errorCodes: ErrorCodes
  readonly carrier: Carrier
  /** What is known besides. */
  readonly details: SignatureErrorDetails
}

/**
 * A request that was not proved. The one kind of error that parsing and verifying throw for what arrived.
 *
 * @example
 * ```ts
 * import { SignatureError, Verifier } from 'countersign'
 *
 * const verifier = new Verifier({ getKeys: () => undefined, service: 's3', region: 'eu-west-1' })
 * try {
 *   await verifier.verify(new Request('https://photos.example/cat.jpg'))
 * } catch (error) {
 *   if (!(error instanceof SignatureError)) throw error
 *   console.log(error.reason, error.awsCode, error.status) // missing-authentication AccessDenied 403
 *   console.log(error.toResponse().headers.get('content-type')) // application/xml
 * }
 * ```
 */
export class SignatureError extends Error {
  /** Stable: to be compared with, logged and counted. */
  readonly reason: SignatureErrorReason
  /** AWS's name for it; S3's where the service is S3. */
  readonly awsCode: string
  /** HTTP status. */
  readonly status: number
  /** What is known of the request, for whoever runs the server. */
  readonly details: SignatureErrorDetails
  /** Whose codes and XML it speaks. */
  readonly errorCodes: ErrorCodes

  /** @param options Whose codes it speaks, default AWS's; where the signature travelled, default a header. */
  constructor(
    reason: SignatureErrorReason,
    message: string,
    options: {
      readonly details?: SignatureErrorDetails
      readonly errorCodes?: ErrorCodes
      readonly carrier?: Carrier
      readonly cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    const { details = {}, errorCodes = 'aws', carrier = 'header' } = options
    this.name = 'SignatureError'
    this.reason = reason
    this.details = details
    this.errorCodes = errorCodes
    ;[this.awsCode, this.status] = answerOf(reason, errorCodes, carrier)
  }

  /**
   * The answer for the client: AWS's XML or JSON error body. Of headers it shows the values of `host`, `content-*` and
   * `x-amz-*` alone, and never a session token.
   *
   * @param format Default: XML where the service is S3, else JSON.
   */
  toResponse(format: 'xml' | 'json' = this.errorCodes === 's3' ? 'xml' : 'json'): Response {
    const { body, contentType } = format === 'xml' ? xmlBody(this) : jsonBody(this)
    return new Response(body, {
      status: this.status,
      headers: { 'content-type': contentType, 'x-amzn-errortype': this.awsCode },
    })
  }
}

/** Makes of a refusal the answer of a service. It stays the error that was thrown, stack and all. */
export function answerFor(error: SignatureError, { errorCodes, carrier, details }: RefusalAnswer): void {
  const [awsCode, status] = answerOf(error.reason, errorCodes, carrier)
  Object.assign(error, { awsCode, status, errorCodes, details: { ...details, ...error.details } })
}

/**
 * Whether an error is a refusal. Also true for one that came from a second copy of this package, of which
 * `instanceof` knows nothing.
 *
 * @example
 * ```ts
 * import { isSignatureError, SignatureError } from 'countersign'
 *
 * console.log(isSignatureError(new SignatureError('signature-mismatch', 'Another key made it'))) // true
 * console.log(isSignatureError(new TypeError('a mistake in the program'))) // false
 * ```
 */
export function isSignatureError(error: unknown): error is SignatureError {
  return error instanceof Error && error.name === 'SignatureError' && 'reason' in error && 'awsCode' in error
}
