export type { ProviderOptions } from '../credentials/surroundings.ts'
export { signerFromPolicy } from './signer-from-policy.ts'
