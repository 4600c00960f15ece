import { checkOptions, invalidArgType, type OptionNames } from '../errors.ts'
import { cacheToken } from './cache-token.ts'
import { TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which cache, and for whom. */
export interface ElasticacheTokenOptions extends TokenOptions {
  /** Needed: the name of the serverless cache, or the id of the replication group; not its endpoint. */
  readonly cacheName: string
  /** Needed: the id of the user, which is the user name too. */
  readonly userId: string
  /** Whether it is a serverless cache. Default `false`. */
  readonly isServerless?: boolean | undefined
}

const OPTIONS: OptionNames<ElasticacheTokenOptions> = /* @__PURE__ */ Object.assign(
  { cacheName: true, userId: true, isServerless: true } as const,
  TOKEN_OPTIONS,
)

/**
 * The password for ElastiCache with IAM, for Valkey and Redis OSS:
 *
 *     <cacheName>/?Action=connect&User=<userId>[&ResourceType=ServerlessCache]&X-Amz-…
 *
 * It is good for 15 minutes, and a connection for 12 hours unless `AUTH` is sent again with a new one.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "Authenticating with IAM" in the Amazon ElastiCache User Guide
 * @example
 * import { elasticacheToken } from 'countersign/tokens'
 *
 * const password = await elasticacheToken({
 *   cacheName: 'sessions',
 *   userId: 'app',
 *   isServerless: true,
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(password.split('&X-Amz')[0]) // sessions/?Action=connect&User=app&ResourceType=ServerlessCache
 */
export async function elasticacheToken(options: ElasticacheTokenOptions): Promise<string> {
  checkOptions('elasticacheToken', options, OPTIONS)
  const { cacheName, isServerless = false } = options
  if (typeof isServerless !== 'boolean') throw invalidArgType('isServerless', 'a boolean', isServerless)
  const further: Record<string, string> = isServerless ? { ResourceType: 'ServerlessCache' } : {}
  return cacheToken('elasticache', ['cacheName', cacheName], { ...options, further })
}
