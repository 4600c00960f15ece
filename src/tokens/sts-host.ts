import { suffixesOf } from '../endpoints/partitions.ts'

/** The request that proves an identity and does nothing else. */
export const CALLER_IDENTITY = { Action: 'GetCallerIdentity', Version: '2011-06-15' } as const

/** The endpoint of STS without a region, which signs for us-east-1. */
export const GLOBAL_STS_HOST = 'sts.amazonaws.com'

/** The endpoint of STS in a region. */
export const stsHost = (region: string): string => `sts.${region}.${suffixesOf(region)[0]}`

/** Whether a host is an endpoint of STS, in whichever partition. */
export function isStsHost(host: string): boolean {
  if (host === GLOBAL_STS_HOST) return true
  const [, region, suffix] = /^sts(?:-fips)?\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.([a-z\d.-]+)$/.exec(host) ?? []
  return region !== undefined && suffixesOf(region).includes(suffix!)
}
