import { checkOptions, type OptionNames } from '../errors.ts'
import { cacheToken } from './cache-token.ts'
import { TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which cluster, and for whom. */
export interface MemorydbTokenOptions extends TokenOptions {
  /** Needed: the name of the cluster, not its endpoint. */
  readonly clusterName: string
  /** Needed: the user name. */
  readonly userId: string
}

const OPTIONS: OptionNames<MemorydbTokenOptions> = /* @__PURE__ */ Object.assign(
  { clusterName: true, userId: true } as const,
  TOKEN_OPTIONS,
)

/**
 * The password for MemoryDB with IAM:
 *
 *     <clusterName>/?Action=connect&User=<userId>&X-Amz-…
 *
 * It is good for 15 minutes, and a connection for 12 hours unless `AUTH` is sent again with a new one.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "Authenticating with IAM" in the Amazon MemoryDB Developer Guide
 * @example
 * import { memorydbToken } from 'countersign/tokens'
 *
 * const password = await memorydbToken({
 *   clusterName: 'ledger',
 *   userId: 'app',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(password.split('&X-Amz')[0]) // ledger/?Action=connect&User=app
 */
export async function memorydbToken(options: MemorydbTokenOptions): Promise<string> {
  checkOptions('memorydbToken', options, OPTIONS)
  return cacheToken('memorydb', ['clusterName', options.clusterName], options)
}
