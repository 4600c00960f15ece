/** A header of an event-stream message, with its type on the wire. */
export type EventHeader =
  | {
      /** The type on the wire. Whole numbers: `byte` has 8 bits, `short` 16, `integer` 32, `long` 64, all signed. */
      readonly type: 'boolean'
      /** Of the kind that the type says; text and bytes of at most 32767 bytes. */
      readonly value: boolean
    }
  | { readonly type: 'byte' | 'short' | 'integer'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'string' | 'uuid'; readonly value: string }
  | { readonly type: 'timestamp'; readonly value: Date }

/** By name. Their order has no meaning. */
export type EventHeaders = Readonly<Record<string, EventHeader>>

/** The types by their number on the wire; a boolean has two, true first. */
export const EVENT_HEADER_TYPES: readonly EventHeader['type'][] = [
  'boolean',
  'boolean',
  'byte',
  'short',
  'integer',
  'long',
  'binary',
  'string',
  'timestamp',
  'uuid',
]

/** Of a string or of bytes. Some peers read the length as a signed number. */
export const MAX_EVENT_VALUE_BYTES = 32_767
