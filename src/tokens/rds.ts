import { checkOptions, checkText, checkWholeNumber, type OptionNames } from '../errors.ts'
import { presignPassword } from './presigned-token.ts'
import { HOSTNAME, NOT_EMPTY, signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which database, and for whom. */
export interface RdsTokenOptions extends TokenOptions {
  /** Needed: the endpoint of the instance, cluster or proxy itself. A CNAME for it is not what RDS checks. */
  readonly hostname: string
  /** Needed: 1 to 65535, the port to connect to. */
  readonly port: number
  /** Needed: the database user. */
  readonly username: string
}

const OPTIONS: OptionNames<RdsTokenOptions> = /* @__PURE__ */ Object.assign(
  { hostname: true, port: true, username: true } as const,
  TOKEN_OPTIONS,
)

/**
 * The password of a database user who signs in with IAM, to RDS, Aurora or RDS Proxy:
 *
 *     <hostname>:<port>/?Action=connect&DBUser=<username>&X-Amz-…
 *
 * It opens connections for 15 minutes, over TLS only; those that are open stay so.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "IAM database authentication for MariaDB, MySQL, and PostgreSQL"
 * @example
 * import { rdsToken } from 'countersign/tokens'
 *
 * const password = await rdsToken({
 *   hostname: 'orders.abcdefghijkl.eu-west-1.rds.amazonaws.com',
 *   port: 5432,
 *   username: 'app',
 *   region: 'eu-west-1',
 *   credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' }),
 * })
 * console.log(password.split('?')[0]) // orders.abcdefghijkl.eu-west-1.rds.amazonaws.com:5432/
 */
export async function rdsToken(options: RdsTokenOptions): Promise<string> {
  checkOptions('rdsToken', options, OPTIONS)
  const { hostname, port, username } = options
  checkText('hostname', hostname, HOSTNAME)
  checkWholeNumber('port', port, { min: 1, max: 65_535 })
  checkText('username', username, NOT_EMPTY)
  return presignPassword(
    { origin: `https://${hostname}:${port}`, query: { Action: 'connect', DBUser: username } },
    { ...(await signingFor('rds-db', options)), expiresInSeconds: 900 },
  )
}
