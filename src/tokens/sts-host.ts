/** The request that proves an identity and does nothing else. */
export const CALLER_IDENTITY = { Action: 'GetCallerIdentity', Version: '2011-06-15' } as const

/**
 * The partitions by what their regions begin with: the DNS suffix, and that of the endpoints that speak IPv6 too.
 * Source: botocore's partitions.json.
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

const partitionOf = (region: string) => PARTITIONS.find(([prefix]) => region.startsWith(prefix))!

/** The endpoint of STS without a region, which signs for us-east-1. */
export const GLOBAL_STS_HOST = 'sts.amazonaws.com'

/** The endpoint of STS in a region. */
export const stsHost = (region: string): string => `sts.${region}.${partitionOf(region)[1]}`

/** Whether a host is an endpoint of STS, in whichever partition. */
export function isStsHost(host: string): boolean {
  if (host === GLOBAL_STS_HOST) return true
  const [, region, suffix] = /^sts(?:-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.([a-z\d.-]+)$/.exec(host) ?? []
  return region !== undefined && partitionOf(region).indexOf(suffix!, 1) > 0
}
