import type { Credentials } from '../../types.ts'

/** A request as AWS SDK v3 has it: the `HttpRequest` of `@smithy/types`. */
export interface HttpRequest {
  /** Upper-case. */
  method: string
  /** With a colon at its end. */
  protocol: string
  /** Without the port. */
  hostname: string
  /** Default: that of the protocol. */
  port?: number
  /** As it goes on the wire, without the query. */
  path: string
  /** Decoded; null for a name without a value. Default: none. */
  query?: Record<string, string | string[] | null>
  /** `host` among them. */
  headers: Record<string, string>
  /** Text and bytes are hashed; of anything else, a stream for one, the signature says `UNSIGNED-PAYLOAD`. */
  body?: unknown
  /** Of the URL. */
  username?: string
  /** Of the URL. */
  password?: string
  /** Of the URL. */
  fragment?: string
}

/** A date, the text of one, or seconds since the epoch. */
export type DateInput = number | string | Date

/** When, and for what, to sign. */
export interface SigningArguments {
  /** Default: now. */
  signingDate?: DateInput
  /** Default: the signer's service. */
  signingService?: string
  /** Default: the signer's region. */
  signingRegion?: string
}

/** How to sign a request in its headers. */
export interface RequestSigningArguments extends SigningArguments {
  /** Headers to leave unsigned, by lower-case name. */
  unsignableHeaders?: Set<string>
  /** Headers to sign that are else left unsigned, by lower-case name. */
  signableHeaders?: Set<string>
}

/** How to presign a request. */
export interface RequestPresigningArguments extends RequestSigningArguments {
  /** In seconds, 1 to 604800. Default 3600. */
  expiresIn?: number
  /** `x-amz-*` headers that stay headers, by lower-case name. Default: all move to the query. */
  unhoistableHeaders?: Set<string>
  /** Other headers that move to the query, by lower-case name. */
  hoistableHeaders?: Set<string>
}

/** How to sign a message of an event stream. */
export interface MessageSigningArguments extends SigningArguments {
  /** Over those of the signer. */
  eventStreamCredentials?: Credentials
}

/** How to sign an event that is encoded already. */
export interface EventSigningArguments extends MessageSigningArguments {
  /** Of the event before; of the request for the first. */
  priorSignature: string
}

/** An event that is encoded already. */
export interface FormattedEvent {
  /** The headers that are signed. */
  headers: Uint8Array
  /** The message inside. */
  payload: Uint8Array
}

/** A value of a message's header, as `@smithy/types` has it: a `long` holds the eight bytes of the number. */
export type MessageHeaderValue =
  | {
      /** The type on the wire. */
      type: 'boolean'
      /** Of the kind that the type says. */
      value: boolean
    }
  | { type: 'byte' | 'short' | 'integer'; value: number }
  | { type: 'long'; value: Int64 }
  | { type: 'binary'; value: Uint8Array }
  | { type: 'string' | 'uuid'; value: string }
  | { type: 'timestamp'; value: Date }

/** A whole number of 64 bits. */
export interface Int64 {
  /** Eight, big-endian. */
  readonly bytes: Uint8Array
  /** As a number. */
  valueOf: () => number
  /** In digits. */
  toString: () => string
}

/** A message of an event stream. */
export interface Message {
  /** By name. */
  headers: Record<string, MessageHeaderValue>
  /** What it holds. */
  body: Uint8Array
}

/** A message to sign. */
export interface SignableMessage {
  /** What is signed. */
  message: Message
  /** Of the event before; of the request for the first. */
  priorSignature: string
}

/** A message and its signature. */
export interface SignedMessage {
  /** As it was given. */
  message: Message
  /** 64 hex digits. */
  signature: string
}

/** What the signer is made with. */
export interface SignatureV4Init {
  /** The signing name. */
  service: string
  /** The region, or a function that resolves to it. */
  region: string | (() => Promise<string>)
  /** Credentials, or a provider, which is asked for each signature. */
  credentials: Credentials | (() => Promise<Credentials>)
  /** Taken, and not needed. */
  sha256?: unknown
  /** Whether the path is encoded once more, and normalised, in the signature: not for S3. */
  uriEscapePath?: boolean
  /** Whether `x-amz-content-sha256` is added to headers. Default: it is. */
  applyChecksum?: boolean
}
