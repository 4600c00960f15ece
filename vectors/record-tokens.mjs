// node vectors/record-tokens.mjs           records the tokens of AWS's own tools into tokens.json
// node vectors/record-tokens.mjs --check   exits 1 if recording them now would change it
//
// It needs python3 with awscli, and of npm, not saved:
//   npm install --no-save @aws-sdk/rds-signer @aws-sdk/dsql-signer aws-msk-iam-sasl-signer-js aws-iot-device-sdk
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const FILE = new URL('./tokens.json', import.meta.url)
const PYTHON = fileURLToPath(new URL('./record-tokens.py', import.meta.url))
const require = createRequire(import.meta.url)

const PLAIN = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const SESSION = {
  ...PLAIN,
  accessKeyId: 'ASIAEXAMPLE',
  sessionToken: 'IQoJb3JpZ2luX2VjE//example+token/with=signs==',
}
const DATE = '2026-01-02T03:04:05Z'
/** The last second of a day, in which the scope is one of that day. */
const LATE = '2024-02-29T23:59:59Z'

const RDS = { hostname: 'orders.abcdefghijkl.eu-west-1.rds.amazonaws.com', port: 5432, username: 'app' }
const DSQL = { hostname: 'abcdefghijklmnopqrstuvwxyz.dsql.us-east-1.on.aws', region: 'us-east-1' }
const IOT = { hostname: 'abcdefghijklmn-ats.iot.eu-west-1.amazonaws.com', region: 'eu-west-1' }
const EUROPE = { region: 'eu-west-1' }

/** [token, options, tools] */
const REQUESTS = [
  ['rds', { ...RDS, ...EUROPE }, ['botocore', '@aws-sdk/rds-signer']],
  [
    'rds',
    { ...RDS, ...EUROPE, port: 3306, username: 'jané doe+x/y@z%' },
    ['botocore', '@aws-sdk/rds-signer'],
  ],
  // The JavaScript signer has the default port of https in the signed host, botocore and the SDK for Java have not.
  ['rds', { ...RDS, ...EUROPE, port: 443 }, ['botocore']],
  ['dsql', { ...DSQL, action: 'DbConnect' }, ['botocore', '@aws-sdk/dsql-signer']],
  ['dsql', { ...DSQL, action: 'DbConnectAdmin' }, ['botocore', '@aws-sdk/dsql-signer']],
  ['dsql', { ...DSQL, action: 'DbConnect', expiresInSeconds: 604800 }, ['botocore', '@aws-sdk/dsql-signer']],
  ['elasticache', { cacheName: 'sessions', userId: 'app', ...EUROPE }, ['botocore']],
  [
    'elasticache',
    { cacheName: 'sessions-2', userId: 'a user+1', isServerless: true, ...EUROPE },
    ['botocore'],
  ],
  ['memorydb', { clusterName: 'ledger', userId: 'app', region: 'ap-southeast-2' }, ['botocore']],
  ...[
    'us-east-1',
    'eu-west-1',
    'cn-north-1',
    'us-gov-west-1',
    'us-iso-east-1',
    'us-isob-east-1',
    'eusc-de-east-1',
  ].map((region) => ['eks', { clusterName: 'production', region }, ['awscli']]),
  ['stsProof', {}, ['botocore']],
  ['stsProof', { region: 'us-east-2' }, ['botocore']],
  [
    'stsProof',
    {
      region: 'cn-northwest-1',
      audienceHeader: { name: 'X-Vault-AWS-IAM-Server-ID', value: 'vault.example' },
    },
    ['botocore'],
  ],
  ['msk', EUROPE, ['aws-msk-iam-sasl-signer-js']],
  ['msk', { region: 'us-gov-west-1' }, ['aws-msk-iam-sasl-signer-js']],
  ['iot', IOT, ['aws-iot-device-sdk']],
  ['iot', { ...IOT, port: 8443 }, ['aws-iot-device-sdk']],
]

const cases = REQUESTS.flatMap(([token, options, tools]) =>
  tools.flatMap((tool) => [
    { token, tool, options, credentials: PLAIN, signingDate: DATE },
    { token, tool, options, credentials: SESSION, signingDate: LATE },
  ]),
)
cases.push({
  token: 'msk',
  tool: 'aws-msk-iam-sasl-signer-js',
  options: EUROPE,
  credentials: { ...SESSION, expiration: '2026-01-02T03:09:05Z' },
  signingDate: DATE,
})

const withDates = ({ expiration, ...keys }) =>
  expiration ? { ...keys, expiration: new Date(expiration) } : keys

const JAVASCRIPT = {
  '@aws-sdk/rds-signer': ({ options, credentials }) => {
    const { Signer } = require('@aws-sdk/rds-signer')
    return new Signer({ ...options, credentials }).getAuthToken()
  },
  '@aws-sdk/dsql-signer': ({ options: { action, expiresInSeconds, ...options }, credentials }) => {
    const { DsqlSigner } = require('@aws-sdk/dsql-signer')
    const signer = new DsqlSigner({
      ...options,
      credentials,
      ...(expiresInSeconds && { expiresIn: expiresInSeconds }),
    })
    return action === 'DbConnect' ? signer.getDbConnectAuthToken() : signer.getDbConnectAdminAuthToken()
  },
  'aws-msk-iam-sasl-signer-js': ({ options, credentials }) => {
    const { generateAuthTokenFromCredentialsProvider } = require('aws-msk-iam-sasl-signer-js')
    const awsCredentialsProvider = async () => withDates(credentials)
    return generateAuthTokenFromCredentialsProvider({ ...options, awsCredentialsProvider })
  },
  'aws-iot-device-sdk': ({ options: { hostname, ...options }, credentials }) => {
    const { prepareWebSocketUrl } = require('aws-iot-device-sdk').device
    const { accessKeyId, secretAccessKey, sessionToken } = credentials
    return prepareWebSocketUrl({ ...options, host: hostname }, accessKeyId, secretAccessKey, sessionToken)
  },
}

const RealDate = Date

/** Answers with the clock at the moment of the case. */
async function at(instant, work) {
  const now = RealDate.parse(instant)
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length === 0 ? [now] : parts))
    }
    static now() {
      return now
    }
  }
  try {
    return await work()
  } finally {
    globalThis.Date = RealDate
  }
}

const isPython = ({ tool }) => tool === 'botocore' || tool === 'awscli'
const { versions, answers } = JSON.parse(
  execFileSync('python3', [PYTHON], { input: JSON.stringify(cases.filter(isPython)), encoding: 'utf8' }),
)
const tools = { ...versions }
const recorded = []
for (const one of cases) {
  const expected = isPython(one)
    ? answers.shift()
    : await at(one.signingDate, () => JAVASCRIPT[one.tool](one))
  recorded.push({ ...one, expected })
}
for (const name of Object.keys(JAVASCRIPT)) {
  const paths = require.resolve.paths(name).map((path) => `${path}/${name}/package.json`)
  for (const path of paths) {
    try {
      tools[name] ??= JSON.parse(readFileSync(path, 'utf8')).version
    } catch {}
  }
}

const text = `${JSON.stringify({ tools, cases: recorded }, null, 2)}\n`
if (!process.argv.includes('--check')) writeFileSync(FILE, text)
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error('tokens.json would change')
  process.exitCode = 1
}
