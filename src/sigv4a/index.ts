export type { SigningAlgorithm, VerificationKey } from '../algorithms/algorithm.ts'
export { sigv4a } from '../algorithms/sigv4a.ts'
export type { Sigv4aKeyPair } from '../algorithms/sigv4a-key.ts'
export { deriveSigv4aKey } from '../algorithms/sigv4a-key.ts'
