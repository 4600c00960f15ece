// Compiled, never run: what was written for the originals compiles with the drop-ins.

import type { SignatureV4 as OriginalSignatureV4 } from '@smithy/signature-v4'
import type {
  EventSigner,
  HttpRequest,
  MessageSigner,
  RequestPresigner,
  RequestSigner,
  StringSigner,
} from '@smithy/types'
import type { Request as OriginalRequest } from 'aws4'
import type * as originalFetch from 'aws4fetch'
import type { Signer } from 'countersign'
import aws4, { sign } from 'countersign/aws4'
import { AwsClient, AwsV4Signer } from 'countersign/aws4fetch'
import { signerFromPolicy } from 'countersign/policy'
import { CountersignSigner, SignatureV4 } from 'countersign/smithy'

declare const original: OriginalRequest
export const signed: OriginalRequest = aws4.sign(original)
export const asOriginal: (request: OriginalRequest) => OriginalRequest = sign

declare const init: ConstructorParameters<typeof OriginalSignatureV4>[0]
export const signer: RequestSigner & RequestPresigner & StringSigner & EventSigner & MessageSigner =
  new SignatureV4(init)
export const forSdk: RequestSigner & RequestPresigner = new CountersignSigner(init)
declare const request: HttpRequest
export const answer: Promise<HttpRequest> = signer.sign(request)

export const client: originalFetch.AwsClient = new AwsClient({ accessKeyId: 'A', secretAccessKey: 'S' })
export const clientClass: typeof originalFetch.AwsClient = AwsClient
export const fetchSigner: originalFetch.AwsV4Signer = new AwsV4Signer({
  url: 'https://a.example',
  accessKeyId: 'A',
  secretAccessKey: 'S',
})

export const fromPolicy: Signer = signerFromPolicy('serviceName: s3')
