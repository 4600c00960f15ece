import { bytes } from './attack-world.ts'

export interface WatchedStream {
  readonly stream: ReadableStream<Uint8Array>
  /** What was pulled of it, and whether it was cancelled. */
  readonly seen: { chunks: number; cancelled: boolean }
}

/** A stream that gives a chunk when it is asked for one, and tells what became of it. */
export function watchedStream(
  chunks: readonly string[],
  end: 'close' | 'error' | 'stall' = 'close',
): WatchedStream {
  const seen = { chunks: 0, cancelled: false }
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[seen.chunks]
        if (chunk !== undefined) {
          seen.chunks++
          controller.enqueue(bytes(chunk))
        } else if (end === 'close') controller.close()
        else if (end === 'error') controller.error(new Error('the connection broke'))
        else return new Promise<never>(() => {})
      },
      cancel() {
        seen.cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

/** Reads a body until its end or its error, and tells which, and what came before. */
export async function drain(body: unknown): Promise<{ text: string; error: unknown }> {
  const reader = (body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  try {
    while (true) {
      const { done, value } = await reader.read()
      if (done) return { text, error: undefined }
      text += new TextDecoder().decode(value)
    }
  } catch (error) {
    return { text, error }
  }
}
