// Signed events on the wire, one array of bytes each, and what is made of them by somebody without the key.
import fc from 'fast-check'
import { decodeMessage, encodeMessage, signEvent } from '../../src/event-stream/index.ts'
import { anyBody, repaired } from './arbitrary-event.ts'
import { anyDice, type Dice, pick } from './arbitrary-head-change.ts'
import { KEY } from './attack-world.ts'
import { concat, EMPTY, MIDNIGHT, rawMessage, SCOPE, utf8 } from './event-world.ts'

export type Messages = readonly Uint8Array[]

/** Payloads of a stream: messages of any content, some alike. */
export const anyPayloads: fc.Arbitrary<Messages> = fc
  .array(fc.oneof(anyBody, fc.constantFrom(utf8('a'), utf8('b'))), { maxLength: 5 })
  .map((bodies) => bodies.map((body) => encodeMessage({ headers: {}, body })))

/** Signs payloads in a row, a second apart, and closes the stream. */
export function signStream(
  payloads: Messages,
  seedSignature: string,
  secretAccessKey: string = KEY.secretAccessKey,
): Messages {
  let priorSignature = seedSignature
  return [...payloads, EMPTY].map((payload, i) => {
    const signingDate = MIDNIGHT + 1000 * (i + 1)
    const credentials = { ...KEY, secretAccessKey }
    const { message, signature } = signEvent({ ...SCOPE, credentials, payload, priorSignature, signingDate })
    priorSignature = signature
    return message
  })
}

const DATE_HEADER_BYTES = 15
const HEADERS_END = 12 + 67

/** The two headers may stand in either order: the message with the date first. */
export function dateFirst(message: Uint8Array): Uint8Array {
  if (message.length < HEADERS_END + 4) return message
  const [headers, body] = [message.slice(12, HEADERS_END), message.slice(HEADERS_END, -4)]
  const isWhole = Buffer.compare(rawMessage(headers, body), message) === 0
  const cut = headers.length - DATE_HEADER_BYTES
  if (!isWhole || Buffer.from(headers.subarray(cut, cut + 6)).toString() !== '\x05:date') return message
  return rawMessage(concat([headers.slice(cut), headers.slice(0, cut)]), body)
}

/** Takes apart what arrived, as far as the lengths in it go. */
export function framesOf(wire: Uint8Array): Messages {
  const frames: Uint8Array[] = []
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength)
  for (let at = 0; at + 16 <= wire.length; ) {
    const length = view.getUint32(at)
    if (length < 16 || at + length > wire.length) break
    frames.push(wire.slice(at, at + length))
    at += length
  }
  return frames
}

export interface EventChange extends Dice {
  readonly kind: string
}

/** What else an attacker may have: streams of the same key, and of another. */
export interface OtherStreams {
  readonly ofTheKey: Messages
  readonly ofAnother: Messages
}

type Change = (messages: Messages, dice: Dice, others: OtherStreams) => Messages

const inWire =
  (change: (wire: Uint8Array, dice: Dice) => Uint8Array): Change =>
  (messages, dice) => [change(concat(messages), dice)]

const flipped = (bytes: Uint8Array, at: number, what: number): Uint8Array =>
  bytes.with(at % bytes.length, bytes[at % bytes.length]! ^ (1 << (what % 8)))

/** One message, said otherwise, with CRCs that hold. What cannot be read stays as it is. */
const inMessage =
  (change: (headers: Record<string, unknown>, body: Uint8Array, dice: Dice) => unknown): Change =>
  (messages, dice) => {
    const i = dice.at % messages.length
    try {
      const { headers, body } = decodeMessage(messages[i]!)
      return messages.with(
        i,
        encodeMessage(change({ ...headers }, body, dice) as Parameters<typeof encodeMessage>[0]),
      )
    } catch {
      return messages
    }
  }

const CHANGES: Readonly<Record<string, Change>> = {
  dropped: (messages, { at }) => messages.toSpliced(at % messages.length, 1),
  doubled: (messages, { at, what }) =>
    messages.toSpliced(what % (messages.length + 1), 0, pick(messages, at)),
  swapped: (messages, { at, what }) => {
    const [i, j] = [at % messages.length, what % messages.length]
    return messages.with(i, messages[j]!).with(j, messages[i]!)
  },
  'of another stream': (messages, { at, what }, { ofTheKey }) =>
    messages.toSpliced(at % (messages.length + 1), what % 2, pick(ofTheKey, what)),
  'of another key': (messages, { at, what }, { ofAnother }) =>
    messages.toSpliced(at % (messages.length + 1), what % 2, pick(ofAnother, at)),
  'unsigned message': (messages, { at, how }) =>
    messages.toSpliced(
      at % (messages.length + 1),
      0,
      encodeMessage({ headers: {}, body: pick([EMPTY, utf8('a')], how) }),
    ),
  'headers in another order': inMessage((headers, body) => ({
    headers: Object.fromEntries(Object.entries(headers).reverse()),
    body,
  })),
  'header added': inMessage((headers, body, { what }) => ({
    headers: { ...headers, [pick([':event-type', ':dat', ':date2'], what)]: { type: 'string', value: 'a' } },
    body,
  })),
  'date changed': inMessage((headers, body, { what }) => ({
    headers: { ...headers, ':date': { type: 'timestamp', value: new Date(MIDNIGHT + what) } },
    body,
  })),
  'payload changed': inMessage((headers, body, { what, how }) => ({
    headers,
    body: pick(
      [EMPTY, utf8('a'), concat([body, body]), body.length > 0 ? flipped(body, what, how) : utf8('b')],
      how,
    ),
  })),
  'bit flipped, with CRCs that hold': (messages, { at, what, how }) => {
    const i = at % messages.length
    return messages[i]!.length < 16 ? messages : messages.with(i, repaired(flipped(messages[i]!, what, how)))
  },
  'bit flipped': inWire((wire, { at, what }) => (wire.length > 0 ? flipped(wire, at, what) : wire)),
  'cut off': inWire((wire, { at }) => wire.slice(0, at % (wire.length + 1))),
  'range dropped': inWire((wire, { at, what }) =>
    concat([wire.slice(0, at % (wire.length + 1)), wire.slice((at % (wire.length + 1)) + (what % 150))]),
  ),
  'something behind it': inWire((wire, { at, what }) =>
    concat([wire, pick([new Uint8Array(1 + (at % 20)), wire.slice(0, at % (wire.length + 1))], what)]),
  ),
  'bytes put in': inWire((wire, { at, what }) => {
    const i = at % (wire.length + 1)
    return concat([wire.slice(0, i), new Uint8Array(1 + (what % 20)), wire.slice(i)])
  }),
}

export const anyEventChange: fc.Arbitrary<EventChange> = fc
  .tuple(fc.constantFrom(...Object.keys(CHANGES), 'headers in another order'), anyDice)
  .map(([kind, dice]) => ({ kind, ...dice }))

/** The bytes of the stream with the changes made to it, one after the other. */
export const changedStream = (
  messages: Messages,
  changes: readonly EventChange[],
  others: OtherStreams,
): Uint8Array =>
  concat(
    changes.reduce(
      (each, change) => (each.length > 0 ? CHANGES[change.kind]!(each, change, others) : each),
      messages,
    ),
  )
