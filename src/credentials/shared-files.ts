import { type OptionNames, quote } from '../errors.ts'
import { type IniFile, parseIni, SEPARATOR } from './ini.ts'
import { PROVIDER_OPTIONS, type ProviderOptions, type Surroundings, whyUnread } from './surroundings.ts'

/** Where the shared files are, and which profile of them counts. */
export interface SharedFilesOptions extends ProviderOptions {
  /** Default `AWS_PROFILE`, then `default`. */
  readonly profile?: string | undefined
  /** The credentials file. Default `AWS_SHARED_CREDENTIALS_FILE`, then `~/.aws/credentials`. */
  readonly filepath?: string | undefined
  /** The config file. Default `AWS_CONFIG_FILE`, then `~/.aws/config`. */
  readonly configFilepath?: string | undefined
}

export const SHARED_FILES_OPTIONS: OptionNames<SharedFilesOptions> = {
  ...PROVIDER_OPTIONS,
  profile: true,
  filepath: true,
  configFilepath: true,
}

/** The settings of one profile. */
export type Profile = ReadonlyMap<string, string>

/** What the shared files hold. */
export interface SharedFiles {
  readonly profiles: ReadonlyMap<string, Profile>
  readonly ssoSessions: ReadonlyMap<string, Profile>
  /** Why a profile may be missing: which file could not be read. */
  readonly problems: readonly string[]
}

const PROFILE = `profile${SEPARATOR}`
const SSO_SESSION = `sso-session${SEPARATOR}`

/** `AWS_PROFILE` counts where no profile is named. */
export function profileName({ profile }: SharedFilesOptions, { env }: Surroundings): string {
  return profile || env.AWS_PROFILE || 'default'
}

/** The profiles of a config file: `[default]` and `[profile …]`; the latter may be called `default` as well. */
function configProfiles(file: IniFile): Map<string, Profile> {
  const profiles = new Map<string, Profile>()
  const plain = file.get('default')
  if (plain) profiles.set('default', plain)
  for (const [name, settings] of file) {
    if (name.startsWith(PROFILE)) profiles.set(name.slice(PROFILE.length), settings)
  }
  return profiles
}

/**
 * Reads the config and the credentials file anew. A profile has the settings of both; the credentials file wins.
 * A file that cannot be read is as good as empty.
 */
export async function readSharedFiles(options: SharedFilesOptions, at: Surroundings): Promise<SharedFiles> {
  const problems: string[] = []
  const read = async (path: string | undefined, name: string): Promise<IniFile> => {
    const inHome = path ? path.replace(/^~(?=\/)/, at.home ?? '~') : at.home && `${at.home}/.aws/${name}`
    if (!inHome) return new Map()
    try {
      return parseIni(await at.readFile(inHome))
    } catch (error) {
      problems.push(`the ${name} file: ${quote(whyUnread(error))}`)
      return new Map()
    }
  }
  const [config, credentials] = await Promise.all([
    read(options.configFilepath ?? at.env.AWS_CONFIG_FILE, 'config'),
    read(options.filepath ?? at.env.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
  ])
  const profiles = configProfiles(config)
  for (const [name, settings] of credentials) {
    profiles.set(name, new Map([...(profiles.get(name) ?? []), ...settings]))
  }
  const ssoSessions = new Map<string, Profile>()
  for (const [name, settings] of config) {
    if (name.startsWith(SSO_SESSION)) ssoSessions.set(name.slice(SSO_SESSION.length), settings)
  }
  return { profiles, ssoSessions, problems }
}

/** Why there is no such profile, and which file could not be read. */
export function missingProfile(name: string, { problems }: SharedFiles): string {
  return [`there is no profile ${quote(name)}`, ...problems].join('; ')
}

/** A setting of the profile in use, where an environment variable does not have it. */
export async function profileSetting(
  options: SharedFilesOptions,
  at: Surroundings,
  key: string,
): Promise<string | undefined> {
  const { profiles } = await readSharedFiles(options, at)
  return profiles.get(profileName(options, at))?.get(key)
}
