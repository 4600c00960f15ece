import { checkOptions, checkText, type OptionNames, type TextRule } from '../errors.ts'
import { encodeBase64Url, presignRequest } from './presigned-token.ts'
import { CALLER_IDENTITY, stsHost } from './sts-host.ts'
import { signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which cluster. */
export interface EksTokenOptions extends TokenOptions {
  /** Needed: the name of the cluster; its id where it is a local one on Outposts. */
  readonly clusterName: string
}

const OPTIONS: OptionNames<EksTokenOptions> = /* @__PURE__ */ Object.assign(
  { clusterName: true } as const,
  TOKEN_OPTIONS,
)

const CLUSTER_NAME: TextRule = {
  pattern: /^[A-Za-z\d][\w-]*$/,
  rule: 'must be a name of letters, digits, "-" and "_"',
}

/**
 * The bearer token for the Kubernetes API of an EKS cluster, as `aws eks get-token` makes it:
 *
 *     k8s-aws-v1.<a presigned URL of STS GetCallerIdentity in base64url>
 *
 * The signature covers the name of the cluster. It is good for 15 minutes, whatever the URL says; clients count on 14.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "get-token" in the AWS CLI Command Reference
 * @example
 * import { eksToken } from 'countersign/tokens'
 *
 * const token = await eksToken({
 *   clusterName: 'production',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(token.slice(0, 11)) // k8s-aws-v1.
 */
export async function eksToken(options: EksTokenOptions): Promise<`k8s-aws-v1.${string}`> {
  checkOptions('eksToken', options, OPTIONS)
  const { clusterName, region } = options
  checkText('clusterName', clusterName, CLUSTER_NAME)
  const signing = await signingFor('sts', options)
  const url = presignRequest(
    {
      origin: `https://${stsHost(region)}`,
      query: CALLER_IDENTITY,
      headers: { 'x-k8s-aws-id': clusterName },
    },
    // STS does not look at it, and early authenticators took no more.
    { ...signing, expiresInSeconds: 60 },
  )
  return `k8s-aws-v1.${encodeBase64Url(url)}`
}
