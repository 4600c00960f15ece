// Bodies in chunks: encoded, decoded, and beside both the bare SHA-256 that signing them needs.
import { createHash } from 'node:crypto'
import { ChunkedDecoderStream, ChunkedEncoderStream, chunkedContentLength } from 'countersign/chunked'
import { AMZ_DATE, CREDENTIALS, REGION, SIGNING_DATE } from './cases.mjs'
import { BARE_SHA256, OURS } from './names.mjs'

const MEBIBYTE = 2 ** 20
/** What a file or a socket gives at once. */
const PIECE = Uint8Array.from({ length: 64 * 1024 }, (_, i) => i * 31)
const SEED_SIGNATURE = '0'.repeat(64)
const SCOPE = `${AMZ_DATE.slice(0, 8)}/${REGION}/s3/aws4_request`

export const SIGNED = { contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }
const UNSIGNED = {
  contentSha256: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  checksum: 'crc32',
  chunkSignatures: 'unsigned',
}
const withChecksum = (checksum) => ({
  contentSha256: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  checksum,
})

/** So many bytes, in pieces. */
export function dataStream(length) {
  let left = length
  return new ReadableStream(
    {
      pull(controller) {
        if (left > 0) controller.enqueue(PIECE)
        else controller.close()
        left -= PIECE.length
      },
    },
    { highWaterMark: 0 },
  )
}

export const encodedStream = (data, { checksum, chunkSignatures }) =>
  data.pipeThrough(
    new ChunkedEncoderStream({
      credentials: CREDENTIALS,
      service: 's3',
      region: REGION,
      signingDate: SIGNING_DATE,
      seedSignature: SEED_SIGNATURE,
      checksum,
      chunkSignatures,
    }),
  )

export const decodedStream = (encoded, { contentSha256, checksum }, decodedContentLength) =>
  encoded.pipeThrough(
    new ChunkedDecoderStream({
      contentSha256,
      decodedContentLength,
      trailer: checksum && `x-amz-checksum-${checksum}`,
      seedSignature: SEED_SIGNATURE,
      amzDate: AMZ_DATE,
      credential: `${CREDENTIALS.accessKeyId}/${SCOPE}`,
      key: CREDENTIALS,
    }),
  )

async function lengthOf(stream) {
  let length = 0
  for await (const piece of stream) length += piece.length
  return length
}

/** From memory, in the pieces in which it was encoded. */
const replay = (pieces) => {
  let next = 0
  return new ReadableStream(
    {
      pull: (controller) => (next < pieces.length ? controller.enqueue(pieces[next++]) : controller.close()),
    },
    { highWaterMark: 0 },
  )
}

async function collect(stream) {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

const bareHash = (length) => ({
  name: BARE_SHA256,
  run() {
    const hash = createHash('sha256')
    for (let at = 0; at < length; at += PIECE.length) hash.update(PIECE)
    return hash.digest('hex')
  },
  signatureOf: (hex) => (hex.length === 64 ? 'whole' : hex),
})

/** The same bytes in pieces of 64 KiB, as a socket gives them: nearly every chunk is cut in two. */
function asFromSocket(pieces) {
  const wire = Buffer.concat(pieces)
  return Array.from({ length: Math.ceil(wire.length / PIECE.length) }, (_, i) =>
    wire.subarray(i * PIECE.length, (i + 1) * PIECE.length),
  )
}

const NAMED = [
  [OURS, SIGNED],
  [`${OURS}, signed trailer with crc32`, withChecksum('crc32')],
  [`${OURS}, signed trailer with crc64nvme`, withChecksum('crc64nvme')],
  [`${OURS}, unsigned chunks with crc32`, UNSIGNED],
]

export function encodeGroup(_, { streamMebibytes }) {
  const decodedContentLength = streamMebibytes * MEBIBYTE
  const lengthOnWire = ({ checksum, chunkSignatures }) =>
    chunkedContentLength({ decodedContentLength, checksum, chunkSignatures })
  return {
    name: 'streams encode',
    ownCollections: true,
    title: `Encoding ${streamMebibytes} MiB in chunks of 64 KiB`,
    ours: OURS,
    expected: () => 'whole',
    subjects: [
      ...NAMED.map(([name, way]) => ({
        name,
        isAsync: true,
        run: () => lengthOf(encodedStream(dataStream(decodedContentLength), way)),
        signatureOf: (length) => (length === lengthOnWire(way) ? 'whole' : length),
      })),
      bareHash(decodedContentLength),
    ],
  }
}

export async function decodeGroup(_, { streamMebibytes }) {
  const decodedContentLength = streamMebibytes * MEBIBYTE
  const subjects = []
  for (const [name, way, cut = (pieces) => pieces] of [
    ...NAMED,
    [`${OURS}, as from a socket`, SIGNED, asFromSocket],
  ]) {
    const pieces = cut(await collect(encodedStream(dataStream(decodedContentLength), way)))
    const bent = [...pieces]
    bent[3] = Uint8Array.from(bent[3])
    bent[3][1000] ^= 1
    const decode = (wire) => lengthOf(decodedStream(replay(wire), way, decodedContentLength))
    subjects.push({
      name,
      isAsync: true,
      run: () => decode(pieces),
      signatureOf: (length) => (length === decodedContentLength ? 'whole' : length),
      refuses: () =>
        decode(bent).then(
          () => false,
          () => true,
        ),
    })
  }
  return {
    name: 'streams decode',
    ownCollections: true,
    title: `Decoding and checking ${streamMebibytes} MiB in chunks of 64 KiB`,
    ours: OURS,
    expected: () => 'whole',
    subjects: [...subjects, bareHash(decodedContentLength)],
  }
}
