import { sigv4a } from '../../algorithms/sigv4a.ts'
import { X_AMZ_S3SESSION_TOKEN } from '../../names.ts'
import { profileFor } from '../../profiles.ts'
import type { Credentials } from '../../types.ts'
import { presignHttpRequest, type RequestSigning, signHttpRequest } from './request-signing.ts'
import { SignatureV4 } from './signature-v4.ts'
import type {
  HttpRequest,
  RequestPresigningArguments,
  RequestSigningArguments,
  SignatureV4Init,
  SigningArguments,
} from './types.ts'

/**
 * The signer for clients of AWS SDK v3: give it as `signer`, or its class as `signerConstructor`. It signs with SigV4A
 * where the region is a set of regions, as for multi-region access points, and with the session credentials of S3
 * Express directory buckets. No further package is needed for either.
 *
 * @see AWS SDK for JavaScript v3, "Functionality requiring AWS Common Runtime (CRT)"
 * @example
 * import { CountersignSigner } from 'countersign/smithy'
 *
 * // new S3Client({ region: 'eu-west-1', signerConstructor: CountersignSigner })
 * const signer = new CountersignSigner({
 *   service: 's3',
 *   region: '*',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * const hostname = 'alias.mrap.accesspoint.s3-global.amazonaws.com'
 * const request = { method: 'GET', protocol: 'https:', hostname, path: '/cat.jpg', headers: { host: hostname } }
 * const { headers } = await signer.sign(request)
 * console.log(headers['x-amz-region-set']) // *
 */
export class CountersignSigner extends SignatureV4 {
  /**
   * @param init As for SignatureV4, save that `uriEscapePath` is by default what the service needs.
   * @throws {TypeError} `ERR_INVALID_ARG_TYPE`
   */
  constructor(init: SignatureV4Init) {
    super({ uriEscapePath: profileFor(init?.service).pathEncoding === 'twice', ...init })
  }

  /** As SignatureV4, and SigV4A for a region set. */
  protected override async resolveSigning(
    options: SigningArguments,
    given?: Credentials,
  ): Promise<RequestSigning> {
    const signing = await super.resolveSigning(options, given)
    return /[*,]/.test(signing.region) ? { ...signing, algorithm: sigv4a } : signing
  }

  /**
   * Signs with the session credentials of an S3 Express directory bucket.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async signWithCredentials(
    requestToSign: HttpRequest,
    credentials: Credentials,
    options: RequestSigningArguments = {},
  ): Promise<HttpRequest> {
    return signHttpRequest(requestToSign, await this.#ofSession(credentials, options), options)
  }

  /**
   * Presigns with the session credentials of an S3 Express directory bucket.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async presignWithCredentials(
    requestToSign: HttpRequest,
    credentials: Credentials,
    options: RequestPresigningArguments = {},
  ): Promise<HttpRequest> {
    return presignHttpRequest(requestToSign, await this.#ofSession(credentials, options), options)
  }

  async #ofSession(credentials: Credentials, options: SigningArguments): Promise<RequestSigning> {
    return { ...(await this.resolveSigning(options, credentials)), tokenName: X_AMZ_S3SESSION_TOKEN }
  }
}
