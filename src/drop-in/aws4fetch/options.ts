/** How to sign one request. */
export interface AwsRequestOptions {
  /** Over that of the client. */
  accessKeyId?: string | undefined
  /** Over that of the client. */
  secretAccessKey?: string | undefined
  /** Over that of the client. */
  sessionToken?: string | undefined
  /** The signing name. Default: what the host tells, else none. */
  service?: string | undefined
  /** Default: what the host tells, else `us-east-1`. */
  region?: string | undefined
  /** Taken, and not needed: derived keys are kept in a cache of our own, which is bounded and holds no secret. */
  cache?: Map<string, ArrayBuffer> | undefined
  /** `YYYYMMDDTHHMMSSZ`. Default: now. */
  datetime?: string | undefined
  /** Whether the signature goes into the query. Default: into the header `Authorization`. */
  signQuery?: boolean | undefined
  /** Whether the session token is added after signing. Default: for `iotdevicegateway` alone. */
  appendSessionToken?: boolean | undefined
  /** Whether headers are signed that are else left out, such as `content-type`. Default: they are not. */
  allHeaders?: boolean | undefined
  /** Whether the path is encoded once in the signature, as for S3. Default: twice, save for S3. */
  singleEncode?: boolean | undefined
}

/** What the client is made with. */
export interface AwsClientOptions {
  /** Needed. */
  accessKeyId: string
  /** Needed. */
  secretAccessKey: string
  /** Of temporary credentials. Default: none. */
  sessionToken?: string | undefined
  /** The signing name. Default: what the host tells, else none. */
  service?: string | undefined
  /** Default: what the host tells, else `us-east-1`. */
  region?: string | undefined
  /** Taken, and not needed. */
  cache?: Map<string, ArrayBuffer> | undefined
  /** How often a request is sent again after status 429 or 5xx. Default 10. */
  retries?: number | undefined
  /** The longest wait before the first of them, in milliseconds; it doubles each time. Default 50. */
  initRetryMs?: number | undefined
}

/** What fetch takes beside the address, and how to sign it. */
export type AwsRequestInit = RequestInit & {
  /** For this call alone. */
  aws?: AwsRequestOptions | undefined
}

/** What the signer is made with: a request, whose key signs, and how. */
export type AwsV4SignerOptions = AwsRequestOptions & {
  /** Default `GET`, or `POST` where there is a body. */
  method?: string | undefined
  /** Needed. */
  url: string
  /** Default: none. */
  headers?: RequestInit['headers']
  /** Text or bytes; another one needs a header `x-amz-content-sha256`. Default: none. */
  body?: RequestInit['body']
  /** Needed. */
  accessKeyId: string
  /** Needed. */
  secretAccessKey: string
}
