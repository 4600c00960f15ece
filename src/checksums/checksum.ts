/** A checksum of bytes that come in pieces. */
export interface Checksum {
  /** Adds the next bytes. */
  update(bytes: Uint8Array): void
  /** Ends it, and gives the checksum's bytes, big-endian. */
  digest(): Uint8Array
}

/** The checksums that uploads carry, by the name in `x-amz-checksum-<name>`. */
export type ChecksumName = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256'
