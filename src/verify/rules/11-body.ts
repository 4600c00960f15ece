import { parseContentSha256 } from '../../fields/content-sha256.ts'
import type { MaybePromise } from '../../maybe-promise.ts'
import { checkedBytes, checkedStream } from '../body/checked-body.ts'
import { bodyLimits, ReceivedBody } from '../body/received-body.ts'
import type { ChunkDecoder } from '../chunked/chunk-decoder.ts'
import { requestChunkDecoder } from '../chunked/request-chunk-decoder.ts'
import type { Context } from '../context.ts'
import type { EventDecoder } from '../event-stream/event-decoder.ts'
import { requestEventDecoder } from '../event-stream/request-event-decoder.ts'
import type { Proof } from './10-signature.ts'

/** What comes out of the chunks or the events, as it is proved. */
async function* decode(wire: ReceivedBody, decoder: ChunkDecoder | EventDecoder): AsyncGenerator<Uint8Array> {
  const proved: Uint8Array[] = []
  const emit = (piece: Uint8Array): void => void proved.push(piece)
  for await (const bytes of wire.pieces()) {
    await decoder.push(bytes, emit)
    yield* proved.splice(0)
  }
  decoder.finish(emit)
  yield* proved
}

/** The body inside the chunks, or the messages inside signed events. */
function decodedBody({ key, reading, body: wire }: Proof, context: Context): ReceivedBody {
  const { chunks } = parseContentSha256(reading.hashedPayload!)
  const decoder = chunks ? requestChunkDecoder(chunks, context, key) : requestEventDecoder(context, key)
  return ReceivedBody.decoded(decode(wire, decoder), wire, bodyLimits(context.settings))
}

/**
 * Rule 11: the body is the one that was signed. Buffered, nobody sees it before that is sure; streaming, it ends in an
 * error before its last bytes.
 *
 * @throws {SignatureError} `payload-mismatch`, `body-too-large`, `incomplete-body`, and all that the decoders of
 *   chunks and events refuse; where the body streams, while it is read.
 */
export function checkBody(
  proof: Proof,
  context: Context,
  onError: (error: unknown) => unknown,
): MaybePromise<Uint8Array | ReadableStream<Uint8Array> | null> {
  const { mode, hashedPayload } = proof.reading
  const body = mode.startsWith('streaming') ? decodedBody(proof, context) : proof.body
  // The hash of a body that went into the signature itself is proved by it.
  const toCheck = mode === 'signed' ? hashedPayload : undefined
  return context.settings.body === 'buffer' || !body.isPresent
    ? checkedBytes(body, toCheck)
    : checkedStream(body, toCheck, onError)
}
