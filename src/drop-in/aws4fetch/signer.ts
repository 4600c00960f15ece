import { buildCanonicalHeaders, type HeaderLines } from '../../canonical/headers.ts'
import { joinCanonicalQuery } from '../../canonical/query-string.ts'
import { buildCanonicalRequest } from '../../canonical/request.ts'
import { buildStringToSign } from '../../canonical/string-to-sign.ts'
import { canonicalUri } from '../../canonical/uri.ts'
import { checkObject, checkText, type TextRule } from '../../errors.ts'
import { bodyHasher } from '../../fetch/body.ts'
import { formatAmzDate } from '../../fields/amz-date.ts'
import { formatAuthorization } from '../../fields/authorization.ts'
import { formatCredentialScope } from '../../fields/credential.ts'
import { formatTokenParameter } from '../../fields/presigned-query-format.ts'
import { splitQuery } from '../../fields/query.ts'
import {
  AUTHORIZATION,
  AWS4_HMAC_SHA256,
  HOST,
  PRESIGN,
  UNSIGNED_PAYLOAD,
  X_AMZ_CONTENT_SHA256,
  X_AMZ_DATE,
} from '../../names.ts'
import { profileFor } from '../../profiles.ts'
import { checkCredentials } from '../../sign/credentials.ts'
import type { ServiceProfile } from '../../types.ts'
import { now } from '../clock.ts'
import { signString } from '../string-signature.ts'
import { guessScope } from './guess.ts'
import type { AwsV4SignerOptions } from './options.ts'

/** Left unsigned unless `allHeaders` is set. */
const UNSIGNED =
  /^(?:authorization|content-type|content-length|user-agent|presigned-expires|expect|x-amzn-trace-id|range|connection)$/
/** Of a presigned S3 URL: a day. */
const DEFAULT_EXPIRES = '86400'

const AMZ_DATE: TextRule = { pattern: /^\d{8}T\d{6}Z$/, rule: 'must be in the form YYYYMMDDTHHMMSSZ' }

/**
 * Signs one request for fetch, step by step, with the interface of `aws4fetch`.
 *
 * @see https://github.com/mhart/aws4fetch
 * @example
 * import { AwsV4Signer } from 'countersign/aws4fetch'
 *
 * const signer = new AwsV4Signer({
 *   url: 'https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues',
 *   accessKeyId: 'AKIDEXAMPLE',
 *   secretAccessKey: 'EXAMPLEKEY',
 * })
 * const { url, headers } = await signer.sign()
 * console.log(url.host, headers.has('authorization')) // sqs.eu-west-1.amazonaws.com true
 */
export class AwsV4Signer {
  /** As it was given, or its default. */
  method: string
  /** Gets the signature where that goes into the query. */
  url: URL
  /** A copy. It gets `x-amz-date` and, once signed, `authorization`. */
  headers: Headers
  /** As it was given. */
  body: RequestInit['body']
  /** Whose key signs. */
  accessKeyId: string
  /** The secret. */
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken: string | undefined
  /** The signing name. */
  service: string
  /** The region of the scope. */
  region: string
  /** Taken, and not needed. */
  cache: Map<string, ArrayBuffer>
  /** `YYYYMMDDTHHMMSSZ` */
  datetime: string
  /** Whether the signature goes into the query. */
  signQuery: boolean | undefined
  /** Whether the session token is added after signing. */
  appendSessionToken: boolean
  /** The names of the signed headers, sorted. */
  signableHeaders: string[]
  /** The same, joined by `;`. */
  signedHeaders: string
  /** `name:value` of each signed header, sorted, joined by line breaks. */
  canonicalHeaders: string
  /** The credential scope. */
  credentialString: string
  /** The canonical URI. */
  encodedPath: string
  /** The canonical query string. */
  encodedSearch: string

  /**
   * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  constructor(options: AwsV4SignerOptions) {
    checkObject('the options of AwsV4Signer', options)
    const { url, body, accessKeyId, secretAccessKey, sessionToken, allHeaders, singleEncode } = options
    checkText('url', typeof url === 'string' ? url : (url as URL | undefined)?.href, {
      pattern: /^[a-z]+:/i,
      rule: 'must be absolute',
    })
    checkCredentials({ accessKeyId, secretAccessKey, sessionToken })
    this.method = options.method || (body ? 'POST' : 'GET')
    this.url = new URL(url)
    this.headers = new Headers(options.headers || {})
    this.body = body
    this.accessKeyId = accessKeyId
    this.secretAccessKey = secretAccessKey
    this.sessionToken = sessionToken
    const guessed = guessScope(this.url, this.headers)
    this.service = options.service || guessed.service
    this.region = options.region || guessed.region
    this.cache = options.cache || new Map()
    this.datetime = options.datetime || formatAmzDate(Number(now()))
    checkText('datetime', this.datetime, AMZ_DATE)
    this.signQuery = options.signQuery
    const profile = profileFor(this.service)
    this.appendSessionToken = options.appendSessionToken || profile.sessionToken === 'appended'
    this.credentialString = formatCredentialScope(this.datetime.slice(0, 8), this.region, this.service)

    this.#prepareHeaders(profile)
    const names = [HOST, ...this.headers.keys()].filter((name) => allHeaders || !UNSIGNED.test(name)).sort()
    this.signableHeaders = names
    this.signedHeaders = names.join(';')
    const lines: HeaderLines = new Map(
      names.map((name) => [name, [name === HOST ? this.url.host : this.headers.get(name) || '']]),
    )
    this.canonicalHeaders = buildCanonicalHeaders(lines, names).slice(0, -1)
    if (this.signQuery) this.#prepareQuery(profile)
    this.encodedPath = canonicalUri(this.url.pathname, {
      pathEncoding: singleEncode ? 'once' : profile.pathEncoding,
      pathNormalization: profile.pathNormalization,
    })
    this.encodedSearch = joinCanonicalQuery(splitQuery(this.url.search.slice(1)))
  }

  #prepareHeaders({ contentSha256, sessionTokenName }: ServiceProfile): void {
    const { headers, sessionToken, signQuery, appendSessionToken } = this
    headers.delete(HOST)
    headers.delete(AUTHORIZATION)
    if (signQuery) return
    if (contentSha256 === 'required' && !headers.has(X_AMZ_CONTENT_SHA256))
      headers.set(X_AMZ_CONTENT_SHA256, UNSIGNED_PAYLOAD)
    headers.set(X_AMZ_DATE, this.datetime)
    if (sessionToken && !appendSessionToken) headers.set(sessionTokenName, sessionToken)
  }

  #prepareQuery({ presignedPayload, sessionTokenName }: ServiceProfile): void {
    const { sessionToken, appendSessionToken } = this
    const query = this.url.searchParams
    query.delete(PRESIGN.signature)
    query.set(PRESIGN.date, this.datetime)
    const token = formatTokenParameter(sessionTokenName, '')[0]
    if (sessionToken && appendSessionToken) query.delete(token)
    else if (sessionToken) query.set(token, sessionToken)
    if (presignedPayload === 'unsigned' && !query.has(PRESIGN.expires))
      query.set(PRESIGN.expires, DEFAULT_EXPIRES)
    query.set(PRESIGN.algorithm, AWS4_HMAC_SHA256)
    query.set(PRESIGN.credential, `${this.accessKeyId}/${this.credentialString}`)
    query.set(PRESIGN.signedHeaders, this.signedHeaders)
  }

  /**
   * Signs: adds the header `authorization`, or the signature to the query.
   *
   * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
   */
  async sign(): Promise<{
    method: string
    url: URL
    headers: Headers
    body?: NonNullable<RequestInit['body']> | null
  }> {
    const { method, url, headers, body, sessionToken, appendSessionToken } = this
    const { sessionTokenName } = profileFor(this.service)
    if (this.signQuery) url.searchParams.set(PRESIGN.signature, await this.signature())
    else headers.set(AUTHORIZATION, await this.authHeader())
    if (sessionToken && appendSessionToken) {
      if (this.signQuery) url.searchParams.set(formatTokenParameter(sessionTokenName, '')[0], sessionToken)
      else headers.set(sessionTokenName, sessionToken)
    }
    return { method, url, headers, ...(body !== undefined && { body }) }
  }

  /** The value of the header `authorization`. */
  async authHeader(): Promise<string> {
    return formatAuthorization({
      algorithm: AWS4_HMAC_SHA256,
      credential: `${this.accessKeyId}/${this.credentialString}`,
      signedHeaders: this.signableHeaders,
      signature: await this.signature(),
    })
  }

  /** The signature: 64 hex digits. */
  async signature(): Promise<string> {
    const scope = { scopeDate: this.datetime.slice(0, 8), region: this.region, service: this.service }
    return signString(await this.stringToSign(), this, scope)
  }

  /** Algorithm, date, scope, and the hash of the canonical request. */
  async stringToSign(): Promise<string> {
    return buildStringToSign({
      amzDate: this.datetime,
      credentialScope: this.credentialString,
      canonicalRequest: await this.canonicalString(),
    })
  }

  /** The canonical request. */
  async canonicalString(): Promise<string> {
    return buildCanonicalRequest({
      method: this.method.toUpperCase(),
      canonicalUri: this.encodedPath,
      canonicalQueryString: this.encodedSearch,
      canonicalHeaders: `${this.canonicalHeaders}\n`,
      signedHeaders: this.signableHeaders,
      hashedPayload: await this.hexBodyHash(),
    })
  }

  /**
   * What the signature says of the body: the header `x-amz-content-sha256`, or the hash.
   *
   * @throws {TypeError} (as a rejection) `ERR_INVALID_ARG_TYPE` for a body that is neither text nor bytes.
   */
  async hexBodyHash(): Promise<string> {
    const claim = this.headers.get(X_AMZ_CONTENT_SHA256)
    if (claim) return claim
    if (this.signQuery && profileFor(this.service).presignedPayload === 'unsigned') return UNSIGNED_PAYLOAD
    return (await bodyHasher(this.body))(this.body)
  }
}
