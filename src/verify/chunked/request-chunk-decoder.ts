import type { StringVerifier } from '../../algorithms/algorithm.ts'
import { type ChunkedMode, X_AMZ_DECODED_CONTENT_LENGTH, X_AMZ_TRAILER } from '../../fields/aws-chunked.ts'
import { SignatureError } from '../../signature-error.ts'
import { tooLarge } from '../body/received-body.ts'
import { type Context, headerValue } from '../context.ts'
import { ChunkDecoder } from './chunk-decoder.ts'
import { TrailerChecks } from './trailer-checks.ts'

function readDecodedLength({ head, settings }: Context): number {
  const text = headerValue(head.headers, X_AMZ_DECODED_CONTENT_LENGTH)
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new SignatureError('missing-decoded-length', `A chunked body needs ${X_AMZ_DECODED_CONTENT_LENGTH}`)
  }
  if (Number(text) <= settings.maxBodyBytes) return Number(text)
  throw tooLarge(settings.maxBodyBytes)
}

/**
 * The decoder of a body whose head was proved with this key.
 *
 * @throws {SignatureError} `missing-decoded-length`, `malformed-trailer`, `body-too-large`
 */
export function requestChunkDecoder(
  mode: ChunkedMode,
  context: Context,
  { verifier }: { readonly verifier: StringVerifier },
): ChunkDecoder {
  const { head, claim, signedAt, settings } = context
  return new ChunkDecoder({
    mode,
    scope: {
      algorithm: claim.algorithm.name,
      amzDate: signedAt.amzDate,
      credentialScope: claim.credentialScope,
    },
    seedSignature: claim.signatureProvided,
    verify: (stringToSign, signature) => verifier.verify(stringToSign, signature),
    decodedContentLength: readDecodedLength(context),
    maxChunkBytes: settings.maxChunkBytes,
    minChunkBytes: settings.minChunkBytes,
    trailers: new TrailerChecks(mode, headerValue(head.headers, X_AMZ_TRAILER)),
  })
}
