import type { SigningKeyCache } from '../algorithms/algorithm.ts'
import { encodeUtf8 } from '../encoding/utf8.ts'
import {
  checkObject,
  checkOptions,
  checkText,
  invalidArgType,
  invalidArgValue,
  type OptionNames,
  type TextRule,
} from '../errors.ts'
import {
  FILENAME,
  isIgnored,
  lowerCase,
  MAX_FORM_BYTES,
  POST,
  SIGNATURE_FIELDS,
} from '../fields/post-names.ts'
import {
  canHold,
  formatPostPolicy,
  type PostCondition,
  type PostConditionInput,
  readCondition,
} from '../fields/post-policy.ts'
import { TOKEN } from '../fields/token.ts'
import { splitUrl } from '../fields/url.ts'
import type { Credentials } from '../types.ts'
import { checkExpiresInSeconds, expiryOf } from './expiry.ts'
import { resolveSigning } from './options.ts'

/** What whoever has the form may upload. */
export interface PostFormOptions {
  /** Where the page sends the form: the URL of the bucket. Handed back as it is. */
  readonly url: string | URL
  /** Its name: the policy holds it, and the form has no field for it. */
  readonly bucket: string
  /** Of the object. `${filename}` in it stands for the name of the file: only what precedes it is then fixed. */
  readonly key: string
  /** Beside those for the bucket, the key and `fields`. Default: none. */
  readonly conditions?: readonly PostConditionInput[] | undefined
  /** Sent with the form exactly so, such as `{ acl: 'private' }`. Default: none. */
  readonly fields?: Readonly<Record<string, string>> | undefined
  /** 1 to 604800 (a week). Default 3600. */
  readonly expiresInSeconds?: number | undefined
  /** Needed. */
  readonly credentials: Credentials
  /** Needed: that of the bucket. */
  readonly region: string
  /** The signing name. Default `s3`. */
  readonly service?: string | undefined
  /** A date, or milliseconds since the epoch. Default: now. */
  readonly signingDate?: Date | number | undefined
  /** Where derived keys are kept. Default: one bounded cache for the process. */
  readonly keyCache?: SigningKeyCache | undefined
}

const POST_FORM_OPTIONS: OptionNames<PostFormOptions> = {
  url: true,
  bucket: true,
  key: true,
  conditions: true,
  fields: true,
  expiresInSeconds: true,
  credentials: true,
  region: true,
  service: true,
  signingDate: true,
  keyCache: true,
}

/** A form that carries its signature. */
export interface PostForm {
  /** The `action` of the form; its `method` is `post`, its `enctype` `multipart/form-data`. */
  readonly url: string
  /** To send in this order, before the file, whose field is called `file`. */
  readonly fields: Readonly<Record<string, string>>
  /** When it stops working: the earlier of the policy's expiration and that of the credentials. */
  readonly expiresAt: Date
}

const OWN_FIELDS: ReadonlySet<string> = new Set([...SIGNATURE_FIELDS, POST.bucket, POST.key, POST.file])

const FIELD_NAME: TextRule = { pattern: TOKEN, rule: 'must be made of letters, digits and dashes' }
/** Browsers write each line break as CR LF and have no lone surrogates: the field would not arrive as signed. */
const FIELD_VALUE: TextRule = {
  pattern: /^[^\r\n\p{Cs}]+$/u,
  rule: 'must be text without line breaks and lone surrogates, and not empty',
}

function checkFields(fields: Readonly<Record<string, string>> = {}): [name: string, value: string][] {
  checkObject('fields', fields)
  const names = new Set(OWN_FIELDS)
  const entries = Object.entries(fields)
  for (const [name, value] of entries) {
    checkText('a field name', name, FIELD_NAME)
    if (names.has(lowerCase(name)))
      throw invalidArgValue(`fields.${name}`, 'is in the form already: leave it out')
    names.add(lowerCase(name))
    if (value !== '') checkText(`fields.${name}`, value, FIELD_VALUE)
  }
  return entries
}

function checkConditions(conditions: readonly PostConditionInput[] = []): PostCondition[] {
  if (!Array.isArray(conditions)) throw invalidArgType('conditions', 'a list', conditions)
  return conditions.map((given, i) => {
    const refuse = (problem: string): Error =>
      invalidArgValue(`conditions[${i}]`, `cannot be used: ${problem}`)
    const condition = readCondition(given, refuse)
    if (canHold(condition)) return condition
    throw refuse('it is on a field without "$" before its name, or on one that must be exact')
  })
}

/** A field is to arrive as it is, or to begin so where the name of the file follows. */
function conditionOn([name, value]: readonly [name: string, value: string]): PostCondition {
  const field = `$${lowerCase(name)}`
  const at = value.indexOf(FILENAME)
  return at < 0 ? ['eq', field, value] : ['starts-with', field, value.slice(0, at)]
}

/**
 * Creates a form with which a browser uploads one file to a bucket, and nothing but what its policy allows.
 * Synchronous; SigV4 only.
 *
 * The policy holds the bucket, the key, each of `fields` and your own `conditions`. A field that the page adds
 * needs a condition of yours. Send `fields` in their order, and then the file.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name.
 * @see "Authenticating Requests: Browser-Based Uploads Using POST (AWS Signature Version 4)"
 * @example
 * ```ts
 * import { createPostForm } from 'countersign/post-policy'
 *
 * const { url, fields } = createPostForm({
 *   url: 'https://photos.s3.us-east-1.amazonaws.com/',
 *   bucket: 'photos',
 *   key: 'cats/tom.jpg',
 *   conditions: [['content-length-range', 1, 1_000_000]],
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
 *   region: 'us-east-1',
 *   expiresInSeconds: 600,
 * })
 * console.log(url, fields.key) // https://photos.s3.us-east-1.amazonaws.com/ cats/tom.jpg
 * ```
 */
export function createPostForm(options: PostFormOptions): PostForm {
  checkOptions('createPostForm', options, POST_FORM_OPTIONS)
  const { url, bucket, key, credentials, region, service = 's3', signingDate, keyCache } = options
  const signing = resolveSigning({ credentials, region, service, signingDate, keyCache })
  const expiresInSeconds = checkExpiresInSeconds(options.expiresInSeconds)
  const href = typeof url === 'string' ? url : (url as URL | undefined)?.href
  if (typeof href !== 'string') throw invalidArgType('url', 'a string or a URL', url)
  if (!/^https?:/i.test(href) || !splitUrl(href))
    throw invalidArgValue('url', 'must be an absolute http(s) URL')
  checkText('bucket', bucket, FIELD_VALUE)
  checkText('key', key, FIELD_VALUE)

  const signed: [name: string, value: string][] = [
    [POST.algorithm, signing.algorithm.name],
    [POST.credential, signing.credential],
    [POST.date, signing.amzDate],
  ]
  if (signing.sessionToken) signed.push([signing.profile.sessionTokenName, signing.sessionToken])
  const given: [name: string, value: string][] = [[POST.key, key], ...checkFields(options.fields)]
  const policy = formatPostPolicy({
    expiration: signing.signedAtMilliseconds + expiresInSeconds * 1000,
    conditions: [
      ['eq', `$${POST.bucket}`, bucket],
      ...given.filter(([name]) => !isIgnored(lowerCase(name))).map(conditionOn),
      ...checkConditions(options.conditions),
      ...signed.map(([name, value]): PostCondition => ['eq', `$${name}`, value]),
    ],
  })
  const all: [name: string, value: string][] = [...given, ...signed, [POST.policy, policy]]
  all.push([POST.signature, signing.signer.sign(policy)])
  if (encodeUtf8(all.flat().join('')).length > MAX_FORM_BYTES) {
    throw invalidArgValue('fields', `make a form of more than ${MAX_FORM_BYTES} bytes with the policy`)
  }
  return {
    url: href,
    fields: Object.fromEntries(all),
    expiresAt: expiryOf(signing, expiresInSeconds, credentials),
  }
}
