import { checkOptions, checkText, type TextRule } from '../errors.ts'

/**
 * A header that names for whom a proof is meant, so that whoever gets one cannot pass it on: `x-k8s-aws-id` with the
 * name of a cluster, `X-Vault-AWS-IAM-Server-ID` with the host name of a Vault.
 */
export interface AudienceHeader {
  /** Begins with `x-`, and not with `x-amz-`; in any case. */
  readonly name: string
  /** Printable ASCII. */
  readonly value: string
}

const NAME: TextRule = {
  pattern: /^x-(?!amz|forwarded-|real-ip$)[\w-]+$/i,
  rule: 'must begin with "x-" and belong to neither AWS nor proxies',
}
/** Single spaces within: more of them would be signed as one. */
const VALUE: TextRule = {
  pattern: /^[!-~]+(?: [!-~]+)*$/,
  rule: 'must be printable ASCII without spaces at an end or in a row',
}

/**
 * The header, its name in lower case.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`
 */
export function checkAudienceHeader(header: AudienceHeader): AudienceHeader {
  checkOptions('audienceHeader', header, { name: true, value: true })
  const { name, value } = header
  checkText('audienceHeader.name', name, NAME)
  checkText('audienceHeader.value', value, VALUE)
  return { name: name.toLowerCase(), value }
}
