import { checkOptions, quote } from '../errors.ts'
import type { CredentialProvider, Credentials } from '../types.ts'
import { stsRegion } from './aws-endpoint.ts'
import { absent, failed } from './credentials-error.ts'
import { fromAssumeRole } from './from-assume-role.ts'
import { fromContainer } from './from-container.ts'
import { fromEnv } from './from-env.ts'
import { fromInstanceMetadata } from './from-instance-metadata.ts'
import { fromProcess } from './from-process.ts'
import { fromSso, isSsoProfile } from './from-sso.ts'
import { fromWebIdentity } from './from-web-identity.ts'
import {
  missingProfile,
  type Profile,
  profileName,
  readSharedFiles,
  SHARED_FILES_OPTIONS,
  type SharedFiles,
  type SharedFilesOptions,
} from './shared-files.ts'
import { type ProviderOptions, type Surroundings, surroundingsOf } from './surroundings.ts'

/** Which profile, of which files. */
export interface IniOptions extends SharedFilesOptions {
  /** Resolves to the code of the device that a profile's `mfa_serial` names. Without it such a profile is refused. */
  readonly mfaCodeProvider?: ((mfaSerial: string) => Promise<string>) | undefined
}

const SOURCE = 'fromIni'

/** One walk through the profiles. */
interface Walk {
  readonly options: IniOptions
  readonly at: Surroundings
  readonly files: SharedFiles
  /** The Region for STS: that of the profile where the walk took on its first role. */
  readonly region: string | undefined
  /** Profiles that a `source_profile` has led to. */
  readonly visited: readonly string[]
}

/** What a file has wrong is no misuse by the programmer. */
function configured(name: string, build: () => CredentialProvider): Promise<Credentials> {
  let provider: CredentialProvider
  try {
    provider = build()
  } catch (error) {
    throw failed(SOURCE, `of the profile ${quote(name)}: ${(error as Error).message}`)
  }
  return provider()
}

/** What every provider takes. */
const common = ({ options }: Walk): ProviderOptions => ({
  env: options.env,
  readFile: options.readFile,
  fetch: options.fetch,
  now: options.now,
})

function staticCredentials(profile: Profile): Credentials | undefined {
  const accessKeyId = profile.get('aws_access_key_id')
  const secretAccessKey = profile.get('aws_secret_access_key')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  const sessionToken = profile.get('aws_session_token')
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) }
}

function fromCredentialSource(credentialSource: string, name: string, walk: Walk): Promise<Credentials> {
  const options = common(walk)
  switch (credentialSource) {
    case 'Environment':
      return fromEnv(options)()
    case 'EcsContainer':
      return fromContainer(options)()
    case 'Ec2InstanceMetadata':
      return fromInstanceMetadata(options)()
    default: {
      const known = 'Environment, EcsContainer or Ec2InstanceMetadata'
      throw absent(SOURCE, `credential_source of the profile ${quote(name)} must be ${known}`)
    }
  }
}

/** Credentials that `source_profile` or `credential_source` names, to take on a role with. */
function sourceCredentials(name: string, profile: Profile, walk: Walk): Promise<Credentials> {
  const next = profile.get('source_profile')
  if (next === undefined) return fromCredentialSource(profile.get('credential_source') ?? '', name, walk)
  const visited = [...walk.visited, next]
  if (walk.visited.includes(next)) {
    throw absent(
      SOURCE,
      `source_profile leads in a circle: ${visited.map((visit) => quote(visit)).join(', ')}`,
    )
  }
  return resolveProfile(next, { ...walk, visited })
}

async function assumeRole(name: string, profile: Profile, walk: Walk): Promise<Credentials> {
  const region =
    walk.region ??
    profile.get('region') ??
    (await stsRegion({ ...walk.options, profile: undefined }, walk.at))
  const mfaSerial = profile.get('mfa_serial')
  const { mfaCodeProvider } = walk.options
  if (mfaSerial && !mfaCodeProvider) {
    throw failed(
      SOURCE,
      `the profile ${quote(name)} has mfa_serial, which needs the option "mfaCodeProvider"`,
    )
  }
  const credentials = await sourceCredentials(name, profile, { ...walk, region })
  return configured(name, () =>
    fromAssumeRole({
      ...common(walk),
      credentials,
      roleArn: profile.get('role_arn') ?? '',
      roleSessionName: profile.get('role_session_name'),
      externalId: profile.get('external_id'),
      durationSeconds: Number(profile.get('duration_seconds') ?? 3600),
      region,
      mfaSerial,
      mfaCodeProvider,
    }),
  )
}

/** A role with one source of credentials to take it on with. */
const isRole = (profile: Profile): boolean =>
  profile.has('role_arn') && profile.has('source_profile') !== profile.has('credential_source')

async function resolveProfile(name: string, walk: Walk): Promise<Credentials> {
  const profile = walk.files.profiles.get(name)
  if (!profile) throw absent(SOURCE, missingProfile(name, walk.files))
  const ownKeys = staticCredentials(profile)
  const isFirst = walk.visited.length === 0
  if (!isFirst && ownKeys) return ownKeys
  const credentialSource = profile.get('credential_source')
  if (!isFirst && credentialSource !== undefined && !profile.has('role_arn')) {
    return fromCredentialSource(credentialSource, name, walk)
  }
  if (isRole(profile)) return assumeRole(name, profile, walk)
  if (ownKeys) return ownKeys
  const tokenFile = profile.get('web_identity_token_file')
  const roleArn = profile.get('role_arn')
  const roleSessionName = profile.get('role_session_name')
  if (tokenFile !== undefined && roleArn !== undefined) {
    return configured(name, () => fromWebIdentity({ ...common(walk), tokenFile, roleArn, roleSessionName }))
  }
  const { options } = walk
  const { filepath, configFilepath } = options
  const same = { ...common(walk), profile: name, filepath, configFilepath }
  if (profile.has('credential_process')) return fromProcess(same)()
  if (isSsoProfile(profile)) return fromSso(same)()
  throw absent(
    SOURCE,
    `the profile ${quote(name)} holds no credentials, and does not say where there are some`,
  )
}

/**
 * Credentials of a profile in AWS's shared files: keys, `role_arn` with `source_profile` or `credential_source`, a web
 * identity, `credential_process`, and IAM Identity Center. The files are read anew at each call.
 *
 * Where one profile says several of these, a role goes first, then keys, then the others in that order; in a profile
 * that `source_profile` leads to, keys go first. So does AWS SDK for JavaScript v3.
 *
 * @throws {TypeError|RangeError} `ERR_INVALID_ARG_TYPE`, `ERR_INVALID_ARG_VALUE`; the provider rejects with a
 *   CredentialsError.
 * @see "AWS SDKs and Tools Reference Guide", Shared config and credentials files, Assume role credential provider
 *
 * @example
 * ```js
 * import { fromIni } from 'countersign/credentials'
 *
 * const file = '[dev]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = EXAMPLEKEY'
 * const provider = fromIni({ profile: 'dev', filepath: 'keys', env: {}, readFile: async () => file })
 * console.log((await provider()).accessKeyId) // AKIDEXAMPLE
 * ```
 */
export function fromIni(options: IniOptions = {}): CredentialProvider {
  checkOptions(SOURCE, options, { ...SHARED_FILES_OPTIONS, mfaCodeProvider: true })
  return async () => {
    const at = surroundingsOf(options)
    const files = await readSharedFiles(options, at)
    return resolveProfile(profileName(options, at), { options, at, files, region: undefined, visited: [] })
  }
}
