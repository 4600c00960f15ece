import { failed } from './credentials-error.ts'
import { profileSetting, type SharedFilesOptions } from './shared-files.ts'
import type { Surroundings } from './surroundings.ts'

/** Domains by how a Region's name begins. Source: botocore's partitions. */
const DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eusc-', 'amazonaws.eu'],
]

/** What tells one service's endpoint from another's. */
export interface EndpointName {
  readonly source: string
  /** Such as `sts` or `portal.sso`. */
  readonly host: string
  /** Behind `AWS_ENDPOINT_URL_`, such as `STS`. */
  readonly variable: string
}

/**
 * The URL of a service in a Region, without a slash at its end: `AWS_ENDPOINT_URL_…`, then `AWS_ENDPOINT_URL`, then
 * AWS's own.
 *
 * @throws {CredentialsError} where the variable holds no URL, or the Region is none.
 */
export function awsEndpoint(
  { source, host, variable }: EndpointName,
  region: string,
  env: Surroundings['env'],
): string {
  const name = [`AWS_ENDPOINT_URL_${variable}`, 'AWS_ENDPOINT_URL'].find((candidate) => env[candidate])
  if (name) return checkEndpoint(source, name, env[name]!)
  // It becomes part of a host name.
  if (!/^[a-z\d-]+$/.test(region)) throw failed(source, 'the region must be of letters, digits and "-"')
  const [, domain = 'amazonaws.com'] = DOMAINS.find(([prefix]) => region.startsWith(prefix)) ?? []
  return `https://${host}.${region}.${domain}`
}

/** A URL from outside, without a slash at its end. */
export function checkEndpoint(source: string, name: string, text: string): string {
  let url: URL | undefined
  try {
    url = new URL(text)
  } catch {
    // Below.
  }
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw failed(source, `${name} must be an http or https URL without a user name`)
  }
  return text.replace(/\/+$/, '')
}

/** The Region for STS where none is given: `AWS_REGION`, then that of the profile in use, then `us-east-1`. */
export async function stsRegion(options: SharedFilesOptions, at: Surroundings): Promise<string> {
  return at.env.AWS_REGION || (await profileSetting(options, at, 'region')) || 'us-east-1'
}
