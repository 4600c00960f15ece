import type { Checksum } from '../../checksums/checksum.ts'
import { createChecksum } from '../../checksums/create.ts'
import { decodeBase64, encodeBase64 } from '../../encoding/base64.ts'
import { equalConstantTime } from '../../encoding/equal.ts'
import { quote } from '../../errors.ts'
import { type ChunkedMode, X_AMZ_CHECKSUM, X_AMZ_TRAILER_SIGNATURE } from '../../fields/aws-chunked.ts'
import { SignatureError } from '../../signature-error.ts'

const MAX_TRAILERS = 16

const malformed = (message: string): SignatureError => new SignatureError('malformed-trailer', message)

/** Holds the trailers to what the head of the request announced, and the body to its checksums. */
export class TrailerChecks {
  readonly #mode: ChunkedMode
  /** As they are announced, and in lower case: as either a name may come, and in no other spelling. */
  readonly #written: readonly string[]
  readonly #announced: readonly string[]
  readonly #checksums = new Map<string, Checksum>()

  /**
   * @param announced The signed `x-amz-trailer`: names joined by commas.
   * @throws {SignatureError} `malformed-trailer`
   */
  constructor(mode: ChunkedMode, announced: string | undefined) {
    this.#mode = mode
    this.#written = (announced ?? '').split(',').flatMap((name) => name.trim() || [])
    this.#announced = this.#written.map((name) => name.toLowerCase())
    if (this.#announced.length > 0 && !mode.hasTrailer) {
      throw malformed(`${mode.contentSha256} has no trailers, and x-amz-trailer announces some`)
    }
    if (this.#announced.length > MAX_TRAILERS)
      throw malformed(`There may be at most ${MAX_TRAILERS} trailers`)
    for (const name of this.#announced) {
      if (!name.startsWith(X_AMZ_CHECKSUM)) continue
      const checksum = createChecksum(name.slice(X_AMZ_CHECKSUM.length))
      if (!checksum) throw malformed(`The checksum ${quote(name)} cannot be checked here`)
      this.#checksums.set(name, checksum)
    }
  }

  update(bytes: Uint8Array): void {
    for (const checksum of this.#checksums.values()) checksum.update(bytes)
  }

  /** A trailer must have been announced, in the signed head. */
  checkName(name: string): void {
    if (this.#announced.includes(name) || this.#written.includes(name)) return
    if (name === X_AMZ_TRAILER_SIGNATURE && this.#mode.algorithm !== undefined && this.#mode.hasTrailer)
      return
    throw malformed(`A trailer that x-amz-trailer does not announce: ${quote(name)}`)
  }

  /** All that were announced came, signed where they must be, and the checksums are those of the body. */
  checkAll(trailers: readonly (readonly [name: string, value: string])[], isSigned: boolean): void {
    if (this.#mode.algorithm !== undefined && this.#mode.hasTrailer && !isSigned) {
      throw malformed('The trailers are not signed')
    }
    const values = new Map(trailers)
    for (const name of this.#announced)
      if (!values.has(name)) throw malformed(`The trailer ${quote(name)} did not come`)
    for (const [name, checksum] of this.#checksums) {
      const received = values.get(name)!
      const computed = encodeBase64(checksum.digest())
      if (received.length !== computed.length || !decodeBase64(received)) {
        throw new SignatureError('malformed-checksum', `The ${name} is not that many bytes in base64`)
      }
      if (!equalConstantTime(computed, received)) {
        throw new SignatureError(
          'checksum-mismatch',
          `The body does not have the ${quote(name)} that it says`,
        )
      }
    }
  }
}
