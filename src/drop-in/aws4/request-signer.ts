import { buildCanonicalHeaders, type HeaderLines } from '../../canonical/headers.ts'
import { joinCanonicalQuery } from '../../canonical/query-string.ts'
import { buildCanonicalRequest } from '../../canonical/request.ts'
import { buildStringToSign } from '../../canonical/string-to-sign.ts'
import { canonicalUri } from '../../canonical/uri.ts'
import { environment } from '../../credentials/builtin-modules.ts'
import { checkObject, checkText, type TextRule } from '../../errors.ts'
import { formatAmzDate } from '../../fields/amz-date.ts'
import { formatAuthorization } from '../../fields/authorization.ts'
import { formatCredentialScope } from '../../fields/credential.ts'
import { AWS4_HMAC_SHA256, PRESIGN, UNSIGNED_PAYLOAD, X_AMZ_CONTENT_SHA256 } from '../../names.ts'
import { profileFor } from '../../profiles.ts'
import { checkInstant } from '../../sign/instant.ts'
import { hashBody } from '../../sign/payload.ts'
import type { Credentials as FullCredentials, ServiceProfile } from '../../types.ts'
import { now } from '../clock.ts'
import { signString } from '../string-signature.ts'
import { endpointHost, isSingleRegion, matchHost, requestOfUrl } from './endpoint.ts'
import { encodeQuery, formatPath, type ParsedPath, parsePath } from './path.ts'
import { prepareHeaders, prepareQuery, signedLines, tokenNameOf } from './preparation.ts'
import { type Credentials, nameIn, type OutgoingHeaders, type Request, valueIn } from './request.ts'

/** What a Git client of CodeCommit sends has no `Z`. */
const AMZ_DATE: TextRule = { pattern: /^\d{8}T\d{6}Z?$/, rule: 'must be in the form YYYYMMDDTHHMMSSZ' }

/**
 * Signs one request for `http.request`, step by step, with the interface of `aws4`.
 *
 * @see https://github.com/mhart/aws4
 * @example
 * import { RequestSigner } from 'countersign/aws4'
 *
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const signer = new RequestSigner({ service: 'sqs', region: 'eu-west-1', path: '/?Action=ListQueues' }, credentials)
 * console.log(signer.canonicalString().split('\n')[2]) // Action=ListQueues
 */
export class RequestSigner {
  /** The request that was given; its `headers` are a copy. */
  request: Request
  /** Whose key signs. */
  credentials: Credentials
  /** The signing name. */
  service: string
  /** The region of the scope. */
  region: string
  /** Whether it signs for the Git client of CodeCommit, which sends less. */
  isCodeCommitGit: boolean
  /** Of the request. */
  extraHeadersToIgnore: Readonly<Record<string, boolean>>
  /** Of the request. */
  extraHeadersToInclude: Readonly<Record<string, boolean>>
  /** The path and the query that will be sent, once they are worked out. */
  parsedPath?: ParsedPath
  /** `YYYYMMDDTHHMMSSZ`, once it is fixed. */
  datetime?: string | undefined

  /**
   * @param given Is changed: it gets `headers`, and what it lacks of `hostname` and `method`. A URL stands for a GET.
   * @param credentials Default: what `AWS_ACCESS_KEY_ID` and its companions hold.
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(given: Request | string, credentials?: Credentials) {
    const request = typeof given === 'string' ? requestOfUrl(given) : given
    checkObject('request', request)
    const headers: OutgoingHeaders = { ...request.headers }
    request.headers = headers
    this.request = request
    this.credentials = credentials || this.defaultCredentials()

    const { hostname, host, port } = request
    const [service, region] = matchHost(hostname || host || valueIn(headers, 'host'))
    this.service = (request.service || service || '').replace(/^email$/, 'ses')
    this.region = request.region || region || 'us-east-1'
    if (!request.method && request.body) request.method = 'POST'
    if (!valueIn(headers, 'host')) {
      const empty = nameIn(headers, 'host')
      if (empty !== undefined) delete headers[empty]
      headers.Host = `${hostname || host || this.createHost()}${port ? `:${port}` : ''}`
    }
    if (!hostname && !host) request.hostname = valueIn(headers, 'host')
    this.isCodeCommitGit = /^codecommit$/.test(this.service) && request.method === 'GIT'
    this.extraHeadersToIgnore = request.extraHeadersToIgnore || {}
    this.extraHeadersToInclude = request.extraHeadersToInclude || {}
  }

  get #profile(): ServiceProfile {
    return profileFor(this.service)
  }

  get #headers(): OutgoingHeaders {
    this.request.headers ??= {}
    return this.request.headers
  }

  /** What a host name tells: the signing name and the region, of which either may be missing. */
  matchHost(host: string): [string, string] {
    return matchHost(host) as [string, string]
  }

  /** Whether the host name of the service's endpoint has no region in it. */
  isSingleRegion(): boolean {
    return isSingleRegion(this.service, this.region)
  }

  /** The host name of the service's endpoint. */
  createHost(): string {
    return endpointHost(this.service, this.region)
  }

  /** Adds what is signed to the headers, or to the query. */
  prepareRequest(): void {
    this.parsePath()
    if (this.request.signQuery) prepareQuery(this)
    else prepareHeaders(this, this.#headers)
  }

  /**
   * Signs. The request gets its `path`, and the header `Authorization` or the signature in the query.
   *
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  sign(): Request {
    if (!this.parsedPath) this.prepareRequest()
    const { request, parsedPath } = this
    const { sessionToken } = this.credentials
    const added: Record<string, string | number | readonly string[] | undefined> = request.signQuery
      ? parsedPath!.query!
      : this.#headers
    if (request.signQuery) added[PRESIGN.signature] = this.signature()
    else added.Authorization = this.authHeader()
    if (sessionToken && this.#profile.sessionToken === 'appended') added[tokenNameOf(this)] = sessionToken
    request.path = this.formatPath()
    return request
  }

  /** The moment of the signature: that of the headers, else now. `YYYYMMDDTHHMMSSZ`. */
  getDateTime(): string {
    if (!this.datetime) {
      const date = valueIn(this.#headers, 'date')
      const moment = checkInstant('the header Date', date ? new Date(date) : now())
      this.datetime = formatAmzDate(moment).slice(0, this.isCodeCommitGit ? -1 : undefined)
    }
    checkText('X-Amz-Date', this.datetime, AMZ_DATE)
    return this.datetime
  }

  /** The day of the signature: `YYYYMMDD`. */
  getDate(): string {
    return this.getDateTime().slice(0, 8)
  }

  /** The value of the header `Authorization`. */
  authHeader(): string {
    return formatAuthorization({
      algorithm: AWS4_HMAC_SHA256,
      credential: `${this.credentials.accessKeyId}/${this.credentialString()}`,
      signedHeaders: [...this.#signedLines().keys()],
      signature: this.signature(),
    })
  }

  /** The signature: 64 hex digits. */
  signature(): string {
    const { credentials, region, service } = this
    const scope = { scopeDate: this.getDate(), region, service }
    return signString(this.stringToSign(), credentials as FullCredentials, scope)
  }

  /** Algorithm, date, scope, and the hash of the canonical request. */
  stringToSign(): string {
    const amzDate = this.getDateTime()
    const canonicalRequest = this.canonicalString()
    return buildStringToSign({ amzDate, credentialScope: this.credentialString(), canonicalRequest })
  }

  /** The canonical request. */
  canonicalString(): string {
    if (!this.parsedPath) this.prepareRequest()
    const { path, query } = this.parsedPath!
    const { request } = this
    const profile = this.#profile
    const signed = encodeQuery(query ?? {}).filter(
      ([name]) => !request.signQuery || name !== PRESIGN.signature,
    )
    return buildCanonicalRequest({
      method: (request.method || 'GET').toUpperCase(),
      canonicalUri: canonicalUri(path, {
        pathEncoding: request.doNotEncodePath ? 'once' : profile.pathEncoding,
        pathNormalization: profile.pathNormalization,
      }),
      canonicalQueryString: joinCanonicalQuery(signed),
      canonicalHeaders: `${this.canonicalHeaders()}\n`,
      signedHeaders: [...this.#signedLines().keys()],
      hashedPayload: this.#hashedPayload(),
    })
  }

  #hashedPayload(): string {
    const { request, isCodeCommitGit } = this
    if (request.signQuery && this.#profile.presignedPayload === 'unsigned') return UNSIGNED_PAYLOAD
    if (isCodeCommitGit) return ''
    return valueIn(this.#headers, X_AMZ_CONTENT_SHA256) || hashBody(request.body)
  }

  #signedLines(): HeaderLines {
    const { extraHeadersToIgnore, extraHeadersToInclude } = this
    return signedLines(this.#headers, extraHeadersToIgnore, extraHeadersToInclude)
  }

  /** `name:value` of each signed header, sorted, joined by line breaks. */
  canonicalHeaders(): string {
    const lines = this.#signedLines()
    return buildCanonicalHeaders(lines, [...lines.keys()]).slice(0, -1)
  }

  /** The names of the signed headers, joined by `;`. */
  signedHeaders(): string {
    return [...this.#signedLines().keys()].join(';')
  }

  /** The credential scope. */
  credentialString(): string {
    return formatCredentialScope(this.getDate(), this.region, this.service)
  }

  /** What the environment holds. */
  defaultCredentials(): Credentials {
    const env = environment()
    return {
      accessKeyId: env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY,
      sessionToken: env.AWS_SESSION_TOKEN,
    }
  }

  /** Takes `path` apart. */
  parsePath(): void {
    this.parsedPath = parsePath(this.request.path || '/')
  }

  /** The path to send. */
  formatPath(): string {
    return formatPath(this.parsedPath!)
  }
}
