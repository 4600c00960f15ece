export { CountersignSigner } from './countersign-signer.ts'
export { SignatureV4 } from './signature-v4.ts'
export type {
  DateInput,
  EventSigningArguments,
  FormattedEvent,
  HttpRequest,
  Int64,
  Message,
  MessageHeaderValue,
  MessageSigningArguments,
  RequestPresigningArguments,
  RequestSigningArguments,
  SignableMessage,
  SignatureV4Init,
  SignedMessage,
  SigningArguments,
} from './types.ts'
