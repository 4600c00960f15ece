// @ts-check
// Every upload that the demo sends, and what must come of it.
import { createHash } from 'node:crypto'
import { presignUrl, signRequest } from 'countersign'
import { signChunkedRequest } from 'countersign/chunked'
import { createPostForm } from 'countersign/post-policy'

/**
 * What a scenario has to send with.
 * @typedef {object} Sender
 * @property {import('countersign').SigningOptions} signing
 * @property {string} url Of the object to upload. No other scenario has the same.
 * @property {number} maxBytes What the gate takes.
 */

/**
 * @typedef {object} Scenario
 * @property {string} sent
 * @property {(sender: Sender) => Promise<Response>} send
 * @property {string} expected `kept`, or the status, reason and S3 code of the refusal.
 */

/** Some chunks, and a last one that is not full. */
export const DATA = Buffer.alloc(50_000, 'All that is kept was proved. ')
const CHUNK_BYTES = 16_384

/** @type {(sender: Sender, init?: RequestInit, changes?: Partial<import('countersign').SigningOptions>) => Promise<Request>} */
const signPlain = ({ signing, url }, init, changes) =>
  signRequest(url, { ...signing, ...changes, init: { method: 'PUT', body: DATA, ...init } })

/** @type {(sender: Sender, options?: Partial<import('countersign/chunked').SignChunkedRequestOptions>) => Promise<Request>} */
const signChunked = ({ signing, url }, options) =>
  signChunkedRequest(url, {
    ...signing,
    chunkBytes: CHUNK_BYTES,
    signHeaders: 'required', // leaves content-length unsigned, as SDKs do: what cuts a body can write another
    ...options,
    init: { method: 'PUT', body: DATA, ...options?.init },
  })

/**
 * Does what somebody on the way can do: sends the signed head with another body.
 *
 * @param {Request} signed
 * @param {(body: string) => string} change One character a byte.
 */
async function sendChanged(signed, change) {
  const body = Buffer.from(await signed.arrayBuffer()).toString('latin1')
  const changed = change(body)
  if (changed === body) throw new Error('The body was to be changed')
  const headers = new Headers(signed.headers)
  headers.delete('content-length') // fetch writes the new one
  return fetch(signed.url, { method: signed.method, headers, body: Buffer.from(changed, 'latin1') })
}

/** @type {(chunk: number) => (body: string) => string} Cuts a chunk out: 0 is the first. */
const withoutChunk = (chunk) => (body) => {
  const starts = [...body.matchAll(/[\da-f]+;chunk-signature=/g)].map(({ index }) => index)
  return body.slice(0, starts[chunk]) + body.slice(starts[chunk + 1])
}

/**
 * Sends what a browser sends: the fields of the form, then the file.
 *
 * @param {Sender} sender
 * @param {{ fields?: Record<string, string>, file?: Uint8Array<ArrayBuffer> }} [changes] What the browser was not given.
 */
function sendForm({ signing, url }, { fields = {}, file = DATA } = {}) {
  const [, bucket = '', key = ''] = new URL(url).pathname.split('/')
  const signed = createPostForm({
    credentials: signing.credentials,
    region: String(signing.region),
    url: new URL(`/${bucket}`, url),
    bucket,
    key,
    conditions: [['content-length-range', 1, DATA.length]],
    expiresInSeconds: 60,
  })
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...signed.fields, ...fields })) form.append(name, value)
  form.append('file', new Blob([file]), 'photo.jpg')
  return fetch(signed.url, { method: 'POST', body: form })
}

/** @type {(body: string, at: number) => string} */
const flipAt = (body, at) =>
  body.slice(0, at) + String.fromCharCode(body.charCodeAt(at) ^ 1) + body.slice(at + 1)

/** @type {Scenario[]} */
export const scenarios = [
  {
    sent: 'plain body, its hash signed',
    send: async (sender) => fetch(await signPlain(sender)),
    expected: 'kept',
  },
  {
    sent: 'plain body, UNSIGNED-PAYLOAD',
    send: async (sender) => fetch(await signPlain(sender, {}, { payload: 'unsigned' })),
    expected: 'kept',
  },
  {
    sent: 'presigned PUT',
    send: ({ signing, url }) =>
      fetch(presignUrl({ method: 'PUT', url }, { ...signing, expiresInSeconds: 60 }).url, {
        method: 'PUT',
        body: DATA,
      }),
    expected: 'kept',
  },
  {
    sent: 'signed chunks',
    send: async (sender) => fetch(await signChunked(sender)),
    expected: 'kept',
  },
  {
    sent: 'signed chunks and trailer',
    send: async (sender) => fetch(await signChunked(sender, { checksum: 'crc64nvme' })),
    expected: 'kept',
  },
  {
    sent: 'unsigned chunks, checksum in trailer',
    send: async (sender) =>
      fetch(await signChunked(sender, { checksum: 'crc32', chunkSignatures: 'unsigned' })),
    expected: 'kept',
  },
  {
    sent: 'browser form',
    send: (sender) => sendForm(sender),
    expected: 'kept',
  },
  {
    sent: 'key that climbs: ../../etc/passwd',
    send: async (sender) =>
      fetch(await signPlain({ ...sender, url: `${sender.url}%2F..%2F..%2Fetc%2Fpasswd` })),
    expected: 'kept',
  },
  {
    sent: 'unsigned',
    send: ({ url }) => fetch(url, { method: 'PUT', body: DATA }),
    expected: '403 missing-authentication, AccessDenied',
  },
  {
    sent: 'wrong key',
    async send(sender) {
      const credentials = { ...sender.signing.credentials, secretAccessKey: 'the secret of somebody else' }
      return fetch(await signPlain(sender, {}, { credentials }))
    },
    expected: '403 signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'changed body',
    send: async (sender) => sendChanged(await signPlain(sender), (body) => flipAt(body, 40_000)),
    expected: '400 payload-mismatch, XAmzContentSHA256Mismatch',
  },
  {
    sent: 'wrong Content-MD5',
    send: async (sender) =>
      fetch(
        await signPlain(sender, {
          headers: { 'content-md5': createHash('md5').update('other').digest('base64') },
        }),
      ),
    expected: '400 BadDigest',
  },
  {
    sent: 'changed chunk',
    send: async (sender) => sendChanged(await signChunked(sender), (body) => flipAt(body, 40_000)),
    expected: '403 chunk-signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'changed last chunk',
    send: async (sender) => sendChanged(await signChunked(sender), (body) => flipAt(body, body.length - 200)),
    expected: '403 chunk-signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'missing chunk',
    send: async (sender) => sendChanged(await signChunked(sender), withoutChunk(1)),
    expected: '403 chunk-signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'missing final chunk',
    send: async (sender) =>
      sendChanged(await signChunked(sender), (body) => body.slice(0, body.lastIndexOf('0;chunk-signature='))),
    expected: '400 incomplete-body, IncompleteBody',
  },
  {
    sent: 'changed trailer',
    send: async (sender) =>
      sendChanged(await signChunked(sender, { checksum: 'crc32' }), (body) =>
        body.replace(/(x-amz-checksum-crc32:)......../, '$1AAAAAA=='),
      ),
    expected: '400 checksum-mismatch, BadDigest',
  },
  {
    sent: 'changed signature of the trailer',
    send: async (sender) =>
      sendChanged(await signChunked(sender, { checksum: 'crc32' }), (body) =>
        body.replace(/(x-amz-trailer-signature:).{8}/, '$100000000'),
      ),
    expected: '403 chunk-signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'unsigned chunks, changed',
    send: async (sender) =>
      sendChanged(await signChunked(sender, { checksum: 'crc32', chunkSignatures: 'unsigned' }), (body) =>
        flipAt(body, 40_000),
      ),
    expected: '400 checksum-mismatch, BadDigest',
  },
  {
    sent: 'too large',
    send: async (sender) => fetch(await signPlain(sender, { body: Buffer.alloc(sender.maxBytes + 1) })),
    expected: '400 body-too-large, EntityTooLarge',
  },
  {
    sent: 'presigned PUT to another key',
    send({ signing, url }) {
      const presigned = presignUrl(
        { method: 'PUT', url: `${url}-other` },
        { ...signing, expiresInSeconds: 60 },
      )
      return fetch(presigned.url.replace('-other?', '?'), { method: 'PUT', body: DATA })
    },
    expected: '403 signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'expired presigned PUT',
    send({ signing, url }) {
      const options = { ...signing, expiresInSeconds: 60, signingDate: Date.now() - 120_000 }
      return fetch(presignUrl({ method: 'PUT', url }, options).url, { method: 'PUT', body: DATA })
    },
    expected: '403 request-expired, AccessDenied',
  },
  {
    sent: 'browser form, another key',
    send: (sender) => sendForm(sender, { fields: { key: 'another' } }),
    expected: '403 policy-condition-failed, AccessDenied',
  },
  {
    sent: 'browser form, signed by nobody',
    send: (sender) => sendForm(sender, { fields: { 'x-amz-signature': '0'.repeat(64) } }),
    expected: '403 signature-mismatch, SignatureDoesNotMatch',
  },
  {
    sent: 'browser form, file too large',
    send: (sender) => sendForm(sender, { file: Buffer.alloc(DATA.length + 1) }),
    expected: '400 EntityTooLarge',
  },
]
