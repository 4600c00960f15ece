import { checkOptions, checkText, type OptionNames, type TextRule } from '../../errors.ts'
import { POST, SIGNATURE_FIELDS } from '../../fields/post-names.ts'
import { type PostCondition, parsePostPolicy } from '../../fields/post-policy.ts'
import { SignatureError } from '../../signature-error.ts'
import { refuse } from '../audit.ts'
import { type ClaimContext, claimedProfile, type FormClaim } from '../context.ts'
import type { VerifierOptions } from '../options.ts'
import { checkNotAhead, checkScopeDate, claimedDate, readClock } from '../rules/04-date.ts'
import { checkScope } from '../rules/05-scope.ts'
import { type CandidateKey, type KeyRing, lookUpKeys } from '../rules/07-keys.ts'
import { checkSessionToken } from '../rules/08-session-token.ts'
import { resolveSettings, VERIFIER_OPTIONS } from '../settings.ts'
import { checkPostLife, readPostClaim } from './claim.ts'
import { type ContentLengthRange, checkConditions, checkFileSize } from './conditions.ts'
import {
  expandFilename,
  type PostFile,
  type ReadForm,
  type ReceivedForm,
  readForm,
  requiredField,
} from './fields.ts'

/**
 * What a verifier of forms takes for good. Of the options of `Verifier`, those on headers and on the body do not
 * apply: a file is never signed. `maxExpiresInSeconds`, where it is given, limits the life of a form.
 */
export interface PostFormVerifierOptions<Principal = unknown> extends VerifierOptions<Principal> {
  /** The one that the request addresses, by its host or its path. The form has no say in it. */
  readonly bucket: string
  /** Where the form does not hold it. */
  readonly file?: PostFile | undefined
}

const OPTIONS: OptionNames<PostFormVerifierOptions> = { ...VERIFIER_OPTIONS, bucket: true, file: true }

const BUCKET_RULE: TextRule = {
  pattern: /./s,
  rule: 'must be the name of the bucket that the request addresses',
}

/** What was proved of a form. */
export interface VerifiedPostForm<Principal = unknown> {
  /** What `getKeys` gave with the key that proved it. */
  readonly principal: Principal
  /** Whose key proved it. */
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly credentialScope: string
  /** When the policy was signed, in whole seconds. */
  readonly signingDate: Date
  /** When the policy ends. */
  readonly expiresAt: Date
  /** The one that the request addresses. */
  readonly bucket: string
  /** With the file's name in place of `${filename}`. A key, and no path: `..` means nothing in it. */
  readonly key: string
  /** Those that the policy covers, by lower-case name, without the signature's own. Heed no other. */
  readonly fields: Readonly<Record<string, string>>
  /** Of the file, in bytes. Checked, unless the size is not known yet. */
  readonly contentLengthRange: ContentLengthRange | undefined
}

/** Rule 10: one of the keys made the signature, over the policy as it arrived. */
async function prove(
  form: ReadForm,
  claim: FormClaim,
  { candidates, refusal }: KeyRing,
): Promise<CandidateKey> {
  for (const key of candidates) {
    const holds = await key.verifier.verify(requiredField(form, POST.policy), claim.signatureProvided)
    if (holds && !refusal) return key
  }
  if (refusal) throw refusal
  // The string to sign is the policy itself, which may hold the session token: it is not shown.
  throw new SignatureError(
    'signature-mismatch',
    'The signature is not that of this policy: another key made it, or the policy was changed after it was signed',
    { details: { signatureProvided: claim.signatureProvided } },
  )
}

/**
 * Verifies a form that a browser uploads: its signature, that its policy has not ended, and that every field and
 * the file are such as the policy says.
 *
 * @throws {SignatureError} (as a rejection) where the form was not proved.
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see "POST Policy" in the Amazon S3 API Reference
 * @example
 * ```ts
 * import { createPostForm, verifyPostForm } from 'countersign/post-policy'
 *
 * const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }
 * const scope = { service: 's3', region: 'us-east-1', bucket: 'photos' }
 * const { fields } = createPostForm({ ...scope, credentials, url: 'https://photos.example/', key: 'cats/${filename}' })
 *
 * const keys = new Map([['AKIDEXAMPLE', { secretAccessKey: 'EXAMPLEKEY', principal: 'orbit' }]])
 * const { key, principal } = await verifyPostForm(Object.entries(fields), {
 *   ...scope,
 *   getKeys: ({ accessKeyId }) => keys.get(accessKeyId),
 *   file: { name: 'tom.jpg', size: 1000 },
 * })
 * console.log(key, principal) // cats/tom.jpg orbit
 * ```
 */
export async function verifyPostForm<Principal = unknown>(
  received: ReceivedForm,
  options: PostFormVerifierOptions<Principal>,
): Promise<VerifiedPostForm<Principal>> {
  checkOptions('verifyPostForm', options, OPTIONS)
  const { bucket, file, ...verifierOptions } = options
  checkText('bucket', bucket, BUCKET_RULE)
  const settings = resolveSettings(verifierOptions)
  let claim: FormClaim | undefined
  try {
    const form = readForm(received, file)
    claim = readPostClaim(form, settings) // rules 1 to 3
    const context: ClaimContext = { claim, profile: claimedProfile(settings, claim), settings }
    const signedAt = claimedDate(POST.date, claim.amzDate) // rule 4: how long ago it may be, the policy says
    checkScopeDate(claim, signedAt)
    const nowMilliseconds = readClock(settings)
    checkNotAhead(context, signedAt, nowMilliseconds)
    checkScope(context) // rule 5
    const ring = checkSessionToken(context, await lookUpKeys(context)) // rules 7 and 8
    const key = await prove(form, claim, ring) // rule 10
    const { expiration, conditions } = parsePostPolicy(requiredField(form, POST.policy))
    const life = {
      signedAtMilliseconds: signedAt.milliseconds,
      expirationMilliseconds: expiration,
      nowMilliseconds,
    }
    checkPostLife(life, options.maxExpiresInSeconds)
    const upload = checkUpload(form, conditions, bucket)
    const { accessKeyId } = claim.credential
    const { credentialScope } = claim
    settings.onVerified?.({
      method: 'POST',
      accessKeyId,
      credentialScope,
      carrier: 'form',
      payload: 'unsigned',
    })
    return {
      principal: key.principal as Principal,
      accessKeyId,
      credentialScope,
      signingDate: new Date(signedAt.milliseconds),
      expiresAt: new Date(expiration),
      bucket,
      ...upload,
    }
  } catch (error) {
    throw refuse(error, settings, { method: 'POST', carrier: 'form', claim })
  }
}

/** The fields and the file are such as the policy says. */
function checkUpload(
  form: ReadForm,
  conditions: readonly PostCondition[],
  bucket: string,
): Pick<VerifiedPostForm, 'key' | 'fields' | 'contentLengthRange'> {
  const fields = expandFilename(form)
  for (const name of [POST.policy, POST.signature]) fields.delete(name)
  if ((fields.get(POST.bucket) ?? bucket) !== bucket) {
    throw new SignatureError('policy-condition-failed', 'The form names another bucket than the request')
  }
  const key = fields.get(POST.key)
  if (!key) throw new SignatureError('malformed-form', 'User key must have a length greater than 0.')
  const { covered, contentLengthRange } = checkConditions(conditions, fields.set(POST.bucket, bucket))
  checkFileSize(form.file.size, contentLengthRange)
  const kept = [...fields].filter(([name]) => covered.has(name) && !SIGNATURE_FIELDS.has(name))
  return { key, fields: Object.fromEntries(kept), contentLengthRange }
}
