import type { PayloadMode } from '../fields/content-sha256.ts'
import type { Carrier, SignatureErrorReason } from '../signature-error.ts'

/** A request that was proved. */
export interface VerifiedEvent {
  readonly method: string
  readonly accessKeyId: string
  readonly credentialScope: string
  readonly carrier: Carrier
  readonly payload: PayloadMode
}

/** A request that was refused. What it says of itself (`accessKeyId`) is not proved. */
export interface RejectedEvent {
  readonly method: string
  readonly reason: SignatureErrorReason
  readonly message: string
  readonly awsCode: string
  readonly status: number
  readonly accessKeyId?: string | undefined
}
