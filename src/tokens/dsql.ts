import { checkOptions, checkText, type OptionNames, type TextRule } from '../errors.ts'
import { presignPassword } from './presigned-token.ts'
import { HOSTNAME, signingFor, TOKEN_OPTIONS, type TokenOptions } from './token-options.ts'

/** For which cluster, and as whom. */
export interface DsqlTokenOptions extends TokenOptions {
  /** Needed: the endpoint of the cluster. */
  readonly hostname: string
  /** Needed: `'DbConnectAdmin'` for the user `admin`, `'DbConnect'` for all others. */
  readonly action: 'DbConnect' | 'DbConnectAdmin'
  /** 1 to 604800 (a week). Default 900. */
  readonly expiresInSeconds?: number | undefined
}

const OPTIONS: OptionNames<DsqlTokenOptions> = /* @__PURE__ */ Object.assign(
  { hostname: true, action: true, expiresInSeconds: true } as const,
  TOKEN_OPTIONS,
)

const ACTION: TextRule = {
  pattern: /^DbConnect(?:Admin)?$/,
  rule: 'must be "DbConnect" or "DbConnectAdmin"',
}

/**
 * The password for Aurora DSQL:
 *
 *     <hostname>/?Action=<action>&X-Amz-…
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`, with the option's name; whatever a
 *   credential provider rejects with.
 * @see "Generating an authentication token in Amazon Aurora DSQL"
 * @example
 * import { dsqlToken } from 'countersign/tokens'
 *
 * const password = await dsqlToken({
 *   hostname: 'abcdefghijklmnopqrstuvwxyz.dsql.us-east-1.on.aws',
 *   action: 'DbConnectAdmin',
 *   region: 'us-east-1',
 *   credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'EXAMPLEKEY' },
 * })
 * console.log(new URL(`https://${password}`).searchParams.get('Action')) // DbConnectAdmin
 */
export async function dsqlToken(options: DsqlTokenOptions): Promise<string> {
  checkOptions('dsqlToken', options, OPTIONS)
  const { hostname, action, expiresInSeconds = 900 } = options
  checkText('hostname', hostname, HOSTNAME)
  checkText('action', action, ACTION)
  return presignPassword(
    { origin: `https://${hostname}`, query: { Action: action } },
    { ...(await signingFor('dsql', options)), expiresInSeconds },
  )
}
