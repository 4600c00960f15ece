import type { StringVerifier } from '../../algorithms/algorithm.ts'
import type { Context } from '../context.ts'
import { EventDecoder } from './event-decoder.ts'

/** The decoder of the events of a request whose head was proved with this key. */
export function requestEventDecoder(
  { claim, settings }: Context,
  key: {
    readonly verifier: StringVerifier
    readonly verifierOfDay: ((scopeDate: string) => StringVerifier | undefined) | undefined
  },
): EventDecoder {
  return new EventDecoder({
    seedSignature: claim.signatureProvided,
    credential: claim.credential,
    verifier: key.verifier,
    verifierOfDay: key.verifierOfDay,
    maxMessageBytes: settings.maxMessageBytes,
  })
}
