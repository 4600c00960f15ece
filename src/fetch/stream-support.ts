import { CONTENT_LENGTH, CONTENT_TYPE } from '../names.ts'

async function* noChunks(): AsyncGenerator<Uint8Array> {}

const withBody = (body: unknown): RequestInit & { duplex: 'half' } => ({
  method: 'POST',
  body: body as ReadableStream,
  duplex: 'half',
})

/** Whether fetch sends this stream or async iterable, not text such as `[object ReadableStream]`: text has a type. */
export function sendsStream(body: unknown): boolean {
  const alike = typeof (body as ReadableStream).getReader === 'function' ? new ReadableStream() : noChunks()
  return !new Request('https://a.example', withBody(alike)).headers.has(CONTENT_TYPE)
}

/**
 * Whether fetch sends the `content-length` that it is given with a stream: browsers do not take it, and some other
 * runtimes take it and send `transfer-encoding: chunked`. That cannot be seen without sending. Among the runtimes that
 * take it, all that look at `duplex` send it; the others are not relied upon.
 */
export function sendsStreamLength(): boolean {
  let readsDuplex = false
  const { headers } = new Request('https://a.example', {
    ...withBody(new ReadableStream()),
    headers: { [CONTENT_LENGTH]: '0' },
    get duplex() {
      readsDuplex = true
      return 'half'
    },
  } as RequestInit)
  return readsDuplex && headers.has(CONTENT_LENGTH)
}
