import type { EncodedPair } from './query.ts'

/** Every query parameter that presigning adds, whatever its case. */
const PRESIGN_PARAMETER =
  /^x-amz-(?:algorithm|credential|date|expires|(?:security|s3session)-token|region-set|signedheaders|signature)$/i
/** Those that only a signature in the query has. */
const CARRIER_PARAMETER = /^x-amz-(?:algorithm|credential|signedheaders|signature)$/i

/** Whether a query parameter belongs to a presigned URL's signature. */
export function isPresignParameter(name: string): boolean {
  return PRESIGN_PARAMETER.test(name)
}

/** Whether a query carries a signature, or a part of one. */
export function isPresigned(pairs: readonly EncodedPair[]): boolean {
  return pairs.some(([name]) => CARRIER_PARAMETER.test(name))
}
