import type { Credentials, OutgoingHeaders, Request } from './request.ts'
import { RequestSigner } from './request-signer.ts'

/**
 * Signs a request for `http.request`, with the interface of `aws4`: the request itself gets what signs it.
 *
 * @param request Is changed. A URL stands for a GET.
 * @param credentials Default: what `AWS_ACCESS_KEY_ID` and its companions hold.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; also where there are no credentials.
 * @see https://github.com/mhart/aws4
 * @example
 * import { sign } from 'countersign/aws4'
 *
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const request = sign({ host: 'sqs.eu-west-1.amazonaws.com', path: '/?Action=ListQueues' }, credentials)
 * console.log(Object.keys(request.headers)) // [ 'Host', 'X-Amz-Date', 'Authorization' ]
 */
export function sign<Given extends Request>(
  request: Given,
  credentials?: Credentials,
): Given & { headers: OutgoingHeaders; path: string }
export function sign(
  request: string,
  credentials?: Credentials,
): Request & { protocol: string; headers: OutgoingHeaders; path: string }
export function sign(request: Request | string, credentials?: Credentials): Request {
  return new RequestSigner(request, credentials).sign()
}
