import { invalidArgValue } from './errors.ts'
import { splitUrl } from './fields/url.ts'

/** What a host name tells of the signing scope. */
export interface InferredScope {
  service?: string
  region?: string
}

/** Signing names where they differ from the endpoint's first label. Source: botocore's service models. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  appconfigdata: 'appconfig',
  appstream2: 'appstream',
  'bedrock-agent': 'bedrock',
  'bedrock-agent-runtime': 'bedrock',
  'bedrock-agentcore-control': 'bedrock-agentcore',
  'bedrock-data-automation': 'bedrock',
  'bedrock-data-automation-runtime': 'bedrock',
  'bedrock-runtime': 'bedrock',
  cloudhsmv2: 'cloudhsm',
  'contact-lens': 'connect',
  email: 'ses',
  'featurestore-runtime': 'sagemaker',
  forecastquery: 'forecast',
  'git-codecommit': 'codecommit',
  iot: 'execute-api',
  ivsrealtime: 'ivs',
  'mail-manager': 'ses',
  marketplace: 'aws-marketplace',
  'memory-db': 'memorydb',
  'migrationhub-config': 'mgh',
  mobile: 'AWSMobileHubService',
  'models-v2-lex': 'lex',
  'mturk-requester-sandbox': 'mturk-requester',
  'personalize-events': 'personalize',
  'personalize-runtime': 'personalize',
  pinpoint: 'mobiletargeting',
  queue: 'sqs',
  'runtime-v2-lex': 'lex',
  's3-accelerate': 's3',
  's3-accesspoint': 's3',
  's3-control': 's3',
  's3-external-1': 's3',
  'servicecatalog-appregistry': 'servicecatalog',
}

/** Where the name before the service decides: `data.iot` signs as `iotdata`. */
const PREFIXED_SIGNING_NAMES: Readonly<Record<string, string>> = {
  'data.jobs.iot': 'iot-jobs-data',
  'api.tunneling.iot': 'IoTSecuredTunneling',
  'participant.connect': 'execute-api',
  'portal.sso': 'awsssoportal',
  'sms-voice.pinpoint': 'sms-voice',
}

/** One Region signs for the whole partition. Source: botocore's endpoint rule sets. */
const GLOBAL_REGIONS: Readonly<Record<string, string>> = {
  networkmanager: 'us-west-2',
  'route53-recovery-control-config': 'us-west-2',
}

const SUFFIXES =
  /\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|on\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/
const REGION = /^(?:[a-z]{2}|us-gov|us-iso[a-z]?|eu-iso[a-z]?|eusc-[a-z]{2})-[a-z]+-\d$/

const ELSEWHERE: readonly (readonly [host: RegExp, scope: (match: RegExpExecArray) => InferredScope])[] = [
  [/^(?:.+\.)?r2\.cloudflarestorage\.com$/, () => ({ service: 's3', region: 'auto' })],
  [/^(?:.+\.)?s3\.([\w-]+)\.backblazeb2\.com$/, ([, region = '']) => ({ service: 's3', region })],
  [/^[^.]+\.lambda-url\.([\w-]+)\.on\.aws$/, ([, region = '']) => ({ service: 'lambda', region })],
  [/\.accesspoint\.s3-global\.amazonaws\.com$/, () => ({ service: 's3', region: '*' })],
]

function iotService(labels: readonly string[], path: string): string | undefined {
  if (labels.length < 2 || labels.at(-1) !== 'iot') return undefined
  return path === '/mqtt' ? 'iotdevicegateway' : 'iotdata'
}

function fromAwsLabels(hostLabels: readonly string[], path: string): InferredScope {
  const labels = hostLabels.filter((label) => label !== 'dualstack' && label !== 'vpce')
  const at = labels.findLastIndex((label) => REGION.test(label) || label === 'us-gov')
  // The service stands behind the region in `us-east-1.es` and `us-west-2.queue`, before it elsewhere.
  const [found] = at < 0 ? [] : labels.splice(at, 1)
  const last = labels.at(-1) ?? ''

  // s3-us-west-2 and s3-fips-us-gov-west-1 hold the region in the label itself.
  const inLabel = /^s3(?:-fips)?-(.+)$/.exec(last)?.[1] ?? ''
  if (REGION.test(inLabel)) return { service: 's3', region: inLabel }

  const name = last.replace(/-fips$/, '')
  const service =
    PREFIXED_SIGNING_NAMES[labels.slice(-3).join('.')] ??
    PREFIXED_SIGNING_NAMES[labels.slice(-2).join('.')] ??
    iotService(labels, path) ??
    SIGNING_NAMES[name] ??
    (name.startsWith('s3express-') ? 's3express' : name)
  const region = found === 'us-gov' ? 'us-gov-west-1' : (found ?? GLOBAL_REGIONS[service] ?? 'us-east-1')
  return service ? { service, region } : {}
}

/**
 * Reads the signing name and the region out of an AWS host name (and a few that speak S3).
 *
 * A global host, such as `iam.amazonaws.com`, signs for `us-east-1`. A host that tells nothing gives `{}`.
 *
 * @throws {RangeError} `ERR_INVALID_ARG_VALUE` where the URL is none.
 */
export function inferScope(url: string | URL): InferredScope {
  const parts = splitUrl(typeof url === 'string' ? url : url.href)
  if (!parts) throw invalidArgValue('url', 'must be an absolute http, https, ws or wss URL')
  const host = parts.host.replace(/:\d+$/, '')
  for (const [pattern, scope] of ELSEWHERE) {
    const match = pattern.exec(host)
    if (match) return scope(match)
  }
  if (!SUFFIXES.test(host)) return {}
  return fromAwsLabels(host.replace(SUFFIXES, '').split('.'), parts.path)
}
