import { describe, expect, it } from 'vitest'
import { Signer, Verifier } from '../../../src/index.ts'
import { ENVOY, INLINE, KEYS, NOW, signerOf, traceOf, URL_ } from './world.ts'

const DOCUMENTED = `
- policyRef:
    name: native-aws-signature-flex
  config:
    serviceName: execute-api
    region: eu-west-1
    useUnsignedPayload: false
    signingAlgorithm: AWS_SIGV4
    matchExcludedHeaders:
      - x-request-id
    authenticationMode: inline
    inlineCredentialProvider:
      accessKeyId: AKIDEXAMPLE
      secretAccessKey: EXAMPLEKEY
`
const FILTER = `
name: envoy.filters.http.aws_request_signing
typed_config:
  "@type": type.googleapis.com/envoy.extensions.filters.http.aws_request_signing.v3.AwsRequestSigning
  service_name: s3
  region: us-west-2
  use_unsigned_payload: true
  match_excluded_headers:
  - prefix: x-envoy
  - exact: foo
  credential_provider:
    inline_credential: { access_key_id: AKIDEXAMPLE, secret_access_key: EXAMPLEKEY }
`
const PER_ROUTE = `
"@type": type.googleapis.com/envoy.extensions.filters.http.aws_request_signing.v3.AwsRequestSigningPerRoute
stat_prefix: route
aws_request_signing:
  service_name: s3
  region: us-west-2
  credential_provider:
    inline_credential: { access_key_id: AKIDEXAMPLE, secret_access_key: EXAMPLEKEY }
`
const TYPE = 'type.googleapis.com/envoy.extensions.filters.http.aws_request_signing.v3.AwsRequestSigning'

describe('where a policy stands', () => {
  const entry = { policyRef: { name: 'native-aws-signature-flex' }, config: INLINE }
  const other = { policyRef: { name: 'rate-limiting-flex' }, config: { maximumRequests: 1 } }
  const scope = 'eu-west-1/execute-api/aws4_request'
  const envoyScope = 'us-west-2/s3/aws4_request'

  it.each<[string, object | string, string]>([
    ['bare', INLINE, scope],
    ['in an entry', entry, scope],
    ['alone in a list', [entry], scope],
    ['in a list among others', [other, entry], scope],
    [
      'in a PolicyBinding',
      {
        apiVersion: 'gateway.mulesoft.com/v1alpha1',
        kind: 'PolicyBinding',
        metadata: { name: 'sign' },
        spec: { targetRef: { name: 'api' }, ...entry },
      },
      scope,
    ],
    ["as the YAML of the gateway's documentation", DOCUMENTED, scope],
    ['as JSON', JSON.stringify(entry), scope],
    ['bare, as Envoy has it', ENVOY, envoyScope],
    [
      'in camel case, as protobuf writes JSON',
      { serviceName: 's3', region: 'us-west-2', credentialProvider: { inlineCredential: KEYS } },
      envoyScope,
    ],
    ['in a filter', FILTER, envoyScope],
    [
      'in a list of filters',
      [
        { name: 'envoy.filters.http.router' },
        { name: 'envoy.filters.http.aws_request_signing', typed_config: { '@type': TYPE, ...ENVOY } },
      ],
      envoyScope,
    ],
    ['with its type', { '@type': TYPE, ...ENVOY }, envoyScope],
    ['per route', PER_ROUTE, envoyScope],
    ['per route, in camel case', { awsRequestSigning: ENVOY, statPrefix: 'r' }, envoyScope],
  ])('is read %s', async (_, config, credentialScope) => {
    expect((await traceOf(config)).credentialScope).toBe(`20260101/${credentialScope}`)
  })

  it.each<[string, object | string, RegExp]>([
    ['two of them', [entry, entry], /must hold one AWS request signature policy, not 2/],
    ['none of them', [other], /must hold one AWS request signature policy, not 0/],
    [
      'another policy',
      other,
      /^policyRef.name must be "native-aws-signature-flex"; it is "rate-limiting-flex"$/,
    ],
    [
      'an entry with rules',
      { ...entry, rules: [{ path: '/a' }] },
      /^"rules" is not a parameter of the policy entry/,
    ],
    ['another type', { '@type': 'type.googleapis.com/envoy.Other', ...ENVOY }, /^typed_config.@type must be/],
    [
      'a filter that is off',
      { name: 'n', typed_config: ENVOY, disabled: true },
      /^disabled must not be true/,
    ],
    ['broken YAML', 'config: [', /^the policy must be one document of YAML: see line 1, column 10$/],
    ['two documents', `${DOCUMENTED}\n---\na: b`, /^the policy must be one document of YAML/],
    [
      'a parameter written twice',
      'serviceName: a\nserviceName: b',
      /^the policy must be one document of YAML/,
    ],
    ['text alone', 'text', /^the policy must be an object, a list or YAML of one/],
    ['no configuration', { policyRef: entry.policyRef }, /^the policy must be an object; it is undefined/],
  ])('is refused: %s', (_, config, message) => {
    expect(() => signerOf(config)).toThrow(message)
  })

  it('shows no secret of YAML that is broken', () => {
    const text = 'inlineCredentialProvider:\n  secretAccessKey: "EXAMPLEKEY\n'
    expect(() => signerOf(text)).toThrow(/^(?!.*EXAMPLEKEY)/s)
  })
})

describe('signerFromPolicy', () => {
  it('gives a Signer', () => expect(signerOf(INLINE)).toBeInstanceOf(Signer))

  it('signs what a verifier accepts', async () => {
    const verifier = new Verifier({
      getKeys: () => KEYS,
      service: 'execute-api',
      region: 'eu-west-1',
      now: () => NOW,
    })
    const request = await signerOf(DOCUMENTED).sign(URL_, { method: 'POST', body: 'a=b' })
    expect((await verifier.verify(request)).accessKeyId).toBe('AKIDEXAMPLE')
  })

  it('refuses options that it does not know', async () => {
    const { signerFromPolicy } = await import('../../../src/policy/index.ts')
    expect(() => signerFromPolicy(INLINE, { profile: 'a' } as object)).toThrow(/"profile" is not an option/)
  })
})
