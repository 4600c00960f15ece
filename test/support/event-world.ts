// A stream of signed events, and what an attacker can make of it without the key.
import { crc32 } from 'node:zlib'
import { expect } from 'vitest'
import {
  EventVerifierStream,
  type EventVerifierStreamOptions,
  encodeMessage,
  signEvent,
} from '../../src/event-stream/index.ts'
import { isSignatureError } from '../../src/index.ts'
import { KEY } from './attack-world.ts'

export const SCOPE = { credentials: KEY, service: 'transcribe', region: 'us-west-2' } as const
export const SEED = '049af0487a772194617d175e64b49adfac952bf4b14e0f3136ef353f39ca8b27'
export const MIDNIGHT: number = Date.UTC(2024, 0, 1)
export const DAY = 86_400_000
export const CREDENTIAL: string = `${KEY.accessKeyId}/20240101/us-west-2/transcribe/aws4_request`

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const ofHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
export const concat = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

export const uint32 = (number: number): Uint8Array => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number)
  return bytes
}

/** A message with CRCs that hold, whatever it says. */
export function rawMessage(
  headers: Uint8Array,
  body: Uint8Array,
  says: { total?: number; headers?: number } = {},
): Uint8Array {
  const { total = headers.length + body.length + 16, headers: headersLength = headers.length } = says
  const lengths = concat([uint32(total), uint32(headersLength)])
  const message = concat([lengths, uint32(crc32(lengths)), headers, body])
  return concat([message, uint32(crc32(message))])
}

/** A header of text. */
export const textHeader = (name: string, value: string): Uint8Array =>
  concat([Uint8Array.of(name.length), utf8(name), Uint8Array.of(7, 0, value.length), utf8(value)])

export const audio = (text: string): Uint8Array =>
  encodeMessage({ headers: { ':event-type': { type: 'string', value: 'AudioEvent' } }, body: utf8(text) })

/** Signs payloads in a row, a second apart. The last must be the empty one, unless the stream is to lack its end. */
export function signAll(
  payloads: readonly Uint8Array[],
  { start = MIDNIGHT + 1000, dates }: { start?: number; dates?: readonly number[] } = {},
): Uint8Array[] {
  let priorSignature = SEED
  return payloads.map((payload, i) => {
    const signingDate = dates?.[i] ?? start + i * 1000
    const { message, signature } = signEvent({ ...SCOPE, payload, priorSignature, signingDate })
    priorSignature = signature
    return message
  })
}

export const EMPTY: Uint8Array = new Uint8Array(0)

export const verifierStream = (options: Partial<EventVerifierStreamOptions> = {}): EventVerifierStream =>
  new EventVerifierStream({ seedSignature: SEED, credential: CREDENTIAL, key: KEY, ...options })

export interface Outcome {
  /** What the consumer saw. */
  seen: Uint8Array[]
  /** The reason of the refusal, or `misuse`; undefined where all was proved. */
  reason: string | undefined
  error: unknown
}

/** Sends pieces through a stream, and reads each chunk before the next piece is sent. */
export async function through(
  stream: TransformStream<Uint8Array, Uint8Array>,
  pieces: Iterable<Uint8Array>,
): Promise<Outcome> {
  const seen: Uint8Array[] = []
  const writer = stream.writable.getWriter()
  const reading = (async () => {
    for await (const chunk of stream.readable as unknown as AsyncIterable<Uint8Array>) seen.push(chunk)
  })()
  const writing = (async () => {
    for (const piece of pieces) await writer.write(piece)
    await writer.close()
  })()
  const [read, written] = await Promise.allSettled([reading, writing])
  const failed = [read, written].find((result) => result.status === 'rejected')
  const error: unknown = failed?.reason
  return { seen, error, reason: failed && (isSignatureError(error) ? error.reason : 'misuse') }
}

export const verify = (
  pieces: Iterable<Uint8Array>,
  options?: Partial<EventVerifierStreamOptions>,
): Promise<Outcome> => through(verifierStream(options), pieces)

/** What an error of misuse looks like. */
export const misuse = (code: string, message = /./): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })
