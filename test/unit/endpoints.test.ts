import { describe, expect, it } from 'vitest'
import { inferScope } from '../../src/index.ts'

/** Host to what it tells: AWS's endpoint documentation and botocore's endpoint rule sets. */
const KNOWN: readonly (readonly [host: string, service: string, region: string])[] = [
  ['s3.amazonaws.com', 's3', 'us-east-1'],
  ['my.dotted.bucket.s3.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['bucket.s3.dualstack.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['bucket--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com', 's3express', 'us-west-2'],
  ['s3express-control.us-west-2.amazonaws.com', 's3express', 'us-west-2'],
  ['alias.accesspoint.s3-global.amazonaws.com', 's3', '*'],
  ['ap-1234.s3-accesspoint.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['ap-1234.s3-object-lambda.us-west-2.amazonaws.com', 's3-object-lambda', 'us-west-2'],
  ['ap-1234.op-1.s3-outposts.us-west-2.amazonaws.com', 's3-outposts', 'us-west-2'],
  ['123456789012.s3-control.eu-west-1.amazonaws.com', 's3', 'eu-west-1'],
  ['bucket.vpce-1.s3.us-east-1.vpce.amazonaws.com', 's3', 'us-east-1'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock', 'us-east-1'],
  ['dynamodb.us-gov-west-1.amazonaws.com', 'dynamodb', 'us-gov-west-1'],
  ['dynamodb.us-iso-east-1.c2s.ic.gov', 'dynamodb', 'us-iso-east-1'],
  ['dynamodb.eusc-de-east-1.amazonaws.eu', 'dynamodb', 'eusc-de-east-1'],
  ['lambda.eu-west-1.api.aws', 'lambda', 'eu-west-1'],
  ['abc.lambda-url.eu-west-1.on.aws', 'lambda', 'eu-west-1'],
  ['search-domain-abc.eu-west-1.es.amazonaws.com', 'es', 'eu-west-1'],
  ['abc.eu-west-1.aoss.amazonaws.com', 'aoss', 'eu-west-1'],
  ['data-ats.iot.eu-west-1.amazonaws.com', 'iotdata', 'eu-west-1'],
  ['networkmanager.amazonaws.com', 'networkmanager', 'us-west-2'],
  ['email.eu-west-1.amazonaws.com', 'ses', 'eu-west-1'],
]

describe('inferScope', () => {
  for (const [host, service, region] of KNOWN) {
    it(`reads ${host}`, () => expect(inferScope(`https://${host}/`)).toEqual({ service, region }))
  }

  it('takes a URL object, upper case and a port', () => {
    expect(inferScope(new URL('https://SQS.EU-WEST-1.amazonaws.com:443/'))).toEqual({
      service: 'sqs',
      region: 'eu-west-1',
    })
  })

  it('tells the device gateway from the data plane by the path', () => {
    const host = 'wss://abc-ats.iot.eu-west-1.amazonaws.com'
    expect(inferScope(`${host}/mqtt`).service).toBe('iotdevicegateway')
    expect(inferScope(`${host}/topics/a`).service).toBe('iotdata')
  })

  it('guesses nothing of a host that tells nothing', () => {
    for (const host of [
      'example.com',
      'amazonaws.com.evil.example',
      'notamazonaws.com',
      'localhost:9000',
      '[::1]',
    ]) {
      expect(inferScope(`https://${host}/`)).toEqual({})
    }
  })

  it('refuses what is no URL', () => {
    expect(() => inferScope('sqs.eu-west-1.amazonaws.com')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_VALUE' }),
    )
  })
})
