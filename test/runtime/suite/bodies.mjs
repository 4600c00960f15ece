// Bodies: large ones, in chunks, as events. Streams where the runtime has them.
import { asciiOf, through } from './bytes.mjs'
import { needs, refusalOf, refuses, same } from './expect.mjs'
import { CHUNKED, IAM } from './known-answers.mjs'
import { IAM_OPTIONS, secretOf, verifierOf } from './requests.mjs'

export const bodyChecks = (library) => ({
  'chunked: verify': async () => {
    const { credentials, date, payloadBytes, seedSignature, chunkSignatures, target, headers } = CHUNKED
    const data = 'a'.repeat(payloadBytes)
    const chunk = (from, to, i) =>
      `${(to - from).toString(16)};chunk-signature=${chunkSignatures[i]}\r\n${data.slice(from, to)}\r\n`
    const body = asciiOf(chunk(0, 65_536, 0) + chunk(65_536, payloadBytes, 1) + chunk(0, 0, 2))
    const signed = headers
      .map(([name]) => name)
      .sort()
      .join(';')
    const credential = `${credentials.accessKeyId}/20130524/us-east-1/s3/aws4_request`
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signed}, Signature=${seedSignature}`
    const verifier = verifierOf(library, secretOf(CHUNKED), { service: 's3', signingDate: date })
    const all = [...headers, ['authorization', authorization]]
    const verify = () => verifier.verifyReceived({ method: 'PUT', target, headers: all, body })
    same((await verify()).body.length, payloadBytes)
    body[66_000] ^= 1
    await refuses('chunk-signature-mismatch', verify)
  },
  'chunked: streams': async () =>
    needs('TransformStream', async () => {
      const { ChunkedEncoderStream } = await library.chunked()
      const { credentials, date, payloadBytes, seedSignature, chunkSignatures } = CHUNKED
      const options = { credentials, service: 's3', region: 'us-east-1', signingDate: date, seedSignature }
      const body = await through(new ChunkedEncoderStream(options), [new Uint8Array(payloadBytes).fill(97)])
      same(
        [...body.matchAll(/chunk-signature=(\w+)/g)].map(([, signature]) => signature),
        chunkSignatures,
      )
    }),
  'chunked: trailers': async () =>
    needs('TransformStream', async () => {
      const { signChunkedRequest } = await library.chunked()
      const options = { ...IAM_OPTIONS, service: 's3' }
      for (const checksum of ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']) {
        const body = 'a'.repeat(100_000)
        const init = { method: 'PUT', body }
        const request = await signChunkedRequest('https://b.s3.amazonaws.com/k', {
          ...options,
          init,
          checksum,
        })
        const { request: proved } = await verifierOf(library, secretOf(IAM), options).verify(request)
        same((await proved.text()) === body, true)
      }
    }),
  'event stream': async () =>
    needs('TransformStream', async () => {
      const { EventSignerStream, EventVerifierStream } = await library.eventStream()
      const scope = { credentials: IAM.credentials, service: 'transcribe', region: 'us-east-1' }
      const seedSignature = 'ab'.repeat(32)
      const signer = new EventSignerStream({ ...scope, seedSignature, now: () => IAM.date })
      const signed = asciiOf(await through(signer, [asciiOf('one'), asciiOf('two')]))
      const credential = 'AKIDEXAMPLE/20150830/us-east-1/transcribe/aws4_request'
      const verifier = () => new EventVerifierStream({ seedSignature, credential, key: secretOf(IAM) })
      same(await through(verifier(), [signed.slice(0, 70), signed.slice(70)]), 'onetwo')
      const cut = signed.slice(0, signed.length - 1)
      await refusalOf(() => through(verifier(), [cut]))
    }),
  'large body': async () =>
    needs('Request', async () => {
      const body = 'a'.repeat(1_000_000)
      const options = { ...IAM_OPTIONS, service: 's3', init: { method: 'PUT', body } }
      const request = await library.signRequest('https://b.s3.amazonaws.com/k', options)
      // FIPS 180-4, the third example.
      same(
        request.headers.get('x-amz-content-sha256'),
        'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
      )
      const { request: proved } = await verifierOf(library, secretOf(IAM), options).verify(request)
      same((await proved.text()) === body, true)
    }),
})
