// What tables and targets call their subjects: here, so that nobody loads a signer to learn a name.
export const OURS = 'countersign'
export const AWS4 = 'aws4'
export const SMITHY = '@smithy/signature-v4 (native)'
export const SMITHY_V4A = '@smithy/signature-v4a'
export const CRT = 'aws-crt (C, hash given)'
/** Four one-shot hashes: the least that signing a body can do. */
export const BARE = 'bare native hashes'
/** Two of them, and a createHmac: the least without tricks. */
export const BARE_CREATE_HMAC = 'bare, two hashes and a createHmac'
export const BARE_SIGN = 'bare crypto.sign'
export const BARE_VERIFY = 'bare crypto.verify'
export const BARE_SHA256 = 'bare SHA-256 of the same bytes'
export const SIGNING = 'countersign, signing the same'
export const AWS4_SIGNING = 'aws4, signing the same'
export const CONSTRUCTING = 'new Request alone'
export const EMPTY_FILE = 'an empty file'

export const IN_FLIGHT = 16
export const inFlight = (name) => `${name}, ${IN_FLIGHT} in flight`

export const SIZES = { '0 B': 0, '500 B': 500, '64 KiB': 65_536, '1 MiB': 1_048_576 }
export const SIZE_NAMES = Object.keys(SIZES)
export const REQUEST_SIZE_NAMES = SIZE_NAMES.slice(0, 3)
