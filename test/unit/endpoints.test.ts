import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InferredScope, inferScope } from '../../src/index.ts'

/** Hosts of AWS that the recorded endpoint rules do not hold: AWS's guides, and hosts from before the rules. */
const AWS: readonly (readonly [host: string, service: string, region: string])[] = [
  ['s3.amazonaws.com', 's3', 'us-east-1'],
  ['my.dotted.bucket.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['my.dotted.bucket.s3.amazonaws.com', 's3', 'us-east-1'],
  ['my-bucket-1.s3.amazonaws.com', 's3', 'us-east-1'],
  ['eu-west-1.s3.amazonaws.com', 's3', 'us-east-1'],
  ['s3.cn-northwest-1.amazonaws.com', 's3', 'cn-northwest-1'],
  ['s3-us-west-2.amazonaws.com', 's3', 'us-west-2'],
  ['bucket.s3-ap-southeast-2.amazonaws.com', 's3', 'ap-southeast-2'],
  ['s3-fips-us-gov-west-1.amazonaws.com', 's3', 'us-gov-west-1'],
  ['s3-external-1.amazonaws.com', 's3', 'us-east-1'],
  ['ap-1234.s3-accesspoint.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['bucket.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com', 's3', 'us-east-1'],
  ['ap-1.accesspoint.vpce-1a2b.s3.us-east-1.vpce.amazonaws.com', 's3', 'us-east-1'],
  ['vpce-1a2b-5e6f.sqs.us-east-2.vpce.amazonaws.com', 'sqs', 'us-east-2'],
  ['vpce-1a2b-5e6f.api.ecr.us-east-2.vpce.amazonaws.com', 'ecr', 'us-east-2'],
  ['abc.execute-api.us-east-1.vpce.amazonaws.com', 'execute-api', 'us-east-1'],
  ['abc.execute-api.eu-west-1.amazonaws.com', 'execute-api', 'eu-west-1'],
  ['abc.execute-api.eu-west-1.api.aws', 'execute-api', 'eu-west-1'],
  ['abc.lambda-url.eu-west-1.on.aws', 'lambda', 'eu-west-1'],
  ['svc-0a.7d67968.vpc-lattice-svcs.us-west-2.on.aws', 'vpc-lattice-svcs', 'us-west-2'],
  ['abc.dsql.us-east-1.on.aws', 'dsql', 'us-east-1'],
  ['search-domain-abc.eu-west-1.es.amazonaws.com', 'es', 'eu-west-1'],
  ['search-domain-abc.aos.eu-west-1.on.aws', 'es', 'eu-west-1'],
  ['abc.eu-west-1.aoss.amazonaws.com', 'aoss', 'eu-west-1'],
  ['abc.aoss.eu-west-1.on.aws', 'aoss', 'eu-west-1'],
  ['doc-movies-abc.us-east-1.cloudsearch.amazonaws.com', 'cloudsearch', 'us-east-1'],
  ['db.cluster-abc.eu-west-1.neptune.amazonaws.com', 'neptune-db', 'eu-west-1'],
  ['g-0123456789.us-east-1.neptune-graph.amazonaws.com', 'neptune-graph', 'us-east-1'],
  ['abc.appsync-api.eu-west-1.amazonaws.com', 'appsync', 'eu-west-1'],
  ['abc.appsync-realtime-api.eu-west-1.amazonaws.com', 'appsync', 'eu-west-1'],
  ['aps-workspaces.eu-west-1.amazonaws.com', 'aps', 'eu-west-1'],
  ['transcribestreaming.eu-west-1.amazonaws.com', 'transcribe', 'eu-west-1'],
  ['transcribestreaming-fips.us-east-1.amazonaws.com', 'transcribe', 'us-east-1'],
  ['v-1a2b.kinesisvideo.us-west-2.amazonaws.com', 'kinesisvideo', 'us-west-2'],
  ['gw-1.gateway.bedrock-agentcore.us-east-1.amazonaws.com', 'bedrock-agentcore', 'us-east-1'],
  ['networkmanager.amazonaws.com', 'networkmanager', 'us-west-2'],
  ['mobile.us-east-1.amazonaws.com', 'AWSMobileHubService', 'us-east-1'],
  ['mturk-requester-sandbox.us-east-1.amazonaws.com', 'mturk-requester', 'us-east-1'],
  ['git-codecommit.us-east-2.amazonaws.com', 'codecommit', 'us-east-2'],
  ['queue.amazonaws.com', 'sqs', 'us-east-1'],
  ['us-west-2.queue.amazonaws.com', 'sqs', 'us-west-2'],
  ['cn-north-1.queue.amazonaws.com.cn', 'sqs', 'cn-north-1'],
  ['global.health.amazonaws.com', 'health', 'us-east-1'],
  ['iam.us-gov.amazonaws.com', 'iam', 'us-gov-west-1'],
  // A label that an object has from its prototype is a label like another.
  ['constructor.us-east-1.amazonaws.com', 'constructor', 'us-east-1'],
  ['__proto__.us-east-1.amazonaws.com', '__proto__', 'us-east-1'],
]

const S3_COMPATIBLE: readonly (readonly [host: string, region: string])[] = [
  ['0123.r2.cloudflarestorage.com', 'auto'],
  ['bucket.0123.eu.r2.cloudflarestorage.com', 'auto'],
  ['bucket.t3.storage.dev', 'auto'],
  ['fly.storage.tigris.dev', 'auto'],
  ['storage.googleapis.com', 'auto'],
  ['bucket.storage.googleapis.com', 'auto'],
  ['bucket.s3.us-west-001.backblazeb2.com', 'us-west-001'],
  ['bucket.s3.fr-par.scw.cloud', 'fr-par'],
  ['s3.gra.io.cloud.ovh.net', 'gra'],
  ['bucket.s3.us-east-va.io.cloud.ovh.us', 'us-east-va'],
  ['s3.wasabisys.com', 'us-east-1'],
  ['bucket.s3.eu-central-1.wasabisys.com', 'eu-central-1'],
  ['s3.us-west-1.idrivee2.com', 'us-west-1'],
  ['bucket.nyc3.digitaloceanspaces.com', 'nyc3'],
  ['fsn1.your-objectstorage.com', 'fsn1'],
  ['bucket.us-ord-1.linodeobjects.com', 'us-ord-1'],
]

/** Hosts that do not tell what to sign for. */
const UNKNOWN = [
  'example.com',
  'amazonaws.com',
  'amazonaws.com.evil.example',
  'notamazonaws.com',
  's3.notamazonaws.com',
  'iam.amazonaws.com.',
  '.amazonaws.com',
  'localhost',
  'localhost:9000',
  'minio',
  '127.0.0.1:9000',
  '[::1]',
  '[::1]:9000',
  // What answers there is somebody's own.
  'web-123.us-east-1.elb.amazonaws.com',
  'net-123.elb.us-east-1.amazonaws.com',
  'ec2-203-0-113-25.compute-1.amazonaws.com',
  'ec2-203-0-113-25.us-west-2.compute.amazonaws.com',
  'db.abc.us-east-1.rds.amazonaws.com',
  'ABC.gr7.us-east-1.eks.amazonaws.com',
  'bucket.s3-website-us-east-1.amazonaws.com',
  'bucket.s3-website.eu-central-1.amazonaws.com',
  // Hosts of such storage services that name no region, or take no signed requests.
  'api.backblazeb2.com',
  's3.nl-1.wasabisys.com',
  'bucket.nyc3.cdn.digitaloceanspaces.com',
  'bucket.website-us-east-1.linodeobjects.com',
  'mys3.fr-par.scw.cloud',
  'evilr2.cloudflarestorage.com',
]

describe('inferScope', () => {
  for (const [host, service, region] of AWS) {
    it(`reads ${host}`, () => expect(inferScope(`https://${host}/`)).toEqual({ service, region }))
  }

  for (const [host, region] of S3_COMPATIBLE) {
    it(`reads ${host}`, () => expect(inferScope(`https://${host}/key`)).toEqual({ service: 's3', region }))
  }

  for (const host of UNKNOWN) {
    it(`guesses nothing of ${host}`, () => expect(inferScope(`https://${host}/`)).toEqual({}))
  }

  it('leaves the region to the caller where S3 signs for that of the bucket', () => {
    for (const host of [
      'bucket.s3-accelerate.amazonaws.com',
      'bucket.s3-accelerate.dualstack.amazonaws.com',
    ]) {
      expect(inferScope(`https://${host}/key`)).toEqual({ service: 's3' })
    }
  })

  it('takes a URL object, upper case, user info and a port', () => {
    const expected: InferredScope = { service: 'sqs', region: 'eu-west-1' }
    expect(inferScope(new URL('https://SQS.EU-WEST-1.amazonaws.com:443/'))).toEqual(expected)
    expect(inferScope('HTTPS://user:pass@SQS.EU-WEST-1.AmazonAWS.com:8443')).toEqual(expected)
  })

  it('asks the path where several services share a host', () => {
    const serviceOf = (url: string) => inferScope(`https://${url}`).service
    expect(serviceOf('abc-ats.iot.eu-west-1.amazonaws.com/mqtt')).toBe('iotdevicegateway')
    expect(serviceOf('abc-ats.iot.eu-west-1.amazonaws.com/topics/a')).toBe('iotdata')
    expect(serviceOf('iot.eu-west-1.amazonaws.com/mqtt')).toBe('iot')
    expect(serviceOf('maps.geo.eu-west-1.amazonaws.com/v2/tiles')).toBe('geo-maps')
    expect(serviceOf('maps.geo.eu-west-1.amazonaws.com/maps/v0/maps')).toBe('geo')
  })

  it('refuses what is no URL', () => {
    for (const url of ['sqs.eu-west-1.amazonaws.com', 'ftp://s3.amazonaws.com/', '']) {
      expect(() => inferScope(url)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }))
    }
  })

  it('law: a known suffix behind a dot is what makes a host of AWS', () => {
    const label = fc.stringMatching(/^[a-z\d][a-z\d-]{0,12}$/)
    const labels = fc.array(label, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(labels, (names) => {
        const { service, region } = inferScope(`https://${names.join('.')}.amazonaws.com/`)
        if (service !== undefined) expect(service).not.toBe('')
        if (region !== undefined) expect(service).toBeDefined()
        expect(inferScope(`https://${names.join('.')}.amazonaws.com.example/`)).toEqual({})
        expect(inferScope(`https://${names.join('.')}amazonaws.com/`)).toEqual({})
      }),
    )
  })

  it('takes time in proportion to the length of the host', () => {
    for (const piece of ['a.', 'a-a', 's3-', 'us-east-1.', 'bedrock-data-']) {
      const host = `${piece.repeat(20_000)}x.us-east-1`
      const startedAt = performance.now()
      inferScope(`https://${host}.amazonaws.com/`)
      inferScope(`https://${host}.wasabisys.com/`)
      expect(performance.now() - startedAt, piece).toBeLessThan(500)
    }
  })
})
