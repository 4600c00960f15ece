// Who signs, when, for which service and region, and to which host.
import { signed } from '../define.mjs'

const JSON_1 = [['Content-Type', 'application/x-amz-json-1.1']]
const JSON_0 = [['Content-Type', 'application/x-amz-json-1.0']]
const FORM = [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']]
const target = (type, name) => ({ method: 'POST', headers: [...type, ['X-Amz-Target', name]], body: '{}' })
const form = (body) => ({ method: 'POST', headers: FORM, body })

// [service, region, URL, request]
const SERVICES = [
  ['iam', 'us-east-1', 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08', {}],
  [
    'sts',
    'eu-central-1',
    'https://sts.eu-central-1.amazonaws.com/',
    form('Action=GetCallerIdentity&Version=2011-06-15'),
  ],
  [
    'lambda',
    'us-east-2',
    'https://lambda.us-east-2.amazonaws.com/2015-03-31/functions/f%3A1/invocations',
    { method: 'POST', body: '{"a":1}' },
  ],
  [
    'dynamodb',
    'ap-northeast-1',
    'https://dynamodb.ap-northeast-1.amazonaws.com/',
    target(JSON_0, 'DynamoDB_20120810.ListTables'),
  ],
  [
    'sqs',
    'eu-west-1',
    'https://sqs.eu-west-1.amazonaws.com/123456789012/queue',
    target(JSON_0, 'AmazonSQS.ReceiveMessage'),
  ],
  [
    'sns',
    'us-west-2',
    'https://sns.us-west-2.amazonaws.com/',
    form('Action=Publish&Message=a%20b%2Bc&TopicArn=arn%3Aaws%3Asns'),
  ],
  ['es', 'us-east-1', 'https://search-domain.us-east-1.es.amazonaws.com/index-%2A/_search?q=a%3Ab', {}],
  [
    'aoss',
    'us-west-2',
    'https://abc123.us-west-2.aoss.amazonaws.com/index/_doc/1',
    { method: 'PUT', body: '{"a":1}' },
  ],
  [
    'glacier',
    'us-east-1',
    'https://glacier.us-east-1.amazonaws.com/-/vaults/examplevault/archives',
    { method: 'POST', headers: [['x-amz-glacier-version', '2012-06-01']], body: 'archive' },
  ],
  ['kms', 'ca-central-1', 'https://kms.ca-central-1.amazonaws.com/', target(JSON_1, 'TrentService.ListKeys')],
  [
    'bedrock',
    'us-west-2',
    'https://bedrock-runtime.us-west-2.amazonaws.com/model/anthropic.claude-v2%3A1/invoke',
    { method: 'POST', body: '{"prompt":"hi"}' },
  ],
  [
    'iotdata',
    'us-east-1',
    'https://abc-ats.iot.us-east-1.amazonaws.com/topics/a%2Fb?qos=1',
    { method: 'POST', body: 'x' },
  ],
  ['iot', 'us-east-1', 'https://iot.us-east-1.amazonaws.com/things?maxResults=10&nextToken=a%2Fb%3D%3D', {}],
  ['events', 'sa-east-1', 'https://events.sa-east-1.amazonaws.com/', target(JSON_1, 'AWSEvents.PutEvents')],
  [
    'logs',
    'ap-southeast-2',
    'https://logs.ap-southeast-2.amazonaws.com/',
    target(JSON_1, 'Logs_20140328.DescribeLogGroups'),
  ],
  ['ec2', 'us-west-1', 'https://ec2.us-west-1.amazonaws.com/?Action=DescribeRegions&Version=2016-11-15', {}],
  [
    'secretsmanager',
    'eu-north-1',
    'https://secretsmanager.eu-north-1.amazonaws.com/',
    target(JSON_1, 'secretsmanager.GetSecretValue'),
  ],
  ['ssm', 'ap-south-1', 'https://ssm.ap-south-1.amazonaws.com/', target(JSON_1, 'AmazonSSM.GetParameter')],
  [
    'route53',
    'us-east-1',
    'https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?name=a.example.com.&type=A',
    {},
  ],
  ['cloudfront', 'us-east-1', 'https://cloudfront.amazonaws.com/2020-05-31/distribution', {}],
  ['ses', 'us-east-1', 'https://email.us-east-1.amazonaws.com/v2/email/identities/a%40example.com', {}],
  [
    'states',
    'us-gov-west-1',
    'https://states.us-gov-west-1.amazonaws.com/',
    target(JSON_0, 'AWSStepFunctions.ListStateMachines'),
  ],
  [
    'kinesis',
    'cn-north-1',
    'https://kinesis.cn-north-1.amazonaws.com.cn/',
    target(JSON_1, 'Kinesis_20131202.ListStreams'),
  ],
  [
    'appsync',
    'eu-west-2',
    'https://abc.appsync-api.eu-west-2.amazonaws.com/graphql',
    { method: 'POST', body: '{"query":"{ a }"}' },
  ],
  [
    'neptune-db',
    'eu-west-3',
    'https://cluster.eu-west-3.neptune.amazonaws.com:8182/gremlin?gremlin=g.V%28%29',
    {},
  ],
  [
    'aps',
    'us-east-1',
    'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/query?query=up%7Ba%3D%22b%22%7D',
    {},
  ],
  [
    'vpc-lattice-svcs',
    'us-west-2',
    'https://svc-1.7d67968.vpc-lattice-svcs.us-west-2.on.aws/path',
    { payload: 'unsigned' },
  ],
  ['s3-outposts', 'us-west-2', 'https://ap-1.op-1.s3-outposts.us-west-2.amazonaws.com/key%20one', {}],
  ['s3-object-lambda', 'us-west-2', 'https://olap-1.s3-object-lambda.us-west-2.amazonaws.com/key', {}],
  [
    's3express',
    'us-east-1',
    'https://bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/?session',
    {},
  ],
  ['my-own-service', 'eusc-de-east-1', 'https://api.example.com/', {}],
]

const services = SERVICES.map(([service, region, url, request]) =>
  signed(`service-${service}`, url, { service, region, tags: ['service'], ...request }),
)

const HOSTS = [
  ['https-default-port', 'https://example.amazonaws.com:443/'],
  ['http-default-port', 'http://example.amazonaws.com:80/'],
  ['http', 'http://example.amazonaws.com/'],
  ['https-other-port', 'https://example.amazonaws.com:8443/'],
  ['https-port-80', 'https://example.amazonaws.com:80/'],
  ['http-port-443', 'http://example.amazonaws.com:443/'],
  ['localhost', 'http://localhost:4566/'],
  ['ipv4', 'http://127.0.0.1:9000/a'],
  ['ipv6', 'http://[::1]/a'],
  ['ipv6-with-port', 'http://[2001:db8::1]:9000/a'],
  ['ipv6-with-default-port', 'https://[2001:db8::1]:443/a'],
  ['upper-case', 'https://EXAMPLE.Amazonaws.COM/'],
  ['punycode', 'https://xn--bcher-kva.example/'],
]
const hosts = HOSTS.map(([what, url]) => signed(`host-${what}`, url, { tags: ['host'] }))

const DATES = [
  ['epoch', '1970-01-01T00:00:00.000Z'],
  ['leap-day', '2024-02-29T12:00:00.000Z'],
  ['leap-day-of-a-century', '2000-02-29T23:59:59.000Z'],
  ['midnight', '2015-08-30T00:00:00.000Z'],
  ['last-second-of-year', '2015-12-31T23:59:59.000Z'],
  ['first-second-of-year', '2016-01-01T00:00:00.000Z'],
  ['single-digits', '2021-03-04T05:06:07.000Z'],
  ['milliseconds-are-dropped', '2015-08-30T12:36:00.999Z'],
  ['after-2038', '2038-01-19T03:14:08.000Z'],
  ['far-future', '9999-12-31T23:59:59.000Z'],
]
const dates = DATES.map(([what, signingDate]) =>
  signed(`date-${what}`, 'https://example.amazonaws.com/', { signingDate, tags: ['date'] }),
)

const KEYS = [
  [
    'documentation-s3',
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  ],
  ['slash-in-id', { accessKeyId: 'team/user/AKIDEXAMPLE' }],
  ['plus-and-equals-in-id', { accessKeyId: 'AKID+EXAMPLE==' }],
  ['colon-in-id', { accessKeyId: 'test:tester' }],
  ['punctuation-in-id', { accessKeyId: 'a.b-c_d~e@example' }],
  ['one-letter-id', { accessKeyId: 'A' }],
  ['long-id', { accessKeyId: `AKID${'EXAMPLE'.repeat(20)}` }],
  ['one-letter-secret', { secretAccessKey: 'x' }],
  ['spaces-in-secret', { secretAccessKey: 'not a real secret' }],
  ['utf-8-in-secret', { secretAccessKey: 'nicht-geheim-äöü-☃' }],
  ['punctuation-in-secret', { secretAccessKey: 'example!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~' }],
  ['secret-of-one-block', { secretAccessKey: 'example-secret-'.repeat(4) }],
  ['secret-over-one-block', { secretAccessKey: 'example-secret-'.repeat(10) }],
]
const keys = KEYS.map(([what, key]) =>
  signed(`key-${what}`, 'https://example.amazonaws.com/', { tags: ['key'], ...key }),
)

const TOKENS = [
  ['plain', 'AQoEXAMPLE'],
  ['slash-plus-equals', 'IQoJb3JpZ2luX2VjE/+EXAMPLE//token+/=='],
  ['long', `FwoGZXIvYXdzE${'EXAMPLEtoken/+'.repeat(60)}==`],
]
const tokens = TOKENS.flatMap(([what, sessionToken]) => [
  signed(`token-${what}`, 'https://example.amazonaws.com/', { sessionToken, tags: ['token'] }),
  signed(`s3-token-${what}`, 'https://my-bucket.s3.us-east-1.amazonaws.com/key', {
    sessionToken,
    service: 's3',
    tags: ['token', 's3'],
  }),
])
const expressToken = signed(
  's3express-session-token-header',
  'https://bucket--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/key',
  {
    service: 's3express',
    headers: [['x-amz-s3session-token', 'example/session+token==']],
    tags: ['token', 's3'],
  },
)

export const scopes = [...services, ...hosts, ...dates, ...keys, ...tokens, expressToken]
