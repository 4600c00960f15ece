// CountersignSigner in a real S3Client of AWS SDK v3: what the client sends, our verifier accepts.
import { Readable } from 'node:stream'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { HttpResponse } from '@smithy/protocol-http'
import { describe, expect, it } from 'vitest'
import { CountersignSigner, type HttpRequest, SignatureV4 } from '../../src/drop-in/smithy/index.ts'
import { sigv4, Verifier } from '../../src/index.ts'
import { sigv4a } from '../../src/sigv4a/index.ts'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY', sessionToken: 'token' }
const SESSION = { accessKeyId: 'AKIDSESSION', secretAccessKey: 'SESSIONKEY', sessionToken: 'session' }
const KEYS = new Map([CREDENTIALS, SESSION].map((key) => [key.accessKeyId, key]))
const CREATED = `<CreateSessionResult><Credentials><SessionToken>session</SessionToken>
  <SecretAccessKey>SESSIONKEY</SecretAccessKey><AccessKeyId>AKIDSESSION</AccessKeyId>
  <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>`

const targetOf = ({ path, query = {} }: HttpRequest): string => {
  const pieces = Object.entries(query).flatMap(([name, values]) =>
    [values]
      .flat()
      .map(
        (value) =>
          `${encodeURIComponent(name)}${value === null ? '' : `=${encodeURIComponent(String(value))}`}`,
      ),
  )
  return pieces.length > 0 ? `${path}?${pieces.join('&')}` : path
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body == null) return new Uint8Array(0)
  return typeof body === 'string' ? new TextEncoder().encode(body) : (body as Uint8Array)
}

/** A client whose requests are verified in place of being sent. */
function clientOf(extra: object, service: string) {
  const proved: { algorithm: string; accessKeyId: string; target: string; names: readonly string[] }[] = []
  const requestHandler = {
    async handle(request: HttpRequest) {
      const target = targetOf(request)
      // A session is asked for with the long-lived key, in the service's own name.
      const isSession = 'session' in (request.query ?? {})
      const verifier = new Verifier({
        getKeys: ({ accessKeyId }) => KEYS.get(accessKeyId),
        service,
        region: 'eu-west-1',
        algorithms: [sigv4, sigv4a],
        payloads: ['signed', 'unsigned'],
      })
      const verified = await verifier.verifyReceived({
        method: request.method,
        target,
        headers: Object.entries(request.headers),
        body: await bytesOf(request.body),
      })
      const { accessKeyId, signedHeaders } = verified
      const [algorithm = ''] = request.headers.authorization!.split(' ')
      proved.push({ algorithm, accessKeyId, target, names: signedHeaders })
      const body = Readable.from([Buffer.from(isSession ? CREATED : '<R></R>')])
      return { response: new HttpResponse({ statusCode: 200, headers: {}, body }) }
    },
  }
  const client = new S3Client({
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: requestHandler as never,
    ...extra,
  })
  return { client, proved }
}

const signer = () => new CountersignSigner({ service: 's3', region: 'eu-west-1', credentials: CREDENTIALS })

describe('CountersignSigner in an S3Client', () => {
  it.each<[string, () => object]>([
    ['signerConstructor', () => ({ signerConstructor: CountersignSigner })],
    ['signer', () => ({ signer: signer() })],
    ['signerConstructor: SignatureV4', () => ({ signerConstructor: SignatureV4 })],
  ])('signs as its %s', async (_, extra) => {
    const { client, proved } = clientOf(extra(), 's3')
    await client.send(
      new PutObjectCommand({ Bucket: 'b', Key: "a b/../ü'(1)+", Body: 'hello', Metadata: { a: ' 1  2 ' } }),
    )
    await client.send(new ListObjectsV2Command({ Bucket: 'b', Prefix: 'a+b c/', Delimiter: '/' }))
    expect(proved.map(({ algorithm }) => algorithm)).toEqual(['AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256'])
    expect(proved[0]?.names).toContain('x-amz-security-token')
  })

  it('signs for a multi-region access point with SigV4A', async () => {
    const { client, proved } = clientOf({ signerConstructor: CountersignSigner }, 's3')
    const Bucket = 'arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap'
    await client.send(new GetObjectCommand({ Bucket, Key: 'cat.jpg' }))
    expect(proved.map(({ algorithm }) => algorithm)).toEqual(['AWS4-ECDSA-P256-SHA256'])
    expect(proved[0]?.names).toContain('x-amz-region-set')
  })

  it('signs for a directory bucket with the credentials of its session', async () => {
    const { client, proved } = clientOf({ signerConstructor: CountersignSigner }, 's3express')
    const Bucket = 'b--euw1-az1--x-s3'
    await client.send(new GetObjectCommand({ Bucket, Key: 'cat.jpg' }))
    expect(proved.map(({ accessKeyId }) => accessKeyId)).toEqual(['AKIDEXAMPLE', 'AKIDSESSION'])
    expect(proved[1]?.names).toContain('x-amz-s3session-token')
    expect(proved[1]?.names).not.toContain('x-amz-security-token')
  })
})
