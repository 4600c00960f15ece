/**
 * Signing names where they differ from the label of the host, by its last label or its last two.
 * Source: botocore's service models; where another, it stands beside.
 */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  aos: 'es',
  'arc-recovery-control-config': 'route53-recovery-control-config',
  'cloudfront-kvs': 'cloudfront-keyvaluestore',
  'contact-lens': 'connect',
  'data.iotevents': 'ioteventsdata',
  ddb: 'dynamodb',
  efs: 'elasticfilesystem',
  email: 'ses',
  'iot-tunneling': 'IoTSecuredTunneling',
  'jobs.iot': 'iot-jobs-data',
  'mail-manager': 'ses',
  marketplace: 'aws-marketplace',
  'memory-db': 'memorydb',
  'migrationhub-config': 'mgh',
  // AWS Mobile Hub, from before the rule sets.
  mobile: 'AWSMobileHubService',
  // Amazon Neptune, "Connecting with IAM authentication".
  neptune: 'neptune-db',
  oidc: 'sso-oauth',
  'participant.connect': 'execute-api',
  pinpoint: 'mobiletargeting',
  queue: 'sqs',
  'sms-voice.pinpoint': 'sms-voice',
  'tunneling.iot': 'IoTSecuredTunneling',
  // Instances, load balancers and websites: what answers there is the customer's.
  'compute-1': '',
  elb: '',
  's3-website': '',
}

/**
 * Labels that are a signing name with something before or behind it. Beside botocore's: AWS AppSync, "Real-time and
 * WebSocket APIs"; Amazon Managed Service for Prometheus, "Remote write"; AWS Lambda, "Function URLs"; Amazon
 * Transcribe, "Setting up a WebSocket stream".
 */
const FAMILY =
  /^(?:.+-(chime|codecommit|dynamodb|kinesis|lakeformation|lex|logs|marketplace|medical-imaging|omics|servicediscovery|signer|states)|(appconfig|appstream|appsync|aps|arc-region-switch|bedrock|bedrock-agentcore|cassandra|cloudhsm|cloudsearch|forecast|ivs|kafka|lambda|mturk-requester|personalize|s3|servicecatalog|timestream|transcribe)(?:-?(?:2|v2|accelerate|accesspoint|agent|api|appregistry|automation|control|data|domain|events|external-1|global|ingest|plane|query|realtime|runtime|sandbox|streaming|streams|url|workspaces))+|(s3express|s3-website)-.+)$/

/** Hosts that several services share, by their last label: what stands before it and the path decide. */
const SHARED: Readonly<Record<string, (front: string, path: string) => string>> = {
  // Amazon Location Service: the paths of its first version begin with the name of a resource.
  geo: (front, path) => (front && path.startsWith('/v2/') ? `geo-${front}` : 'geo'),
  // AWS IoT Core, "AWS IoT Core - data plane endpoints"; without a name before it, the control plane.
  iot: (front, path) => (front ? (path === '/mqtt' ? 'iotdevicegateway' : 'iotdata') : 'iot'),
}

/** What a table itself, not its prototype, says of a key. */
export function lookUp<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

/**
 * The signing name of a host.
 *
 * @param front The label before the service, or empty.
 * @param service The label of the service, without `-fips`.
 * @returns Empty where nobody signs for such a host.
 */
export function signingNameOf(front: string, service: string, path: string): string {
  const family = service.replace(FAMILY, '$1$2$3')
  return (
    lookUp(SIGNING_NAMES, `${front}.${service}`) ??
    lookUp(SHARED, service)?.(front, path) ??
    lookUp(SIGNING_NAMES, family) ??
    family
  )
}
