export { AwsClient } from './client.ts'
export type { AwsClientOptions, AwsRequestInit, AwsRequestOptions, AwsV4SignerOptions } from './options.ts'
export { AwsV4Signer } from './signer.ts'
