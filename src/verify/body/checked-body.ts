import { incrementalSha256 } from '../../crypto/incremental.ts'
import { equalConstantTime } from '../../encoding/equal.ts'
import { andThen, type MaybePromise } from '../../maybe-promise.ts'
import { SignatureError } from '../../signature-error.ts'
import type { ReceivedBody } from './received-body.ts'

function checkHash(contentSha256: string, received: string): void {
  if (equalConstantTime(contentSha256, received)) return
  throw new SignatureError('payload-mismatch', 'The body is not the one that was signed', {
    details: { contentSha256Claimed: contentSha256, contentSha256Received: received },
  })
}

/**
 * Checks a whole body before anybody sees it.
 *
 * @param contentSha256 The hash it must have; undefined where there is none to check.
 * @returns null where no body came.
 * @throws {SignatureError} `payload-mismatch`, `body-too-large`
 */
export function checkedBytes(
  body: ReceivedBody,
  contentSha256: string | undefined,
): MaybePromise<Uint8Array | null> {
  const bytes = (): MaybePromise<Uint8Array | null> => (body.isPresent ? body.bytes() : null)
  if (contentSha256 === undefined) return bytes()
  return andThen(body.hashHex(), (received) => {
    checkHash(contentSha256, received)
    return bytes()
  })
}

/** Each piece comes when the next is there, and the last when the hash holds. */
async function* holdBack(
  pieces: AsyncIterable<Uint8Array>,
  contentSha256: string,
): AsyncGenerator<Uint8Array> {
  const hash = incrementalSha256()
  let heldBack: Uint8Array | undefined
  for await (const piece of pieces) {
    hash.update(piece)
    const ready = heldBack
    // A copy: the source may use its buffer again.
    heldBack = new Uint8Array(piece)
    if (ready) yield ready
  }
  checkHash(contentSha256, hash.digestHex())
  if (heldBack) yield heldBack
}

/**
 * Checks a body as it streams: the last bytes are held back until the hash holds, and an error comes in their place
 * where it does not. Where there is no hash, the decoder that is the source has proved what comes.
 *
 * @param onError Makes of what goes wrong the error that the stream fails with.
 */
export function checkedStream(
  body: ReceivedBody,
  contentSha256: string | undefined,
  onError: (error: unknown) => unknown,
): ReadableStream<Uint8Array> {
  const pieces = contentSha256 === undefined ? body.pieces() : holdBack(body.pieces(), contentSha256)
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          controller.error(onError(error))
        }
      },
      cancel() {
        body.cancel()
        pieces.return(undefined).catch(() => undefined)
      },
    },
    { highWaterMark: 0 },
  )
}
