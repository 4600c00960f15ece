/** Header values, as `http.request` takes them. */
export type OutgoingHeaders = Record<string, number | string | readonly string[] | undefined>

/** What `http.request` takes, and how to sign it. */
export interface Request {
  /** Default: the name of an AWS endpoint, after `service` and `region`. */
  host?: string | undefined
  /** The same; it goes first. */
  hostname?: string | undefined
  /** Joins the Host header where there is one. */
  port?: number | string | null | undefined
  /** Default `GET`, or `POST` where there is a body. */
  method?: string | undefined
  /** With the query. Default `/`. */
  path?: string | undefined
  /** Text stands for its UTF-8. Default: none. */
  body?: string | Uint8Array | undefined
  /** The signing name. Default: what the host tells, else none. */
  service?: string | undefined
  /** Default: what the host tells, else `us-east-1`. */
  region?: string | undefined
  /** Whether the signature goes into the query of `path`. Default: into the header `Authorization`. */
  signQuery?: boolean | undefined
  /** `Date` or `X-Amz-Date` sets the moment of the signature. */
  headers?: OutgoingHeaders | undefined
  /** Whether no header but `Authorization` is added. Default: they are. */
  doNotModifyHeaders?: boolean | undefined
  /** Whether `path` is encoded once, as for S3, in the signature. Default: twice, save for S3. */
  doNotEncodePath?: boolean | undefined
  /** Further headers to leave unsigned, by lower-case name. */
  extraHeadersToIgnore?: Readonly<Record<string, boolean>> | undefined
  /** Headers to sign that are else left unsigned, by lower-case name. */
  extraHeadersToInclude?: Readonly<Record<string, boolean>> | undefined
}

/** Credentials, each of which the environment may hold. */
export interface Credentials {
  /** Default `AWS_ACCESS_KEY_ID`, then `AWS_ACCESS_KEY`. */
  accessKeyId?: string | undefined
  /** Default `AWS_SECRET_ACCESS_KEY`, then `AWS_SECRET_KEY`. */
  secretAccessKey?: string | undefined
  /** Default `AWS_SESSION_TOKEN`. */
  sessionToken?: string | undefined
}

/** The name by which an object has a header. */
export function nameIn(headers: OutgoingHeaders, lowerCaseName: string): string | undefined {
  return Object.keys(headers).find(
    (name) => name.toLowerCase() === lowerCaseName && headers[name] !== undefined,
  )
}

/** The value of a header. */
export function valueIn(headers: OutgoingHeaders, lowerCaseName: string): string | undefined {
  const name = nameIn(headers, lowerCaseName)
  return name === undefined ? undefined : String(headers[name])
}
