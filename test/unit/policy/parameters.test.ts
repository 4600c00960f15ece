import { describe, expect, it } from 'vitest'
import { presignUrl, Verifier } from '../../../src/index.ts'
import { sigv4a } from '../../../src/sigv4a/index.ts'
import { ENVOY, INLINE, KEYS, NOW, signerOf, traceOf, URL_ } from './world.ts'

describe('parameters of both', () => {
  it('signingAlgorithm is SigV4 unless it says SigV4A, by name or by number', async () => {
    const { signingAlgorithm: _, ...rest } = INLINE
    expect((await traceOf(rest)).algorithm).toBe('AWS4-HMAC-SHA256')
    expect((await traceOf({ ...rest, signingAlgorithm: 0 })).algorithm).toBe('AWS4-HMAC-SHA256')
    for (const signingAlgorithm of ['AWS_SIGV4A', 1]) {
      const trace = await traceOf({ ...rest, signingAlgorithm, region: 'us-*,eu-west-1' })
      expect([trace.algorithm, trace.signedHeaders.includes('x-amz-region-set')]).toEqual([sigv4a.name, true])
    }
  })

  it('useUnsignedPayload signs UNSIGNED-PAYLOAD, and else the hash, which is sent in either case', async () => {
    for (const [useUnsignedPayload, claim] of [
      [true, 'UNSIGNED-PAYLOAD'],
      [false, '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d'],
    ] as const) {
      const request = await signerOf({ ...INLINE, useUnsignedPayload }).sign(URL_, {
        method: 'PUT',
        body: 'b',
      })
      expect(request.headers.get('x-amz-content-sha256')).toBe(claim)
    }
  })

  it('never signs what proxies rewrite', async () => {
    const headers = {
      'x-forwarded-for': '10.0.0.1',
      'x-forwarded-proto': 'https',
      'x-amzn-trace-id': 'Root=1',
      'x-a': '1',
    }
    const base = ['host', 'x-a', 'x-amz-content-sha256', 'x-amz-date']
    expect((await traceOf(INLINE, headers)).signedHeaders).toEqual(base)
    const included = { ...ENVOY, match_included_headers: [{ prefix: 'x-' }] }
    expect((await traceOf(included, headers)).signedHeaders).toEqual(base)
    const { trace } = await signerOf(INLINE).signHeaders(
      { url: URL_, headers },
      { signHeaders: Object.keys(headers), excludeHeaders: ['x-a'] },
    )
    expect(trace.signedHeaders).toEqual(['host', 'x-amz-content-sha256', 'x-amz-date'])
  })

  it.each<[string, unknown, string[]]>([
    ['a plain string matches exactly', 'x-a', ['x-ab', 'x-b-c']],
    ['exact', { exact: 'X-A' }, ['x-ab', 'x-b-c']],
    ['prefix', { prefix: 'x-a' }, ['x-b-c']],
    ['suffix', { suffix: '-c', ignore_case: true }, ['x-a', 'x-ab']],
    ['contains', { contains: '-b' }, ['x-a', 'x-ab']],
    [
      'safe_regex matches all of the name',
      { safe_regex: { google_re2: {}, regex: 'x-.' } },
      ['x-ab', 'x-b-c'],
    ],
    ['safeRegex', { safeRegex: { regex: '(?i)X-(?P<rest>A.*)' } }, ['x-b-c']],
  ])('matchExcludedHeaders: %s', async (_, matcher, kept) => {
    const headers = { 'x-a': '1', 'x-ab': '2', 'x-b-c': '3' }
    const { signedHeaders } = await traceOf({ ...INLINE, matchExcludedHeaders: [matcher] }, headers)
    expect(signedHeaders.filter((name) => name in headers)).toEqual(kept)
  })

  it.each<[object, RegExp]>([
    [
      { ...INLINE, serviceNames: 's3' },
      /^"serviceNames" is not a parameter of the policy, which has serviceName, /,
    ],
    [{ ...INLINE, service_name: 's3' }, /^"service_name" is given twice in the policy$/],
    [{ ...INLINE, serviceName: undefined }, /^serviceName is needed$/],
    [{ ...INLINE, serviceName: 'a/b' }, /^serviceName must be a signing name/],
    [{ ...INLINE, region: null }, /^region is needed$/],
    [{ ...INLINE, region: 'us-*' }, /^region must be one region/],
    [{ ...INLINE, region: 1 }, /^region must be text: put it between quotes; it is number$/],
    [
      { ...INLINE, signingAlgorithm: 'AWS_SIGV5' },
      /^signingAlgorithm must be AWS_SIGV4 or AWS_SIGV4A; it is "AWS_SIGV5"$/,
    ],
    [{ ...INLINE, useUnsignedPayload: 'yes' }, /^useUnsignedPayload must be true or false; it is string$/],
    [{ ...INLINE, matchExcludedHeaders: 'x-a' }, /^matchExcludedHeaders must be a list/],
    [
      { ...INLINE, matchExcludedHeaders: [{ custom: {} }] },
      /^"custom" is not a parameter of matchExcludedHeaders\[0\]/,
    ],
    [
      { ...INLINE, matchExcludedHeaders: [{ exact: 'a', prefix: 'b' }] },
      /^matchExcludedHeaders\[0\] must have one of/,
    ],
    [
      { ...INLINE, matchExcludedHeaders: [{ prefix: '' }] },
      /^matchExcludedHeaders\[0\].prefix must not be empty$/,
    ],
    [{ ...INLINE, matchExcludedHeaders: [{ safeRegex: { regex: '(a' } }] }, /no regular expression/],
    [
      { ...INLINE, matchExcludedHeaders: [{ safeRegex: { regex: 'a(?=b)' } }] },
      /must be free of look-around/,
    ],
    [{ ...INLINE, matchExcludedHeaders: [{ safeRegex: { regex: '[[:alpha:]]+' } }] }, /POSIX classes/],
    [
      { policyRef: { name: 'native-aws-signature-flex' }, config: { ...INLINE, hostRewrite: 'a' } },
      /^"hostRewrite" is not a parameter/,
    ],
    [
      { name: 'f', typed_config: { ...ENVOY, authenticationMode: 'inline' } },
      /^"authenticationMode" is not a parameter/,
    ],
    [{ ...ENVOY, host_rewrite: 'https://a' }, /^hostRewrite must be a host name/],
    [
      { ...ENVOY, query_string: { expiration_time: '2h' } },
      /^queryString.expirationTime must be a duration of 1s to 3600s/,
    ],
    [{ ...ENVOY, query_string: { expiration_time: '3601s' } }, /^queryString.expirationTime must be/],
    [{ ...ENVOY, query_string: { expiration_time: '0s' } }, /^queryString.expirationTime must be/],
    [{ ...ENVOY, query_string: { expiration_time: '1.5s' } }, /^queryString.expirationTime must be/],
  ])('are refused by name: %j', (config, message) => {
    expect(() => signerOf(config)).toThrow(message)
  })
})

describe('parameters of Envoy', () => {
  const url = 'https://proxy.example.com:8443/a%2Fb?x=1'
  const key = { ...KEYS }

  it('host_rewrite changes the host that is signed and sent, and nothing else', async () => {
    const signer = signerOf({ ...ENVOY, host_rewrite: 'bucket.s3.us-west-2.amazonaws.com' })
    const sent = 'https://bucket.s3.us-west-2.amazonaws.com/a%2Fb?x=1'
    const headers = { host: 'proxy.example.com', 'x-a': '1' }
    const signed = await signer.signHeaders({ url, headers })
    expect(signed.headers.host).toBe('bucket.s3.us-west-2.amazonaws.com')
    expect(signed.trace.canonicalRequest).toContain('\nhost:bucket.s3.us-west-2.amazonaws.com\n')
    expect((await signer.presign(url)).url.split('&X-Amz')[0]).toBe(sent)
    expect((await signer.presign(new URL(url))).url.split('&X-Amz')[0]).toBe(sent)
    for (const input of [url, new URL(url), new Request(url, { method: 'PUT', body: 'b' })]) {
      expect((await signer.sign(input)).url).toBe(sent)
    }
    const verifier = new Verifier({ getKeys: () => key, service: 's3', region: 'us-west-2', now: () => NOW })
    const verified = await verifier.verify(
      await signer.sign(new Request(url, { method: 'PUT', body: 'b', headers })),
    )
    expect(await verified.request.text()).toBe('b')
  })

  it.each<[unknown, string]>([
    [{}, '5'],
    [{ expiration_time: '60s' }, '60'],
    [{ expirationTime: { seconds: 3600 } }, '3600'],
  ])('query_string %j presigns', async (query_string, expires) => {
    const signer = signerOf({ ...ENVOY, query_string })
    const request = await signer.sign(url, { method: 'PUT', body: 'b', headers: { 'x-a': '1' } })
    const { searchParams } = new URL(request.url)
    expect([searchParams.get('X-Amz-Expires'), request.headers.has('authorization')]).toEqual([
      expires,
      false,
    ])
    const expected = presignUrl(
      { method: 'PUT', url, headers: { 'x-a': '1', 'content-type': 'text/plain;charset=UTF-8' }, body: 'b' },
      {
        credentials: key,
        service: 's3',
        region: 'us-west-2',
        signingDate: NOW,
        expiresInSeconds: Number(expires),
      },
    )
    expect(request.url).toBe(expected.url)
    const verifier = new Verifier({
      getKeys: () => key,
      service: 's3',
      region: 'us-west-2',
      now: () => NOW,
      payloads: ['unsigned'],
    })
    expect((await verifier.verify(request)).carrier).toBe('query')
    expect((await signer.presign(url, { expiresInSeconds: 7 })).url).toContain('X-Amz-Expires=7&')
  })

  it('match_included_headers signs these alone, whatever is excluded', async () => {
    const config = { ...ENVOY, match_included_headers: ['x-a'], match_excluded_headers: ['x-a'] }
    const { signedHeaders } = await traceOf(config, { 'x-a': '1', 'x-b': '2', 'content-type': 'a/b' })
    expect(signedHeaders).toEqual(['host', 'x-a', 'x-amz-content-sha256', 'x-amz-date'])
  })

  it('region is that of the environment, of the profile, or of the host', async () => {
    const { region: _, ...rest } = ENVOY
    const scopeOf = async (files: Record<string, string>, env: Record<string, string>) =>
      (await signerOf(rest, files, env).signHeaders({ url: 'https://b.s3.eu-north-1.amazonaws.com/' })).trace
        .credentialScope
    const files = { '/home/ada/.aws/config': '[default]\nregion = eu-south-1\n' }
    expect(await scopeOf({}, { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'x' })).toContain('/us-east-2/')
    expect(await scopeOf({}, { AWS_DEFAULT_REGION: 'us-east-2' })).toContain('/us-east-2/')
    expect(await scopeOf(files, { HOME: '/home/ada' })).toContain('/eu-south-1/')
    expect(await scopeOf({}, {})).toContain('/eu-north-1/')
  })
})
