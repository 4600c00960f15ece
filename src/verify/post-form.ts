import { checkObject, checkText } from '../errors.ts'
import { POST, SIGNATURE_FIELDS } from '../fields/post-names.ts'
import { parsePostPolicy } from '../fields/post-policy.ts'
import { SignatureError } from '../signature-error.ts'
import type { Claim } from './claim.ts'
import { type CandidateKey, findKeys, refuseKeys } from './keys.ts'
import { resolvePolicy, type VerifierOptions } from './options.ts'
import { checkPostDate, checkPostLife, readPostClaim } from './post-claim.ts'
import { type ContentLengthRange, checkConditions, checkFileSize } from './post-conditions.ts'
import {
  expandFilename,
  type PostFile,
  type ReadForm,
  type ReceivedForm,
  readForm,
  requiredField,
} from './post-fields.ts'
import { claimedProfile, refuse } from './refusal.ts'
import { checkScope } from './scope.ts'

/**
 * What a verifier of forms takes for good. Of the options of `Verifier`, those on headers and on the body do not
 * apply: a file is never signed. `maxExpiresInSeconds`, where it is given, limits the life of a form.
 */
export interface PostFormVerifierOptions extends VerifierOptions {
  /** The one that the request addresses, by its host or its path. The form has no say in it. */
  readonly bucket: string
  /** Where the form does not hold it. */
  readonly file?: PostFile | undefined
}

/** What was proved of a form. */
export interface VerifiedPostForm {
  /** What `getKeys` gave with the key that proved it. */
  readonly principal: unknown
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request` */
  readonly credentialScope: string
  readonly signingDate: Date
  /** When the policy ends. */
  readonly expiresAt: Date
  readonly bucket: string
  /** With the file's name in place of `${filename}`. A key, and no path: `..` means nothing in it. */
  readonly key: string
  /** Those that the policy covers, by lower-case name, without the signature's own. Heed no other. */
  readonly fields: Readonly<Record<string, string>>
  /** Of the file, in bytes. Checked, unless the size is not known yet. */
  readonly contentLengthRange: ContentLengthRange | undefined
}

/** Rule 10: one of the keys made the signature, over the policy as it arrived. */
async function prove(form: ReadForm, claim: Claim, keys: readonly CandidateKey[]): Promise<CandidateKey> {
  for (const key of keys) {
    const holds = await key.verifier.verify(requiredField(form, POST.policy), claim.signatureProvided)
    if (holds && key.isKnown && key.tokenMatches) return key
  }
  // The string to sign is the policy itself, which may hold the session token: it is not shown.
  throw (
    refuseKeys(keys, claim) ??
    new SignatureError(
      'signature-mismatch',
      'The signature is not that of this policy: another key made it, or the policy was changed after it was signed',
      { details: { signatureProvided: claim.signatureProvided } },
    )
  )
}

/**
 * Verifies a form that a browser uploads: its signature, that its policy has not ended, and that every field and
 * the file are such as the policy says.
 *
 * @throws {SignatureError} (as a rejection) where the form was not proved.
 * @throws {TypeError|RangeError} (as a rejection) `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 * @see "POST Policy" in the Amazon S3 API Reference
 */
export async function verifyPostForm(
  received: ReceivedForm,
  options: PostFormVerifierOptions,
): Promise<VerifiedPostForm> {
  checkObject('options', options)
  const { bucket, file, ...verifierOptions } = options
  checkText('bucket', bucket, {
    pattern: /./s,
    rule: 'must be the name of the bucket that the request addresses',
  })
  const policy = resolvePolicy(verifierOptions)
  let claim: Claim | undefined
  try {
    const form = readForm(received, file)
    claim = readPostClaim(form, policy) // rules 1 to 3
    const { signedAt, now } = checkPostDate(claim, policy, claimedProfile(policy, claim)) // rule 4
    checkScope(claim, policy) // rule 5
    const key = await prove(form, claim, await findKeys(claim, policy)) // rules 7, 8 and 10
    const { expiration, conditions } = parsePostPolicy(requiredField(form, POST.policy))
    checkPostLife({ signedAt, expiration, now }, options.maxExpiresInSeconds)

    const fields = expandFilename(form)
    for (const name of [POST.policy, POST.signature]) fields.delete(name)
    if ((fields.get(POST.bucket) ?? bucket) !== bucket) {
      throw new SignatureError('policy-condition-failed', 'The form names another bucket than the request')
    }
    const objectKey = fields.get(POST.key)
    if (!objectKey) throw new SignatureError('malformed-form', 'User key must have a length greater than 0.')
    const { covered, contentLengthRange } = checkConditions(conditions, fields.set(POST.bucket, bucket))
    checkFileSize(form.file.size, contentLengthRange)

    const { accessKeyId } = claim.credential
    const { credentialScope } = claim
    policy.onVerified?.({
      method: 'POST',
      accessKeyId,
      credentialScope,
      carrier: 'form',
      payload: 'unsigned',
    })
    return {
      principal: key.principal,
      accessKeyId,
      credentialScope,
      signingDate: new Date(signedAt),
      expiresAt: new Date(expiration),
      bucket,
      key: objectKey,
      fields: Object.fromEntries(
        [...fields].filter(([name]) => covered.has(name) && !SIGNATURE_FIELDS.has(name)),
      ),
      contentLengthRange,
    }
  } catch (error) {
    throw refuse(error, policy, { method: 'POST', carrier: 'form', claim })
  }
}
