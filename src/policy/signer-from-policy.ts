import { PROVIDER_OPTIONS, type ProviderOptions } from '../credentials/surroundings.ts'
import { checkOptions } from '../errors.ts'
import type { Signer } from '../fetch/signer.ts'
import { PolicySigner } from './policy-signer.ts'
import { readPolicy } from './settings.ts'

/**
 * Makes a Signer of a gateway's signing policy: Flex Gateway's "AWS Request Signature", or Envoy's
 * `aws_request_signing`, parameter for parameter, in camel case or in snake case.
 *
 * `x-forwarded-for`, `x-forwarded-proto` and `x-amzn-trace-id` are never signed. `host_rewrite` changes the URL that
 * is signed; with `query_string`, `sign` puts the signature into the query, good for 5 seconds unless the policy says
 * otherwise. Credentials and their files are read at each call.
 *
 * @param config The policy as an object or as YAML: bare, a `policyRef` entry, an Envoy filter or its per-route form,
 *   or a list that holds one of these.
 * @param options What to read files and the environment with. Default: those of the program.
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the parameter's name: where it
 *   is not known, conflicts with another, or cannot be used.
 * @see MuleSoft, "AWS Request Signature Policy"; Envoy, "AWS Request Signing"
 * @example
 * import { signerFromPolicy } from 'countersign/policy'
 *
 * const signer = signerFromPolicy(`
 * - policyRef:
 *     name: native-aws-signature-flex
 *   config:
 *     serviceName: execute-api
 *     region: eu-west-1
 *     signingAlgorithm: AWS_SIGV4
 *     authenticationMode: inline
 *     inlineCredentialProvider:
 *       accessKeyId: AKIDEXAMPLE
 *       secretAccessKey: EXAMPLEKEY
 * `)
 * const request = await signer.sign('https://abc.execute-api.eu-west-1.amazonaws.com/orders')
 * console.log(request.headers.has('authorization')) // true
 */
export function signerFromPolicy(config: object | string, options: ProviderOptions = {}): Signer {
  checkOptions('signerFromPolicy', options, PROVIDER_OPTIONS)
  return new PolicySigner(readPolicy(config, options), options)
}
