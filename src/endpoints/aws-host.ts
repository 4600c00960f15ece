import type { InferredScope } from './inferred-scope.ts'
import { lookUp, signingNameOf } from './signing-names.ts'

/**
 * The DNS suffixes of the partitions, each with the region that signs where the host names none.
 * Source: botocore's partitions.json; `on.` from the guides of Lambda, OpenSearch Service and VPC Lattice.
 */
const SUFFIXES: Readonly<Record<string, string>> = {
  'amazonaws.com': 'us-east-1',
  'api.aws': 'us-east-1',
  'on.aws': 'us-east-1',
  'amazonaws.com.cn': 'cn-northwest-1',
  'api.amazonwebservices.com.cn': 'cn-northwest-1',
  'amazonaws.eu': 'eusc-de-east-1',
  'api.amazonwebservices.eu': 'eusc-de-east-1',
  'c2s.ic.gov': 'us-iso-east-1',
  'api.aws.ic.gov': 'us-iso-east-1',
  'sc2s.sgov.gov': 'us-isob-east-1',
  'api.aws.scloud': 'us-isob-east-1',
  'cloud.adc-e.uk': 'eu-isoe-west-1',
  'api.cloud-aws.adc-e.uk': 'eu-isoe-west-1',
  'csp.hci.ic.gov': 'us-isof-south-1',
  'api.aws.hci.ic.gov': 'us-isof-south-1',
}

/**
 * Hosts without a region whose region is not their partition's; `*` is the region set of SigV4A.
 * Source: botocore's endpoint rules.
 */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  'cloudfront-kvs': '*',
  'endpoint.events': '*',
  'endpoints.email': '*',
  networkmanager: 'us-west-2',
  // Signed for the region of the bucket, which the host does not tell.
  's3-accelerate': '',
  's3-global': '*',
}

const REGION = /^[a-z]{2,4}(?:-[a-z]+)+-\d$/

/**
 * A host without its suffix: what stands before the service, the service, and what may stand behind it, of which only
 * the region and `us-gov` say anything.
 */
const NAME =
  /^(?:(.+?)\.)??([^.]+?)(?:-fips)?(?:\.(?:dualstack|global))*(?:\.([a-z]{2,4}(?:-[a-z]+)+-\d))?(?:\.(?:vpce|(us-gov)))*$/

/** Services whose resources have hosts with the region before the service: `search-name-id.eu-west-1.es`. */
const REGION_FIRST = /^(?:aoss|cloudsearch|es|neptune(?:-graph)?)$/

function scopeOfName(name: string, partitionRegion: string, path: string): InferredScope {
  const [, before = '', label = '', behind, govCloud] = NAME.exec(name) ?? []
  const front = before.slice(before.lastIndexOf('.') + 1)
  const isBucket = label.startsWith('s3')
  // s3-us-west-2 and s3-fips-us-gov-west-1 hold the region in the label itself.
  const inLabel = label.replace(/^s3-(?:fips-)?/, '')
  if (isBucket && REGION.test(inLabel)) return { service: 's3', region: inLabel }

  let region = behind
  if (!region && REGION.test(front) && (REGION_FIRST.test(label) || (front === before && !isBucket)))
    region = front
  region ??= lookUp(GLOBAL_REGIONS, `${front}.${label}`) ?? lookUp(GLOBAL_REGIONS, label)
  // A host of several labels and no region is somebody's instance, database or cluster.
  if (region === undefined && front !== before && !isBucket) return {}
  region ??= govCloud ? 'us-gov-west-1' : partitionRegion

  const service = signingNameOf(front, label, path)
  if (!service) return {}
  return region ? { service, region } : { service }
}

/** The scope of a host of AWS; undefined for another host. */
export function scopeOfAwsHost(host: string, path: string): InferredScope | undefined {
  // No suffix is longer, and a host of many labels must not be searched label by label.
  const start = Math.max(0, host.length - 30)
  for (let dot = host.lastIndexOf('.'); dot > start; dot = host.lastIndexOf('.', dot - 1)) {
    const partitionRegion = lookUp(SUFFIXES, host.slice(dot + 1))
    if (partitionRegion) return scopeOfName(host.slice(0, dot), partitionRegion, path)
  }
  return undefined
}
