// Bodies in chunks as they stand on the wire, and what is made of them by somebody without the key.
import { createHash, createPrivateKey, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { createChecksum } from '../../src/checksums/create.ts'
import { CHUNKED_MODES, type ChunkedMode } from '../../src/fields/aws-chunked.ts'
import { signHeaders, sigv4 } from '../../src/index.ts'
import { ChunkEncoder } from '../../src/sign/chunk-encoder.ts'
import { deriveSigv4aKey, sigv4a } from '../../src/sigv4a/index.ts'
import { anyDice, type Dice, pick, splice } from './arbitrary-head-change.ts'
import type { Pair } from './arbitrary-request.ts'
import { signByHand } from './attack-forge.ts'
import { KEY, NOW } from './attack-world.ts'

export type Checksum = 'crc32' | 'sha1' | 'sha256'

export interface AnyChunking {
  readonly mode: ChunkedMode
  readonly chunkBytes: number
  readonly checksum: Checksum
  readonly trailers: readonly Pair[]
  readonly body: string
}

export const anyChunking: fc.Arbitrary<AnyChunking> = fc.record({
  // The algorithm of most, twice: the other one takes its time.
  mode: fc.constantFrom(
    ...CHUNKED_MODES,
    ...CHUNKED_MODES.filter(({ algorithm }) => algorithm === sigv4.name),
  ),
  chunkBytes: fc.integer({ min: 1, max: 30 }),
  checksum: fc.constantFrom('crc32' as const, 'sha1' as const, 'sha256' as const),
  trailers: fc.constantFrom<readonly Pair[]>(
    [],
    [['x-amz-meta-late', 'a value']],
    [
      ['X-Late', ''],
      ['x-b', 'b'],
    ],
  ),
  body: fc
    .array(fc.constantFrom('a', 'b', '\r\n', '0\r\n\r\n', '\0', '\xff', 'chunk-signature='), {
      maxLength: 12,
    })
    .map((pieces) => pieces.join('')),
})

/** A body on the wire, one character a byte: each frame is a header, its data and the end of the line. */
export interface ChunkedWire {
  readonly headers: readonly Pair[]
  readonly frames: readonly string[]
  /** The final chunk and the trailers. */
  readonly end: string
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

export const wireText = ({ frames, end }: ChunkedWire): string => frames.join('') + end

export function checksumOf(text: string, name: Checksum): string {
  if (name !== 'crc32') return createHash(name).update(text, 'latin1').digest('base64')
  const digest = Buffer.alloc(4)
  digest.writeUInt32BE(crc32(bytesOf(text)))
  return digest.toString('base64')
}

const { privateKey, publicKey } = deriveSigv4aKey(KEY)
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
const ecdsaKey = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: base64url(privateKey),
    x: base64url(Buffer.from(publicKey.x, 'hex')),
    y: base64url(Buffer.from(publicKey.y, 'hex')),
  },
})

/** Signs a body, which is cut as its chunking says. */
export async function encodeWire({
  mode,
  chunkBytes,
  checksum,
  trailers,
  body,
}: AnyChunking): Promise<ChunkedWire> {
  const isEcdsa = mode.algorithm === sigv4a.name
  const names = [...trailers.map(([name]) => name), `x-amz-checksum-${checksum}`]
  const head: Pair[] = [
    ['x-amz-content-sha256', mode.contentSha256],
    ['x-amz-decoded-content-length', String(body.length)],
  ]
  if (mode.hasTrailer) head.push(['x-amz-trailer', names.join(',')])
  const { headers, trace } = signHeaders(
    { method: 'PUT', url: 'https://b.example/key', headers: head },
    {
      credentials: KEY,
      service: 's3',
      region: 'us-east-1',
      signingDate: NOW,
      ...(isEcdsa && { algorithm: sigv4a }),
    },
  )
  const scope = {
    algorithm: trace.algorithm,
    amzDate: trace.amzDate,
    credentialScope: trace.credentialScope,
  }
  const encoder = new ChunkEncoder({
    signing:
      mode.algorithm === undefined
        ? undefined
        : {
            scope,
            seedSignature: trace.signature,
            sign: (text) =>
              isEcdsa
                ? sign('sha256', Buffer.from(text, 'latin1'), ecdsaKey).toString('hex')
                : signByHand(KEY.secretAccessKey, trace.credentialScope, text),
          },
    chunkBytes,
    checksum: mode.hasTrailer
      ? { name: `x-amz-checksum-${checksum}`, state: createChecksum(checksum)! }
      : undefined,
    trailers: mode.hasTrailer ? trailers : [],
  })
  let text = ''
  const emit = (part: Uint8Array): void => {
    text += latin1(part)
  }
  await encoder.push(bytesOf(body), emit)
  await encoder.finish(emit)
  const frames: string[] = []
  for (let at = 0, left = body.length; left > 0; left -= chunkBytes) {
    const end = text.indexOf('\r\n', at) + 2 + Math.min(left, chunkBytes) + 2
    frames.push(text.slice(at, end))
    at = end
  }
  const sent = [...Object.entries(headers), ...head.filter(([name]) => !Object.hasOwn(headers, name))]
  return { headers: [['host', 'b.example'], ...sent], frames, end: text.slice(frames.join('').length) }
}

export interface ChunkChange extends Dice {
  readonly kind: string
}

type Change = (wire: ChunkedWire, dice: Dice, other: ChunkedWire) => ChunkedWire

const TELLING = [
  '\r\n',
  '\n',
  '\r',
  '0',
  'A',
  ';',
  '*',
  '=',
  ':',
  ' ',
  '\0',
  '\xff',
  ';a=b',
  '0\r\n\r\n',
  '\r\n\r\n',
  ';chunk-signature=',
]

/** A change of the text as a whole: it has no frames any more. */
const inText =
  (change: (text: string, dice: Dice) => string): Change =>
  (wire, dice) => ({ ...wire, frames: [], end: change(wireText(wire), dice) })
const inFrames =
  (change: (frames: readonly string[], dice: Dice, other: ChunkedWire) => readonly string[]): Change =>
  (wire, dice, other) =>
    wire.frames.length === 0 ? wire : { ...wire, frames: change(wire.frames, dice, other) }
const inHeader = (change: (header: string, dice: Dice) => string): Change =>
  inFrames((frames, dice) =>
    frames.with(
      dice.at % frames.length,
      pick(frames, dice.at).replace(/^.*?(?=\r\n)/s, (header) => change(header, dice)),
    ),
  )
/** The trailers and, before them, the final chunk. */
const inEnd =
  (change: (lines: string[], dice: Dice) => readonly string[]): Change =>
  (wire, dice) => ({
    ...wire,
    end: change(wire.end.split('\r\n'), dice).join('\r\n'),
  })

const CHANGES: Readonly<Record<string, Change>> = {
  'put in': inText((text, { at, what, how }) =>
    splice(text, at % (text.length + 1), how % 3, pick(TELLING, what)),
  ),
  'bit flipped': inText((text, { at, what }) => {
    const i = at % text.length
    return splice(text, i, 1, String.fromCharCode(text.charCodeAt(i) ^ (1 << (what % 8))))
  }),
  'range dropped': inText((text, { at, what }) => splice(text, at % text.length, 1 + (what % 100), '')),
  'range repeated': inText((text, { at, what }) => {
    const i = at % text.length
    return splice(text, i, 0, text.slice(i, i + 1 + (what % 100)))
  }),
  'cut off': inText((text, { at }) => text.slice(0, at % text.length)),
  'something behind it': inText((text, { at, what }) => text + (at % 2 ? pick(TELLING, what) : text)),
  'line ends': inText((text, { what }) =>
    text.replaceAll('\r\n', pick(['\n', '\r', '\r\n\r\n', '\n\r'], what)),
  ),
  'frames swapped': inFrames((frames, { at, what }) => {
    const [i, j] = [at % frames.length, what % frames.length]
    return frames.with(i, frames[j]!).with(j, frames[i]!)
  }),
  'frame dropped': inFrames((frames, { at }) => frames.toSpliced(at % frames.length, 1)),
  'frame doubled': inFrames((frames, { at, what }) =>
    frames.toSpliced(what % (frames.length + 1), 0, pick(frames, at)),
  ),
  'frame of another body': inFrames((frames, { at, what }, other) =>
    other.frames.length === 0
      ? frames
      : frames.toSpliced(at % frames.length, what % 2, pick(other.frames, what)),
  ),
  'end of another body': (wire, _, { end }) => ({ ...wire, end }),
  'frame cut in two': inFrames((frames, { at, what }) => {
    const i = at % frames.length
    const [, size = '', rest = '', data = ''] = /^([\da-f]+)(.*?\r\n)(.*)\r\n$/s.exec(frames[i]!) ?? []
    const cut = what % (Number.parseInt(size, 16) + 1)
    const frameOf = (piece: string): string => `${piece.length.toString(16)}${rest}${piece}\r\n`
    return frames.toSpliced(i, 1, frameOf(data.slice(0, cut)), frameOf(data.slice(cut)))
  }),
  'empty chunk in between': (wire, { at }) => ({
    ...wire,
    frames: wire.frames.toSpliced(at % (wire.frames.length + 1), 0, `${wire.end.split('\r\n')[0]}\r\n\r\n`),
  }),
  size: inHeader((header, { what }) =>
    header.replace(/^[\da-f]+/, (size) => {
      const number = Number.parseInt(size, 16)
      const hex = (value: number): string => Math.max(0, value).toString(16)
      return pick(
        [
          size.toUpperCase(),
          `0${size}`,
          hex(number + 1),
          hex(number - 1),
          `0x${size}`,
          `-${size}`,
          ` ${size}`,
          'ffffffff',
          'fffffffffffff',
          '',
        ],
        what,
      )
    }),
  ),
  signature: inHeader((header, { what, how }) =>
    pick(
      [
        header.toUpperCase(),
        `${header}*`,
        header.replace(/\*$/, ''),
        header.replace(/;.*/, ''),
        `${header};a=b`,
        header.replace(';', ';a=b;'),
        splice(header, header.length - 1 - (how % 60), 1, pick([...'0f*'], how)),
      ],
      what,
    ),
  ),
  'trailer doubled': inEnd((lines, { at, what }) =>
    lines.toSpliced(1 + (what % lines.length), 0, pick(lines, at)),
  ),
  'trailer dropped': inEnd((lines, { at }) => lines.toSpliced(1 + (at % lines.length), 1)),
  'trailers swapped': inEnd((lines, { at, what }) => {
    const [i, j] = [at % lines.length, what % lines.length]
    return lines.with(i, lines[j]!).with(j, lines[i]!)
  }),
  'trailer respelt': inEnd((lines, { at, what }) => {
    const trailers = [...lines.keys()].filter((i) => i > 0 && lines[i]!.includes(':'))
    if (trailers.length === 0) return lines
    const i = pick(trailers, at)
    const [name = '', value = ''] = lines[i]!.split(/:(.*)/s)
    return lines.with(
      i,
      `${pick([name, name.toLowerCase()], what)}:${pick([' ', '', '\t'], what >> 1)}${value} `,
    )
  }),
  'trailer rewritten': inEnd((lines, { at, what }) => {
    const i = at % lines.length
    const [name = '', value = ''] = lines[i]!.split(/:(.*)/s)
    const others = [
      `${name.toUpperCase()}:${value}`,
      `${name.toLowerCase()}:${value}`,
      `${name}: ${value} `,
      `${name}:${value}\n`,
      `${name} :${value}`,
      `${name}:`,
      `:${value}`,
      `x-amz-new:${value}`,
    ]
    return lines.with(i, pick(others, what))
  }),
}

/** After which a signature may hold. */
const OFTEN = Array.from({ length: 5 }, () => 'trailer respelt')

export const anyChunkChange: fc.Arbitrary<ChunkChange> = fc
  .tuple(fc.constantFrom(...Object.keys(CHANGES), ...OFTEN), anyDice)
  .map(([kind, dice]) => ({ kind, ...dice }))

/** The text with the changes made to the body, one after the other. */
export const changedWire = (wire: ChunkedWire, changes: readonly ChunkChange[], other: ChunkedWire): string =>
  wireText(
    changes.reduce(
      (each, change) => (wireText(each) === '' ? each : CHANGES[change.kind]!(each, change, other)),
      wire,
    ),
  )
