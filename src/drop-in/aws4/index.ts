import { RequestSigner } from './request-signer.ts'
import { sign } from './sign.ts'

export type { ParsedPath, Query } from './path.ts'
export type { Credentials, OutgoingHeaders, Request } from './request.ts'
export { RequestSigner, sign }

/** For `import aws4 from`. */
const aws4: { readonly sign: typeof sign; readonly RequestSigner: typeof RequestSigner } = {
  sign,
  RequestSigner,
}
export default aws4
