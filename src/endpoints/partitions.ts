/**
 * The partitions by what the names of their regions begin with: the DNS suffix of endpoints, and that of those that
 * speak IPv6 too. Source: botocore's partitions.json.
 */
const PARTITIONS: readonly (readonly [prefix: string, suffix: string, dualStackSuffix: string])[] = [
  ['cn-', 'amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  ['eusc-', 'amazonaws.eu', 'api.amazonwebservices.eu'],
  ['us-iso-', 'c2s.ic.gov', 'api.aws.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov', 'api.aws.scloud'],
  ['eu-isoe-', 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  ['', 'amazonaws.com', 'api.aws'],
]

/** The DNS suffixes of the endpoints in a region: the one for IPv4, then the one for both. */
export function suffixesOf(region: string): readonly [suffix: string, dualStackSuffix: string] {
  const [, suffix, dualStackSuffix] = PARTITIONS.find(([prefix]) => region.startsWith(prefix))!
  return [suffix, dualStackSuffix]
}
