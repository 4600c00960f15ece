import {
  CHUNKED_MODES,
  type ChunkedMode,
  X_AMZ_DECODED_CONTENT_LENGTH,
  X_AMZ_TRAILER,
} from '../fields/aws-chunked.ts'
import { SignatureError } from '../signature-error.ts'
import { bodyLimits, ReceivedBody, tooLarge } from './body.ts'
import { ChunkDecoder } from './chunk-decoder.ts'
import { type Claim, headerValue } from './claim.ts'
import type { SignedAt } from './date.ts'
import { EventDecoder } from './event-decoder.ts'
import type { CandidateKey } from './keys.ts'
import type { VerifierPolicy } from './options.ts'
import type { ReceivedHead } from './received.ts'
import { TrailerChecks } from './trailer-checks.ts'

/** A head that was proved, and the key that proved it. */
export interface ProvedHead {
  readonly head: ReceivedHead
  readonly claim: Claim
  readonly signedAt: SignedAt
  readonly key: CandidateKey
}

/** The chunked mode that a payload claim names; undefined where it names none. */
export function chunkedModeOf(contentSha256: string): ChunkedMode | undefined {
  return CHUNKED_MODES.find((mode) => mode.contentSha256 === contentSha256)
}

function readDecodedLength({ headers }: ReceivedHead, maxBodyBytes: number): number {
  const text = headerValue(headers, X_AMZ_DECODED_CONTENT_LENGTH)
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new SignatureError('missing-decoded-length', `A chunked body needs ${X_AMZ_DECODED_CONTENT_LENGTH}`)
  }
  if (Number(text) <= maxBodyBytes) return Number(text)
  throw tooLarge(maxBodyBytes)
}

function chunkDecoder(
  mode: ChunkedMode,
  { head, claim, signedAt, key }: ProvedHead,
  policy: VerifierPolicy,
): ChunkDecoder {
  return new ChunkDecoder({
    mode,
    scope: {
      algorithm: claim.algorithm.name,
      amzDate: signedAt.amzDate,
      credentialScope: claim.credentialScope,
    },
    seedSignature: claim.signatureProvided,
    verify: (stringToSign, signature) => key.verifier.verify(stringToSign, signature),
    decodedContentLength: readDecodedLength(head, policy.maxBodyBytes),
    maxChunkBytes: policy.maxChunkBytes,
    minChunkBytes: policy.minChunkBytes,
    trailers: new TrailerChecks(mode, headerValue(head.headers, X_AMZ_TRAILER)),
  })
}

const eventDecoder = ({ claim, key }: ProvedHead, policy: VerifierPolicy): EventDecoder =>
  new EventDecoder({
    seedSignature: claim.signatureProvided,
    credential: claim.credential,
    key: key.source,
    maxMessageBytes: policy.maxChunkBytes,
  })

async function* decode(
  source: ReceivedBody,
  decoder: ChunkDecoder | EventDecoder,
): AsyncGenerator<Uint8Array> {
  const proved: Uint8Array[] = []
  const emit = (piece: Uint8Array): void => void proved.push(piece)
  for await (const bytes of source.chunks()) {
    await decoder.push(bytes, emit)
    yield* proved.splice(0)
  }
  decoder.finish(emit)
  yield* proved
}

/**
 * The body inside the chunks, or the messages inside signed events: bytes come out as they are proved, by the key
 * that signed the head.
 *
 * @throws {SignatureError} `missing-decoded-length`, `malformed-trailer`, `body-too-large`; while the body is read,
 *   all that the decoder refuses.
 */
export function decodeStreamingBody(
  source: ReceivedBody,
  contentSha256: string,
  proved: ProvedHead,
  policy: VerifierPolicy,
): ReceivedBody {
  const mode = chunkedModeOf(contentSha256)
  const decoder = mode ? chunkDecoder(mode, proved, policy) : eventDecoder(proved, policy)
  return new ReceivedBody(decode(source, decoder), bodyLimits(policy), undefined, source)
}
