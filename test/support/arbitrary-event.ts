import fc from 'fast-check'
import type { EventHeader, EventHeaders } from '../../src/event-stream/index.ts'
import { concat, rawMessage } from './event-world.ts'

const text = fc.string({ unit: 'binary', maxLength: 20 })
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })

const anyHeader: fc.Arbitrary<EventHeader> = fc.oneof(
  fc.record({ type: fc.constant('boolean'), value: fc.boolean() }),
  fc.record({ type: fc.constant('byte'), value: fc.integer({ min: -128, max: 127 }) }),
  fc.record({ type: fc.constant('short'), value: fc.integer({ min: -32_768, max: 32_767 }) }),
  fc.record({ type: fc.constant('integer'), value: fc.integer() }),
  fc.record({ type: fc.constant('long'), value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
  fc.record({ type: fc.constant('binary'), value: bytes(40) }),
  fc.record({ type: fc.constant('string'), value: text }),
  fc.record({ type: fc.constant('timestamp'), value: fc.date({ noInvalidDate: true }) }),
  fc.record({ type: fc.constant('uuid'), value: fc.uuid() }),
) as fc.Arbitrary<EventHeader>

const anyName = fc.oneof(
  fc.constantFrom(':event-type', ':date', '__proto__', 'constructor', '0', '\ufeff', 'é'),
  text.filter((name) => name !== ''),
)

export const anyHeaders: fc.Arbitrary<EventHeaders> = fc
  .array(fc.tuple(anyName, anyHeader), { maxLength: 6 })
  .map((pairs) => Object.fromEntries(pairs))

export const anyBody: fc.Arbitrary<Uint8Array> = bytes(60)

/** Cuts bytes at arbitrary places; some pieces are empty. */
export const anyCuts: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array[]> = fc
  .array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 })
  .filter((sizes) => sizes.some((size) => size > 0))
  .map((sizes) => (all) => {
    const pieces: Uint8Array[] = []
    for (let at = 0, i = 0; at < all.length; i++) {
      const size = sizes[i % sizes.length]!
      pieces.push(all.slice(at, at + size))
      at += size
    }
    return pieces
  })

/** Gives a message that was changed CRCs that hold again: an attacker can. */
export function repaired(message: Uint8Array): Uint8Array {
  const view = new DataView(message.buffer)
  const headersEnd = 12 + Math.min(view.getUint32(4), message.length - 16)
  return rawMessage(message.slice(12, headersEnd), message.slice(headersEnd, -4), {
    total: view.getUint32(0),
    headers: view.getUint32(4),
  })
}

const flip = (bytes: Uint8Array, at: number, mask: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ mask : byte))

/** Something done to a stream on its way; it is given the messages and says what arrives. */
export type Tampering = (messages: readonly Uint8Array[]) => Uint8Array

const index = fc.nat()
const mask = fc.integer({ min: 1, max: 255 })

/** Every way to change a stream whose messages differ; each makes another stream of it. */
export const anyTampering: fc.Arbitrary<[kind: string, tamper: Tampering]> = fc.oneof(
  fc.tuple(index, mask).map(([at, bits]): [string, Tampering] => [
    'flip',
    (messages) => {
      const all = concat(messages)
      return flip(all, at % all.length, bits)
    },
  ]),
  fc.tuple(index, index, mask).map(([which, at, bits]): [string, Tampering] => [
    'flip and repair',
    (messages) => {
      const changed = messages[which % messages.length]!
      // Not the CRCs, which the repair would put right.
      const places = [...changed.keys()].filter((i) => i < 8 || (i >= 12 && i < changed.length - 4))
      const mended = repaired(flip(changed, places[at % places.length]!, bits))
      return concat(messages.map((message) => (message === changed ? mended : message)))
    },
  ]),
  index.map((which): [string, Tampering] => [
    'drop',
    (messages) => concat(messages.filter((_, i) => i !== which % messages.length)),
  ]),
  fc.tuple(index, index).map(([which, where]): [string, Tampering] => [
    'repeat',
    (messages) => {
      const at = where % (messages.length + 1)
      return concat([...messages.slice(0, at), messages[which % messages.length]!, ...messages.slice(at)])
    },
  ]),
  fc.tuple(index, index).map(([one, other]): [string, Tampering] => [
    'swap',
    (messages) => {
      const i = one % messages.length
      const j = (i + 1 + (other % (messages.length - 1))) % messages.length
      return concat(messages.map((message, k) => messages[k === i ? j : k === j ? i : k] ?? message))
    },
  ]),
  index.map((at): [string, Tampering] => [
    'truncate',
    (messages) => {
      const all = concat(messages)
      return all.slice(0, at % all.length)
    },
  ]),
  fc
    .tuple(index, fc.uint8Array({ minLength: 1, maxLength: 20 }))
    .map(([at, more]): [string, Tampering] => [
      'append',
      (messages) => concat([...messages, at % 2 ? more : messages[at % messages.length]!]),
    ]),
)
