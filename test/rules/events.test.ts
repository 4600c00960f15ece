import { describe, expect, it, vi } from 'vitest'
import type { RejectedEvent, VerifiedEvent } from '../../src/index.ts'
import { drain, watchedStream } from '../support/attack-streams.ts'
import {
  headerSigned,
  KEY,
  presigned,
  refusalOf,
  toRequest,
  verifier,
  type Wire,
  withHeader,
} from '../support/attack-world.ts'

const watched = (options = {}) => {
  const onVerified = vi.fn((_event: VerifiedEvent) => {})
  const onRejected = vi.fn((_event: RejectedEvent) => {})
  return { onVerified, onRejected, verifier: verifier({ onVerified, onRejected, ...options }) }
}
const bare: Wire = { method: 'GET', target: '/', headers: [['host', 'api.example.com']], body: null }

describe('onVerified', () => {
  it('tells of each request that was proved, once', async () => {
    const { onVerified, onRejected, verifier } = watched()
    await verifier.verifyReceived(headerSigned({ method: 'POST', body: 'x' }))
    await verifier.verify(toRequest(presigned()))
    expect(onVerified.mock.calls).toEqual([
      [
        {
          method: 'POST',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          credentialScope: '20150830/us-east-1/execute-api/aws4_request',
          carrier: 'header',
          payload: 'signed',
        },
      ],
      [
        {
          method: 'GET',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          credentialScope: '20150830/us-east-1/execute-api/aws4_request',
          carrier: 'query',
          payload: 'signed',
        },
      ],
    ])
    expect(onRejected).not.toHaveBeenCalled()
  })
})

describe('onRejected', () => {
  it('tells of each request that was refused, once, what its error says', async () => {
    const { onVerified, onRejected, verifier } = watched()
    const error = await refusalOf(verifier.verifyReceived(withHeader(headerSigned(), 'x-amz-acl', 'x')))
    expect(onRejected.mock.calls).toEqual([
      [
        {
          method: 'GET',
          reason: 'header-not-signed',
          message: error.message,
          awsCode: 'SignatureDoesNotMatch',
          status: 403,
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        },
      ],
    ])
    expect(onVerified).not.toHaveBeenCalled()
  })

  it('tells no access key id where none could be read, and no method where there was no request', async () => {
    const { onRejected, verifier } = watched()
    await refusalOf(verifier.verifyReceived(bare))
    await refusalOf(verifier.verifyReceived({ ...bare, target: '' }))
    expect(onRejected.mock.calls.map(([event]) => [event.method, event.reason, event.accessKeyId])).toEqual([
      ['GET', 'missing-authentication', undefined],
      ['', 'malformed-request', undefined],
    ])
  })

  it('tells of a body that fails while it streams, after the head was told as proved', async () => {
    const { onVerified, onRejected, verifier } = watched({ service: 's3', body: 'stream' })
    const put = headerSigned({ method: 'PUT', body: 'hello' }, { service: 's3' })
    const { body } = await verifier.verifyReceived({ ...put, body: watchedStream(['hel', 'l0']).stream })
    expect([onVerified.mock.calls.length, onRejected.mock.calls.length]).toEqual([1, 0])
    await drain(body)
    expect(onRejected.mock.calls.map(([{ reason, awsCode }]) => [reason, awsCode])).toEqual([
      ['payload-mismatch', 'XAmzContentSHA256Mismatch'],
    ])
  })

  it('does not tell of mistakes of the programmer, nor of a look-up that failed', async () => {
    const { onVerified, onRejected, verifier } = watched({
      getKeys() {
        throw new Error('away')
      },
    })
    await expect(verifier.verifyReceived(headerSigned())).rejects.toThrow('away')
    await expect(verifier.verifyReceived(undefined as never)).rejects.toThrow(TypeError)
    expect([onVerified.mock.calls.length, onRejected.mock.calls.length]).toEqual([0, 0])
  })

  it('lets no request in by failing', async () => {
    const failing = () => {
      throw new Error('the log is full')
    }
    await expect(watched({ onVerified: failing }).verifier.verifyReceived(headerSigned())).rejects.toThrow(
      'full',
    )
    await expect(watched({ onRejected: failing }).verifier.verifyReceived(bare)).rejects.toThrow('full')
    const wrong = { getKeys: () => ({ ...KEY, secretAccessKey: 'x' }), onRejected: failing }
    await expect(watched(wrong).verifier.verifyReceived(headerSigned())).rejects.toThrow('full')
  })
})
