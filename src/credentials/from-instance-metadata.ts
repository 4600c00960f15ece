import { checkOptions, checkWholeNumber } from '../errors.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { checkEndpoint } from './aws-endpoint.ts'
import { absent, failed } from './credentials-error.ts'
import {
  callEndpoint,
  callWithRetries,
  type EndpointRequest,
  isSuccess,
  type Outcome,
  parseAnswer,
} from './endpoint-call.ts'
import {
  profileName,
  readSharedFiles,
  SHARED_FILES_OPTIONS,
  type SharedFilesOptions,
} from './shared-files.ts'
import { type Surroundings, surroundingsOf } from './surroundings.ts'
import { checkedCredentials, parseInstant } from './temporary-credentials.ts'

/** How to ask the metadata service. */
export interface InstanceMetadataOptions extends SharedFilesOptions {
  /** How often a request is sent at most. Default 3. */
  readonly maxAttempts?: number | undefined
  /** For each request. Default 1000. */
  readonly timeoutMilliseconds?: number | undefined
}

const SOURCE = 'fromInstanceMetadata'
const ROLES = '/latest/meta-data/iam/security-credentials/'
const TOKEN_SECONDS = '21600'
const EXTENSION_MILLISECONDS = 300_000

interface Settings {
  readonly endpoint: string
  readonly version1: 'allowed' | 'disabled'
}

const isOn = (value: string | undefined): boolean => Boolean(value) && value !== 'false'

async function readSettings(options: InstanceMetadataOptions, at: Surroundings): Promise<Settings> {
  const { env } = at
  const { profiles } = await readSharedFiles(options, at)
  const profile = profiles.get(profileName(options, at))
  const mode =
    env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE || profile?.get('ec2_metadata_service_endpoint_mode') || 'IPv4'
  const named = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || profile?.get('ec2_metadata_service_endpoint')
  if (!named && !/^IPv[46]$/i.test(mode)) throw failed(SOURCE, 'the endpoint mode must be IPv4 or IPv6')
  const standard = /6$/.test(mode) ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254'
  return {
    endpoint: named ? checkEndpoint(SOURCE, 'the metadata endpoint', named) : standard,
    version1: isOn(env.AWS_EC2_METADATA_V1_DISABLED ?? profile?.get('ec2_metadata_v1_disabled'))
      ? 'disabled'
      : 'allowed',
  }
}

/** What the answers of one service have in common. */
interface Session {
  ask(request: Omit<EndpointRequest, 'timeoutMilliseconds'>, maxAttempts?: number): Promise<Outcome>
  readonly settings: Settings
}

/**
 * A token for version 2; none where version 1 is to be spoken: the service refuses to give one, or the answer is
 * lost on its way, as behind a container's extra hop.
 */
async function sessionToken({ ask, settings }: Session): Promise<string | undefined> {
  const outcome = await ask({
    url: `${settings.endpoint}/latest/api/token`,
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': TOKEN_SECONDS },
  })
  if (isSuccess(outcome)) return outcome.text
  const isVersion1 = outcome.isTimeout || [403, 404, 405].includes(outcome.status)
  if (!isVersion1) throw absent(SOURCE, outcome.why)
  if (settings.version1 === 'disabled') throw absent(SOURCE, `${outcome.why}, and version 1 is disabled`)
  return undefined
}

/** The role's name, and what the service says of it. A token that is refused is replaced once. */
async function askForRole(session: Session): Promise<Outcome> {
  const url = `${session.settings.endpoint}${ROLES}`
  for (let renewals = 0; ; renewals++) {
    const token = await sessionToken(session)
    const headers: Record<string, string> = token === undefined ? {} : { 'x-aws-ec2-metadata-token': token }
    // Without a token there may be no service at all: that is not worth waiting for twice.
    const attempts = token === undefined ? 1 : undefined
    let outcome = await session.ask({ url, headers }, attempts)
    if (isSuccess(outcome)) {
      const role = encodeURIComponent(outcome.text.split('\n', 1)[0]!.trim())
      if (!role) throw absent(SOURCE, 'the instance has no role')
      outcome = await session.ask({ url: `${url}${role}`, headers }, attempts)
    }
    if (outcome.status !== 401 || renewals > 0) return outcome
  }
}

/** The service gives old credentials while it cannot renew them, and AWS goes on to accept them. */
function extended(expiration: unknown, now: number): unknown {
  const date = parseInstant(expiration)
  return date && +date <= now ? now + EXTENSION_MILLISECONDS * (1 + Math.random()) : expiration
}

function roleCredentials(outcome: Outcome, now: number): Credentials {
  if (!isSuccess(outcome)) throw absent(SOURCE, outcome.why)
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parseAnswer(SOURCE, outcome)
  return checkedCredentials(
    {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: Token,
      expiration: extended(Expiration, now),
    },
    { source: SOURCE, now, kind: 'temporary' },
  )
}

/**
 * Credentials of an EC2 instance's role, from the instance metadata service: version 2, and version 1 where no token
 * is to be had and neither `AWS_EC2_METADATA_V1_DISABLED` nor `ec2_metadata_v1_disabled` forbids it.
 *
 * `AWS_EC2_METADATA_DISABLED` switches it off; `AWS_EC2_METADATA_SERVICE_ENDPOINT` and `…_ENDPOINT_MODE` (`IPv6`) say
 * where it is. Credentials that the service gives although they have expired are taken to be good for another 5 to
 * 10 minutes: so AWS bridges its own outages.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "AWS SDKs and Tools Reference Guide", IMDS credential provider
 *
 * @example
 * ```js
 * import { fromInstanceMetadata, memoize } from 'countersign/credentials'
 *
 * const provider = memoize(fromInstanceMetadata({ timeoutMilliseconds: 2000 }))
 * console.log(typeof provider) // function
 * ```
 */
export function fromInstanceMetadata(options: InstanceMetadataOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, { ...SHARED_FILES_OPTIONS, maxAttempts: true, timeoutMilliseconds: true })
  const attempts = checkWholeNumber('maxAttempts', options.maxAttempts ?? 3, { min: 1, max: 100 })
  const timeoutMilliseconds = checkWholeNumber('timeoutMilliseconds', options.timeoutMilliseconds ?? 1000, {
    min: 1,
    max: 600_000,
  })
  return async () => {
    const at = surroundingsOf(options)
    if (isOn(at.env.AWS_EC2_METADATA_DISABLED)) throw absent(SOURCE, 'AWS_EC2_METADATA_DISABLED is set')
    const settings = await readSettings(options, at)
    const ask: Session['ask'] = (request, maxAttempts = attempts) =>
      callWithRetries(maxAttempts, async () => {
        const outcome = await callEndpoint(at.fetch, { ...request, timeoutMilliseconds })
        return request.method === 'PUT' && outcome.isTimeout ? { ...outcome, isTransient: false } : outcome
      })
    return roleCredentials(await askForRole({ ask, settings }), at.now())
  }
}
