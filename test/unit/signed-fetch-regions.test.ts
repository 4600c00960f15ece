import { describe, expect, it } from 'vitest'
import { createSignedFetch } from '../../src/index.ts'

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'the/token' }

interface Hop {
  readonly url: string
  readonly scope: string
  readonly method: string
  readonly body: string
}

/** Answers the first request with a redirect, and all others with 200. */
function world(headers: Record<string, string>, status = 301) {
  const hops: Hop[] = []
  const send = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request
    const [, scope = ''] = /Credential=\w+\/\d+\/(.+?)\/aws4_request/.exec(
      request.headers.get('authorization')!,
    )!
    hops.push({ url: request.url, scope, method: request.method, body: await request.text() })
    return hops.length > 1 ? new Response('there') : new Response('', { status, headers })
  }
  return { hops, fetch: send as typeof fetch }
}

describe('the redirect of S3 to the region of a bucket', () => {
  const followed: [from: string, region: string, to: string][] = [
    ['b.s3.us-east-1.amazonaws.com', 'eu-west-1', 'b.s3.eu-west-1.amazonaws.com'],
    ['a.b.s3.us-east-1.amazonaws.com', 'us-gov-west-1', ''],
    ['s3.us-east-1.amazonaws.com', 'ap-southeast-2', 's3.ap-southeast-2.amazonaws.com'],
    ['b.s3.amazonaws.com', 'eu-west-1', 'b.s3.eu-west-1.amazonaws.com'],
    ['b.s3-us-west-2.amazonaws.com', 'eu-west-1', 'b.s3.eu-west-1.amazonaws.com'],
    ['b.s3.dualstack.us-east-1.amazonaws.com', 'eu-west-1', 'b.s3.dualstack.eu-west-1.amazonaws.com'],
    ['b.s3-fips.us-east-1.amazonaws.com', 'us-west-2', 'b.s3-fips.us-west-2.amazonaws.com'],
    ['b.s3.cn-north-1.amazonaws.com.cn', 'cn-northwest-1', 'b.s3.cn-northwest-1.amazonaws.com.cn'],
    ['b.s3.us-gov-west-1.amazonaws.com', 'us-gov-east-1', 'b.s3.us-gov-east-1.amazonaws.com'],
    ['b.s3.us-gov-west-1.amazonaws.com', 'us-east-1', ''],
    ['b.s3.cn-north-1.amazonaws.com.cn', 'eu-west-1', ''],
    ['b.s3.us-east-1.amazonaws.com', 'cn-north-1', ''],
    ['b.s3.us-east-1.amazonaws.com', 'us-east-1', ''],
    ['b.s3.us-east-1.amazonaws.com', 'evil.example/', ''],
    ['b.s3.us-east-1.amazonaws.com', 'eu-west-1.evil.example', ''],
    ['b.s3.us-east-1.amazonaws.com', '*', ''],
    ['b.s3.us-east-1.amazonaws.com:8443', 'eu-west-1', ''],
    ['b.s3.us-east-1.amazonaws.com.evil.example', 'eu-west-1', ''],
    ['s3.us-east-1.amazonaws.com.evil', 'eu-west-1', ''],
    ['evils3.us-east-1.amazonaws.com', 'eu-west-1', ''],
    ['sqs.us-east-1.amazonaws.com', 'eu-west-1', ''],
  ]
  for (const status of [301, 307]) {
    for (const [from, region, to] of followed) {
      it(`${to ? 'is followed' : 'is the answer'}: ${status} from ${from} to ${region}`, async () => {
        const { hops, fetch } = world({ 'x-amz-bucket-region': region }, status)
        const scope = { service: 's3', region: /(?:cn|us-gov)-\w+-\d/.exec(from)?.[0] ?? 'us-east-1' }
        const url = `https://${from}/a%20key?versionId=1`
        const response = await createSignedFetch({ credentials, fetch, ...scope })(url, {
          method: 'PUT',
          body: 'a',
        })
        expect(response.status).toBe(to ? 200 : status)
        expect(hops.slice(1)).toEqual(
          to
            ? [{ url: `https://${to}/a%20key?versionId=1`, scope: `${region}/s3`, method: 'PUT', body: 'a' }]
            : [],
        )
      })
    }
  }

  it('goes to the host that follows from ours, whatever its Location says', async () => {
    const headers = { 'x-amz-bucket-region': 'eu-west-1', location: 'https://evil.example/key' }
    const { hops, fetch } = world(headers, 307)
    await createSignedFetch({ credentials, fetch })('https://b.s3.us-east-1.amazonaws.com/key')
    expect(hops.map(({ url }) => new URL(url).host)).toEqual([
      'b.s3.us-east-1.amazonaws.com',
      'b.s3.eu-west-1.amazonaws.com',
    ])
  })

  it('is the answer after another status, to a stream, and where redirects are the caller’s', async () => {
    const headers = { 'x-amz-bucket-region': 'eu-west-1' }
    const url = 'https://b.s3.us-east-1.amazonaws.com/key'
    for (const status of [200, 302, 308, 400, 403]) {
      const { hops, fetch } = world(headers, status)
      await createSignedFetch({ credentials, fetch })(url)
      expect(hops).toHaveLength(1)
    }
    const manual = world(headers)
    await createSignedFetch({ credentials, fetch: manual.fetch })(url, { redirect: 'manual' })
    const streamed = world(headers)
    const body = new Blob(['streamed']).stream()
    const init = { method: 'PUT', body, duplex: 'half', signing: { payload: 'unsigned' } } as RequestInit
    await createSignedFetch({ credentials, fetch: streamed.fetch })(url, init)
    expect([manual.hops.length, streamed.hops.length]).toEqual([1, 1])
  })

  it('is no reason to sign for another service', async () => {
    const { hops, fetch } = world({ 'x-amz-bucket-region': 'eu-west-1' })
    const scope = { service: 's3-outposts', region: 'us-east-1' }
    await createSignedFetch({ credentials, fetch, ...scope })('https://b.s3.us-east-1.amazonaws.com/key')
    expect(hops).toHaveLength(1)
  })
})
