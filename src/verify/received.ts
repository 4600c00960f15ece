/** What a body may come as. */
export type ReceivedBodySource = Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | null

/** What arrived. */
export interface ReceivedRequest {
  /** As it arrived, such as `GET`. */
  readonly method: string
  /** The raw origin-form request target, such as `/a%20b?c=d`: never decoded. */
  readonly target: string
  /** Raw pairs in order, repeated names apart, one character a byte. */
  readonly headers: Iterable<readonly [name: string, value: string]>
  /** Unread. Nothing, `undefined` or `null`: none came. */
  readonly body?: ReceivedBodySource | undefined
  /** Of the URL that clients address, for `url` of the result. Not signed. Default `https`. */
  readonly scheme?: 'http' | 'https' | undefined
}
